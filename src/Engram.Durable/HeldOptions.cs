using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Engram.Durable;

/// <summary>How much is held out, and how much of that is kept.</summary>
public sealed record HeldOptions
{
    /// <summary>Share of the contents held out where the data name no test data.</summary>
    [Description("share held out for testing, by content, where the data name no test data"), Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double Share { get; init; } = 0.2;

    /// <summary>MiB that held-out samples of all lessons may take; beyond it the largest lessons give up some.</summary>
    [Description("MiB that kept held-out samples of all lessons may take; beyond it the largest lessons give up some"), Range(1, 1_000_000)]
    public int Budget { get; init; } = 64;
}
