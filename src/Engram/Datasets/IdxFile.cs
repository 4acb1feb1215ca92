using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Engram.Datasets;

/// <summary>
/// One file of unsigned bytes in the IDX layout of the MNIST page: two zero bytes, the type 8, the number of dimensions, each dimension
/// as a 32-bit big-endian number, then the bytes. Gzip is recognised by its first two bytes, whatever the file's name.
/// </summary>
internal sealed class IdxFile
{
    private readonly string path;
    private readonly string remedy;

    private IdxFile(Stream file, string path, string remedy, int[] itemShape)
    {
        (this.path, this.remedy) = (path, remedy);
        long length = file.Length;
        using Stream content = PackedFile.Unpack(file, Damaged);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] header = Header(content, itemShape);
        Data = PackedFile.ReadExactly(content, length, header.Length, Count * itemShape.Aggregate(1L, (product, n) => product * n), Damaged);
        hash.AppendData(header);
        hash.AppendData(Data);
        Sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Number of items.</summary>
    public int Count { get; private set; }

    /// <summary>The bytes behind the header, one item after the other.</summary>
    public byte[] Data { get; }

    /// <summary>Checksum of the uncompressed content, header included: 64 lower-case hexadecimal digits.</summary>
    public string Sha256 { get; }

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">A file, gzip or plain.</param>
    /// <param name="remedy">What the user should do if it is damaged; ends the error's sentence.</param>
    /// <param name="itemShape">What each item must measure: height and width for images, nothing for labels.</param>
    /// <exception cref="EngramException">The file cannot be read or is not what it should be.</exception>
    public static IdxFile Read(string path, string remedy, params int[] itemShape)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            return Parse(file, path, remedy, itemShape);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw EngramException.Input("unreadable-data", $"The file '{path}' cannot be read ({e.Message.TrimEnd('.')}); {remedy}.", e);
        }
    }

    /// <summary>Reads a whole file's content.</summary>
    /// <param name="file">The content, from its beginning.</param>
    /// <param name="path">Named in errors.</param>
    /// <param name="remedy">As in <see cref="Read"/>.</param>
    /// <param name="itemShape">As in <see cref="Read"/>.</param>
    /// <exception cref="EngramException">It is not what it should be.</exception>
    public static IdxFile Parse(Stream file, string path, string remedy, params int[] itemShape)
    {
        try
        {
            return new(file, path, remedy, itemShape);
        }
        catch (InvalidDataException e)
        {
            throw Corrupt(path, remedy, $"its gzip stream is broken ({e.Message.TrimEnd('.')})", e);
        }
    }

    /// <summary>The header that <see cref="Read"/> expects.</summary>
    public static byte[] Header(int count, params int[] itemShape)
    {
        byte[] header = new byte[4 + 4 * (itemShape.Length + 1)];
        BinaryPrimitives.WriteUInt32BigEndian(header, Mark(itemShape));
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), count);
        for (int d = 0; d < itemShape.Length; d++) BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(8 + 4 * d), itemShape[d]);
        return header;
    }

    /// <summary>The error of a damaged file.</summary>
    public static EngramException Corrupt(string path, string remedy, string finding, Exception? cause = null) =>
        EngramException.Input("corrupt-data", $"The file '{path}' is damaged: {finding}; {remedy}.", cause);

    private static uint Mark(int[] itemShape) => 0x0800u + (uint)itemShape.Length + 1;

    private byte[] Header(Stream content, int[] itemShape)
    {
        byte[] header = new byte[4 + 4 * (itemShape.Length + 1)];
        int read = content.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        uint Number(int at) => BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(at));
        if (read >= 4 && Number(0) != Mark(itemShape)) throw Damaged($"at byte 0 the mark 0x{Number(0):x8} was found and 0x{Mark(itemShape):x8} expected");
        if (read < header.Length) throw Damaged($"it ends at byte {read}, inside its header of {header.Length} bytes");
        for (int d = 0; d < itemShape.Length; d++)
        {
            int at = 8 + 4 * d;
            if (Number(at) != itemShape[d]) throw Damaged($"at byte {at} an image {(d == 0 ? "height" : "width")} of {Number(at)} was found and {itemShape[d]} expected");
        }
        int limit = itemShape.Aggregate(Array.MaxLength, (items, n) => items / n);
        if (Number(4) == 0 || Number(4) > limit) throw Damaged($"at byte 4 a count of {Number(4)} was found and 1 to {limit} expected");
        Count = (int)Number(4);
        return header;
    }

    private EngramException Damaged(string finding) => Corrupt(path, remedy, finding);
}
