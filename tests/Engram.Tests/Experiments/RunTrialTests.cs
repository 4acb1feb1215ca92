using Engram.Experiments;
using Engram.Methods;
using Engram.Streams;
using Engram.Tests.Datasets;

namespace Engram.Tests.Experiments;

public sealed class RunTrialTests
{
    private static readonly (string, string)[] Quick = [("network.hidden", "9"), ("training.batch", "10"), ("training.iterations", "6"), ("training.logEvery", "1"), ("training.checkpointEvery", "2")];

    [Fact]
    public void The_numbers_do_not_depend_on_how_many_run_at_a_time()
    {
        ComparisonPlan plan = Plan(["fine-tuning", "ewc", "joint"], seeds: 3);

        TrialResults one = Run(plan, jobs: 1), three = Run(plan, jobs: 3);

        Assert.Equal(9, one.Finished.Count);
        Assert.Equal(plan.Trials, one.Finished.Select(finished => finished.Trial));
        Assert.Equal(plan.Trials, three.Finished.Select(finished => finished.Trial));
        foreach (var (first, second) in one.Finished.Zip(three.Finished)) Toy.AssertSame(first.Result, second.Result);
    }

    [Fact]
    public void A_trial_that_diverges_does_not_stop_the_others()
    {
        ComparisonPlan plan = Plan(["l2:lambda=1e30", "fine-tuning"], seeds: 1, ("training.optimizer", "sgd"), ("training.learningRate", "1"));

        TrialResults results = Run(plan, jobs: 1);

        Assert.Equal("fine-tuning", Assert.Single(results.Finished).Trial.Label);
        FailedTrial failed = Assert.Single(results.Failed);
        Assert.Equal(("l2:lambda=1e30", "diverged"), (failed.Trial.Label, failed.Error.Code));
    }

    [Fact]
    public void A_trial_that_throws_anything_ends_alone_and_is_the_only_one_repeated()
    {
        ComparisonPlan plan = Plan(["toy-throws", "fine-tuning", "ewc"], seeds: 1);
        using TemporaryFolder temporary = new();
        ComparisonFolder folder = ComparisonFolder.Create(temporary["comparison"], plan);
        foreach (Exception thrown in new Exception[] { new InvalidCastException("a\nb"), new OperationCanceledException("a b"), new TimeoutException("a b") })
        {
            ThrowingMethod.Throws = thrown;

            TrialResults results = Run(plan, 1, folder.TrialPath);

            Assert.Equal(["fine-tuning", "ewc"], results.Finished.Select(one => one.Trial.Label));
            FailedTrial failed = Assert.Single(results.Failed);
            Assert.Equal(("toy-throws", "unexpected", $"{thrown.GetType().Name}: a b"), (failed.Trial.Label, failed.Error.Code, failed.Error.Message));
        }
        ThrowingMethod.Throws = null;
        List<string> trained = [];

        TrialResults all = Run(plan, 1, folder.TrialPath, new() { Progress = (trial, _) => trained.Add(trial.Name) });

        Assert.Equal(["toy-throws seed 1"], trained.Distinct());
        Assert.Equal((3, 0), (all.Finished.Count, all.Failed.Count));
    }

    [Fact]
    public void A_stopped_comparison_goes_on_where_it_was_and_repeats_nothing()
    {
        ComparisonPlan plan = Plan(["fine-tuning", "ewc"], seeds: 2);
        using TemporaryFolder temporary = new();
        ComparisonFolder folder = ComparisonFolder.Create(temporary["comparison"], plan);
        using CancellationTokenSource stop = new();
        int finished = 0, steps = 0;
        Assert.Throws<OperationCanceledException>(() => TrialResults.Study(Toy.Laboratory, plan.Trials, folder.TrialPath).Run(new TrialThreads(1), new()
        {
            Progress = (trial, now) => { if (trial.Name == "ewc seed 1" && now.Run!.Phase == RunPhase.Training && ++steps == 8) stop.Cancel(); },
            Ended = _ => finished++,
        }, stop.Token));
        Assert.Equal(2, finished);

        var (opened, read) = ComparisonFolder.Open(temporary["comparison"], Toy.Catalogs);
        List<string> trained = [];
        int later = 0;
        TrialResults results = Run(read, 1, opened.TrialPath, new()
        {
            Progress = (trial, now) =>
            {
                if (now.Run!.Phase != RunPhase.Training) return;
                trained.Add(trial.Name);
                later++;
            },
        });

        Assert.Equal(["ewc seed 1", "ewc seed 2"], trained.Distinct());
        Assert.Equal(4 + 12, later); // four steps were left of the third trial
        foreach (var (straight, resumed) in Run(plan, 1).Finished.Zip(results.Finished)) Assert.Equal((straight.Result.Weights, straight.Trial.Label), (resumed.Result.Weights, resumed.Trial.Label));
    }

    [Fact]
    public void An_error_of_the_program_is_not_taken_for_a_failed_trial()
    {
        ComparisonPlan plan = Plan(["fine-tuning"], seeds: 2);

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => Run(plan, 2, watch: new() { Progress = (_, _) => throw new FormatException("a bug") }));

        Assert.Contains("a bug", error.Message);
    }

    [Fact]
    public void A_folder_in_use_is_not_taken()
    {
        ComparisonPlan plan = Plan(["fine-tuning"], seeds: 1);
        using TemporaryFolder temporary = new();
        ComparisonFolder.Create(temporary["here"], plan);

        Assert.Equal("folder-in-use", Assert.Throws<EngramException>(() => ComparisonFolder.Create(temporary["here"], plan)).Code);
    }

    private static ComparisonPlan Plan(string[] methods, int seeds, params (string, string)[] settings) => ComparisonPlan.Make(Toy.Catalogs, "toy", methods, seeds, null, null, [.. Quick, .. settings]);

    private static TrialResults Run(ComparisonPlan plan, int jobs, Func<Trial, string>? folderOf = null, StudyWatch? watch = null) =>
        TrialResults.Study(Toy.Laboratory, plan.Trials, folderOf).Run(new TrialThreads(jobs), watch, TestContext.Current.CancellationToken);
}

/// <summary>Fine-tuning that ends its first task with whatever a test wants to be thrown.</summary>
[Method("toy-throws", Family = "tests", Summary = "throws")]
public sealed class ThrowingMethod : LearningMethod
{
    internal static Exception? Throws { get; set; }

    public override void EndTask(LearningTask task)
    {
        if (Throws is { } thrown) throw thrown;
    }
}
