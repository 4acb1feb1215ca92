using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Engram.Streams;

/// <summary>Settings that all streams of generated sequences share.</summary>
public abstract record SequenceStreamOptions : StreamOptions
{
    /// <summary>Domain-incremental unless told otherwise.</summary>
    protected SequenceStreamOptions() => Scenario = Scenario.Domain;

    /// <summary>Training sequences per task.</summary>
    [Description("training sequences per task, drawn from the seed"), Range(1, 10_000_000)]
    public override int Samples { get; init; } = 5000;

    /// <summary>Test sequences per task.</summary>
    [Description("test sequences per task, drawn from the seed"), Range(1, 10_000_000)]
    public override int TestSamples { get; init; } = 1000;

    /// <summary>Different symbols; each has an output of its own.</summary>
    [Description("different symbols, an output for each"), Range(2, 100)]
    public int Alphabet { get; init; } = 8;

    /// <summary>The problem of a list that gives the difficulty of each task.</summary>
    private protected string? ProblemOf(string path, string setting, int[] values) => values.Length >= Tasks ? null
        : $"{path}.{setting} has {values.Length} numbers ({string.Join(",", values)}) but {path}.tasks is {Tasks}; give one number for each task, or set {path}.tasks to {Math.Max(1, values.Length)}.";
}
