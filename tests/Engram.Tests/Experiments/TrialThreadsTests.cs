using Engram.Experiments;
using Engram.Tests.Datasets;

namespace Engram.Tests.Experiments;

public sealed class TrialThreadsTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();

    public void Dispose() => temporary.Dispose();

    [Fact]
    public void A_trial_that_ends_with_an_error_leaves_the_others_alone()
    {
        MadeUpTrial[] trials = [.. Enumerable.Range(0, 4).Select(number => new MadeUpTrial($"{number}", work: number switch
        {
            0 => () => throw EngramException.Failure("x", "first"),
            1 => () => throw new OperationCanceledException("not ours"),
            _ => () => { },
        }))];
        List<string> ended = [];

        new TrialThreads(1).Run(trials, new() { Ended = trial => ended.Add(trial.Name) }, TestContext.Current.CancellationToken);

        Assert.Equal(["x", "unexpected", null, null], trials.Select(trial => trial.Error?.Code));
        Assert.Equal([false, false, true, true], trials.Select(trial => trial.IsDone));
        Assert.Equal(["0", "1", "2", "3"], ended);
    }

    [Fact]
    public void What_takes_longest_begins_first()
    {
        List<string> begun = [];
        MadeUpTrial[] trials = [.. new[] { "a", "b", "c" }.Select(name => new MadeUpTrial(name, work: () => begun.Add(name), rank: name == "c" ? -1 : 0))];

        new TrialThreads(1).Run(trials, cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(["c", "a", "b"], begun);
    }

    [Fact]
    public void A_trial_that_another_process_runs_comes_last_and_what_that_did_is_read()
    {
        List<string> done = [], ended = [];
        MadeUpTrial elsewhere = new("a", Place("a"), () => done.Add("a")), own = new("b", Place("b"), () => done.Add("b"));
        FolderLock other = FolderLock.TakeTrial(Place("a"));

        new TrialThreads(1).Run([elsewhere, own], new()
        {
            Ended = trial =>
            {
                ended.Add(trial.Name);
                if (trial != own) return;
                elsewhere.EndElsewhere();
                other.Dispose();
            },
        }, TestContext.Current.CancellationToken);

        Assert.Equal(["b"], done);
        Assert.Equal(["b", "a"], ended);
        Assert.True(elsewhere.IsDone);
    }

    [Fact]
    public void A_trial_is_held_while_it_runs_and_free_afterwards()
    {
        string? reason = null;
        MadeUpTrial trial = new("a", Place("a"), () => FolderLock.TryTakeTrial(Place("a"), out reason));

        new TrialThreads(1).Run([trial], cancellation: TestContext.Current.CancellationToken);

        Assert.Contains("is in use: process", reason);
        Assert.EndsWith("or run another trial.", reason);
        FolderLock.TakeTrial(Place("a")).Dispose();
    }

    [Fact]
    public void Who_waits_for_another_process_can_be_stopped()
    {
        using FolderLock other = FolderLock.TakeTrial(Place("a"));
        using CancellationTokenSource stop = new(TimeSpan.FromSeconds(1));

        Assert.ThrowsAny<OperationCanceledException>(() => new TrialThreads(2).Run([new MadeUpTrial("a", Place("a"), () => { })], cancellation: stop.Token));
    }

    private string Place(string name) => temporary["study", "trials", name];
}

/// <summary>A trial whose work is what a test wants.</summary>
internal sealed class MadeUpTrial(string name, string? place = null, Action? work = null, double rank = 0) : StudyTrial
{
    private bool isDone;

    public override string Name => name;

    public override string? Place => place;

    public override bool IsDone => isDone;

    public override double? Accuracy => isDone ? 1 : null;

    public override double Rank => rank;

    public void EndElsewhere() => isDone = true;

    public override void Run(Action<TrialReport> progress, CancellationToken cancellation)
    {
        if (!isDone) work?.Invoke();
        progress(new(1));
        isDone = true;
    }
}
