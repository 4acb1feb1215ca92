using System.Globalization;
using System.Text;

namespace Engram.Texts;

/// <summary>
/// Cuts texts into the pieces that networks after BERT read (Devlin, Chang, Lee and Toutanova 2018, arXiv 1810.04805): small letters without
/// accents, punctuation and ideographs alone, and each word as the longest pieces of a vocabulary, from its beginning (Wu et al. 2016,
/// arXiv 1609.08144, section 4.1). Immutable, so any number of threads may use it.
/// </summary>
internal sealed class WordPieces
{
    private const int MostLettersOfWord = 100;
    private const string Inner = "##";
    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> found;
    private readonly int unknown, begin, end;

    /// <summary>Takes a vocabulary.</summary>
    /// <param name="vocabulary">A piece on each line; a piece within a word begins with <c>##</c>.</param>
    public WordPieces(string vocabulary)
    {
        foreach (ReadOnlySpan<char> line in vocabulary.AsSpan().EnumerateLines())
            if (line.Length > 0) places.TryAdd(line.ToString(), places.Count);
        found = places.GetAlternateLookup<ReadOnlySpan<char>>();
        (unknown, begin, end) = (places["[UNK]"], places["[CLS]"], places["[SEP]"]);
    }

    /// <summary>The numbers of a text's pieces, between those of a beginning and an end.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="most">Most numbers; what comes after is left out.</param>
    public long[] Of(string text, int most)
    {
        List<long> numbers = [begin];
        foreach (string word in Words(text))
        {
            if (numbers.Count >= most - 1) break;
            AddPieces(word, numbers);
        }
        return [.. numbers.Take(most - 1), end];
    }

    /// <summary>The words of a text: small letters without accents, each sign of punctuation and each ideograph alone.</summary>
    internal static IEnumerable<string> Words(string text)
    {
        StringBuilder word = new();
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool isSpace = Rune.IsWhiteSpace(rune);
            if (!isSpace && IsNothing(rune)) continue;
            bool isAlone = !isSpace && (IsPunctuation(rune) || IsIdeograph(rune.Value));
            if ((isSpace || isAlone) && word.Length > 0)
            {
                yield return word.ToString();
                word.Clear();
            }
            if (isAlone) yield return Letters.Plain(rune);
            else if (!isSpace) word.Append(Letters.Plain(rune));
        }
        if (word.Length > 0) yield return word.ToString();
    }

    // Greedy: the longest piece of the vocabulary that the rest of the word begins with. A word that has none somewhere is unknown as a whole.
    private void AddPieces(string word, List<long> numbers)
    {
        int before = numbers.Count;
        Span<char> piece = stackalloc char[Inner.Length + MostLettersOfWord];
        Inner.CopyTo(piece);
        for (int from = 0; from < word.Length;)
        {
            int length = word.Length <= MostLettersOfWord ? word.Length - from : 0, number = unknown;
            word.AsSpan(from, length).CopyTo(piece[Inner.Length..]);
            int head = from == 0 ? Inner.Length : 0;
            while (length > 0 && !found.TryGetValue(piece[head..(Inner.Length + length)], out number)) length--;
            if (length == 0)
            {
                numbers.RemoveRange(before, numbers.Count - before);
                numbers.Add(unknown);
                return;
            }
            numbers.Add(number);
            from += length;
        }
    }

    private static bool IsNothing(Rune rune) => rune.Value is 0 or 0xFFFD
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned or UnicodeCategory.NonSpacingMark;

    private static bool IsPunctuation(Rune rune) => rune.IsAscii ? rune.Value > ' ' && !Rune.IsLetterOrDigit(rune) : Rune.IsPunctuation(rune);

    // The blocks of CJK ideographs; kana and hangul are written in words.
    private static bool IsIdeograph(int code) => code is >= 0x4E00 and <= 0x9FFF or >= 0x3400 and <= 0x4DBF or >= 0xF900 and <= 0xFAFF or >= 0x20000 and <= 0x2A6DF
        or >= 0x2A700 and <= 0x2CEAF or >= 0x2F800 and <= 0x2FA1F;
}
