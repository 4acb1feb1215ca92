using System.Diagnostics;
using System.Text.Json.Nodes;
using Engram.Cli.Runners;
using Engram.Tests.Datasets;

namespace Engram.Tests.Cli;

/// <summary><c>--on slurm</c>, on a cluster that is there for these tests alone (<c>.ci/slurm</c>): ENGRAM_SLURM is the path of its slurm.conf. Its arrays have at most 21 elements.</summary>
public sealed class SlurmTests(EngramCommand engram) : IDisposable
{
    private static readonly string? Cluster = Environment.GetEnvironmentVariable("ENGRAM_SLURM");
    private static readonly string[] Comparison = ["compare", "permuted-digits", "--methods", "fine-tuning,joint", "--seeds", "2", .. EngramCommand.Tiny];

    private readonly TemporaryFolder folder = new();

    public void Dispose()
    {
        if (Cluster is not null)
        {
            Slurm("scancel", "--quiet", "--signal=KILL", "--full", "--user", Environment.UserName);
            Slurm("scancel", "--quiet", "--user", Environment.UserName);
            SweepFolder.WaitUntil("the end of all jobs", () => Slurm("squeue", "--noheader").Length == 0);
        }
        folder.Dispose();
    }

    [Fact]
    public void Forty_trials_come_to_the_same_page_through_a_drained_node_a_kill_and_a_limit_of_time()
    {
        Require();
        string[] arguments = ["compare", "permuted-digits", "--methods", "fine-tuning,l2,ewc,joint", "--seeds", "10", .. EngramCommand.Tiny, "--iterations", "300"];
        Assert.Equal(0, engram.Run(folder.Path, [.. arguments, "--out", "threads"]).ExitCode);
        using Process comparison = Start([.. arguments, "--out", "here", "--on", "slurm"]);
        string node = Environment.MachineName.Split('.')[0];
        SweepFolder.WaitUntil("a first result", () => File.Exists(folder["here", "trials", "fine-tuning-seed1", "results.json"]));

        Slurm("scontrol", "update", $"NodeName={node}", "State=DRAIN", "Reason=test");
        SweepFolder.WaitUntil("a queue that waits", () => !Slurm("squeue", "--noheader", "--array", "--format=%T").Contains("RUNNING"));
        Slurm("scontrol", "update", $"NodeName={node}", "State=RESUME");
        SweepFolder.WaitUntil("a trial to kill", () => SweepFolder.Holder(folder["here"], "joint-seed1") is not null, 120);
        using (Process killed = SweepFolder.Holder(folder["here"], "joint-seed1")!) killed.Kill();
        SweepFolder.WaitUntil("a trial to stop", () => SweepFolder.Holder(folder["here"], "joint-seed7") is not null, 120);
        SlurmArrayJob second = SlurmJobs.Of(folder["here"]).Arrays[1];
        Slurm("scancel", "--signal=TERM", "--batch", $"{second.Id}_{37 - second.Base}"); // as before a limit of time

        Outcome outcome = EngramCommand.Finish(comparison);

        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Assert.Contains("permuted-digits: 40 trials, on Slurm", outcome.Error);
        Assert.Equal("exit code 137", File.ReadAllText(folder["here", ".engram", "slurm", "31.kills"]).Trim());
        Assert.Contains("Stopped; everything so far is saved.", File.ReadAllText(folder["here", ".engram", "slurm", $"{second.Base}+{37 - second.Base}.log"]));
        SweepFolder.AssertSame(engram, folder["threads"], folder["here"]);
    }

    [Fact]
    public void A_trial_goes_on_after_its_limit_of_time()
    {
        Require();
        string[] arguments = ["compare", "permuted-digits", "--methods", "joint", "--seeds", "1", .. EngramCommand.Tiny, "--iterations", "300000"];
        Assert.Equal(0, Run([.. arguments, "--out", "here", "--on", "slurm", "--time", "1", "--no-wait"]).ExitCode);
        string log = folder["here", ".engram", "slurm", "1.log"];

        SweepFolder.WaitUntil("the limit", () => File.Exists(log) && File.ReadAllText(log).Contains("Stopped; everything so far is saved."), 120);

        string element = $"{SlurmJobs.Of(folder["here"]).Arrays[0].Id}_1";
        SweepFolder.WaitUntil("its return", () => Slurm("scontrol", "show", "job", element) is var job && job.Contains("Restarts=1") && job.Contains("JobState=RUNNING"));
    }

    [Fact]
    public void Nobody_has_to_wait_for_the_page()
    {
        Require();
        Assert.Equal(0, engram.Run(folder.Path, [.. Comparison, "--out", "threads"]).ExitCode);

        Outcome outcome = Run([.. Comparison, "--out", "here", "--on", "slurm", "--array-limit", "2", "--no-wait"]);

        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Assert.Matches(@"^4 trials with Slurm as jobs \d+ \d+, of which the last goes on with the study after the others\.\n'engram resume here' watches them, 'scancel \d+ \d+' ends them\.\n$", outcome.Output);
        SweepFolder.WaitUntil("the end of all jobs", () => Slurm("squeue", "--noheader").Length == 0, 120);
        SweepFolder.AssertSame(engram, folder["threads"], folder["here"]);
    }

