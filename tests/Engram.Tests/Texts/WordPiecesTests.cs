using Engram.Texts;

namespace Engram.Tests.Texts;

public sealed class WordPiecesTests
{
    private static readonly WordPieces Pieces = new("[PAD]\n[UNK]\n[CLS]\n[SEP]\nun\n##aff\n##able\na\n##a\nyes\n!\n");

    [Theory]
    [InlineData("unaffable", new long[] { 2, 4, 5, 6, 3 })]
    [InlineData("Yes! Unaffable", new long[] { 2, 9, 10, 4, 5, 6, 3 })]
    [InlineData("unaffably yes", new long[] { 2, 1, 9, 3 })]
    [InlineData("aaa", new long[] { 2, 7, 8, 8, 3 })]
    [InlineData("", new long[] { 2, 3 })]
    [InlineData(" \t\n", new long[] { 2, 3 })]
    public void Words_are_the_longest_pieces_from_their_beginning(string text, long[] numbers) => Assert.Equal(numbers, Pieces.Of(text, 20));

    [Fact]
    public void Long_words_are_unknown_and_long_texts_are_cut()
    {
        Assert.Equal([2, 7, .. Enumerable.Repeat(8L, 99), 3], Pieces.Of(new string('a', 100), 200));
        Assert.Equal([2, 1, 3], Pieces.Of(new string('a', 101), 200));
        Assert.Equal([2, 7, 8, 3], Pieces.Of("aaaa", 4));
        Assert.Equal([2, 9, 9, 3], Pieces.Of("yes yes yes", 4));
    }

    [Theory]
    [InlineData("Don't stop—now", "don|'|t|stop|—|now")]
    [InlineData("Élan ŽIVOT naïve", "elan|zivot|naive")]
    [InlineData("Ἀθῆναι ΆΛΦΑ ёлка", "αθηναι|αλφα|елка")]
    [InlineData("e\u0301t\u200De\0\uFFFD", "ete")]
    [InlineData("価格は5円です", "価|格|は5|円|てす")]
    [InlineData("한국", "\u1112\u1161\u11AB\u1100\u116E\u11A8")]
    [InlineData("a\u00A0b\u3000c", "a|b|c")]
    [InlineData("x=1 $5 a_b", "x|=|1|$|5|a|_|b")]
    [InlineData("😀ok \uD800x", "😀ok|x")]
    public void Words_are_small_and_without_accents_and_signs_are_alone(string text, string words) => Assert.Equal(words, string.Join('|', WordPieces.Words(text)));
}
