using Engram.Cli.Runners;
using Engram.Tests.Datasets;

namespace Engram.Tests.Cli.Runners;

/// <summary>What is written for Slurm, and what it writes.</summary>
public sealed class SlurmScriptTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_script_asks_for_what_was_asked_and_runs_one_trial()
    {
        SlurmScript script = new(folder["it's 100 %"], new() { On = RunnerKind.Slurm, Partition = "gpu", Time = "4:00:00", Memory = "4G" }, folder["data"]);

        string text = script.Trial();

        Assert.StartsWith("#!/bin/bash\n", text);
        Assert.All(["--job-name=engram-it_s_100__", "--ntasks=1", "--cpus-per-task=1", "--partition=gpu", "--time=4:00:00", "--mem=4G", "--requeue", "--open-mode=append", "--signal=B:TERM@60"], option => Assert.Contains($"\n#SBATCH {option}\n", text));
        Assert.Contains($"\nstudy='{folder.Path}/it'\\''s 100 %'\n", text);
        Assert.Contains(" trial \"$study\" \"$trial\" --data '" + folder["data"] + "' &\n", text);
        Assert.DoesNotContain("\r", text);
    }

    [Fact]
    public void Without_wishes_the_script_leaves_them_to_Slurm()
    {
        string text = new SlurmScript(folder["here"], new() { On = RunnerKind.Slurm }, null).Trial();

        Assert.All(["--partition", "--time", "--mem", "--data"], option => Assert.DoesNotContain(option, text));
    }

    [Fact]
    public void The_job_after_the_trials_goes_on_with_the_study_and_waits_for_nothing() =>
        Assert.EndsWith($" resume '{folder["here"]}' --on slurm --no-wait\n", new SlurmScript(folder["here"], new() { On = RunnerKind.Slurm }, null).After());

    [Theory]
    [InlineData(null, 60)]
    [InlineData("1", 15)]
    [InlineData("4:30", 15)]
    [InlineData("5", 60)]
    [InlineData("1:00:00", 60)]
    [InlineData("1-12", 60)]
    public void A_short_limit_of_time_has_a_short_notice(string? time, int seconds) => Assert.Equal(seconds, SlurmScript.NoticeFor(time));

    [Theory]
    [InlineData("", "")]
    [InlineData("3", "3")]
    [InlineData("1,2,3,5,9,10", "1-3,5,9-10")]
    [InlineData("9,1,8", "1,8-9")]
    public void Numbers_are_written_as_ranges(string numbers, string ranges) =>
        Assert.Equal(ranges, SlurmCluster.Ranges(numbers.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)));

    [Fact]
    public void The_queue_is_read_element_by_element()
    {
        IReadOnlyList<QueuedJob> queue = SlurmCluster.ReadQueue("12_3|PENDING|Resources\n12_4|RUNNING|None\n13|PENDING|Dependency\n\nsomething else\n14_1|PENDING|Nodes required for job are DOWN, DRAINED | or so\n");

        Assert.Equal([new("12", 3, "PENDING", "Resources"), new("12", 4, "RUNNING", "None"), new("13", null, "PENDING", "Dependency"), new("14", 1, "PENDING", "Nodes required for job are DOWN, DRAINED | or so")], queue);
        Assert.Equal("Slurm: 1 runs, 3 wait (Dependency, Nodes required for job are DOWN, DRAINED | or so, Resources)", SlurmArray.InWords(queue));
    }

    [Fact]
    public void Elements_are_trials_by_what_their_array_adds()
    {
        SlurmJobs jobs = new() { Arrays = [new("12", 0, [1, 2, 3]), new("13", 1001, [1001, 1004])] };

        Assert.Equal([2, 1004], jobs.Alive([new("12", 2, "RUNNING", "None"), new("13", 3, "PENDING", "Priority"), new("12", 9, "RUNNING", "None"), new("99", 1, "RUNNING", "None")]));
    }

    [Fact]
    public void Jobs_are_kept_in_the_folder()
    {
        Directory.CreateDirectory(folder[".engram", "slurm"]);
        new SlurmJobs { Arrays = [new("12", 0, [1, 2])], After = ["13"] }.Write(folder.Path);

        SlurmJobs jobs = SlurmJobs.Of(folder.Path);

        Assert.Equal(("12", "1,2", "13"), (jobs.Arrays[0].Id, string.Join(',', jobs.Arrays[0].Trials), jobs.After[0]));
        File.WriteAllText(folder[".engram", "slurm", "jobs.json"], "{");
        Assert.Equal("corrupt-file", Assert.Throws<EngramException>(() => SlurmJobs.Of(folder.Path)).Code);
    }

    [Fact]
    public void The_size_of_arrays_is_what_the_cluster_says()
    {
        Assert.Equal(21, SlurmCluster.MostElementsIn("MailProg = /bin/mail\nMaxArraySize            = 21\nMaxBatch = 1\n"));
        Assert.Equal(1001, SlurmCluster.MostElementsIn("nothing"));
        Assert.Equal("slurm-refuses", Assert.Throws<EngramException>(() => SlurmCluster.MostElementsIn("MaxArraySize = 0\n")).Code);
    }

    [Fact]
    public void A_per_cent_sign_in_a_path_is_no_pattern() => Assert.Equal("/a/100%%/b", SlurmScript.Pattern("/a/100%/b"));

    [Fact]
    public void What_was_chosen_is_remembered_beside_the_plan()
    {
        Directory.CreateDirectory(folder[".engram"]);
        RunnerChoice choice = new() { On = RunnerKind.Slurm, Partition = "gpu", ArrayLimit = 3 };

        choice.Remember(folder.Path);

        Assert.Equal(choice, RunnerChoice.Of(folder.Path));
        RunnerChoice.Threads(2).Remember(folder.Path);
        Assert.Null(RunnerChoice.Of(folder.Path));
    }

    [Fact]
    public void Where_a_trial_stands_comes_back_from_its_file()
    {
        string place = folder["trials", "a"];
        Directory.CreateDirectory(folder[".engram", "trials", "a"]);
        StandingNote note = new(place);

        note.Report(new(0.5, new(Engram.Experiments.RunPhase.Training, 1, "first", 2, 1, 3, 0.5, double.NaN, [0.25, 0.5])));

        TrialStanding standing = TrialStanding.Of(place)!;
        Assert.Equal((0.5, "first", null, 0.5), (standing.Report!.Value.Fraction, standing.Report.Value.Run!.TaskName, standing.Report.Value.Run.Loss, standing.Report.Value.Run.Row![1]));
        Assert.NotEmpty(standing.Processor);
        note.Fail(EngramException.Failure("diverged", "Training diverged."));
        Assert.Equal(("diverged", "Training diverged."), (TrialStanding.Of(place)!.ErrorCode, TrialStanding.Of(place)!.Error));
        TrialStanding.Forget(place);
        Assert.Null(TrialStanding.Of(place));
    }
}
