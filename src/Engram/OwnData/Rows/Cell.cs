using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Engram.OwnData.Rows;

/// <summary>What a value of a table means, judged by its text alone.</summary>
internal static class Cell
{
    /// <summary>What stands for a missing value, for messages.</summary>
    public const string MissingWords = "empty, NA, N/A, NaN, null or ?";

    private static readonly string[] Missings = ["", "?", "NA", "N/A", "NaN", "null"];

    private const ulong NumberMark = 0x6e75_6d62_0000_0000, Missing = 0xfff8_0000_0000_0000; // the second: the bits of NaN

    private const int MostDigits = 15;

    private static readonly double[] PowersOfTen = [.. Enumerable.Range(0, MostDigits + 1).Select(power => Math.Pow(10, power))];

    private static readonly DateTime FirstDay = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private static readonly string[] DateForms =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.FFFFFFF",
        "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ssK",
    ];

    /// <summary>Whether a trimmed text stands for a missing value.</summary>
    public static bool IsMissing(ReadOnlySpan<char> text) => text.Length switch
    {
        0 => true,
        1 => text[0] == '?',
        2 => text.Equals("NA", StringComparison.OrdinalIgnoreCase),
        3 => text.Equals("NaN", StringComparison.OrdinalIgnoreCase) || text.Equals("N/A", StringComparison.OrdinalIgnoreCase),
        4 => text.Equals("null", StringComparison.OrdinalIgnoreCase),
        _ => false,
    };

    /// <summary>All texts for which <see cref="IsMissing(ReadOnlySpan{char})"/> is true: each in capital and small letters, however mixed.</summary>
    public static IEnumerable<string> MissingTexts => Missings.SelectMany(text => text.Aggregate(new[] { "" }.AsEnumerable(), (begun, letter) =>
        begun.SelectMany(start => new[] { char.ToLowerInvariant(letter), char.ToUpperInvariant(letter) }.Distinct().Select(either => start + either))));

    /// <summary>Whether a trimmed text is a number with a point, infinity included.</summary>
    public static bool IsNumber(ReadOnlySpan<char> text, out double number)
    {
        if (IsPlainNumber(text, out number)) return true;
        if (double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number)) return !double.IsNaN(number);
        ReadOnlySpan<char> size = text.TrimStart("+-");
        if (!size.Equals("inf", StringComparison.OrdinalIgnoreCase) || text.Length - size.Length > 1) return false;
        number = text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
        return true;
    }

    // Digits with a sign and a point, of a size at which the quotient of two exact numbers is the nearest one (Clinger 1990): what most values are.
    private static bool IsPlainNumber(ReadOnlySpan<char> text, out double number)
    {
        number = 0;
        bool isNegative = text.Length > 0 && text[0] == '-';
        ulong digits = 0;
        int decimals = -1, count = 0;
        for (int i = isNegative ? 1 : 0; i < text.Length; i++)
        {
            uint digit = (uint)(text[i] - '0');
            if (digit <= 9)
            {
                digits = 10 * digits + digit;
                if (++count > MostDigits) return false;
                if (decimals >= 0) decimals++;
            }
            else if (text[i] == '.' && decimals < 0) decimals = 0;
            else return false;
        }
        if (count == 0) return false;
        number = decimals > 0 ? digits / PowersOfTen[decimals] : digits;
        if (isNegative) number = -number;
        return true;
    }

    /// <summary>Whether a text of digits is a name rather than a number: <c>07</c> is not <c>7</c>.</summary>
    public static bool IsCode(ReadOnlySpan<char> text) => text.Length > 1 && text[0] == '0' && text.IndexOfAnyExceptInRange('0', '9') < 0;

    /// <summary>Whether a trimmed text is a number with a decimal comma, such as <c>3,14</c>.</summary>
    public static bool HasDecimalComma(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> size = text.TrimStart("+-");
        int comma = size.IndexOf(',');
        return comma > 0 && comma < size.Length - 1 && size[..comma].IndexOfAnyExceptInRange('0', '9') < 0 && size[(comma + 1)..].IndexOfAnyExceptInRange('0', '9') < 0;
    }

    /// <summary>Whether a trimmed text is a date of ISO 8601, with or without a time; its days since the beginning of 2000, UTC.</summary>
    public static bool IsDate(ReadOnlySpan<char> text, out double days)
    {
        days = 0;
        if (text.Length < 10 || text[4] != '-' || !DateTime.TryParseExact(text, DateForms, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out DateTime date)) return false;
        days = DaysOf(date);
        return true;
    }

    /// <summary>Days since the beginning of 2000.</summary>
    public static double DaysOf(DateTime date) => (date - FirstDay).TotalDays;

    /// <summary>The date of some days since the beginning of 2000.</summary>
    public static string DateOf(double days) => FirstDay.AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>What tells one value of a column from another: equal numbers have the same however they are written, and so has a text that is such a number in its shortest form.</summary>
    public static ulong IdentityOf(double number) => double.IsNaN(number) ? Missing : NumberMark | BitConverter.SingleToUInt32Bits((float)number + 0f);

    /// <summary>The same of a text.</summary>
    public static ulong IdentityOf(ReadOnlySpan<char> text)
    {
        Span<char> shortest = stackalloc char[32];
        if (text.Length < shortest.Length && IsNumber(text, out double number) && ((float)number).TryFormat(shortest, out int length, provider: CultureInfo.InvariantCulture) && shortest[..length].SequenceEqual(text)) return IdentityOf(number);
        ulong identity = Hash(text);
        return identity == Missing || (identity & 0xffff_ffff_0000_0000) == NumberMark ? ~identity : identity;
    }

    /// <summary>Whether an identity is that of a missing value.</summary>
    public static bool IsMissing(ulong identity) => identity == Missing;

    /// <summary>The first eight bytes of the SHA-256 of a text in UTF-8.</summary>
    public static ulong Hash(ReadOnlySpan<char> text)
    {
        byte[]? longer = null;
        Span<byte> bytes = text.Length <= 128 ? stackalloc byte[512] : longer = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)], hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(text, bytes)], hash);
        return MemoryMarshal.Read<ulong>(hash);
    }
}
