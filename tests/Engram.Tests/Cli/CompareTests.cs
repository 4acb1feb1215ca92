using System.Text.Json.Nodes;
using Engram.Tests.Datasets;

namespace Engram.Tests.Cli;

public sealed class CompareTests(EngramCommand engram) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_number_of_jobs_changes_no_result()
    {
        JsonNode one = Compare("one", "--jobs", "1").Json, two = Compare("two", "--jobs", "2").Json;

        Assert.Equal(6, one["trials"]!.AsArray().Count);
        foreach (var (left, right) in one["trials"]!.AsArray().Zip(two["trials"]!.AsArray()))
            Assert.All(["method", "seed", "weights", "matrix", "metrics"], name => Assert.Equal(left![name]!.ToJsonString(), right![name]!.ToJsonString()));
        Assert.Equal(one["verdict"]!.ToString(), two["verdict"]!.ToString());
    }

    [Fact]
    public void The_course_of_the_task_that_was_asked_for_is_on_the_page_also_when_the_comparison_goes_on()
    {
        Outcome outcome = engram.Run(folder.Path, ["compare", "permuted-digits", "--methods", "fine-tuning,joint", "--seeds", "1", "--out", "here", "--course", "2", .. EngramCommand.Tiny]);
        string page = File.ReadAllText(folder["here", "report.html"]);
        File.Delete(folder["here", "report.html"]);
        Outcome resumed = engram.Run(folder.Path, "resume", "here");

        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Assert.Contains("Accuracy on permutation 2 after each task", page);
        Assert.True(File.Exists(folder["here", "course.svg"]));
        Assert.Equal(0, resumed.ExitCode);
        Assert.Contains("Accuracy on permutation 2 after each task", File.ReadAllText(folder["here", "report.html"]));
    }

    [Fact]
    public void One_trial_of_a_comparison_goes_on_by_itself()
    {
        engram.Run(folder.Path, ["compare", "permuted-digits", "--methods", "fine-tuning,joint", "--seeds", "1", "--out", "here", .. EngramCommand.Tiny]);
        string trial = Path.Combine("here", "trials", "joint-seed1"), matrix = File.ReadAllText(folder[trial, "matrix.csv"]);
        foreach (string file in new[] { "matrix.csv", "results.json" }) File.Delete(folder[trial, file]); // as if it had been stopped at its end

        Outcome resumed = engram.Run(folder.Path, "resume", trial);

        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Equal(matrix, File.ReadAllText(folder[trial, "matrix.csv"]));
    }

    [Fact]
    public void Each_method_that_cannot_help_is_named_once_before_the_trials()
    {
        Outcome run = engram.Run(folder.Path, ["compare", "split-digits", "--scenario", "class", "--methods", "fine-tuning,ewc:lambda=1,ewc:lambda=2,si,replay", "--seeds", "2", .. EngramCommand.Tiny]);

        string[] lines = run.Error.Split('\n');
        Assert.Equal(["ewc", "si"], lines.Where(line => line.Contains("cannot help")).Select(line => line.Split(' ')[0]));
        Assert.True(Array.FindLastIndex(lines, line => line.Contains("cannot help")) < Array.FindIndex(lines, line => line.Contains(" seed 1: accuracy")));
    }

    [Fact]
    public void A_stream_of_sequences_has_a_page_and_a_method_that_needs_images_is_refused()
    {
        string[] small = ["--set", "stream.tasks=2", "--set", "stream.samples=50", "--set", "stream.testSamples=20", "--set", "network.units=4", "--epochs", "1", "--out"];

        JsonNode json = engram.Run(folder.Path, ["compare", "copy", "--methods", "fine-tuning,ewc,joint", "--json", .. small, "copies"]).Json;
        Outcome refused = engram.Run(folder.Path, ["run", "copy", "--method", "dgr", .. small, "images"]);

        Assert.All(json["trials"]!.AsArray(), trial => Assert.Equal("lstm", trial!["network"]!.ToString()));
        Assert.Contains("length 4", File.ReadAllText(folder["copies", "trials", "ewc-seed1", "report.html"]));
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("dgr draws images", refused.ErrorLine);
    }

    [Fact]
    public void A_comparison_has_a_summary_per_method_with_intransigence_and_a_report_per_trial()
    {
        Outcome outcome = Compare("all");
        JsonNode json = outcome.Json;

        Assert.Equal(["fine-tuning", "ewc:lambda=10", "joint"], json["summary"]!.AsArray().Select(method => method!["method"]!.ToString()));
        Assert.All(json["summary"]!.AsArray(), method => Assert.Equal(2, method!["n"]!.GetValue<int>()));
        Assert.NotNull(json["summary"]![0]!["intransigence"]);
        Assert.Null(json["summary"]![2]!["intransigence"]);
        Assert.True(JsonNode.DeepEquals(outcome.Results, JsonNode.Parse(File.ReadAllText(folder["all", "results.json"]))));
        Assert.True(File.Exists(folder["all", "report.html"]));
        foreach (string trial in new[] { "fine-tuning-seed1", "ewc-lambda=10-seed2", "joint-seed2" }) Assert.True(File.Exists(folder["all", "trials", trial, "report.html"]), trial);

        string steps = File.ReadAllText(folder["all", "trials", "ewc-lambda=10-seed2", "steps.csv"]);
        Outcome again = engram.Run(folder.Path, "resume", "all");
        Assert.Equal(0, again.ExitCode);
        Assert.Equal(steps, File.ReadAllText(folder["all", "trials", "ewc-lambda=10-seed2", "steps.csv"]));
        Assert.Contains("engram compare permuted-digits --methods", File.ReadAllText(folder["all", "report.html"]));
        Assert.Contains("+-", again.Output);
        Assert.Contains(json["verdict"]!.ToString().Replace("±", "+-").Replace("−", "-"), again.Output);
    }

    [Fact]
    public void Trials_that_diverge_are_listed_and_the_others_kept()
    {
        Outcome outcome = engram.RunWrong(1, folder.Path, ["compare", "permuted-digits", "--methods", "fine-tuning,ewc:lambda=1e12", "--seeds", "1", "--json", "--out", "some",
            "--set", "training.optimizer=sgd", "--set", "training.batch=16", "--set", "training.logEvery=5", .. EngramCommand.Tiny]);

        Assert.Equal("trials-failed", outcome.ErrorJson["code"]!.GetValue<string>());
        Assert.Contains("ewc:lambda=1e12 seed 1: Training diverged", outcome.ErrorJson["message"]!.GetValue<string>());
        Assert.Equal("diverged", outcome.Json["failed"]![0]!["error"]!["code"]!.GetValue<string>());
        Assert.Equal("fine-tuning", Assert.Single(outcome.Json["trials"]!.AsArray())!["method"]!.GetValue<string>());
        Assert.True(File.Exists(folder["some", "trials", "fine-tuning-seed1", "report.html"]));
    }

    private Outcome Compare(string output, params string[] more)
    {
        string[] compare = ["compare", "permuted-digits", "--methods", "fine-tuning,ewc:lambda=10,joint", "--seeds", "2", "--json", "--out", output];
        Outcome outcome = engram.Run(folder.Path, [.. compare, .. EngramCommand.Tiny, .. more]);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        return outcome;
    }
}
