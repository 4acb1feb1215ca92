using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

namespace Engram.Training;

/// <summary>Settings that stand at the top of a configuration.</summary>
public sealed partial record MachineOptions : ISettingsRules
{
    /// <summary>The number all randomness of a run comes from.</summary>
    [Description("the number all randomness of a run comes from")]
    public ulong Seed { get; init; } = 1;

    /// <summary>Where to compute.</summary>
    [Description("where to compute: cpu, cuda or cuda:N")]
    public string Device { get; init; } = "cpu";

    /// <summary>Threads within one training step. One gives the same bits on every machine of a kind, and leaves the cores to trials side by side.</summary>
    [Description("threads within one training step"), Range(1, 1024)]
    public int Threads { get; init; } = 1;

    /// <inheritdoc/>
    public IEnumerable<string> Problems(string path)
    {
        if (!DeviceName().IsMatch(Device)) yield return $"device is {Device} but must be cpu, cuda or cuda:N.";
    }

    [GeneratedRegex("^(cpu|cuda|cuda:[0-9]{1,2})$")]
    private static partial Regex DeviceName();
}
