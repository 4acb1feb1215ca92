using Engram.Methods;

namespace Engram.Experiments;

/// <summary>How far the current task has come.</summary>
internal enum TaskStage
{
    /// <summary>Not begun.</summary>
    Waiting,

    /// <summary>Begun, some steps done.</summary>
    Training,

    /// <summary>All steps done, not yet consolidated and scored.</summary>
    Trained,
}

/// <summary>What a run has measured so far and where it stands: the JSON part of a checkpoint.</summary>
internal sealed class RunState
{
    public int Finished { get; set; }

    public TaskStage Stage { get; set; }

    public long Steps { get; set; }

    public List<double[]> Rows { get; init; } = [];

    public List<double?[]> Kappa { get; init; } = [];

    public List<List<double>> LearningCurves { get; init; } = [];

    public List<long> Parameters { get; init; } = [];

    public List<int[]> Widths { get; init; } = [];

    public List<GrowthRecord> Growth { get; init; } = [];

    public List<long> StoredBytes { get; init; } = [];

    public List<long> StoredSamples { get; init; } = [];

    public List<ExhibitTable> Tables { get; init; } = [];

    public double Train { get; set; }

    public double Consolidate { get; set; }

    public double Evaluate { get; set; }

    public double Total { get; set; }

    /// <summary>Refuses a restored state that no run of so many tasks can be in.</summary>
    /// <exception cref="EngramException">It is none.</exception>
    public void Check(StateBag bag, int tasks)
    {
        bool stands = Finished >= 0 && Finished <= tasks && Enum.IsDefined(Stage) && (Finished < tasks || Stage == TaskStage.Waiting) && Steps is >= 0 and <= (long)StateBag.MostCount;
        bag.Require(stands, "run", $"0 to {tasks} finished tasks, a stage of the next one and a number of steps");
        bag.Require(Rows.Count == Finished + 1 && Rows.All(row => row?.Length == tasks && row.All(accuracy => accuracy is >= 0 and <= 1)), "run", "a row of accuracies for every finished task and one before them");
        bag.Require((Kappa.Count == 0 || Kappa.Count == Rows.Count) && Kappa.All(row => row?.Length == tasks && row.All(kappa => kappa is null or (>= -1 and <= 1))), "run", "a kappa or none beside every accuracy");
        bag.Require(Parameters.Count == Finished && StoredBytes.Count == Finished && StoredSamples.Count == Finished && Widths.Count == Finished, "run", "sizes for every finished task");
        bag.Require(Parameters.All(count => count > 0) && StoredBytes.Concat(StoredSamples).All(count => count >= 0) && Widths.All(widths => widths is not null && widths.All(width => width > 0)), "run", "sizes that can be");
        bag.Require(LearningCurves.Count <= tasks && LearningCurves.All(curve => curve is not null && curve.All(accuracy => accuracy is >= 0 and <= 1)), "run", "a learning curve of accuracies for each task begun");
        bag.Require(Growth.All(growth => growth is { Task: > 0, Step: >= 0 } && growth.Task <= tasks && growth.From.Concat(growth.To).All(width => width > 0)), "run", "growths of a task from one size to another");
        bag.Require(new[] { Train, Consolidate, Evaluate, Total }.All(seconds => seconds >= 0), "run", "times that are not negative");
        bag.Require(Tables.All(ExhibitTable.IsWhole), "run", "tables with a fraction for each row and column");
    }
}
