namespace Engram.Evaluation;

/// <summary>All that metrics are made from: what a run measured, and the run that it is compared with. What was not measured is empty.</summary>
/// <param name="Matrix">A complete matrix.</param>
public sealed record MetricInputs(AccuracyMatrix Matrix)
{
    /// <summary>Whether tasks to come have the outputs of those learned, as in the domain scenario: elsewhere those outputs are untrained, and accuracies above the diagonal say nothing.</summary>
    public bool SharesOutputs { get; init; }

    /// <summary>Test samples of each task.</summary>
    public IReadOnlyList<int> TestSamples { get; init; } = [];

    /// <summary>Cohen's kappa on each task in every row of the matrix; null where a task has none, and empty where answers are no classes.</summary>
    public IReadOnlyList<double?[]> Kappa { get; init; } = [];

    /// <summary>Z_b: mean accuracy on a new task after its first b steps, from b = 0.</summary>
    public IReadOnlyList<double> LearningCurve { get; init; } = [];

    /// <summary>Parameters in use after each task.</summary>
    public IReadOnlyList<long> Parameters { get; init; } = [];

    /// <summary>Training samples kept after each task.</summary>
    public IReadOnlyList<long> StoredSamples { get; init; } = [];

    /// <summary>Training samples of all tasks.</summary>
    public double TrainingSamples { get; init; }

    /// <summary>What joint training on all tasks so far reached on the same tasks; null where there is no such run.</summary>
    public AccuracyMatrix? Reference { get; init; }
}
