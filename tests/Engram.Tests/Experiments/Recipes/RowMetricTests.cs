using Engram.Experiments;
using Engram.Experiments.Recipes;
using Engram.Methods;
using Engram.Streams;

namespace Engram.Tests.Experiments.Recipes;

public sealed class RowMetricTests
{
    private static readonly Lazy<RunResult> Result = new(() => Toy.Run(Toy.Config("fine-tuning", Scenario.Task)) with
    {
        Tables = [new ExhibitTable("gate", "of", ["task 1", "mean"], "went to", ["a", "b"], [[0.25, 0.75], [null, 1]], "")],
    });

    [Fact]
    public void A_cell_of_a_table_is_found_by_its_names()
    {
        Assert.Equal(0.75, RowMetric.Of(Result.Value, "table[gate,task 1,b]"));
        Assert.Null(RowMetric.Of(Result.Value, "table[gate,mean,a]"));
        Assert.Null(RowMetric.Problem("table[gate,mean,a]"));
    }

    [Theory]
    [InlineData("table[gates,mean,a]", "needs the table 'gates', but the run shows 'gate'")]
    [InlineData("table[gate,task 2,a]", "names 'task 2', but the table 'gate' has task 1, mean")]
    [InlineData("table[gate,mean,c]", "names 'c', but the table 'gate' has a, b")]
    public void What_is_not_there_is_named(string metric, string message) =>
        Assert.Contains(message, Assert.Throws<EngramException>(() => RowMetric.Of(Result.Value, metric)).Message);

    [Theory]
    [InlineData("table[gate,mean]")]
    [InlineData("table[]")]
    public void A_cell_without_three_names_is_no_metric(string metric) => Assert.Contains("table[name,row,column]", RowMetric.Problem(metric));
}
