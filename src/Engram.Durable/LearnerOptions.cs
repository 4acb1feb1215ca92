using System.ComponentModel;
using Engram.Durable.Gate;

namespace Engram.Durable;

/// <summary>What may change while a learner lives.</summary>
public sealed record LearnerOptions
{
    /// <summary>When a version is let through.</summary>
    public GateOptions Gate { get; init; } = new();

    /// <summary>How much is held out.</summary>
    public HeldOptions Held { get; init; } = new();

    /// <summary>What of the data may stay in the file.</summary>
    [Description("what of the data may stay in the file: features (as the learner sees them), tests (held-out samples alone) or nothing")]
    public Keep Keep { get; init; }

    /// <summary>Versions whose state is kept; older ones stay in the history without it. 0 keeps all.</summary>
    [Description("versions that can be gone back to; older ones stay in the history alone; 0 = all"), System.ComponentModel.DataAnnotations.Range(0, 1_000_000)]
    public int Versions { get; init; }
}
