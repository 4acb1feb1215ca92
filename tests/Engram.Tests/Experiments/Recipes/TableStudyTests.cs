using System.Globalization;
using System.Text.Json.Nodes;
using Engram.Evaluation;
using Engram.Experiments;
using Engram.Experiments.Recipes;
using Engram.Reports;
using Engram.Tests.Datasets;

namespace Engram.Tests.Experiments.Recipes;

public sealed class TableStudyTests : IDisposable
{
    private const string Config = """
        "config": { "stream": { "id": "toy" }, "network": { "id": "mlp", "hidden": [9] }, "training": { "batch": 10, "iterations": 6, "logEvery": 1 } }
        """;

    private static readonly Recipe Toys = Read("toys", $$"""
        {
          "title": "Toys", "source": { "authors": "Nobody", "year": 2020 }, "seeds": 2, {{Config}},
          "rows": [
            { "id": "long", "label": "Long, with a comma", "method": { "id": "fine-tuning" }, "training": { "iterations": 60 }, "paper": 0.5, "band": [0, 1] },
            { "id": "none", "label": "None", "method": { "id": "fine-tuning" }, "band": [null, 0.001] },
            { "id": "none-forgetting", "label": "None: forgetting", "of": "none", "metric": "forgetting" },
            { "id": "joint", "label": "Joint", "method": { "id": "joint" } }
          ],
          "gates": [{ "says": "so it is", "holds": "max(long, none) <= 1" }, { "says": "so it is not", "holds": "joint > 1" }],
          "quick": { "seeds": 1, "rows": ["none"], "gates": [] }
        }
        """);

    private static readonly Recipe Absent = Read("absent", """
        {
          "title": "Absent", "source": { "authors": "Nobody", "year": 2020 }, "config": { "stream": { "id": "split-mnist" } },
          "rows": [{ "id": "none", "label": "None", "method": { "id": "fine-tuning" }, "band": [0, 1] }],
          "gates": [{ "says": "of what is not here", "holds": "none >= 0" }]
        }
        """);

    private static readonly Recipe Magic = Read("magic", $$"""
        { "title": "Magic", "source": { "authors": "Nobody", "year": 2020 }, {{Config}}, "rows": [{ "id": "never", "label": "Never <b>", "method": { "id": "never-forget" }, "paper": 0.9 }] }
        """);

    private readonly TemporaryFolder temporary = new();

    public void Dispose() => temporary.Dispose();

    [Fact]
    public void Every_row_of_every_recipe_says_where_it_stands()
    {
        ReproductionTable table = Go(new() { Recipes = [Toys, Absent, Magic] });

        Assert.Equal([("long", ReproducedState.Inside), ("none", ReproducedState.Outside), ("none-forgetting", ReproducedState.Measured), ("joint", ReproducedState.Measured), ("none", ReproducedState.NoData), ("never", ReproducedState.Impossible)],
            table.Rows.Select(row => (row.Row.Id, row.State)));
        Assert.Equal([ReproducedState.Inside, ReproducedState.Outside, ReproducedState.NoData], table.Gates.Select(gate => gate.State));
        Assert.Contains("engram data get mnist", table.Rows[4].Why);
        Assert.Contains("never-forget", table.Rows[5].Why);
        Assert.Equal(2, table.Rows[0].Row.N);
        Assert.Equal((false, 0), (table.Inside, table.SecondsLeft));
        Assert.Equal(6, table.Finished.Count);
        Assert.Equal("4 rows of 6 were run: 1 inside, 1 outside, 2 without a band; the others were not: 1 data missing, 1 not possible here; 1 of 2 conditions hold, of 3 in all. Outside: toys: None. Broken: toys: so it is not.", ReproductionWords.Verdict(table));
    }

    [Fact]
    public void The_cheapest_rows_are_run_first_each_with_all_its_seeds()
    {
        List<string> ended = [];

        Go(new() { Recipes = [Toys] }, watch: new() { Ended = trial => ended.Add(trial.Name) });

        Assert.Equal(["toys: none seed 1", "toys: none seed 2", "toys: joint seed 1", "toys: joint seed 2", "toys: long seed 1", "toys: long seed 2"], ended);
    }

