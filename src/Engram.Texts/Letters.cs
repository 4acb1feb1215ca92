using System.Text;

namespace Engram.Texts;

/// <summary>
/// Letters without their accents, small. The programs run without a culture's data, and then .NET leaves accents where they are; so what Unicode 14
/// says of them (canonical decomposition, marks left out) stands in <c>letters.txt</c>, a letter and its base on each line. Korean syllables are computed.
/// </summary>
internal static class Letters
{
    private const int FirstSyllable = 0xAC00, LastSyllable = 0xD7A3, FirstLead = 0x1100, FirstVowel = 0x1161, BeforeTails = 0x11A7, Vowels = 21, Tails = 28;
    private static readonly Lazy<Dictionary<char, char>> Bases = new(Read);

    /// <summary>A letter as it is looked up.</summary>
    public static string Plain(Rune rune)
    {
        int code = rune.Value;
        if (code is >= FirstSyllable and <= LastSyllable)
        {
            int syllable = code - FirstSyllable, tail = syllable % Tails;
            string open = $"{(char)(FirstLead + syllable / (Vowels * Tails))}{(char)(FirstVowel + syllable / Tails % Vowels)}";
            return tail == 0 ? open : open + (char)(BeforeTails + tail);
        }
        return rune.IsBmp && !rune.IsAscii && Bases.Value.TryGetValue((char)code, out char plain) ? char.ToLowerInvariant(plain).ToString() : Rune.ToLowerInvariant(rune).ToString();
    }

    private static Dictionary<char, char> Read()
    {
        using Stream stream = typeof(Letters).Assembly.GetManifestResourceStream("Engram.Texts.letters.txt")!;
        using StreamReader reader = new(stream);
        Dictionary<char, char> bases = [];
        while (reader.ReadLine() is { Length: 2 } pair) bases.Add(pair[0], pair[1]);
        return bases;
    }
}
