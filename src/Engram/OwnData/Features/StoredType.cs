using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Engram.OwnData.Features;

/// <summary>How one number or text lies in a file.</summary>
/// <param name="Kind">As NumPy writes it: <c>b</c> truth, <c>i</c> whole, <c>u</c> whole without sign, <c>f</c> floating, <c>U</c> text of four bytes a letter, <c>S</c> text in bytes; also <c>B</c>, bfloat16.</param>
/// <param name="Size">Bytes of one; 1 to 8 for numbers.</param>
/// <param name="BigEndian">Whether the highest byte comes first.</param>
internal readonly record struct StoredType(char Kind, int Size, bool BigEndian = false)
{
    /// <summary>Pixels and the like: unsigned bytes.</summary>
    public static StoredType Byte { get; } = new('u', 1);

    /// <summary>Whether it is a text.</summary>
    public bool IsText => Kind is 'U' or 'S';

    /// <summary>Whether it can be read at all.</summary>
    public bool IsKnown => (Kind, Size) is ('b', 1) or ('i' or 'u', 1 or 2 or 4 or 8) or ('f', 2 or 4 or 8) or ('B', 2) || Kind == 'S' && Size > 0 || Kind == 'U' && Size > 0 && Size % 4 == 0;

    /// <summary>As many numbers as there is room for.</summary>
    /// <param name="bytes">The stored bytes; their order may change.</param>
    /// <param name="numbers">Every one is written.</param>
    public void ToNumbers(Span<byte> bytes, Span<float> numbers)
    {
        ToLittleEndian(bytes);
        switch ((Kind, Size))
        {
            case ('f', 4): MemoryMarshal.Cast<byte, float>(bytes).CopyTo(numbers); break;
            case ('f', 8): Each<double>(bytes, numbers, static number => (float)number); break;
            case ('f', 2): Each<Half>(bytes, numbers, static number => (float)number); break;
            case ('B', 2): Each<ushort>(bytes, numbers, static number => BitConverter.UInt32BitsToSingle((uint)number << 16)); break;
            case ('u', 1): Each<byte>(bytes, numbers, static number => number); break;
            case ('b', 1): Each<byte>(bytes, numbers, static number => number == 0 ? 0 : 1); break;
            case ('i', 1): Each<sbyte>(bytes, numbers, static number => number); break;
            case ('i', 2): Each<short>(bytes, numbers, static number => number); break;
            case ('u', 2): Each<ushort>(bytes, numbers, static number => number); break;
            case ('i', 4): Each<int>(bytes, numbers, static number => number); break;
            case ('u', 4): Each<uint>(bytes, numbers, static number => number); break;
            case ('i', 8): Each<long>(bytes, numbers, static number => number); break;
            case ('u', 8): Each<ulong>(bytes, numbers, static number => number); break;
            default: throw new InvalidOperationException($"{this} is no number.");
        }
    }

    /// <summary>The name that a label has: whole numbers as they are written, texts as they are; null for a broken number, which is no label.</summary>
    /// <param name="bytes">Those of one label; their order may change.</param>
    public string? ToName(Span<byte> bytes)
    {
        if (Kind == 'S') return Encoding.UTF8.GetString(bytes.TrimEnd((byte)0));
        if (Kind == 'U') return (BigEndian ? BigEndianLetters : Encoding.UTF32).GetString(bytes).TrimEnd('\0');
        ToLittleEndian(bytes);
        if (Kind == 'b') return bytes[0] == 0 ? "false" : "true";
        if (Kind == 'u' && Size == 8) return BitConverter.ToUInt64(bytes).ToString(CultureInfo.InvariantCulture);
        if (Kind is 'i' or 'u') return Whole(bytes).ToString(CultureInfo.InvariantCulture);
        double number = Kind == 'B' || Size == 2 ? Small(bytes) : Size == 4 ? BitConverter.ToSingle(bytes) : BitConverter.ToDouble(bytes);
        return Math.Floor(number) == number && Math.Abs(number) < 1L << 53 ? ((long)number).ToString(CultureInfo.InvariantCulture) : null;
    }

    /// <summary>Such as <c>float32</c>.</summary>
    public override string ToString() => Kind switch
    {
        'b' => "bool",
        'i' => $"int{8 * Size}",
        'u' => $"uint{8 * Size}",
        'f' => $"float{8 * Size}",
        'B' => "bfloat16",
        _ => $"text of {(Kind == 'U' ? Size / 4 : Size)} letters",
    };

    private static Encoding BigEndianLetters { get; } = new UTF32Encoding(bigEndian: true, byteOrderMark: false);

    private long Whole(ReadOnlySpan<byte> bytes) => (Kind, Size) switch
    {
        ('i', 1) => (sbyte)bytes[0],
        ('u', 1) => bytes[0],
        ('i', 2) => BitConverter.ToInt16(bytes),
        ('u', 2) => BitConverter.ToUInt16(bytes),
        ('i', 4) => BitConverter.ToInt32(bytes),
        ('u', 4) => BitConverter.ToUInt32(bytes),
        _ => BitConverter.ToInt64(bytes),
    };

    private float Small(Span<byte> bytes)
    {
        Span<float> one = stackalloc float[1];
        (this with { BigEndian = false }).ToNumbers(bytes, one);
        return one[0];
    }

    private void ToLittleEndian(Span<byte> bytes)
    {
        if (!BigEndian) return;
        if (Size == 2) BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, short>(bytes), MemoryMarshal.Cast<byte, short>(bytes));
        else if (Size == 4) BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, int>(bytes), MemoryMarshal.Cast<byte, int>(bytes));
        else if (Size == 8) BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, long>(bytes), MemoryMarshal.Cast<byte, long>(bytes));
    }

    private static void Each<T>(Span<byte> bytes, Span<float> numbers, Func<T, float> convert) where T : unmanaged
    {
        ReadOnlySpan<T> stored = MemoryMarshal.Cast<byte, T>(bytes);
        for (int i = 0; i < numbers.Length; i++) numbers[i] = convert(stored[i]);
    }
}
