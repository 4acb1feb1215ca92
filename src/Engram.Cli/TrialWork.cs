using Engram.Cli.Progress;
using Engram.Experiments;

namespace Engram.Cli;

/// <summary>Runs the trials of a comparison or a reproduction, shows meanwhile where they stand, and stops with everything saved.</summary>
internal sealed class TrialWork(Laboratory laboratory, int jobs, string? data)
{
    /// <summary>Runs what is not finished yet.</summary>
    /// <param name="name">What is being done.</param>
    /// <param name="trials">The runs.</param>
    /// <param name="output">Their common folder; claimed once the data are there.</param>
    /// <param name="openFolder">Makes what belongs into that folder, and says where each trial's own is.</param>
    public TrialResults Run(string name, IReadOnlyList<Trial> trials, OutputFolder output, Func<string, Func<Trial, string>> openFolder)
    {
        using Interruption interruption = new();
        ProgressBoard board = new($"{name}: {trials.Count} {(trials.Count == 1 ? "trial" : "trials")}, {Math.Min(jobs, trials.Count)} at a time",
            [.. trials.Select(trial => new TrialProgress(trial.Label, trial.Config.Machine.Seed))], LiveViews.Comparison, interruption.Token);
        Dictionary<string, int> places = trials.Index().ToDictionary(one => one.Item.FolderName, one => one.Index);
        try
        {
            return Watch.Until(board, Work);
        }
        catch (OperationCanceledException stop)
        {
            throw new OperationCanceledException(output.Stopped(data), stop);
        }

        TrialResults Work()
        {
            laboratory.Prepare([.. trials.Select(trial => trial.Config)], jobs);
            interruption.Token.ThrowIfCancellationRequested();
            output.Claim(board.Begin);
            foreach (string doubt in trials.DistinctBy(trial => trial.Label).Select(trial => laboratory.Doubt(trial.Config)).OfType<string>().Distinct()) board.Note(doubt);
            return new Trials(laboratory, jobs).Run(trials, openFolder(output.Path), (trial, report) => board.Report(places[trial.FolderName], report),
                (trial, result) => board.End(places[trial.FolderName], result.Metrics["accuracy"]), failed => board.End(places[failed.Trial.FolderName], null), interruption.Token);
        }
    }
}
