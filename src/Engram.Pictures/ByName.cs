namespace Engram.Pictures;

/// <summary>The order of names that people expect: digits count as numbers, so that <c>task 2</c> comes before <c>task 10</c>, and all else by its letters' codes.</summary>
internal sealed class ByName : IComparer<string>
{
    /// <summary>The order.</summary>
    public static ByName Order { get; } = new();

    /// <inheritdoc/>
    public int Compare(string? x, string? y)
    {
        ReadOnlySpan<char> left = x, right = y;
        while (left.Length > 0 && right.Length > 0)
        {
            int digitsLeft = Digits(left), digitsRight = Digits(right);
            if (digitsLeft == 0 || digitsRight == 0)
            {
                if (left[0] != right[0]) return left[0].CompareTo(right[0]);
                left = left[1..];
                right = right[1..];
                continue;
            }
            ReadOnlySpan<char> numberLeft = left[..digitsLeft].TrimStart('0'), numberRight = right[..digitsRight].TrimStart('0');
            int order = numberLeft.Length != numberRight.Length ? numberLeft.Length.CompareTo(numberRight.Length) : numberLeft.CompareTo(numberRight, StringComparison.Ordinal);
            if (order != 0) return order;
            left = left[digitsLeft..];
            right = right[digitsRight..];
        }
        return left.Length != right.Length ? left.Length.CompareTo(right.Length) : string.CompareOrdinal(x, y); // 07 and 7 are two names
    }

    private static int Digits(ReadOnlySpan<char> text) => text.IndexOfAnyExceptInRange('0', '9') is var end && end < 0 ? text.Length : end;
}
