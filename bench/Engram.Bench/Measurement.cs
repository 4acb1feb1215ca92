using System.Diagnostics;

namespace Engram.Bench;

/// <summary>One figure of the bench: a ratio of two things measured in the same run, and its target.</summary>
/// <param name="Name">What is compared with what.</param>
/// <param name="Value">The figure.</param>
/// <param name="Target">Limit; null where the figure is only shown.</param>
/// <param name="AtLeast">Whether the figure should reach the target rather than stay below it.</param>
/// <param name="Detail">The absolute figures behind it.</param>
internal sealed record Figure(string Name, double Value, double? Target, bool AtLeast, string Detail)
{
    public bool Met => Target is not { } target || (AtLeast ? Value >= target : Value <= target);
}

/// <summary>
/// Times several things block by block in turn, so that a busy neighbour slows all of them alike; the median of the blocks counts.
/// </summary>
internal static class Interleaved
{
    /// <summary>Median seconds per unit of work.</summary>
    /// <param name="rounds">Blocks per contestant.</param>
    /// <param name="units">Units of work in one block.</param>
    /// <param name="contestants">Each does one block.</param>
    public static double[] Median(int rounds, int units, params Action[] contestants)
    {
        double[][] seconds = [.. contestants.Select(_ => new double[rounds])];
        foreach (Action contestant in contestants) contestant();
        for (int round = 0; round < rounds; round++)
            for (int i = 0; i < contestants.Length; i++)
            {
                long start = Stopwatch.GetTimestamp();
                contestants[i]();
                seconds[i][round] = Stopwatch.GetElapsedTime(start).TotalSeconds / units;
            }
        return [.. seconds.Select(blocks => blocks.Order().ElementAt(rounds / 2))];
    }
}
