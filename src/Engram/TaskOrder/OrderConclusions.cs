using Engram.Evaluation;

namespace Engram.TaskOrder;

/// <summary>From what was run to a study of orders.</summary>
public static class OrderConclusions
{
    /// <summary>Draws the conclusions.</summary>
    /// <param name="plan">What was asked.</param>
    /// <param name="tasks">Names of the tasks in the natural order.</param>
    /// <param name="runs">What was run; each order at most once with each seed.</param>
    public static OrderStudy Of(OrderPlan plan, IReadOnlyList<string> tasks, IReadOnlyList<OrderedRun> runs)
    {
        ulong first = plan.SeedNumbers[0];
        OrderedRun[] searched = plan.IsComplete ? [.. runs] : [.. runs.Where(run => run.Seed == first)];
        OrderOutcome[] outcomes = [.. Outcomes(searched)];
        int[] natural = [.. runs[0].Order.Order()], best = outcomes[0].Order;
        OrderStudy study = new()
        {
            Stream = plan.Config.StreamName,
            Scenario = ((Streams.StreamOptions)plan.Config.Stream.Options).Scenario.ToString().ToLowerInvariant(),
            Method = plan.Config.Method.Id,
            Network = plan.Config.Network.Id,
            Seeds = [.. plan.SeedNumbers],
            Numbers = natural,
            Tasks = [.. tasks],
            IsComplete = plan.IsComplete,
            Orders = outcomes,
            Judged = plan.IsComplete ? [] : [.. Outcomes(runs.Where(run => run.Seed != first))],
            Accuracy = new(outcomes[0].Accuracy.Mean, outcomes[^1].Accuracy.Mean, outcomes.Average(one => one.Accuracy.Mean), outcomes[0].Accuracy.Mean - outcomes[^1].Accuracy.Mean),
            Forgetting = SpreadOfForgetting([.. outcomes.Select(one => one.Forgetting.Mean)]),
            Pairs = [.. TaskPair.Of(runs, plan.IsComplete)],
            Recommended = best,
            Test = plan.IsComplete ? Judge(runs, best, plan.SeedNumbers, outcomes.Length) : Judge(runs, best, [.. plan.SeedNumbers.Skip(1)], 1),
            OverNatural = best.SequenceEqual(natural) ? null : Paired(runs, best, natural, plan.IsComplete ? plan.SeedNumbers : [.. plan.SeedNumbers.Skip(1)]),
            Runs = [.. runs],
            Config = plan.Config.ToJson(),
        };
        return study with { Sentences = OrderVerdict.Of(study) };
    }

    private static IEnumerable<OrderOutcome> Outcomes(IEnumerable<OrderedRun> runs) => runs.GroupBy(run => Orders.Key(run.Order))
        .Select(group => new OrderOutcome(group.First().Order, group.Count(), SampleStatistics.Of(group.Select(run => run.Accuracy)), SampleStatistics.Of(group.Select(run => run.Forgetting)),
            [.. group.First().Matrix[^1].Select((_, task) => group.Average(run => run.Matrix[^1][task]))]))
        .OrderByDescending(outcome => outcome.Accuracy.Mean).ThenBy(outcome => outcome.Forgetting.Mean);

    private static OrderSpread SpreadOfForgetting(double[] values) => new(values.Min(), values.Max(), values.Average(), values.Max() - values.Min());

    // Only seeds that had no part in the choice, or all of them with a correction for it.
    private static OrderTest Judge(IReadOnlyList<OrderedRun> runs, int[] best, IReadOnlyList<ulong> seeds, int chosenFrom)
    {
        ulong[] judged = seeds.Count > 0 ? [.. seeds] : [runs[0].Seed];
        (string Key, double[] Row)[] rows = [.. runs.Where(run => judged.Contains(run.Seed)).GroupBy(run => Orders.Key(run.Order))
            .Where(group => group.Count() == judged.Length)
            .Select(group => (group.Key, group.OrderBy(run => run.Seed).Select(run => run.Accuracy).ToArray()))];
        return OrderTest.Of([.. rows.Select(row => row.Row)], Array.FindIndex(rows, row => row.Key == Orders.Key(best)), chosenFrom);
    }

    private static SampleStatistics? Paired(IReadOnlyList<OrderedRun> runs, int[] best, int[] natural, IReadOnlyList<ulong> seeds)
    {
        Dictionary<ulong, double> theirs = runs.Where(run => run.Order.SequenceEqual(natural)).ToDictionary(run => run.Seed, run => run.Accuracy);
        double[] differences = [.. runs.Where(run => run.Order.SequenceEqual(best) && theirs.ContainsKey(run.Seed) && (seeds.Count == 0 || seeds.Contains(run.Seed))).Select(run => run.Accuracy - theirs[run.Seed])];
        return differences.Length == 0 ? null : SampleStatistics.Of(differences);
    }
}