    [Fact]
    public void Without_time_nothing_is_run_and_the_next_go_does_the_rest_only()
    {
        ReproductionTable none = Go(new() { Recipes = [Toys], Hours = 1e-9 });
        Assert.All(none.Rows, row => Assert.Equal((ReproducedState.NoTime, 0), (row.State, row.Row.N)));
        Assert.True(none.SecondsLeft > 3, $"{none.SecondsLeft}"); // six runs, half a second each at the least
        Assert.True(none.Inside);
        Assert.Empty(Directory.EnumerateDirectories(temporary["table", "trials"]));
        Go(new() { Recipes = [Toys] });
        RunTrial again = new(Toy.Laboratory, ReproductionPlan.Make(Toys, Toy.Catalogs, new()).Trials[0], StudyFolder.At(temporary["table"]).TrialPath(ReproductionPlan.Make(Toys, Toy.Catalogs, new()).Trials[0]));
        string results = Path.Combine(again.Place!, "results.json");
        DateTime written = File.GetLastWriteTimeUtc(results);
        Directory.Delete(Directory.GetDirectories(temporary["table", "trials"], "long-seed2-*").Single(), recursive: true);

        ReproductionTable some = Go(new() { Recipes = [Toys], Hours = 1e-9 }), whole = Go(new() { Recipes = [Toys] });

        Assert.Equal([ReproducedState.NoTime, ReproducedState.Outside, ReproducedState.Measured, ReproducedState.Measured], some.Rows.Select(row => row.State));
        Assert.Equal((1, null), (some.Rows[0].Row.N, some.Rows[0].Row.Inside)); // one seed of two is not judged
        Assert.Equal([ReproducedState.NoTime, ReproducedState.Outside], some.Gates.Select(gate => gate.State));
        Assert.Equal((2, ReproducedState.Inside), (whole.Rows[0].Row.N, whole.Rows[0].State));
        Assert.Equal(written, File.GetLastWriteTimeUtc(results));
    }

    [Fact]
    public void A_run_that_is_under_way_when_the_time_is_over_stops_and_goes_on_the_next_time_with_the_same_numbers()
    {
        TablePlan plan = new() { Recipes = [Toys], Seeds = 1 };
        RunResult straight = Go(plan, folder: "straight").Finished.Single(run => run.Trial.Label == "long").Result;

        // Sixty steps of two tasks at 50 ms each would take six seconds.
        ReproductionTable stopped = Go(plan with { Hours = 2.0 / 3600 }, watch: new() { Progress = (trial, _) => { if (trial.Name.Contains("long")) Thread.Sleep(50); } });
        ReproductionTable whole = Go(plan);

        Assert.Equal(ReproducedState.NoTime, stopped.Rows[0].State);
        Assert.True(File.Exists(Path.Combine(Directory.GetDirectories(temporary["table", "trials"], "long-seed1-*").Single(), "checkpoint", "state.safetensors")));
        Toy.AssertSame(straight, whole.Finished.Single(run => run.Trial.Label == "long").Result);
    }

