using System.Text.Json.Serialization;
using Engram.Evaluation;

namespace Engram.Experiments;

/// <summary>
/// How much more accurate one method is than another, seed by seed. The seed fixes data order and initial weights, so differences
/// within a seed are much less noisy than the difference of two means.
/// </summary>
/// <param name="Other">Id of the method it is compared with.</param>
/// <param name="Test">Student's t over the seeds that both have, corrected for all differences that its comparison judges.</param>
public sealed record PairedDifference(string Other, [property: JsonIgnore] DifferenceTest Test)
{
    /// <summary>Number of seeds that both have.</summary>
    public int Seeds => Test.Seeds;

    /// <summary>Mean difference of the accuracies, as a fraction; positive is better than the other.</summary>
    public double Mean => Test.Mean;

    /// <summary>Standard error of the difference; null where one seed, or seeds that all say the same, leave nothing to estimate it from.</summary>
    public double? StandardError => Test.StandardError;

    /// <summary>Lower end of the interval, as wide as the correction asks; null where noise is unknown.</summary>
    public double? Low => Test.Low;

    /// <summary>Upper end of the interval.</summary>
    public double? High => Test.High;

    /// <summary>Probability of such a difference, or a larger one, if the methods were equally accurate, after Holm's correction; null where noise is unknown.</summary>
    public double? P => Test.P;

    /// <summary>Whether the difference is more than chance.</summary>
    public bool IsClear => Test.IsClear;

    /// <summary>The same seen from the other side.</summary>
    internal PairedDifference From(string method) => new(method, Test with { Mean = -Mean });

    /// <summary>Differences of pairs over the seeds that both have, corrected together (Holm); pairs without a common seed are left out.</summary>
    internal static IReadOnlyDictionary<(string Method, string Other), PairedDifference> Of(IReadOnlyList<RunResult> trials, IEnumerable<(string Method, string Other)> pairs)
    {
        ILookup<string, RunResult> byMethod = trials.ToLookup(trial => trial.Method);
        var found = pairs.Distinct().Select(pair => (Pair: pair, Differences: Differences(byMethod[pair.Method], byMethod[pair.Other]))).Where(one => one.Differences.Length > 0).ToArray();
        return found.Zip(Holm.Correct([.. found.Select(one => DifferenceTest.Of(one.Differences) with { Limit = 1 })])).ToDictionary(one => one.First.Pair, one => new PairedDifference(one.First.Pair.Other, one.Second));
    }

    private static double[] Differences(IEnumerable<RunResult> ours, IEnumerable<RunResult> others)
    {
        Dictionary<ulong, double> theirs = others.ToDictionary(trial => trial.Seed, trial => Metrics.Accuracy(trial.Matrix));
        return [.. ours.Where(trial => theirs.ContainsKey(trial.Seed)).Select(trial => Metrics.Accuracy(trial.Matrix) - theirs[trial.Seed])];
    }
}
