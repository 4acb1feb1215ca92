using System.Text.Json.Nodes;
using Engram.Tests.Datasets;

namespace Engram.Tests.Cli;

public sealed class RunTests(EngramCommand engram) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_run_prints_matrix_and_story_and_writes_its_folder_which_it_names_at_the_start()
    {
        Outcome run = engram.Run(folder.Path, ["run", "permuted-digits", "--method", "ewc", .. EngramCommand.Tiny]);

        Assert.Equal(0, run.ExitCode);
        Assert.InRange(run.Error.IndexOf($"\nResults go to {Path.Combine("runs", "permuted-digits-ewc-seed1")}\n", StringComparison.Ordinal), 0, run.Error.IndexOf("task 1/2", StringComparison.Ordinal));
        Assert.Contains("untrained", run.Output);
        Assert.Contains("2 permutation 2", run.Output);
        Assert.Contains("After 2 tasks the network still knows", run.Output);
        Assert.Contains(Path.Combine("runs", "permuted-digits-ewc-seed1", "report.html"), run.Output);
        foreach (string file in new[] { "config.json", "results.json", "matrix.csv", "steps.csv", "matrix.svg", "matrix.png", "curves.svg", "curves.png", "report.html" })
            Assert.True(File.Exists(folder["runs", "permuted-digits-ewc-seed1", file]), file);
    }

    [Fact]
    public void A_method_that_cannot_help_is_named_on_standard_error_before_the_run_unless_it_is_to_be_quiet()
    {
        string[] command = ["run", "split-digits", "--scenario", "class", "--method", "ewc", .. EngramCommand.Tiny];
        Outcome told = engram.Run(folder.Path, command), quiet = engram.Run(folder.Path, [.. command, "--quiet"]), helped = engram.Run(folder.Path, ["run", "split-digits", "--scenario", "task", "--method", "ewc", "--quiet", .. EngramCommand.Tiny]);

        string line = Assert.Single(told.Error.Split('\n'), one => one.Contains("cannot help"));
        Assert.StartsWith("ewc cannot help against forgetting in the class scenario of split-digits: ", line);
        Assert.True(told.Error.IndexOf(line, StringComparison.Ordinal) < told.Error.IndexOf("task 1/", StringComparison.Ordinal));
        Assert.Equal((0, 0, 0), (told.ExitCode, quiet.ExitCode, helped.ExitCode));
        Assert.Equal("", quiet.Error.Trim());
        Assert.Contains("cannot help", quiet.Output); // a remark among the results
        Assert.DoesNotContain("cannot help", helped.Output);
    }

    [Fact]
    public void Json_is_one_document_and_equals_the_results_file()
    {
        Outcome run = engram.Run(folder.Path, ["run", "permuted-digits", "--json", "--out", "one", .. EngramCommand.Tiny]);

        Assert.Equal(0, run.ExitCode);
        Assert.True(JsonNode.DeepEquals(run.Results, JsonNode.Parse(File.ReadAllText(folder["one", "results.json"]))));
        Assert.Equal(3, run.Json["matrix"]!.AsArray().Count);
        string[] names = ["schema", "engram", "stream", "scenario", "method", "network", "seed", "metrics", "parameters", "storedBytes", "seconds", "config"];
        Assert.All(names, name => Assert.NotNull(run.Json[name]));
        Assert.Equal((folder["one"], folder["one", "report.html"]), (run.Json["folder"]!.ToString(), run.Json["report"]!.ToString()));
        Assert.Empty(run.Error);
    }

    [Fact]
    public void A_configuration_repeats_its_run_bit_for_bit_in_a_new_folder()
    {
        JsonNode first = engram.Run(folder.Path, ["run", "permuted-digits", "--json", "--method", "ewc", "--seed", "7", .. EngramCommand.Tiny]).Json;
        JsonNode again = engram.Run(folder.Path, "run", "--json", "--config", folder["runs", "permuted-digits-ewc-seed7", "config.json"], "--out", "again").Json;

        Assert.Equal(first["weights"]!.ToString(), again["weights"]!.ToString());
        Assert.Equal(first["matrix"]!.ToJsonString(), again["matrix"]!.ToJsonString());
        Assert.Equal(["permuted-digits-ewc-seed7"], Directory.GetDirectories(folder["runs"]).Select(Path.GetFileName));
    }

    [Fact]
    public void Resuming_a_finished_run_makes_missing_pictures_anew_and_trains_nothing()
    {
        string[] files = ["report.html", "matrix.png", "curves.svg"];
        engram.Run(folder.Path, ["run", "permuted-digits", "--out", "done", .. EngramCommand.Tiny]);
        Dictionary<string, byte[]> before = files.ToDictionary(file => file, file => File.ReadAllBytes(folder["done", file]));
        foreach (string file in files) File.Delete(folder["done", file]);
        string results = File.ReadAllText(folder["done", "results.json"]);

        Outcome resumed = engram.Run(folder.Path, "resume", "done");

        Assert.Equal(0, resumed.ExitCode);
        Assert.Contains("After 2 tasks", resumed.Output);
        Assert.Equal(results, File.ReadAllText(folder["done", "results.json"]));
        Assert.All(files, file => Assert.Equal(before[file], File.ReadAllBytes(folder["done", file])));
    }
}
