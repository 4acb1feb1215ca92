namespace Engram.Tables;

/// <summary>
/// Walks through a structure in Thrift's compact protocol, as the description of a Parquet file is one, and says whether it ends within its bytes. The library for Parquet reads on for ever
/// in one that does not.
/// </summary>
/// <param name="bytes">The structure.</param>
internal ref struct CompactStructure(ReadOnlySpan<byte> bytes)
{
    private const int MostDepth = 64, MostOfNumber = 10;
    private const byte True = 1, False = 2, Byte = 3, Double = 7, Binary = 8, List = 9, Set = 10, Map = 11, Structure = 12, Uuid = 13;
    private ReadOnlySpan<byte> rest = bytes;

    /// <summary>Whether the structure ends within its bytes.</summary>
    public bool IsWhole() => SkipStructure(MostDepth);

    private bool SkipStructure(int depth)
    {
        if (depth == 0) return false;
        while (Next() is >= 0 and var field)
        {
            if (field == 0) return true;
            if (field >> 4 == 0 && Number() is null) return false; // a number of its own in place of a step
            int kind = field & 15;
            if (kind is not (True or False) && !Skip(kind, depth)) return false; // a truth value is its kind
        }
        return false;
    }

    private bool Skip(int kind, int depth) => kind switch
    {
        True or False or Byte => Leave(1),
        > Byte and < Double => Number() is not null,
        Double => Leave(sizeof(double)),
        Binary => Number() is { } length && Leave(length),
        List or Set => SkipList(depth),
        Map => SkipMap(depth),
        Structure => SkipStructure(depth - 1),
        Uuid => Leave(16),
        _ => false,
    };

    private bool SkipList(int depth)
    {
        int head = Next();
        if (head < 0) return false;
        ulong? count = head >> 4 == 15 ? Number() : (ulong)(head >> 4);
        if (count is not { } elements || elements > (ulong)rest.Length) return false; // each has a byte at least
        for (; elements > 0; elements--)
            if (!Skip(head & 15, depth - 1)) return false;
        return true;
    }

    private bool SkipMap(int depth)
    {
        if (Number() is not { } pairs || pairs > (ulong)rest.Length) return false;
        if (pairs == 0) return true;
        int kinds = Next();
        for (; pairs > 0; pairs--)
            if (kinds < 0 || !Skip(kinds >> 4, depth - 1) || !Skip(kinds & 15, depth - 1)) return false;
        return true;
    }

    private int Next()
    {
        if (rest.Length == 0) return -1;
        int next = rest[0];
        rest = rest[1..];
        return next;
    }

    private ulong? Number()
    {
        ulong number = 0;
        for (int i = 0; i < MostOfNumber; i++)
        {
            int next = Next();
            if (next < 0) return null;
            number |= (ulong)(next & 127) << (7 * i);
            if (next < 128) return number;
        }
        return null;
    }

    private bool Leave(ulong count)
    {
        if (count > (ulong)rest.Length) return false;
        rest = rest[(int)count..];
        return true;
    }
}
