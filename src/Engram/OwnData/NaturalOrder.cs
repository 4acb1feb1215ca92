namespace Engram.OwnData;

/// <summary>Names in the order of people: <c>month 2</c> before <c>month 10</c>.</summary>
internal sealed class NaturalOrder : IComparer<string>
{
    /// <summary>The order.</summary>
    public static NaturalOrder Instance { get; } = new();

    /// <inheritdoc/>
    public int Compare(string? x, string? y)
    {
        ReadOnlySpan<char> a = x, b = y;
        while (a.Length > 0 && b.Length > 0)
        {
            int digitsOfA = Digits(a), digitsOfB = Digits(b), order;
            if (digitsOfA > 0 && digitsOfB > 0)
            {
                ReadOnlySpan<char> numberOfA = a[..digitsOfA].TrimStart('0'), numberOfB = b[..digitsOfB].TrimStart('0');
                order = numberOfA.Length != numberOfB.Length ? numberOfA.Length - numberOfB.Length : numberOfA.SequenceCompareTo(numberOfB);
                a = a[digitsOfA..];
                b = b[digitsOfB..];
            }
            else
            {
                order = a[0] - b[0];
                a = a[1..];
                b = b[1..];
            }
            if (order != 0) return order;
        }
        return a.Length != b.Length ? a.Length - b.Length : string.CompareOrdinal(x, y);
    }

    private static int Digits(ReadOnlySpan<char> text)
    {
        int count = text.IndexOfAnyExceptInRange('0', '9');
        return count < 0 ? text.Length : count;
    }
}
