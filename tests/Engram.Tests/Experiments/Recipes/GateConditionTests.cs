using Engram.Experiments.Recipes;

namespace Engram.Tests.Experiments.Recipes;

public sealed class GateConditionTests
{
    private static readonly string[] Rows = ["ewc", "ewc-task", "l2@0.1", "l2@1", "joint"];

    private static readonly Dictionary<string, double> Values = new()
    {
        ["ewc"] = .90, ["ewc-task"] = .70, ["l2@0.1"] = .50, ["l2@1"] = .80, ["joint"] = .95, ["ewc:forgetting"] = .03, ["ewc:R[T,1]"] = .88,
    };

    [Theory]
    [InlineData("ewc >= 0.9", .90, .9, true)]
    [InlineData("ewc > 0.9", .90, .9, false)]
    [InlineData("ewc - max(l2@*) > 0.05", .10, .05, true)]
    [InlineData("max(ewc, joint) - min(ewc-task, l2@1) <= 0.25", .25, .25, true)]
    [InlineData("abs(ewc - joint) <= 0.04", .05, .04, false)]
    [InlineData("mean(l2@*, ewc-task) + 0.01 < ewc", 2.0 / 3 + .01, .90, true)]
    [InlineData("-ewc + joint >= ewc:forgetting", .05, .03, true)]
    [InlineData("ewc:R[T,1] - ewc < 0", -.02, 0, true)]
    public void Conditions_are_worked_as_by_hand(string text, double left, double right, bool holds)
    {
        var result = GateCondition.Parse(text, Rows).Evaluate(name => Values[name]);

        Assert.Equal(left, result.Left, 12);
        Assert.Equal(right, result.Right, 12);
        Assert.Equal(holds, result.Holds);
    }

    [Fact]
    public void It_says_which_rows_it_needs() =>
        Assert.Equal(["ewc:forgetting", "l2@0.1", "l2@1"], GateCondition.Parse("ewc:forgetting < max(l2@*)", Rows).Names.Order());

    [Theory]
    [InlineData(" + ewc", 100_000, "", "letters, more than 2000")]
    [InlineData("+ew", 600, "", "names the row 'ew'")]
    [InlineData("max(", 400, "", "more than 20 levels deep")]
    [InlineData("abs(-", 21, "", "more than 20 levels deep")]
    public void A_condition_that_would_take_the_stack_is_refused_in_one_line(string part, int times, string end, string message)
    {
        string text = (times == 600 ? "ewc" : "") + string.Concat(Enumerable.Repeat(part, times)) + end + " >= 0";

        FormatException error = Assert.Throws<FormatException>(() => GateCondition.Parse(times == 100_000 ? "ewc " + text : text, Rows));

        Assert.Contains(message, error.Message);
        Assert.InRange(error.Message.Length, 1, 300);
    }

    [Fact]
    public void The_longest_condition_is_worked_in_order()
    {
        var result = GateCondition.Parse("ewc" + string.Concat(Enumerable.Repeat(" - ewc + ewc", 160)) + " >= 0", Rows).Evaluate(name => Values[name]);

        Assert.Equal(Values["ewc"], result.Left, 9);
    }

    [Theory]
    [InlineData("ewc", "ewc", true)]
    [InlineData("ewc", "ewc-task", false)]
    [InlineData("*", "ewc", true)]
    [InlineData("l2@*", "l2@0.1", true)]
    [InlineData("*-task", "ewc-task", true)]
    [InlineData("e*c*t*k", "ewc-task", true)]
    [InlineData("ewc*ewc", "ewc", false)]
    [InlineData("*a*a*", "ewc-task", false)]
    [InlineData("a.c", "abc", false)]
    public void A_star_stands_for_any_part_of_a_name(string pattern, string name, bool fits) => Assert.Equal(fits, GateCondition.Fits(pattern, name));

    [Fact]
    public void A_pattern_of_stars_alone_takes_no_longer_than_its_letters()
    {
        string pattern = string.Concat(Enumerable.Repeat("*a", 900)) + "*b";

        Assert.False(GateCondition.Fits(pattern, new string('a', 2000)));
    }

    [Theory]
    [InlineData("ewc >= ", "ends too early")]
    [InlineData("ewc 0.9", "has '0.9' where >=, <=, > or < was expected")]
    [InlineData("ewx >= 0.9", "names the row 'ewx', which is not there; did you mean 'ewc'")]
    [InlineData("l2@* >= 0.9", "which stands for 2 rows, outside of min, max and mean")]
    [InlineData("ewc:accurracy >= 0.9", "did you mean 'accuracy'")]
    [InlineData("max(ewc joint) >= 0.9", "has 'joint' where , or ) was expected")]
    [InlineData("abs(ewc, joint) >= 0.9", "gives abs more than one value")]
    [InlineData("abs(l2@*) >= 0.9", "has 'l2@*', which stands for 2 rows")]
    [InlineData("ewc >= 0.9 joint", "goes on with 'joint'")]
    [InlineData("ewc >= 90%", "has a sign that conditions do not know")]
    public void What_cannot_be_read_is_named(string text, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => GateCondition.Parse(text, Rows)).Message);
}
