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
    // Whoever watches holds the folder for a moment where a job would conclude.
    private static readonly TimeSpan PatienceOfJobs = TimeSpan.FromMinutes(1);

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
        SlurmArray? array = null;
        return Interruptible(Board, Work, Stopped)();

        // What is to be done with the board gone.
        Func<int> Work(ITrialBoard board, CancellationToken stopping)
        {
            Workbench.Reading.Say = board.Note;
            SlurmCluster? cluster = on.On == RunnerKind.Slurm ? SlurmCluster.Find(on.Partition) : null;
            using EngineStart engine = new(isWanted: on.On == RunnerKind.Threads);
            Prepare();
            stopping.ThrowIfCancellationRequested();
            output.Claim(board.Begin);
            foreach (string doubt in Doubts()) board.Note(doubt);
            WritePlan(output);
            on.Remember(output.Path);
            Study<T> study = Study(output.Path);
            List<StudyTrial> ended = [];
            StudyWatch watch = new() { Progress = board.Report, Ended = End };
            if (cluster is null) return Concluded(study.Run(on.On == RunnerKind.Processes ? new TrialProcesses(on.Here, output.Path, data) : new TrialThreads(on.Here), watch, stopping));

            array = new(on, output.Path, data, cluster) { Say = line => board.Beside = line, Complain = board.Note };
            StudyTrial[] open = on.Waits ? [] : [.. study.Known().Where(trial => !trial.IsDone)];
            if (open.Length > 0 && array.Submit(open) is var trials && array.MustWaitFor(open)) return () => SlurmSummary.Show(terminal, output.Path, trials, array);
            output.Dispose(); // the job after the trials needs it
            T result = study.Run(array, watch, stopping);
            output.HoldAgain(stopping);
            return Concluded(result);

            void End(StudyTrial trial)
            {
                board.End(trial);
                lock (ended) ended.Add(trial);
            }

            Func<int> Concluded(T result) => () =>
            {
                if (TrialStanding.Doubt(ended) is { } doubt) Terminal.Note(doubt);
                return Show(result, output.Path);
            };
        }

        string Stopped() => array is { Ids.Length: > 0 }
            ? $"The jobs go on without this: 'engram resume {OutputFolder.Quote(output.Path)}' watches them, 'scancel {array.Ids}' ends them."
            : output.Stopped(data);
    }

    public int GoOn(string path) => IsOnlyShownWhenDone && Study(path).Known().All(trial => trial.IsDone) ? Collect(path)
        : Carry(OutputFolder.Of(path, on.On == RunnerKind.Slurm ? PatienceOfJobs : default));

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
        Study<T> study = Study(path);
        T result = study.Collect(path);
        if (TrialStanding.Doubt(study.Known()) is { } doubt) Terminal.Note(doubt);
        return Show(result, path);
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
