using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Engram.Durable.Storage;

/// <summary>
/// The numbers of a kept sample as bytes: one byte for the form (1 plain, 2 deflated), how many numbers as 32 bits, then the numbers as 32-bit floats,
/// all of it little endian. They are deflated where that takes at most four fifths of the room.
/// </summary>
public static class SampleBytes
{
    private const byte Plain = 1, Deflated = 2;
    private const int Start = 1 + sizeof(int);
    private const double WorthIt = .8;

    /// <summary>Writes numbers.</summary>
    public static byte[] From(ReadOnlySpan<float> numbers)
    {
        byte[] plain = new byte[Start + (numbers.Length * sizeof(float))];
        plain[0] = Plain;
        BinaryPrimitives.WriteInt32LittleEndian(plain.AsSpan(1), numbers.Length);
        if (BitConverter.IsLittleEndian) MemoryMarshal.AsBytes(numbers).CopyTo(plain.AsSpan(Start));
        else for (int i = 0; i < numbers.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(plain.AsSpan(Start + (i * sizeof(float))), numbers[i]);
        using MemoryStream small = new();
        small.Write(plain, 0, Start);
        using (DeflateStream deflate = new(small, CompressionLevel.Fastest, leaveOpen: true)) deflate.Write(plain, Start, plain.Length - Start);
        if (small.Length - Start > WorthIt * (plain.Length - Start)) return plain;
        byte[] deflated = small.ToArray();
        deflated[0] = Deflated;
        return deflated;
    }

    /// <summary>Reads numbers.</summary>
    /// <exception cref="EngramException">The bytes were not written so (<c>damaged-engram</c>).</exception>
    public static float[] ToNumbers(ReadOnlySpan<byte> bytes)
    {
        int count = bytes.Length < Start ? -1 : BinaryPrimitives.ReadInt32LittleEndian(bytes[1..]);
        if (count < 0) throw Damaged($"{bytes.Length} bytes with the number {count} at their start");
        ReadOnlySpan<byte> content = bytes[Start..];
        if (bytes[0] == Deflated) content = Inflated(content, count);
        else if (bytes[0] != Plain) throw Damaged($"form {bytes[0]}");
        if (content.Length != (long)count * sizeof(float)) throw Damaged($"{content.Length} bytes for {count} numbers");
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) numbers[i] = BinaryPrimitives.ReadSingleLittleEndian(content[(i * sizeof(float))..]);
        return numbers;
    }

    // Grows with what is there, so that a wrong length takes no room.
    private static byte[] Inflated(ReadOnlySpan<byte> deflated, int count)
    {
        using MemoryStream numbers = new();
        try
        {
            using DeflateStream inflate = new(new MemoryStream(deflated.ToArray()), CompressionMode.Decompress);
            byte[] some = new byte[Math.Min(1 << 16, ((long)count * sizeof(float)) + 1)];
            for (int read; numbers.Length <= (long)count * sizeof(float) && (read = inflate.Read(some)) > 0;) numbers.Write(some, 0, read);
            return numbers.ToArray();
        }
        catch (InvalidDataException error)
        {
            throw Damaged("it cannot be inflated", error);
        }
    }

    private static EngramException Damaged(string why, Exception? cause = null) =>
        EngramException.Failure("damaged-engram", $"A kept sample is damaged: {why}. Take the engram from a backup.", cause);
}
