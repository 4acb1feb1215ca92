using Engram.Cli.Progress;
using Engram.Cli.Runners;
using Engram.Experiments;

namespace Engram.Cli;

/// <summary>The runs that a comparison or a reproduction consists of: their board, their data, and doubts about them.</summary>
/// <param name="laboratory">Makes the runs.</param>
/// <param name="name">What is being done.</param>
/// <param name="trials">The runs.</param>
/// <param name="on">Where they run.</param>
internal sealed class TrialList(Laboratory laboratory, string name, IReadOnlyList<Trial> trials, RunnerChoice on)
{
    public ITrialBoard Board(CancellationToken stopping) => new ProgressBoard($"{name}: {trials.Count} {(trials.Count == 1 ? "trial" : "trials")}, {on.InWords(trials.Count)}",
        [.. trials.Select(trial => new TrialProgress(trial.Label, trial.Config.Machine.Seed))], LiveViews.Comparison, stopping);

    public void Prepare() => laboratory.Prepare([.. trials.Select(trial => trial.Config)], on.Here);

    public IEnumerable<string> Doubts() => trials.DistinctBy(trial => trial.Label).Select(trial => laboratory.Doubt(trial.Config)).OfType<string>().Distinct();
}
