namespace Engram.Networks;

/// <summary>
/// Whether the engine calculates what it should on this processor. libtorch hands convolutions and LSTMs to oneDNN, whose code made for
/// some processors gives wrong numbers without a word (seen on virtual AMD EPYC of family 26: gradients 25 to 110 % off, or none at
/// all). Where a probe fails oneDNN is switched off and the probes are repeated; libtorch's own code then does the work, more slowly.
/// </summary>
internal static class EngineCheck
{
    /// <summary>Products, which every network needs.</summary>
    /// <exception cref="EngramException"><c>engine-wrong</c>: a product is wrong.</exception>
    public static void RequireProducts(IEnumerable<EngineProbe> probes)
    {
        if (Failing(probes) is { Length: > 0 } wrong) throw Wrong(wrong, "");
    }

    /// <summary>The environment variable that switches oneDNN off on a processor where it is right: for the same bits as on one where it is wrong.</summary>
    public const string Variable = "ENGRAM_ONEDNN";

    /// <summary>What is off where oneDNN had to be switched off; null where all is right with it.</summary>
    /// <param name="probes">Calculations that oneDNN may do.</param>
    /// <param name="wish">Value of <see cref="Variable"/>: <c>off</c>, or null or nothing to let the probes decide.</param>
    /// <param name="switchOff">Switches oneDNN off; false where the engine does not offer it.</param>
    /// <exception cref="EngramException"><c>engine-wrong</c>: a calculation is wrong without oneDNN, too; <c>out-of-range</c>: a wish that nobody can have.</exception>
    public static string? Cure(IReadOnlyList<EngineProbe> probes, string? wish, Func<bool> switchOff)
    {
        if (wish is not (null or "" or "off")) throw EngramException.Input("out-of-range", $"{Variable} is '{wish}' but can only be 'off'; unset it to let Engram find out whether oneDNN is right on this processor.");
        string[] wrong = wish == "off" ? [] : Failing(probes);
        if (wrong.Length == 0 && wish != "off") return null;
        if (!switchOff())
            throw wrong.Length > 0 ? Wrong(wrong, " and oneDNN cannot be switched off in this build of libtorch")
                : EngramException.Input("out-of-range", $"{Variable} is 'off', but oneDNN cannot be switched off in this build of libtorch; unset it.");
        if (Failing(probes) is { Length: > 0 } still) throw Wrong(still, ", with oneDNN and without");
        if (wish == "off") return $"oneDNN is switched off, as {Variable} asks.";
        return $"oneDNN is switched off: on this processor it calculates wrong numbers ({string.Join(", ", wrong)}). Results are right without it; convolutions are slower.";
    }

    private static string[] Failing(IEnumerable<EngineProbe> probes) => [.. probes.Where(probe => !probe.Passes()).Select(probe => probe.Name).Distinct()];

    private static EngramException Wrong(string[] what, string how) => EngramException.Failure("engine-wrong",
        $"libtorch calculates wrong numbers on this processor ({string.Join(", ", what)}){how}, so nothing is trained with it. Run on another machine, or build with another version of libtorch (dotnet build -p:LibTorchVersion=VERSION).");
}