    [Fact]
    public void Rounds_follow_each_other_without_anybody()
    {
        Require();
        string[] arguments = ["order", "permuted-digits", "--seeds", "1", "--budget", "5", .. EngramCommand.Tiny, "--set", "stream.tasks=3"];
        JsonNode threads = engram.Run(folder.Path, [.. arguments, "--out", "threads", "--json"]).Results;

        JsonNode submitted = Run([.. arguments, "--out", "here", "--on", "slurm", "--no-wait", "--json"]).Json;

        Assert.Equal(2, submitted["jobs"]!.AsArray().Count);
        SweepFolder.WaitUntil("the conclusion", () => File.Exists(folder["here", "report.html"]), 120);
        Assert.Equal(threads.ToJsonString(), JsonNode.Parse(File.ReadAllText(folder["here", "results.json"]))!.ToJsonString());
    }

    [Fact]
    public void What_is_cancelled_is_told_and_resume_submits_it_again()
    {
        Require();
        string[] arguments = [.. Comparison, "--iterations", "1500"];
        Assert.Equal(0, engram.Run(folder.Path, [.. arguments, "--out", "threads"]).ExitCode);
        Process comparison = Start([.. arguments, "--out", "here", "--on", "slurm"]);
        SweepFolder.WaitUntil("a trial that runs", () => SweepFolder.Holder(folder["here"], "joint-seed1") is not null);
        string job = SlurmJobs.Of(folder["here"]).Arrays[0].Id;
        Slurm("scancel", $"{job}_3");

        Outcome cancelled = EngramCommand.Finish(comparison);

        Assert.Equal(1, cancelled.ExitCode);
        Assert.Contains("Slurm ended trial 3 (joint seed 1) without a result, as where somebody cancels a job", cancelled.ErrorLine);
        Outcome resumed = Run("resume", "here");
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Equal(3, Assert.Single(Assert.Single(SlurmJobs.Of(folder["here"]).Arrays, array => array.Id != job).Trials));
        SweepFolder.AssertSame(engram, folder["threads"], folder["here"]);
    }

    [Fact]
    public void Control_c_leaves_the_jobs_alone_and_resume_watches_them()
    {
        Require();
        Process comparison = Start([.. Comparison, "--iterations", "2000", "--out", "here", "--on", "slurm"]);
        SweepFolder.WaitUntil("a trial that runs", () => SweepFolder.Holder(folder["here"], "joint-seed1") is not null);
        SlurmJobs before = SlurmJobs.Of(folder["here"]);
        using (Process kill = Process.Start("kill", ["-INT", $"{comparison.Id}"])) kill.WaitForExit();

        Outcome left = EngramCommand.Finish(comparison);

        Assert.Equal(130, left.ExitCode);
        Assert.Equal($"The jobs go on without this: 'engram resume here' watches them, 'scancel {before.Arrays[0].Id} {before.After[0]}' ends them.", left.ErrorLine);
        Outcome resumed = Run("resume", "here");
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Equal(before.Arrays.Single().Id, SlurmJobs.Of(folder["here"]).Arrays.Single().Id);
        Assert.True(File.Exists(folder["here", "report.html"]));
    }

    [Fact]
    public void A_trial_that_fails_fails_with_the_words_it_has_on_threads_and_is_not_tried_again()
    {
        Require();
        string[] wild = [.. Comparison, "--set", "training.optimizer=sgd", "--set", "training.learningRate=1e3", "--set", "training.weightDecay=1", "--iterations", "50"];

        Outcome threads = engram.Run(folder.Path, [.. wild, "--out", "threads"]), slurm = Run([.. wild, "--out", "here", "--on", "slurm"]);

        Assert.Equal(1, slurm.ExitCode);
        Assert.Contains("Training diverged", slurm.ErrorLine);
        Assert.Equal(threads.ErrorLine, slurm.ErrorLine);
        Assert.Single(SlurmJobs.Of(folder["here"]).Arrays);
    }

    [Fact]
    public void What_Slurm_does_not_have_is_told_before_anything_is_written()
    {
        Require();

        Outcome partition = Run([.. Comparison, "--on", "slurm", "--partition", "mian"]), nowhere = engram.RunWithVariable("PATH", folder.Path, folder.Path, [.. Comparison, "--on", "slurm"]);

        Assert.Equal((2, 2), (partition.ExitCode, nowhere.ExitCode));
        Assert.Contains("--partition is 'mian', but Slurm has 'main', 'other'; did you mean 'main'?", partition.ErrorLine);
        Assert.Contains("'scontrol', a command of Slurm, is not on the PATH;", nowhere.ErrorLine);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void What_Slurm_refuses_is_told_in_its_own_words()
    {
        Require();

        Outcome outcome = Run([.. Comparison, "--out", "here", "--on", "slurm", "--memory", "900T"]);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Matches(@"^error: Slurm refuses \(sbatch\): .*Memory specification can not be satisfied.*\. Mend what it names, or give --on processes\.", outcome.ErrorLine);
    }

    private static void Require() => Assert.SkipWhen(Cluster is null, "ENGRAM_SLURM is not set; .ci/slurm starts a cluster for tests.");

    private Process Start(params string[] arguments) => engram.StartWithVariable("SLURM_CONF", Cluster!, folder.Path, arguments);

    private Outcome Run(params string[] arguments) => EngramCommand.Finish(Start(arguments));

    private static string Slurm(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true };
        start.Environment["SLURM_CONF"] = Cluster;
        using Process process = Process.Start(start)!;
        return process.StandardOutput.ReadToEnd();
    }
}
