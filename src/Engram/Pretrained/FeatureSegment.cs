using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Engram.Pretrained;

/// <summary>
/// One file of features: a head that names the network, then rows of a key, its features and a checksum of both (CRC-32C). Rows are only ever
/// added, so a stop at any moment leaves at most one that is not whole, and the next row goes over it.
/// </summary>
internal sealed class FeatureSegment : IDisposable
{
    private const int HeadBytes = 32, KeyBytes = 16, SumBytes = 4;
    private readonly SafeFileHandle file;
    private readonly int rowBytes;

    private FeatureSegment(SafeFileHandle file, string path, int length)
    {
        (this.file, Path, rowBytes) = (file, path, RowBytesOf(length));
        Rows = (int)Math.Max((RandomAccess.GetLength(file) - HeadBytes) / rowBytes, 0);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Whole rows there are.</summary>
    public int Rows { get; private set; }

    /// <summary>Bytes of the file.</summary>
    public long Bytes => HeadBytes + (long)Rows * rowBytes;

    /// <summary>Opens a file for reading; null where it is gone or is none of this network.</summary>
    public static FeatureSegment? Open(string path, UInt128 network, int length) => Open(path, network, length, FileAccess.Read);

    /// <summary>Opens a file to add rows to, which is made where it is not there; null where it is none of this network.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static FeatureSegment? OpenOrCreate(string path, UInt128 network, int length)
    {
        if (!File.Exists(path))
        {
            using SafeFileHandle made = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.Write(made, Head(network, length), 0);
        }
        return Open(path, network, length, FileAccess.ReadWrite);
    }

    /// <summary>The key of a row, not checked.</summary>
    public UInt128 Key(int row)
    {
        Span<byte> key = stackalloc byte[KeyBytes];
        return RandomAccess.Read(file, key, PlaceOf(row)) == KeyBytes ? BinaryPrimitives.ReadUInt128LittleEndian(key) : default;
    }

    /// <summary>Reads the features of a row; false where the row is damaged or of another key.</summary>
    public bool TryRead(int row, UInt128 key, Span<float> features)
    {
        byte[] bytes = new byte[rowBytes];
        if (RandomAccess.Read(file, bytes, PlaceOf(row)) < rowBytes) return false;
        if (BinaryPrimitives.ReadUInt128LittleEndian(bytes) != key || BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(rowBytes - SumBytes)) != Sum(bytes.AsSpan(0, rowBytes - SumBytes))) return false;
        bytes.AsSpan(KeyBytes, features.Length * sizeof(float)).CopyTo(MemoryMarshal.AsBytes(features));
        return true;
    }

    /// <summary>Adds rows.</summary>
    /// <returns>Place of the first.</returns>
    /// <exception cref="IOException">They cannot be written; none of them counts.</exception>
    public int Add(ReadOnlySpan<UInt128> keys, ReadOnlySpan<float> features)
    {
        byte[] bytes = new byte[keys.Length * rowBytes];
        int length = (rowBytes - KeyBytes - SumBytes) / sizeof(float);
        for (int i = 0; i < keys.Length; i++)
        {
            Span<byte> row = bytes.AsSpan(i * rowBytes, rowBytes);
            BinaryPrimitives.WriteUInt128LittleEndian(row, keys[i]);
            MemoryMarshal.AsBytes(features.Slice(i * length, length)).CopyTo(row[KeyBytes..]);
            BinaryPrimitives.WriteUInt32LittleEndian(row[^SumBytes..], Sum(row[..^SumBytes]));
        }
        RandomAccess.Write(file, bytes, PlaceOf(Rows));
        int first = Rows;
        Rows += keys.Length;
        return first;
    }

    /// <summary>Bytes of one row.</summary>
    public static int RowBytesOf(int length) => KeyBytes + length * sizeof(float) + SumBytes;

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private static FeatureSegment? Open(string path, UInt128 network, int length, FileAccess access)
    {
        SafeFileHandle? file = null;
        try
        {
            file = File.OpenHandle(path, FileMode.Open, access, FileShare.ReadWrite | FileShare.Delete);
            byte[] head = new byte[HeadBytes];
            if (RandomAccess.Read(file, head, 0) == HeadBytes && head.AsSpan().SequenceEqual(Head(network, length))) return new(file, path, length);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Gone, or somebody else's: as if there were none.
        }
        file?.Dispose();
        return null;
    }

    private static byte[] Head(UInt128 network, int length)
    {
        byte[] head = new byte[HeadBytes];
        "EngramF1"u8.CopyTo(head);
        BinaryPrimitives.WriteUInt128LittleEndian(head.AsSpan(8), network);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(24), length);
        return head;
    }

    private long PlaceOf(int row) => HeadBytes + (long)row * rowBytes;

    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(bytes)) crc = BitOperations.Crc32C(crc, word);
        foreach (byte rest in bytes[(bytes.Length / sizeof(ulong) * sizeof(ulong))..]) crc = BitOperations.Crc32C(crc, rest);
        return ~crc;
    }
}
