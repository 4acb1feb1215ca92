namespace Engram.Pictures;

/// <summary>One picture of the data, as its header describes it; its pixels stay in its file.</summary>
/// <param name="File">Where it lies and what it is.</param>
/// <param name="Header">Size and colour.</param>
/// <param name="Hash">Of the bytes of its file.</param>
internal sealed record Picture(PictureFile File, PictureHeader Header, UInt128 Hash)
{
    /// <summary>Reads the file once.</summary>
    /// <param name="file">Where it lies.</param>
    /// <param name="isDecoded">Whether all of it is looked at, and not the header alone.</param>
    /// <exception cref="EngramException">It cannot be read, or is damaged.</exception>
    public static Picture Open(PictureFile file, bool isDecoded)
    {
        byte[] bytes = BytesOf(file);
        PictureHeader header = PictureDecoder.Inspect(bytes, file.Where);
        if (isDecoded) _ = PictureDecoder.Decode(bytes, 1, 1, file.Where);
        return new(file, header, ContentHash.Of(bytes));
    }

    /// <summary>Decodes the picture (<see cref="PictureDecoder.Decode(byte[], int, int, string)"/>).</summary>
    public byte[] Decode(int side, int channels) => PictureDecoder.Decode(BytesOf(File), side, channels, File.Where);

    private static byte[] BytesOf(PictureFile file)
    {
        try
        {
            long length = new FileInfo(file.Path).Length;
            if (length > PictureDecoder.MostBytes)
                throw EngramException.Input("picture-too-large", $"{file.Where} has {length:N0} bytes, but at most {PictureDecoder.MostBytes:N0} are read. Make it smaller or leave it out.");
            return System.IO.File.ReadAllBytes(file.Path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw EngramException.Input("cannot-read", $"{file.Where} cannot be read: {error.Message.TrimEnd('.')}. Check the path and the rights, or leave out what cannot be read with stream.skipDamaged=true.", error);
        }
    }
}
