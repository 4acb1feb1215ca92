using System.Diagnostics;
using System.Text.Json.Nodes;
using Engram.Experiments;
using Engram.Tests.Datasets;

namespace Engram.Tests.Cli;

/// <summary>The commands <c>trial</c> and <c>collect</c>.</summary>
public sealed class TrialTests(EngramCommand engram) : IDisposable
{
    private static readonly string[] Comparison = ["compare", "permuted-digits", "--methods", "fine-tuning,joint", "--seeds", "2", .. EngramCommand.Tiny];
    private static readonly string[] Affinity = ["affinity", "digit-kinds-digits", "--set", "stream.only=1,2", "--seeds", "1", "--set", "stream.samples=256", "--set", "stream.testSamples=100", "--set", "network.hidden=16,8", "--set", "affinity.samples=50", "--set", "affinity.epochs=1"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Processes_run_trials_of_one_folder_side_by_side_and_what_they_did_is_collected()
    {
        JsonNode straight = Planned("here", Comparison);
        using (FolderLock held = FolderLock.Take(folder["here"])) // as by a comparison that goes on meanwhile
        {
            Process[] both = [.. new[] { "1", "4" }.Select(number => engram.Start(folder.Path, "trial", "here", number))];
            Outcome[] outcomes = [.. both.Select(EngramCommand.Finish)];

            Assert.All(outcomes, outcome => Assert.True(outcome.ExitCode == 0, outcome.Error));
            Assert.StartsWith("Trial 1 (fine-tuning seed 1): accuracy ", outcomes[0].Output);
            Assert.StartsWith("Trial 4 (joint seed 2): accuracy ", outcomes[1].Output);
        }
        string missing = engram.RunWrong(2, folder.Path, "collect", "here").ErrorLine;
        Assert.Contains("'here' lacks trials 2 (fine-tuning seed 2), 3 (joint seed 1); run each by 'engram trial here 2'", missing);
        Assert.False(File.Exists(folder["here", "results.json"]));
        JsonNode second = engram.Run(folder.Path, "trial", "here", "2", "--json").Json;
        Assert.Equal(("fine-tuning seed 2", "[3]"), (second["name"]!.ToString(), second["missing"]!.ToJsonString()));
        Assert.Contains("All trials are done: engram collect here", engram.Run(folder.Path, "trial", "here", "3").Output);

        JsonNode collected = engram.RunProcess(folder.Path, "collect", "here", "--json").Json;

        Assert.Equal(WithoutTimes(straight), WithoutTimes(collected));
        Assert.True(File.Exists(folder["here", "report.html"]));
        Assert.True(File.Exists(folder["here", "trials", "joint-seed2", "report.html"]));
    }

    [Fact]
    public void A_comparison_waits_for_a_trial_that_another_process_runs_and_takes_what_that_did()
    {
        JsonNode straight = Planned("here", Comparison);
        using Process comparison = StartWhileHeld(folder["here", "trials", "fine-tuning-seed1"]);

        Outcome outcome = EngramCommand.Finish(comparison);

        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Assert.Equal(WithoutTimes(straight), WithoutTimes(outcome.Json));
    }

    [Fact]
    public void A_trial_of_a_later_round_waits_until_the_rounds_before_are_done()
    {
        JsonNode straight = Planned("here", Affinity);

        Assert.Contains("has no trial 3; give a number from 1 to 2. Which come after these, up to 4 in all,", engram.RunWrong(2, folder.Path, "trial", "here", "3").ErrorLine);
        foreach (string number in new[] { "2", "1", "3" }) Assert.Equal(0, engram.Run(folder.Path, "trial", "here", number).ExitCode);
        Assert.Contains("lacks trial 4 (read-outs of parity seed 1);", engram.RunWrong(2, folder.Path, "collect", "here").ErrorLine);
        Assert.Equal(0, engram.Run(folder.Path, "trial", "here", "4").ExitCode);

        Assert.Equal(WithoutTimes(straight), WithoutTimes(engram.Run(folder.Path, "collect", "here", "--json").Json));
    }

    [Fact]
    public void Orders_are_searched_trial_by_trial_to_the_same_end()
    {
        JsonNode straight = Planned("here", ["order", "permuted-digits", "--seeds", "1", "--budget", "4", .. EngramCommand.Tiny, "--set", "stream.tasks=3"]);

        for (int trial = 1; trial <= 4; trial++) Assert.Equal(0, engram.Run(folder.Path, "trial", "here", $"{trial}").ExitCode);
        Assert.Equal(0, engram.Run(folder.Path, "collect", "here").ExitCode);

        Assert.True(JsonNode.DeepEquals(straight, JsonNode.Parse(File.ReadAllText(folder["here", "results.json"]))));
    }

    [Fact]
    public void A_run_is_a_study_of_one_trial()
    {
        JsonNode straight = engram.Run(folder.Path, ["run", "permuted-digits", .. EngramCommand.Tiny, "--out", "here", "--json"]).Json;
        foreach (string part in new[] { "results.json", "report.html", "steps.csv" }) File.Delete(folder["here", part]);
        Directory.Delete(folder["here", "checkpoint"], recursive: true);

        Assert.Contains("lacks trial 1 (fine-tuning seed 1);", engram.RunWrong(2, folder.Path, "collect", "here").ErrorLine);
        Assert.Equal(0, engram.Run(folder.Path, "trial", "here", "1").ExitCode);

        Assert.Equal(straight["weights"]!.ToString(), engram.Run(folder.Path, "collect", "here", "--json").Json["weights"]!.ToString());
        Assert.True(File.Exists(folder["here", "report.html"]));
    }

    [Fact]
    public void A_trial_that_another_process_runs_is_refused_and_the_study_counts_as_running()
    {
        Planned("here", Comparison);
        using FolderLock other = FolderLock.TakeTrial(folder["here", "trials", "fine-tuning-seed1"]);

        Assert.Contains($"fine-tuning-seed1' is in use: process {Environment.ProcessId}", engram.RunWrong(2, folder.Path, "trial", "here", "1").ErrorLine);
        Assert.Contains("running", engram.Run(folder.Path, "runs", ".").Output);
    }

    [Fact]
    public void A_trial_that_is_done_is_read()
    {
        Assert.Equal(0, engram.Run(folder.Path, [.. Comparison, "--out", "here"]).ExitCode);
        DateTime written = File.GetLastWriteTimeUtc(folder["here", "trials", "fine-tuning-seed1", "results.json"]);

        Outcome again = engram.Run(folder.Path, "trial", "here", "1");

        Assert.Equal(0, again.ExitCode);
        Assert.Contains("Is done in", again.Error);
        Assert.Equal(written, File.GetLastWriteTimeUtc(folder["here", "trials", "fine-tuning-seed1", "results.json"]));
    }

    [Fact]
    public void What_cannot_be_told_from_the_plan_is_refused_with_the_remedy()
    {
        Assert.Equal(0, engram.Run(folder.Path, ["order", "permuted-digits", "--seeds", "1", "--minutes", "0.001", .. EngramCommand.Tiny, "--out", "timed"]).ExitCode);
        Assert.Equal(0, engram.Run(folder.Path, [.. Comparison, "--out", "here"]).ExitCode);

        foreach (string[] command in new string[][] { ["trial", "timed", "1"], ["collect", "timed"] })
            Assert.Contains("searched for 0.001 minutes, so which runs that takes shows only while it searches; go on with it by 'engram resume timed'.", engram.RunWrong(2, folder.Path, command).ErrorLine);
        Assert.Contains("'here' has no trial 5; give a number from 1 to 4.", engram.RunWrong(2, folder.Path, "trial", "here", "5").ErrorLine);
        Assert.Contains("N is '0' but must be a whole number >= 1.", engram.RunWrong(2, folder.Path, "trial", "here", "0").ErrorLine);
    }

    [Fact]
    public void A_trial_that_fails_says_why()
    {
        engram.RunWrong(1, folder.Path, [.. Comparison, "--out", "here", "--set", "training.optimizer=sgd", "--set", "training.learningRate=1e3", "--set", "training.weightDecay=1", "--iterations", "50"]);

        Assert.Contains("Training diverged", engram.RunWrong(1, folder.Path, "trial", "here", "1").ErrorLine);
    }

    // A study's folder as it is before the first trial, and what comes of it.
    private JsonNode Planned(string name, params string[] arguments)
    {
        Outcome outcome = engram.Run(folder.Path, [.. arguments, "--out", name, "--json"]);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Directory.Delete(folder[name, "trials"], recursive: true);
        Directory.CreateDirectory(folder[name, "trials"]);
        File.Delete(folder[name, "results.json"]);
        File.Delete(folder[name, "report.html"]);
        return outcome.Results;
    }

    private Process StartWhileHeld(string trial)
    {
        FolderLock other = FolderLock.TakeTrial(trial);
        Process process = engram.Start(folder.Path, "resume", "here", "--json", "--jobs", "1");
        while (!File.Exists(folder["here", "trials", "fine-tuning-seed2", "results.json"]) && !process.HasExited) Thread.Sleep(20);
        Assert.False(Directory.Exists(trial));
        other.Dispose();
        return process;
    }

    private static string WithoutTimes(JsonNode json)
    {
        JsonNode copy = json.DeepClone();
        Strip(copy);
        copy.AsObject().Remove("folder");
        copy.AsObject().Remove("report");
        return copy.ToJsonString();

        static void Strip(JsonNode? node)
        {
            if (node is JsonObject members)
            {
                members.Remove("seconds");
                foreach (var (_, part) in members) Strip(part);
            }
            else if (node is JsonArray parts)
                foreach (JsonNode? part in parts) Strip(part);
        }
    }
}
