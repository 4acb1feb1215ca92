using Engram.Cli.Output;
using Engram.Cli.Progress;
using Engram.Cli.Runners;
using Engram.Experiments;
using Engram.Networks;

namespace Engram.Cli;

/// <summary>Carries a study from its plan to its page: shows meanwhile where it stands, and stops with everything saved.</summary>
/// <typeparam name="T">What the study concludes.</typeparam>
/// <param name="terminal">Where results are printed.</param>
/// <param name="data">What the user gave with <c>--data</c>.</param>
/// <param name="on">Where its trials run.</param>
internal sealed class StudyWork<T>(Terminal terminal, string? data, RunnerChoice on) : IStudyWork
{
    /// <summary>The board that shows where it stands, given what says that the user wants to stop.</summary>
    public required Func<CancellationToken, ITrialBoard> Board { get; init; }

    /// <summary>Loads the data and checks what only shows with them, so that nothing is written for a study that cannot begin.</summary>
    public required Action Prepare { get; init; }

    /// <summary>What people should know of it beforehand, once the data are there.</summary>
    public Func<IEnumerable<string>> Doubts { get; init; } = () => [];

    /// <summary>Writes the plan into a folder, or checks the one that is there.</summary>
    public required Action<OutputFolder> WritePlan { get; init; }

    /// <summary>The study in its folder.</summary>
    public required Func<string, Study<T>> Study { get; init; }

    /// <summary>Writes results and pages into the folder and prints them; returns the exit code.</summary>
    public required Func<T, string, int> Show { get; init; }

    /// <summary>Why the plan alone does not say which trials there are, as the beginning of a sentence; null where it does.</summary>
    public string? Unplanned { get; init; }

    /// <summary>Why one process has to run all trials though the plan says which there are, as the beginning of a sentence; null where any may.</summary>
    public string? OneProcess { get; init; }

    /// <summary>Whether only pictures and page are made anew once everything is done: without a look at the data, and in silence.</summary>
    public bool IsOnlyShownWhenDone { get; init; }

    /// <summary>Begins the study, or goes on with the same one.</summary>
    /// <param name="output">Its folder; claimed once the data are there.</param>
    public int Carry(OutputFolder output)
    {
        using OutputFolder held = output;
        if (on.On != RunnerKind.Threads && (Unplanned ?? OneProcess) is { } reason) throw EngramException.Input("one-process", $"{reason}; leave --on out, or give --on threads.");
        return Show(Interruptible(Board, Work, () => output.Stopped(data)), output.Path);

        T Work(ITrialBoard board, CancellationToken stopping)
        {
            Workbench.Reading.Say = board.Note;
            _ = Task.Run(NativeEngine.Start, CancellationToken.None); // half a second, in which the data can be read; who needs it is told if it fails
            Prepare();
            stopping.ThrowIfCancellationRequested();
            output.Claim(board.Begin);
            foreach (string doubt in Doubts()) board.Note(doubt);
            WritePlan(output);
            on.Remember(output.Path);
            ITrialRunner runner = on.On == RunnerKind.Processes ? new TrialProcesses(on.Here, output.Path, data) : new TrialThreads(on.Here);
            return Study(output.Path).Run(runner, new() { Progress = board.Report, Ended = board.End }, stopping);
        }
    }

    public int GoOn(string path) => IsOnlyShownWhenDone && Study(path).Known().All(trial => trial.IsDone) ? Collect(path) : Carry(OutputFolder.Of(path));

    public int RunTrial(string path, int number)
    {
        RequirePlanned(path);
        Study<T> study = Study(path);
        StudyTrial trial = study.Trial(number, path);
        using FolderLock held = trial.Place is { } place ? FolderLock.TakeTrial(place) : FolderLock.Take(path);
        StandingNote standing = new(trial.Place);
        Interruptible(BoardOfOne, Noted, () => $"Stopped; everything so far is saved. Go on with: engram trial {OutputFolder.Quote(path)} {number}{(data is null ? "" : $" --data {OutputFolder.Quote(data)}")}");
        TrialSummary.Show(terminal, path, number, trial, study.Known());
        return 0;

        ITrialBoard BoardOfOne(CancellationToken stopping)
        {
            string title = $"{path}: trial {number}, {trial.Name}";
            return trial is RunTrial { Trial: var run } ? new ProgressBoard(title, [new(run.Label, run.Config.Machine.Seed, trial.Name)], LiveViews.Run, stopping) : new StudyBoard(title, "trials", 1, null, stopping);
        }

        StudyTrial Noted(ITrialBoard board, CancellationToken stopping)
        {
            try
            {
                return Work(board, stopping);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                trial.End(error);
                standing.Fail(trial.Error!);
                throw;
            }
        }

        StudyTrial Work(ITrialBoard board, CancellationToken stopping)
        {
            bool isDone = trial.IsDone;
            if (!isDone)
            {
                standing.Begin();
                trial.Prepare();
            }
            board.Begin(isDone ? $"Is done in {trial.Place ?? path}" : $"Results go to {trial.Place ?? path}");
            trial.Run(Report, stopping);
            return trial;

            void Report(TrialReport report)
            {
                board.Report(trial, report);
                standing.Report(report);
            }
        }
    }

    public int Collect(string path)
    {
        RequirePlanned(path);
        using OutputFolder output = OutputFolder.Of(path);
        output.Claim(_ => { });
        return Show(Study(path).Collect(path), path);
    }

    private void RequirePlanned(string path)
    {
        if (Unplanned is not null) throw EngramException.Input("unplanned-trials", $"{Unplanned}; go on with it by 'engram resume {path}'.");
    }

    private static TWork Interruptible<TWork>(Func<CancellationToken, ITrialBoard> makeBoard, Func<ITrialBoard, CancellationToken, TWork> work, Func<string> stopped)
    {
        using Interruption interruption = new();
        ITrialBoard board = makeBoard(interruption.Token);
        try
        {
            return Watch.Until(board, () => work(board, interruption.Token));
        }
        catch (OperationCanceledException stop)
        {
            throw new OperationCanceledException(stopped(), stop);
        }
    }
}