    [Fact]
    public void Who_stops_it_gets_the_stop_and_no_table()
    {
        using CancellationTokenSource stop = new();

        Assert.ThrowsAny<OperationCanceledException>(() => Go(new() { Recipes = [Toys] }, watch: new() { Ended = _ => stop.Cancel() }, cancellation: stop.Token));

        Assert.Single(Directory.GetFiles(temporary["table", "trials"], "results.json", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_run_that_fails_is_said_to_and_leaves_the_others_alone()
    {
        Recipe wild = Read("wild", $$"""
            {
              "title": "Wild", "source": { "authors": "Nobody", "year": 2020 }, "seeds": 1, {{Config}},
              "rows": [
                { "id": "wild", "label": "Wild", "method": { "id": "fine-tuning" }, "training": { "optimizer": { "id": "sgd" }, "learningRate": 1000, "weightDecay": 1, "iterations": 60 }, "band": [0, 1] },
                { "id": "none", "label": "None", "method": { "id": "fine-tuning" }, "band": [0, 1] }
              ]
            }
            """);

        ReproductionTable table = Go(new() { Recipes = [wild] });

        Assert.Equal([ReproducedState.Failed, ReproducedState.Inside], table.Rows.Select(row => row.State));
        Assert.StartsWith("wild: wild seed 1: ", table.Rows[0].Why);
        Assert.False(table.Inside);
    }

    [Fact]
    public void The_same_rows_are_in_the_csv_and_on_the_page()
    {
        ReproductionTable table = Go(new() { Recipes = [Toys, Absent, Magic] });

        List<string[]> lines = Csv.Parse(InCommas(table.ToCsv), "table.csv");
        string page = ReproductionTableReport.Page(table);

        Assert.Equal(["toys", "long", "Long, with a comma", "accuracy", "0.5", "", table.Rows[0].Row.Ours!.Value.ToString("R", CultureInfo.InvariantCulture), table.Rows[0].Row.StandardError!.Value.ToString("R", CultureInfo.InvariantCulture), "2", "0", "1", "inside", "", ""], lines[1]);
        Assert.Equal(["no-data", "impossible"], lines[^2..].Select(line => line[11]));
        Assert.Equal(7, lines.Count);
        Assert.All(lines, line => Assert.Equal(lines[0].Length, line.Length));
        foreach (string part in new[] { "<span class=\"good\">inside</span>", "<span class=\"bad\">outside</span>", "<span class=\"word\">data missing</span>", "Never &lt;b&gt;", "engram data get mnist", "href=\"#absent\"", "id=\"absent\"", "so it is not" }) Assert.Contains(part, page);
        Assert.DoesNotContain("of what is not here", page);
        Engram.Tests.Reports.PageTests.CheckPage(page);
    }

    // As on a machine that writes numbers with a comma.
    private static string InCommas(Func<string> write)
    {
        CultureInfo before = CultureInfo.CurrentCulture, commas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        commas.NumberFormat.NumberDecimalSeparator = ",";
        try
        {
            CultureInfo.CurrentCulture = commas;
            return write();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_plan_comes_back_from_its_file_and_other_hours_ask_the_same()
    {
        TablePlan plan = new() { Recipes = [Toys, Absent], Quick = true, Seeds = 3, Hours = 0.5 };

        TablePlan back = TablePlan.Read(JsonNode.Parse(plan.ToJson().ToJsonString())!.AsObject());

        Assert.Equal((true, 3, .5), (back.Quick, back.Seeds, back.Hours));
        Assert.Equal(["toys", "absent"], back.Recipes.Select(recipe => recipe.Id));
        Assert.True(plan.AsksTheSame(back with { Hours = 9 }));
        Assert.False(plan.AsksTheSame(back with { Seeds = null }));
        Assert.False(plan.AsksTheSame(back with { Recipes = [Toys] }));
    }

    [Theory]
    [InlineData("hours", "0")]
    [InlineData("hours", "1001")]
    [InlineData("hours", "null")]
    [InlineData("quick", "null")]
    [InlineData("seeds", "0")]
    [InlineData("recipes", "{}")]
    [InlineData("recipes", "[]")]
    [InlineData("recipes", """{"a":1}""")]
    public void A_damaged_plan_is_refused(string name, string value)
    {
        JsonObject json = new TablePlan { Recipes = [Toys] }.ToJson();
        json[name] = JsonNode.Parse(value);

        Assert.Equal("corrupt-file", Assert.Throws<EngramException>(() => TablePlan.Read(json)).Code);
    }

    [Fact]
    public void A_reduced_profile_runs_its_own_rows()
    {
        ReproductionTable table = Go(new() { Recipes = [Toys, Absent], Quick = true });

        Assert.Equal([("toys", ReproducedState.Measured), ("absent", ReproducedState.Impossible)], table.Rows.Select(row => (row.Recipe, row.State)));
        Assert.Contains("no quick profile", table.Rows[1].Why);
    }

    private ReproductionTable Go(TablePlan plan, StudyWatch? watch = null, string folder = "table", CancellationToken? cancellation = null)
    {
        TableStudy study = new(Toy.Laboratory, plan);
        StudyFolder.Open(temporary[folder], "recipes", plan.ToJson());
        study.Begin();
        return study.Study(StudyFolder.At(temporary[folder]).TrialPath).Run(new TrialThreads(1), watch, cancellation ?? TestContext.Current.CancellationToken);
    }

    private static Recipe Read(string id, string json) => RecipeCatalog.Read(id, JsonNode.Parse(json)!.AsObject());
}
