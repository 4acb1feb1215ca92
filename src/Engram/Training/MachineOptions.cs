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

    /// <summary>Threads that libtorch may use within one operation, on which its bits depend. Engram's own products use the cores that are free, whatever is set here, and no bit depends on them.</summary>
    [Description("threads within one operation of libtorch; Engram's own products use the cores that are free"), Range(1, 1024)]
    public int Threads { get; init; } = 1;

    /// <inheritdoc/>
    public IEnumerable<string> Problems(string path)
    {
        if (!DeviceName().IsMatch(Device)) yield return $"device is {Device} but must be cpu, cuda or cuda:N.";
    }

    [GeneratedRegex("^(cpu|cuda|cuda:[0-9]{1,2})$")]
    private static partial Regex DeviceName();
}
