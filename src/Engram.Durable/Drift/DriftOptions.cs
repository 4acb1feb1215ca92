using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Engram.Durable.Drift;

/// <summary>How often drift may be found where there is none, and how hard it is looked for. The three levels add up to the share of false alarms at most.</summary>
public sealed record DriftOptions
{
    /// <summary>False alarms of all columns together.</summary>
    [Description("share of false alarms of the columns, all together"), Range(0.0, 1.0)]
    public double ColumnLevel { get; init; } = 0.02;

    /// <summary>False alarms of the test of all columns at once.</summary>
    [Description("share of false alarms of the test of all columns at once"), Range(0.0, 1.0)]
    public double TogetherLevel { get; init; } = 0.02;

    /// <summary>False alarms of the share of inputs that are of no known class.</summary>
    [Description("share of false alarms of the inputs of no known class"), Range(0.0, 1.0)]
    public double UnknownLevel { get; init; } = 0.01;

    /// <summary>Random divisions against which all columns at once are judged.</summary>
    [Description("random divisions against which all columns at once are judged"), Range(50, 100_000)]
    public int Permutations { get; init; } = 500;

    /// <summary>Most samples of each side that are looked at for all columns at once.</summary>
    [Description("most samples of each side that are looked at for all columns at once"), Range(2, 10_000)]
    public int Samples { get; init; } = 1000;

    /// <summary>Of the samples and divisions that are drawn.</summary>
    [Description("seed of what is drawn")]
    public ulong Seed { get; init; } = 1;
}
