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
    [InlineData("ewc >= ", "ends too early")]
    [InlineData("ewc 0.9", "has '0.9' where >=, <=, > or < was expected")]
    [InlineData("ewx >= 0.9", "names the row 'ewx', which is not there; did you mean 'ewc'")]
    [InlineData("l2@* >= 0.9", "which stands for 2 rows, outside of min, max and mean")]
    [InlineData("ewc:accurracy >= 0.9", "did you mean 'accuracy'")]
    [InlineData("max(ewc joint) >= 0.9", "has 'joint' where , or ) was expected")]
    [InlineData("abs(ewc, joint) >= 0.9", "gives abs more than one value")]
    [InlineData("ewc >= 0.9 joint", "goes on with 'joint'")]
    [InlineData("ewc >= 90%", "has a sign that conditions do not know")]
    public void What_cannot_be_read_is_named(string text, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => GateCondition.Parse(text, Rows)).Message);
}
