using System.IO.Compression;

namespace Engram.Datasets;

/// <summary>Files that may be packed with gzip, recognised by their first two bytes whatever their name.</summary>
internal static class PackedFile
{
    private const int LikelyRatio = 8, MostMembers = 1000; // images are squeezed to a fifth
    private static ReadOnlySpan<byte> MemberStart => [0x1f, 0x8b, 0x08];

    /// <summary>Whether a file is packed; its position is at its beginning before and afterwards.</summary>
    public static bool IsPacked(Stream file)
    {
        bool packed = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        return packed;
    }

    /// <summary>The content, unpacked where it is packed.</summary>
    /// <param name="file">At its beginning.</param>
    /// <param name="damaged">Makes the error of what was found.</param>
    /// <exception cref="EngramException">It consists of very many gzip members.</exception>
    public static Stream Unpack(Stream file, Func<string, EngramException> damaged)
    {
        if (!IsPacked(file)) return file;
        CheckMembers(file, damaged);
        return new GZipStream(file, CompressionMode.Decompress);
    }

    /// <summary>Reads exactly the announced number of bytes. A damaged header may announce gigabytes, so memory begins with what is likely and grows with what really comes.</summary>
    /// <param name="content">What <see cref="Unpack"/> gave, after its header.</param>
    /// <param name="fileLength">Length of the file as it is on disk.</param>
    /// <param name="header">Bytes read before.</param>
    /// <param name="length">Bytes announced.</param>
    /// <param name="damaged">Makes the error of what was found.</param>
    /// <exception cref="EngramException">There are fewer or more.</exception>
    public static byte[] ReadExactly(Stream content, long fileLength, int header, long length, Func<string, EngramException> damaged)
    {
        byte[] data = new byte[Math.Min(length, content is GZipStream ? LikelyRatio * fileLength : fileLength)];
        int filled = 0;
        while (true)
        {
            filled += content.ReadAtLeast(data.AsSpan(filled), data.Length - filled, throwOnEndOfStream: false);
            if (filled < data.Length) throw damaged($"it ends at byte {header + (long)filled} and {header + length} bytes were expected");
            if (filled == length) break;
            Array.Resize(ref data, (int)Math.Min(length, 2L * data.Length));
        }
        if (content.ReadByte() >= 0) throw damaged($"it goes on after byte {header + length}, where its end was expected");
        return data;
    }

    // A member without content takes twenty bytes and as long to open as one of megabytes; the data sets have one member a file.
    private static void CheckMembers(Stream file, Func<string, EngramException> damaged)
    {
        byte[] chunk = new byte[1 << 16];
        int members = 0;
        for (int read = file.Read(chunk); read > 0 && members <= MostMembers; read = file.Read(chunk)) members += chunk.AsSpan(0, read).Count(MemberStart);
        if (members > MostMembers) throw damaged($"it consists of more than {MostMembers} gzip members and one was expected");
        file.Position = 0;
    }
}
