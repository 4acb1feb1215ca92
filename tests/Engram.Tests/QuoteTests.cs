namespace Engram.Tests;

public sealed class QuoteTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("ewc", "ewc")]
    [InlineData("two\nlines\t\u001b[31m", "two?lines??[31m")]
    public void What_is_short_is_shown_on_one_line(string value, string shown) => Assert.Equal(shown, Quote.Of(value));

    [Fact]
    public void Half_a_character_is_shown_as_one_that_cannot_be() => Assert.Equal("half ? and whole \ud83d\ude00", Quote.Of("half \ud83d and whole \ud83d\ude00"));

    [Fact]
    public void What_is_long_is_cut_and_its_length_named() => Assert.Equal($"{new string('a', 80)}... (1000000 letters)", Quote.Of(new string('a', 1_000_000)));

    [Fact]
    public void An_error_is_one_bounded_line_whatever_its_words()
    {
        EngramException error = EngramException.Input("x", "first\r\nsecond " + new string('a', 100_000));

        Assert.StartsWith("first second aaa", error.Message);
        Assert.InRange(error.Message.Length, EngramException.MostLetters, EngramException.MostLetters + 40);
    }
}
