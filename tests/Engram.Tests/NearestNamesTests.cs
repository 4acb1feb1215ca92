namespace Engram.Tests;

public sealed class NearestNamesTests
{
    private static readonly string[] Known = ["ewc", "online-ewc", "fine-tuning", "joint", "mnist", "mas"];

    [Theory]
    [InlineData("mnits", "mnist")]
    [InlineData("JOINT", "joint")]
    [InlineData("finetuning", "fine-tuning")]
    [InlineData("online_ewc", "online-ewc")]
    [InlineData("mnis", "mnist")]
    public void A_slip_of_the_pen_finds_the_name(string wrong, string meant) => Assert.Equal(meant, NearestNames.Of(wrong, Known)[0]);

    [Fact]
    public void A_name_that_differs_only_in_case_is_suggested_alone() => Assert.Equal(["mas"], NearestNames.Of("MAS", ["mac", "mas", "max"]));

    [Fact]
    public void A_word_of_names_finds_the_shortest_of_them() => Assert.Equal(["split-mnist", "permuted-mnist"], NearestNames.Of("mnist", ["permuted-mnist", "split-mnist", "split-digits"]));

    [Fact]
    public void A_name_of_more_than_a_hundred_letters_is_compared_with_none()
    {
        Assert.Empty(NearestNames.Of(new string('e', 101), [new string('e', 102)]));
        Assert.Single(NearestNames.Of(new string('e', 100), [new string('e', 101)]));
    }

    [Theory]
    [InlineData("transformer")]
    [InlineData("")]
    public void What_resembles_nothing_suggests_nothing(string wrong)
    {
        Assert.Empty(NearestNames.Of(wrong, Known));
        Assert.Equal(".", NearestNames.Suggest(wrong, Known));
    }

    [Theory]
    [InlineData("jiont", "; did you mean 'joint'?")]
    [InlineData("mac", "; did you mean 'mas' or 'ewc'?")]
    public void The_suggestion_ends_a_sentence(string wrong, string expected) => Assert.Equal(expected, NearestNames.Suggest(wrong, Known));
}
