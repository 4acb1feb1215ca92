using System.Diagnostics;
using System.Text.Json.Nodes;
using Engram.Cli.Runners;
using Engram.Tests.Datasets;

namespace Engram.Tests.Cli;

/// <summary><c>--on processes</c>.</summary>
public sealed class ProcessesTests(EngramCommand engram) : IDisposable
{
    private static readonly string[] Comparison = ["compare", "permuted-digits", "--methods", "fine-tuning,joint", "--seeds", "2", .. EngramCommand.Tiny];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Processes_come_to_the_same_page_as_threads_also_where_one_is_killed()
    {
        string[] arguments = [.. Comparison, "--iterations", "800"];
        Assert.Equal(0, engram.Run(folder.Path, [.. arguments, "--out", "threads"]).ExitCode);
        using Process comparison = engram.Start(folder.Path, [.. arguments, "--out", "here", "--on", "processes:2"]);
        SweepFolder.WaitUntil("a trial that runs", () => SweepFolder.Holder(folder["here"], "joint-seed1") is not null);
        using (Process trial = SweepFolder.Holder(folder["here"], "joint-seed1")!) trial.Kill();

        Outcome outcome = EngramCommand.Finish(comparison);

        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Assert.Contains("permuted-digits: 4 trials, 2 at a time, each in a process", outcome.Error);
        SweepFolder.AssertSame(engram, folder["threads"], folder["here"]);
    }

    [Fact]
    public void What_was_stopped_goes_on_as_it_was_begun()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        string[] arguments = [.. Comparison, "--iterations", "1500"];
        Assert.Equal(0, engram.Run(folder.Path, [.. arguments, "--out", "threads"]).ExitCode);
        Process comparison = engram.Start(folder.Path, [.. arguments, "--out", "here", "--on", "processes:2"]);
        SweepFolder.WaitUntil("a trial that runs", () => SweepFolder.Holder(folder["here"], "joint-seed1") is not null);
        using Process trial = SweepFolder.Holder(folder["here"], "joint-seed1")!;
        using (Process kill = Process.Start("kill", ["-INT", $"{comparison.Id}"])) kill.WaitForExit();

        Outcome stopped = EngramCommand.Finish(comparison);

        Assert.Equal(130, stopped.ExitCode);
        Assert.Contains("everything so far is saved. Go on with: engram resume here", stopped.ErrorLine);
        Assert.True(trial.HasExited);
        Assert.True(File.Exists(folder["here", "trials", "joint-seed1", "checkpoint", "state.safetensors"]));

