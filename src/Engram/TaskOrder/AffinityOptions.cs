using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Engram.TaskOrder;

/// <summary>How transfers between tasks are measured.</summary>
public sealed record AffinityOptions
{
    /// <summary>Hidden layers that belong to the encoder; null takes all but the last where there are two or more, or all.</summary>
    [Description("hidden layers of the network that are the encoder; the others are its decoder [default: all but the last]"), Range(1, 1000)]
    public int? EncoderLayers { get; init; }

    /// <summary>Hidden layers of a read-out on the frozen encoder; null takes those of the network behind its encoder.</summary>
    [Description("units of the hidden layers of a read-out [default: those of the network behind its encoder]"), Range(1, 65536)]
    public int[]? Decoder { get; init; }

    /// <summary>Samples of the target that a read-out learns from.</summary>
    [Description("samples of the target that a read-out learns from"), Range(1, 1_000_000)]
    public int Samples { get; init; } = 500;

    /// <summary>Passes over these samples.</summary>
    [Description("passes over these samples"), Range(1, 100_000)]
    public int Epochs { get; init; } = 60;

    /// <summary>Samples per step.</summary>
    [Description("samples per step"), Range(1, 1_000_000)]
    public int Batch { get; init; } = 50;

    /// <summary>Step size of Adam.</summary>
    [Description("step size of Adam"), Range(0.0, 1000.0, MinimumIsExclusive = true)]
    public double LearningRate { get; init; } = 0.003;

    /// <summary>Whether encoders of two sources are also used side by side.</summary>
    [Description("also transfer from two sources at once")]
    public bool Pairs { get; init; }
}
