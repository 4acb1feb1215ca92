using Engram.Experiments;

namespace Engram.Cli.Progress;

/// <summary>What is known of one trial while it runs.</summary>
internal sealed class TrialProgress(string label, ulong seed, string? name = null)
{
    private readonly List<(double Share, double Second)> marks = [];

    public string Label { get; } = label;

    public ulong Seed { get; } = seed;

    /// <summary>What its trial is called.</summary>
    public string Name { get; } = name ?? $"{label} seed {seed}";

    /// <summary>The last report; null before the first.</summary>
    public RunProgress? Latest { get; private set; }

    /// <summary>Names of the tasks; empty until they are known.</summary>
    public IReadOnlyList<string> Tasks { get; set; } = [];

    /// <summary>Accuracy of each task when it had just been learned, as far as this session saw it.</summary>
    public Dictionary<int, double> JustLearned { get; } = [];

    /// <summary>Last loss of each task.</summary>
    public Dictionary<int, double> Losses { get; } = [];

    /// <summary>Whether it ended, with or without a result.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Accuracy at the end; null where there is no result.</summary>
    public double? Accuracy { get; private set; }

    public bool IsRunning => Latest is not null && !IsOver;

    /// <summary>Share that is done, 0 to 1.</summary>
    public double Fraction => IsOver ? 1 : Latest?.Fraction ?? 0;

    /// <summary>Share that was done in this session: without what a stopped run had behind it, or all of a run that is only read.</summary>
    public double FractionNow => marks.Count > 0 ? Fraction - marks[0].Share : 0;

    /// <summary>Which share was done when, as this session saw it: at the first report, at the end of each task, and now. Seconds since the board was made.</summary>
    public IReadOnlyList<(double Share, double Second)> Marks => marks;

    /// <summary>Tasks that the last row of the matrix comes after.</summary>
    public int TasksLearned => Latest switch
    {
        null => 0,
        { Phase: RunPhase.Done } done => done.TaskCount,
        var latest => Math.Max(0, latest.Task - 1),
    };

    /// <summary>Takes a report; true when it brings the row of a task just learned.</summary>
    public bool Take(RunProgress report, double second)
    {
        Mark(report.Fraction, second, report.Task != Latest?.Task);
        bool newRow = Latest is not null && report.Row is not null && !ReferenceEquals(report.Row, Latest.Row);
        Latest = report;
        if (report is { Loss: { } loss, Task: > 0 }) Losses[report.Task] = loss;
        if (!newRow || TasksLearned == 0) return false;
        JustLearned[TasksLearned] = report.Row![TasksLearned - 1];
        return true;
    }

    /// <summary>Takes the end.</summary>
    public void End(double? accuracy, double second)
    {
        (IsOver, Accuracy) = (true, accuracy);
        if (accuracy is not null && marks.Count > 0) Mark(1, second, false);
    }

    private void Mark(double share, double second, bool begins)
    {
        if (marks.Count > 0) marks[^1] = (share, second);
        else marks.Add((share, second));
        if (begins) marks.Add((share, second));
    }
}
