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

    public List<long> Parameters { get; init; } = [];

    public List<int[]> Widths { get; init; } = [];

    public List<GrowthRecord> Growth { get; init; } = [];

    public List<long> StoredBytes { get; init; } = [];

    public List<ExhibitTable> Tables { get; init; } = [];

    public double Train { get; set; }

    public double Consolidate { get; set; }

    public double Evaluate { get; set; }

    public double Total { get; set; }
}
