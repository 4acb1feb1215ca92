using System.Text.Json.Serialization;
using Engram.Evaluation;

namespace Engram.Experiments;

/// <summary>
/// How much more accurate one method is than another, seed by seed. The seed fixes data order and initial weights, so differences
/// within a seed are much less noisy than the difference of two means.
/// </summary>
/// <param name="Other">Id of the method it is compared with.</param>
/// <param name="Seeds">Number of seeds that both have.</param>
/// <param name="Mean">Mean difference of the accuracies, as a fraction; positive is better than the other.</param>
/// <param name="StandardError">Standard error of the difference; null for one seed.</param>
public sealed record PairedDifference(string Other, int Seeds, double Mean, double? StandardError)
{
    /// <summary>Whether the difference is at least two standard errors from zero. One seed can show a difference but not that it is no accident.</summary>
    [JsonIgnore]
    public bool IsClear => Mean != 0 && Math.Abs(Mean) >= 2 * (StandardError ?? 0);

    /// <summary>The difference over the seeds that both methods have; null when they share none.</summary>
    internal static PairedDifference? Of(IEnumerable<RunResult> trials, string method, string other)
    {
        Dictionary<ulong, double> theirs = trials.Where(trial => trial.Method == other).ToDictionary(trial => trial.Seed, FinalAccuracy);
        double[] differences = [.. trials.Where(trial => trial.Method == method && theirs.ContainsKey(trial.Seed))
            .Select(trial => FinalAccuracy(trial) - theirs[trial.Seed])];
        if (differences.Length == 0) return null;
        SampleStatistics statistics = SampleStatistics.Of(differences);
        return new PairedDifference(other, statistics.Count, statistics.Mean, statistics.StandardError);
    }

    private static double FinalAccuracy(RunResult trial) => trial.Matrix[^1].Average();
}