        Outcome resumed = engram.RunProcess(folder.Path, "resume", "here");

        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Contains("each in a process", resumed.Error);
        SweepFolder.AssertSame(engram, folder["threads"], folder["here"]);
    }

    [Fact]
    public void Rounds_follow_each_other()
    {
        string[] arguments = ["order", "permuted-digits", "--seeds", "1", "--budget", "4", .. EngramCommand.Tiny, "--set", "stream.tasks=3"];

        JsonNode threads = engram.Run(folder.Path, [.. arguments, "--out", "threads", "--json"]).Results, processes = engram.RunProcess(folder.Path, [.. arguments, "--out", "here", "--on", "processes:2", "--json"]).Results;

        Assert.Equal(threads.ToJsonString(), processes.ToJsonString());
    }

    [Fact]
    public void A_trial_that_fails_fails_with_the_words_it_has_on_threads()
    {
        string[] wild = [.. Comparison, "--set", "training.optimizer=sgd", "--set", "training.learningRate=1e3", "--set", "training.weightDecay=1", "--iterations", "50"];

        Outcome threads = engram.Run(folder.Path, [.. wild, "--out", "threads"]), processes = engram.RunProcess(folder.Path, [.. wild, "--out", "here", "--on", "processes:2"]);

        Assert.Equal(1, processes.ExitCode);
        Assert.Contains("Training diverged", processes.ErrorLine);
        Assert.Equal(threads.ErrorLine, processes.ErrorLine);
    }

    [Fact]
    public void A_trial_that_is_killed_again_and_again_fails()
    {
        Process comparison = engram.Start(folder.Path, ["compare", "permuted-digits", "--methods", "joint", "--seeds", "1", .. EngramCommand.Tiny, "--iterations", "100000", "--out", "here", "--on", "processes"]);
        int id = comparison.Id;
        HashSet<int> killed = [];
        while (killed.Count < TrialProcesses.MostStarts)
        {
            SweepFolder.WaitUntil("a trial that runs", () => SweepFolder.Holder(folder["here"], "joint-seed1") is { } process && killed.Add(process.Id) && Kill(process));
        }

        Outcome outcome = EngramCommand.Finish(comparison);

        Assert.Equal(1, outcome.ExitCode);
        Assert.DoesNotContain(id, killed); // who starts trials is never noted as who runs one
        Assert.Contains("Its process was killed 4 times, last with exit code 137, as by a system that runs out of memory. What it learned so far is kept;", outcome.ErrorLine);

        static bool Kill(Process process)
        {
            using (process) process.Kill();
            return true;
        }
    }

    [Theory]
    [InlineData("--on procesess", "--on is 'procesess' but must be threads, processes, processes:N or slurm; did you mean 'processes'?")]
    [InlineData("--on processes:0", "--on is 'processes:0', but after the colon must be a whole number >= 1.")]
    [InlineData("--on slurm:3", "only processes take a number; --array-limit says how many at a time.")]
    [InlineData("--on processes:2 --jobs 3", "--jobs is 3 and --on processes:2 says otherwise; leave one of them out.")]
    [InlineData("--on processes --partition a --no-wait", "--partition and --no-wait are about jobs of Slurm, but trials run on processes; add --on slurm, or leave them out.")]
    [InlineData("--memory 4G", "--memory is about jobs of Slurm, but trials run on threads; add --on slurm, or leave it out.")]
    [InlineData("--on slurm --jobs 3", "--jobs is 3, which is about this machine, but trials run on Slurm; --array-limit 3 says how many at a time.")]
    [InlineData("--on slurm --time soon", "--time is 'soon' but must be minutes, hours:minutes:seconds or days-hours")]
    public void What_does_not_go_together_is_told(string options, string expected)
    {
        Assert.Contains(expected, engram.RunWrong(2, folder.Path, [.. Comparison, .. options.Split(' ')]).ErrorLine);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void What_one_process_must_run_is_refused()
    {
        Assert.Contains("which runs that takes shows only while it searches; leave --on out", engram.RunWrong(2, folder.Path, "order", "permuted-digits", "--minutes", "1", "--on", "processes").ErrorLine);
        Assert.Contains("depends on the time that is left", engram.RunWrong(2, folder.Path, "reproduce", "--all", "--on", "processes").ErrorLine);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void The_program_is_started_as_it_was()
    {
        Assert.Equal(["/bin/engram"], ThisProgram.Of("/bin/engram", "/bin/Engram.Cli.dll"));
        Assert.Equal(["/usr/bin/dotnet", "/bin/Engram.Cli.dll"], ThisProgram.Of("/usr/bin/dotnet", "/bin/Engram.Cli.dll"));
    }

    [Fact]
    public void Whoever_concludes_says_that_trials_ran_on_different_processors()
    {
        Assert.Equal(0, engram.Run(folder.Path, [.. Comparison, "--out", "here", "--on", "processes:2"]).ExitCode);
        string standing = folder["here", ".engram", "trials", "joint-seed2", "standing.json"];
        JsonObject one = JsonNode.Parse(File.ReadAllText(standing))!.AsObject();
        one["processor"] = "another processor";
        File.WriteAllText(standing, one.ToJsonString());

        Outcome again = engram.RunProcess(folder.Path, "resume", "here");

        Assert.Equal(0, again.ExitCode);
        Assert.Contains("Trials ran on different processors (3 on ", again.Error);
        Assert.Contains("1 on another processor)", again.Error);
    }
}
