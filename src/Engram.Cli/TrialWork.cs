using Engram.Cli.Progress;
using Engram.Experiments;

namespace Engram.Cli;

/// <summary>Runs the trials of a comparison or a reproduction, shows meanwhile where they stand, and stops with everything saved.</summary>
internal sealed class TrialWork(Laboratory laboratory, int jobs, string? data)
{
    /// <summary>Runs what is not finished yet.</summary>
    /// <param name="name">What is being done.</param>
    /// <param name="trials">The runs.</param>
    /// <param name="path">Their common folder.</param>
    /// <param name="openFolder">Makes that folder once the data are there, and says where each trial's own is.</param>
    public TrialResults Run(string name, IReadOnlyList<Trial> trials, string path, Func<Func<Trial, string>> openFolder)
    {
        using Interruption interruption = new();
        ProgressBoard board = new($"{name}: {trials.Count} {(trials.Count == 1 ? "trial" : "trials")}, {Math.Min(jobs, trials.Count)} at a time",
            [.. trials.Select(trial => new TrialProgress(trial.Label, trial.Config.Machine.Seed))], LiveViews.Comparison, interruption.Token);
        Dictionary<string, int> places = trials.Index().ToDictionary(one => one.Item.FolderName, one => one.Index);
        bool begun = false;
        try
        {
            return Watch.Until(board, Work);
        }
        catch (OperationCanceledException stop)
        {
            throw new OperationCanceledException(OutputFolder.Stopped(begun ? path : null, data), stop);
        }

        TrialResults Work()
        {
            foreach (Trial trial in trials.DistinctBy(trial => Settings.ToJson(trial.Config.Stream).ToJsonString() + Settings.ToJson(trial.Config.Network).ToJsonString())) laboratory.Prepare(trial.Config);
            interruption.Token.ThrowIfCancellationRequested();
            Func<Trial, string> folderOf = openFolder();
            begun = true;
            return new Trials(laboratory, jobs).Run(trials, folderOf, (trial, report) => board.Report(places[trial.FolderName], report),
                (trial, result) => board.End(places[trial.FolderName], result.Metrics["accuracy"]), failed => board.End(places[failed.Trial.FolderName], null), interruption.Token);
        }
    }
}
