using System.Text.Json.Nodes;
using Engram.Experiments.Recipes;
using Engram.Tests.Datasets;

namespace Engram.Tests.Cli;

public sealed class ReproduceTests(EngramCommand engram) : IDisposable
{
    private const string Recipe = """
        {
          "title": "Tiny", "source": { "authors": "Nobody", "year": 2020 }, "seeds": 2,
          "config": { "stream": { "id": "permuted-digits", "tasks": 2, "samples": 256, "testSamples": 100 }, "network": { "id": "mlp", "hidden": [16] } },
          "rows": [
            { "id": "none", "label": "None", "method": { "id": "fine-tuning" }, "paper": 0.5, "band": [0, HIGH] },
            { "id": "none-forgetting", "label": "None: forgetting", "of": "none", "metric": "forgetting" },
            { "id": "joint", "label": "Joint", "method": { "id": "joint" } },
            { "id": "magic", "label": "Magic", "method": { "id": "never-forget" } }
          ],
          "gates": [{ "says": "accuracies are fractions", "holds": "max(none, joint) <= 1" }]
        }
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_recipe_from_a_file_prints_paper_and_ours_and_writes_its_page()
    {
        Write("1");

        Outcome outcome = engram.RunProcess(folder.Path, "reproduce", "./tiny.json", "--rows", "none,joint", "--out", "out");

        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Assert.Matches(@"None +50\.00 +\d+\.\d\d \+- \d+\.\d\d \(2\) +0\.0 to 100\.0 +inside", outcome.Output);
        Assert.Contains("1 of 1 row is inside its band; 1 of 1 condition holds.", outcome.Output);
        Assert.Contains(Reproduction.SelectionRule[..60], outcome.Output);
        foreach (string file in new[] { "report.html", "results.json", "reproduction.json" }) Assert.True(File.Exists(folder["out", file]), file);
        Assert.True(File.Exists(folder["out", "trials", "joint-seed2", "report.html"]));
    }

    [Fact]
    public void What_is_outside_ends_with_1_and_json_says_which()
    {
        Write("0.001");

        Outcome outcome = engram.Run(folder.Path, "reproduce", "tiny.json", "--rows", "none*", "--seeds", "1", "--json", "--out", "out");

        Assert.Equal(1, outcome.ExitCode);
        JsonNode row = outcome.Json["rows"]![0]!;
        Assert.Equal("tiny", outcome.Json["recipe"]!.ToString());
        Assert.Equal(["none", "none-forgetting"], outcome.Json["rows"]!.AsArray().Select(one => one!["id"]!.ToString()));
        Assert.Equal("[0,0.001]", row["band"]!.ToJsonString());
        Assert.False(row["inside"]!.GetValue<bool>());
        Assert.Equal(0.5, row["paper"]!.GetValue<double>());
        Assert.Equal(1, row["n"]!.GetValue<int>());
        Assert.Null(row["standardError"]);
        Assert.Null(outcome.Json["rows"]![1]!["inside"]);
        Assert.Empty(outcome.Json["gates"]!.AsArray());
        Assert.True(JsonNode.DeepEquals(outcome.Results, JsonNode.Parse(File.ReadAllText(folder["out", "results.json"]))));
    }

    [Fact]
    public void Finished_trials_are_not_repeated_by_the_same_folder_nor_by_resume()
    {
        Write("1");
        engram.Run(folder.Path, "reproduce", "tiny.json", "--rows", "none", "--seeds", "1", "--out", "out");
        string results = folder["out", "trials", "none-seed1", "results.json"];
        DateTime written = File.GetLastWriteTimeUtc(results);

        Outcome more = engram.Run(folder.Path, "reproduce", "tiny.json", "--rows", "none,joint", "--out", "out", "--json");
        Directory.Delete(folder["out", "trials", "joint-seed2"], recursive: true);
        Outcome resumed = engram.Run(folder.Path, "resume", "out", "--json");

        Assert.Equal(0, more.ExitCode);
        Assert.Equal(written, File.GetLastWriteTimeUtc(results));
        Assert.True(Directory.Exists(folder["out", "trials", "joint-seed2"]));
        Assert.True(JsonNode.DeepEquals(more.Json, resumed.Json));
        Assert.Equal(2, resumed.Json["rows"]![0]!["n"]!.GetValue<int>());
    }

    [Fact]
    public void Other_settings_in_the_same_folder_are_refused()
    {
        Write("1");
        engram.Run(folder.Path, "reproduce", "tiny.json", "--rows", "none", "--seeds", "1", "--out", "out");
        File.WriteAllText(folder["tiny.json"], File.ReadAllText(folder["tiny.json"]).Replace("\"samples\": 256", "\"samples\": 200"));

        Outcome outcome = engram.RunWrong(2, folder.Path, "reproduce", "tiny.json", "--rows", "none", "--seeds", "1", "--out", "out");

        Assert.Contains("stream.samples is 256 there and 200 here", outcome.ErrorLine);
    }

    [Fact]
    public void Missing_methods_unknown_rows_and_recipes_are_wrong_input()
    {
        Write("1");

        Assert.Contains("never-forget", engram.RunWrong(2, folder.Path, "reproduce", "tiny.json").ErrorLine);
        Assert.Contains("did you mean 'none'?", engram.RunWrong(2, folder.Path, "reproduce", "tiny.json", "--rows", "non").ErrorLine);
        Assert.Contains("did you mean 'two-image-tasks'?", engram.RunWrong(2, folder.Path, "reproduce", "two-image-tsks").ErrorLine);
        Assert.Contains("no quick profile", engram.RunWrong(2, folder.Path, "reproduce", "tiny.json", "--quick", "--rows", "none").ErrorLine);
        Assert.Contains("--seeds is '0'", engram.RunWrong(2, folder.Path, "reproduce", "tiny.json", "--seeds", "0").ErrorLine);
        Assert.Contains("cannot be read", engram.RunWrong(2, folder.Path, "reproduce", "no.json").ErrorLine);
        Assert.False(Directory.Exists(folder["runs"]));
    }

    [Fact]
    public void Recipes_lists_all_and_shows_one()
    {
        Write("1");

        JsonArray json = engram.Run(folder.Path, "recipes", "--json").Json.AsArray();
        string text = engram.Run(folder.Path, "recipes").Output, one = engram.Run(folder.Path, "recipes", "tiny.json").Output;

        Assert.Equal(RecipeCatalog.Ids, json.Select(entry => entry!["id"]!.ToString()));
        Assert.All(json, entry => Assert.All(["name", "family", "summary", "paper", "duration"], name => Assert.NotEmpty(entry![name]!.GetValue<string>())));
        Assert.All(RecipeCatalog.Ids, id => Assert.Contains($"  {id} ", text));
        Assert.Contains("this build lacks never-forget", one);
        Assert.Contains("accuracies are fractions: max(none, joint) <= 1", one);
    }

    private void Write(string high) => File.WriteAllText(folder["tiny.json"], Recipe.Replace("HIGH", high));
}
