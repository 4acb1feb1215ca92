using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Engram.Durable.Storage;

/// <summary>
/// The checksum of a row: the first 16 bytes of the SHA-256 over the table's name and the values, each with its kind and length before it,
/// so that no two rows are written alike.
/// </summary>
internal static class RowSum
{
    /// <summary>Bytes of a checksum.</summary>
    public const int Length = 16;

    private const byte None = 0, Number = 1, Text = 2, Bytes = 3;

    /// <summary>Refuses text that would come back from one of the databases as another.</summary>
    /// <exception cref="EngramException">It holds a zero or a lone surrogate (<c>invalid-text</c>).</exception>
    public static void RefuseWrongText(ReadOnlySpan<object?> values)
    {
        foreach (object? value in values)
            if (value is string text && !IsWhole(text))
                throw EngramException.Input("invalid-text", $"The text '{Quote.Of(text)}' holds a zero or half a character, which a database cannot keep. Remove it from the data.");
    }

    /// <summary>Checksum of values of a table.</summary>
    /// <param name="table">Name of the table.</param>
    /// <param name="values">Whole numbers (<see cref="long"/>), text, bytes or null.</param>
    public static byte[] Of(string table, params ReadOnlySpan<object?> values)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, table);
        foreach (object? value in values) Append(hash, value);
        return hash.GetHashAndReset()[..Length];
    }

    private static void Append(IncrementalHash hash, object? value)
    {
        switch (value)
        {
            case null: Append(hash, None, 0, []); break;
            case long number: Append(hash, Number, number, []); break;
            case byte[] bytes: Append(hash, Bytes, bytes.Length, bytes); break;
            case string text:
                byte[] encoded = Encoding.UTF8.GetBytes(text);
                Append(hash, Text, encoded.Length, encoded);
                break;
            default: throw new ArgumentException($"A column holds no {value.GetType().Name}.", nameof(value));
        }
    }

    private static void Append(IncrementalHash hash, byte kind, long number, ReadOnlySpan<byte> bytes)
    {
        Span<byte> start = stackalloc byte[9];
        start[0] = kind;
        BinaryPrimitives.WriteInt64LittleEndian(start[1..], number);
        hash.AppendData(start);
        hash.AppendData(bytes);
    }

    private static bool IsWhole(string text)
    {
        if (text.Contains('\0')) return false;
        for (int i = 0; i < text.Length; i++)
            if (char.IsSurrogate(text[i]) && (!char.IsSurrogatePair(text, i) || ++i < 0)) return false;
        return true;
    }
}
