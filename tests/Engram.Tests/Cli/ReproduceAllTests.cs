using System.Text.Json.Nodes;
using Engram.Experiments;
using Engram.Experiments.Recipes;
using Engram.Tests.Datasets;

namespace Engram.Tests.Cli;

/// <summary>The command <c>reproduce --all</c>.</summary>
public sealed class ReproduceAllTests(EngramCommand engram) : IDisposable
{
    private const string Recipe = """
        {
          "title": "Tiny", "source": { "authors": "Nobody", "year": 2020 }, "seeds": 1,
          "config": { "stream": { "id": "permuted-digits", "tasks": 2, "samples": 256, "testSamples": 100 }, "network": { "id": "mlp", "hidden": [16] } },
          "rows": [
            { "id": "none", "label": "None", "method": { "id": "fine-tuning" }, "paper": 0.5, "band": [0, HIGH] },
            { "id": "joint", "label": "Joint", "method": { "id": "joint" }, "band": [0, 1] }
          ],
          "gates": [{ "says": "accuracies are fractions", "holds": "max(none, joint) <= 1" }]
        }
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void All_recipes_end_in_a_table_that_says_of_each_row_why_it_was_not_run()
    {
        Outcome outcome = engram.Run(folder.Path, "reproduce", "--all", "--quick", "--hours", "0.000001", "--json", "--out", "all");

        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Assert.Equal(RecipeCatalog.Ids, outcome.Json["rows"]!.AsArray().Select(row => row!["recipe"]!.ToString()).Distinct());
        Assert.All(outcome.Json["rows"]!.AsArray(), row => Assert.Contains(row!["state"]!.ToString(), new[] { "no-time", "no-data" }));
        Assert.Contains(outcome.Json["rows"]!.AsArray(), row => row!["recipe"]!.ToString() == "growth-on-sequences" && row["state"]!.ToString() == "no-time");
        Assert.Contains(outcome.Json["rows"]!.AsArray(), row => row!["why"]!.ToString().Contains("engram data get mnist"));
        Assert.True(JsonNode.DeepEquals(outcome.Results, JsonNode.Parse(File.ReadAllText(folder["all", "results.json"]))));
        Assert.Equal(outcome.Json["rows"]!.AsArray().Count + 1, File.ReadAllLines(folder["all", "table.csv"]).Length);
        Assert.Equal("recipes", engram.Run(folder.Path, "runs", "all", "--json").Json[0]!["kind"]!.ToString());
    }

    [Fact]
    public void What_was_stopped_goes_on_and_is_printed_row_by_row()
    {
        string[] resume = Plan("1");

        Outcome first = engram.Run(folder.Path, resume), again = engram.Run(folder.Path, resume);

        Assert.True(first.ExitCode == 0, first.Error);
        Assert.Matches(@"tiny: Tiny\r?\n.*\r?\nNone +50\.00 +\d+\.\d\d \(1\) +0\.0 to 100\.0 +inside", first.Output);
        Assert.Contains("2 rows of 2 were run: 2 inside, 0 outside, 0 without a band; 1 of 1 condition holds.", first.Output);
        Assert.Contains("2 runs, estimated ", first.Error);
        Assert.Contains("tiny: joint seed 1: accuracy ", first.Error);
        Assert.Equal(first.Output, again.Output);
        Assert.True(File.Exists(Path.Combine(Directory.GetDirectories(folder["all", "trials"], "joint-seed1-*").Single(), "report.html")));
    }

    [Fact]
    public void Trials_may_be_run_one_by_one_and_collected()
    {
        Plan("0.001");

        Outcome second = engram.Run(folder.Path, "trial", "all", "2"), missing = engram.RunWrong(2, folder.Path, "collect", "all"), first = engram.Run(folder.Path, "trial", "all", "1"), table = engram.Run(folder.Path, "collect", "all", "--json");

        Assert.StartsWith("Trial 2 (tiny: joint seed 1): accuracy ", second.Output);
        Assert.Contains("lacks trial 1 (tiny: none seed 1)", missing.ErrorLine);
        Assert.Equal(0, first.ExitCode);
        Assert.Equal(1, table.ExitCode); // none is outside
        Assert.Equal(["outside", "inside"], table.Json["rows"]!.AsArray().Select(row => row!["state"]!.ToString()));
    }

    [Fact]
    public void A_folder_with_another_table_is_left_alone()
    {
        Plan("1");

        Assert.Contains("'all' already holds a study", engram.RunWrong(2, folder.Path, "reproduce", "--all", "--out", "all").ErrorLine);
    }

    // As the command leaves it when it is stopped before the first run.
    private string[] Plan(string high)
    {
        TablePlan plan = new() { Recipes = [RecipeCatalog.Read("tiny", JsonNode.Parse(Recipe.Replace("HIGH", high))!.AsObject())] };
        StudyFolder.Open(folder["all"], "recipes", plan.ToJson());
        return ["resume", "all", "--jobs", "1"];
    }
}
