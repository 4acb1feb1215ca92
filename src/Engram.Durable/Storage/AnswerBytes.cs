using System.Buffers.Binary;
using System.IO.Compression;

namespace Engram.Durable.Storage;

/// <summary>Answers to held-out samples as bytes: how many as 32 bits, then each as 32 bits, little endian, deflated. Neighbours mostly have one class, so that little is left.</summary>
internal static class AnswerBytes
{
    private const int Start = sizeof(int);

    /// <summary>Writes answers.</summary>
    public static byte[] From(ReadOnlySpan<int> answers)
    {
        byte[] plain = new byte[answers.Length * sizeof(int)], count = new byte[Start];
        for (int i = 0; i < answers.Length; i++) BinaryPrimitives.WriteInt32LittleEndian(plain.AsSpan(i * sizeof(int)), answers[i]);
        BinaryPrimitives.WriteInt32LittleEndian(count, answers.Length);
        using MemoryStream stream = new();
        stream.Write(count);
        using (DeflateStream deflate = new(stream, CompressionLevel.Optimal, leaveOpen: true)) deflate.Write(plain);
        return stream.ToArray();
    }

    /// <summary>Reads answers.</summary>
    /// <exception cref="EngramException">The bytes were not written so (<c>damaged-engram</c>).</exception>
    public static int[] ToAnswers(byte[] bytes)
    {
        int count = bytes.Length < Start ? -1 : BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (count < 0 || count > int.MaxValue / sizeof(int)) throw Damaged($"{bytes.Length} bytes for {count} answers");
        try
        {
            using DeflateStream inflate = new(new MemoryStream(bytes, Start, bytes.Length - Start), CompressionMode.Decompress);
            byte[] plain = new byte[count * sizeof(int)];
            inflate.ReadExactly(plain);
            int[] answers = new int[count];
            for (int i = 0; i < count; i++) answers[i] = BinaryPrimitives.ReadInt32LittleEndian(plain.AsSpan(i * sizeof(int)));
            return answers;
        }
        catch (Exception cause) when (cause is InvalidDataException or EndOfStreamException)
        {
            throw Damaged("they cannot be inflated", cause);
        }
    }

    private static EngramException Damaged(string why, Exception? cause = null) =>
        EngramException.Failure("damaged-engram", $"Answers to held-out samples are damaged: {why}. Take the engram from a backup.", cause);
}
