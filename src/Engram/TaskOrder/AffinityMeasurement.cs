using Engram.Experiments;
using Engram.Streams;

namespace Engram.TaskOrder;

/// <summary>
/// Finds out which task helps which (taskonomy, Zamir et al. 2018, arXiv 1804.08328): trains an encoder on every task alone, freezes it, and
/// learns every other task by a small read-out from few samples, beside a read-out on a random encoder and full training.
/// </summary>
/// <remarks>
/// Sources are ordinary runs of one task (<c>stream.only</c>), with checkpoints and all. Then the read-outs of each target are measured
/// together, all from the same samples. Each is a trial; who runs them, and how many at a time, changes no result.
/// </remarks>
/// <param name="laboratory">Makes the runs.</param>
/// <param name="plan">What is measured.</param>
/// <param name="folder">Where what is done is kept and found again.</param>
public sealed class AffinityMeasurement(Laboratory laboratory, AffinityPlan plan, StudyFolder folder)
{
    /// <summary>Pieces of work: the sources, and the targets with all their read-outs, for each seed.</summary>
    public static int PiecesOf(AffinityPlan plan) => 2 * plan.Numbers.Count * plan.Seeds;

    /// <summary>Loads the data and checks what only shows with them.</summary>
    /// <returns>Names of the tasks; as <see cref="TaskNames"/> has them where the seeds disagree.</returns>
    /// <exception cref="EngramException">Data are missing or do not fit the settings.</exception>
    public static IReadOnlyList<string> Prepare(Laboratory laboratory, AffinityPlan plan)
    {
        laboratory.Prepare(plan.Source(laboratory.Catalogs, plan.Numbers[0], plan.SeedNumbers[0]).Config);
        _ = plan.Encoder(laboratory.Catalogs);
        TaskStream all = plan.Stream(laboratory, plan.SeedNumbers[0]);
        foreach (var (task, number) in all.Tasks.Zip(plan.Numbers))
            if (laboratory.Stream(plan.Source(laboratory.Catalogs, number, plan.SeedNumbers[0]).Config).InputShape is var alone && !alone.SequenceEqual(all.InputShape))
                throw EngramException.Input("shape-mismatch", $"Task {number} ({task.Name}) of '{plan.Config.StreamName}' has inputs of shape [{string.Join(", ", alone)}] alone and [{string.Join(", ", all.InputShape)}] among all tasks, so its encoder cannot read the others; choose a stream whose tasks have inputs of one size, whichever of them are learned.");
        return TaskNames.Over([.. plan.SeedNumbers.Select(seed => plan.Stream(laboratory, seed).Tasks.Select(task => task.Name).ToArray())], plan.Numbers);
    }

    /// <summary>The study of the transfers. Without a trial that fails, such as a source's training that diverges, it does not go on; the others are kept.</summary>
    /// <param name="tasks">Names of the tasks, from <see cref="Prepare"/>.</param>
    public Study<AffinityStudy> Study(IReadOnlyList<string> tasks)
    {
        var pieces = plan.SeedNumbers.SelectMany(seed => Enumerable.Range(0, plan.Numbers.Count).Select(task => (Seed: seed, Task: task)));
        RunTrial[] sources = [.. pieces.Select(piece => Source(piece.Seed, piece.Task, tasks[piece.Task]))];
        ReadoutTrial[] targets = [.. pieces.Select(piece => new ReadoutTrial(laboratory, plan, folder, [.. sources.Select(source => source.Trial).Where(source => source.Config.Machine.Seed == piece.Seed)],
            piece.Task, piece.Seed, $"read-outs of {tasks[piece.Task]} seed {piece.Seed}"))];
        return new(Rounds(sources, targets), PiecesOf(plan), () => AffinityConclusions.Of(plan, tasks,
            [.. sources.Select(source => source.Accuracy!.Value).Chunk(plan.Numbers.Count)], [.. targets.SelectMany(target => target.Results)], laboratory.Catalogs));
    }

    private static IEnumerable<IReadOnlyList<StudyTrial>> Rounds(RunTrial[] sources, ReadoutTrial[] targets)
    {
        yield return sources;
        RunTrial[] failed = [.. sources.Where(source => source.Error is not null)];
        if (failed.Length > 0)
            throw EngramException.Failure("trials-failed", $"{failed.Length} of {sources.Length} sources failed, the others are kept. {failed[0].Name}: {failed[0].Error!.Message}");
        yield return targets;
        foreach (ReadoutTrial target in targets) target.ThrowIfFailed();
    }

    private RunTrial Source(ulong seed, int task, string name)
    {
        Trial source = plan.Source(laboratory.Catalogs, plan.Numbers[task], seed);
        return new(laboratory, source, folder.TrialPath(source), $"source {name} seed {seed}");
    }
}
