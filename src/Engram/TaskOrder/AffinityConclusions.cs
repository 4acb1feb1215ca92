using Engram.Evaluation;
using Engram.Experiments;

namespace Engram.TaskOrder;

/// <summary>From what was measured to a study of affinities.</summary>
public static class AffinityConclusions
{
    /// <summary>Draws the conclusions.</summary>
    /// <param name="plan">What was asked.</param>
    /// <param name="tasks">Names of the tasks.</param>
    /// <param name="full">For each seed the accuracy of full training on each task.</param>
    /// <param name="measured">All read-outs.</param>
    /// <param name="catalogs">Where the network is looked up.</param>
    public static AffinityStudy Of(AffinityPlan plan, IReadOnlyList<string> tasks, double[][] full, IReadOnlyList<TransferResult> measured, Catalogs catalogs)
    {
        int count = tasks.Count;
        SampleStatistics[] random = [.. Enumerable.Range(0, count).Select(target => SampleStatistics.Of(measured.Where(one => one.Target == target && one.Sources.Length == 0).Select(one => one.Accuracy)))];
        SampleStatistics[] whole = [.. Enumerable.Range(0, count).Select(target => SampleStatistics.Of(full.Select(row => row[target])))];
        List<(Transfer Transfer, DifferenceTest? Test, GainNoise Noise)> found = [];
        double?[][] affinities = [.. Enumerable.Range(0, count).Select(_ => new double?[count])];
        for (int target = 0; target < count; target++)
        {
            TransferResult[][] candidates = [.. measured.Where(one => one.Target == target && one.Sources.Length > 0).GroupBy(one => string.Join('+', one.Sources)).Select(group => group.OrderBy(one => one.Seed).ToArray())];
            TransferResult[][] others = [.. candidates.Where(one => !one[0].Sources.Contains(target))], single = [.. others.Where(one => one[0].Sources.Length == 1)];
            foreach (var (one, affinity) in single.Zip(Priorities(single))) affinities[one[0].Sources[0]][target] = affinity;
            double[] among = Priorities(others);
            TransferResult[] untrained = [.. measured.Where(one => one.Target == target && one.Sources.Length == 0).OrderBy(one => one.Seed)];
            GainNoise noise = new(new([.. candidates.Prepend(untrained).Select(one => one.Select(result => result.Accuracy).ToArray())]), random[target].Mean, whole[target].Mean, untrained.Length);
            foreach (var (row, one) in candidates.Index())
            {
                SampleStatistics accuracy = SampleStatistics.Of(one.Select(result => result.Accuracy));
                int place = Array.IndexOf(others, one);
                found.Add((new(one[0].Sources, target, accuracy, noise.HasWay ? Gain(accuracy.Mean, random[target].Mean, whole[target].Mean) : null, place < 0 ? null : among[place]), place < 0 ? null : noise.Test(row + 1, candidates.Length + 1), noise));
            }
        }
        List<Transfer> transfers = [.. Judged(found)];
        double?[][] gains = [.. Enumerable.Range(0, count).Select(source => Enumerable.Range(0, count).Select(target => transfers.Single(one => one.Target == target && one.Sources is [var only] && only == source).Gain).ToArray())];
        AffinityStudy study = new()
        {
            Stream = plan.Config.StreamName,
            Network = plan.Config.Network.Id,
            Encoder = [.. plan.Encoder(catalogs).Widths],
            Decoder = plan.Decoder(catalogs),
            Seeds = [.. plan.SeedNumbers],
            Numbers = [.. plan.Numbers],
            Tasks = [.. tasks],
            Samples = plan.Options.Samples,
            RandomEncoder = random,
            FullTraining = whole,
            Transfers = [.. transfers],
            Gains = gains,
            Affinities = affinities,
            Tree = TaskTree.Of([.. gains.Select(row => row.Select(gain => gain ?? 0).ToArray())]),
            Supervisions = Supervise(count, transfers),
            Budget = plan.Budget,
            Config = plan.ToJson(),
        };
        return study with { Sentences = AffinityVerdict.Of(study) };
    }

    /// <summary>Share of the way from a random encoder to full training; null where that way is shorter than half a point.</summary>
    public static double? Gain(double accuracy, double random, double full) => full - random < .005 ? null : (accuracy - random) / (full - random);

    // All transfers together, so that a study with nothing in it calls something clear once in twenty times.
    private static IEnumerable<Transfer> Judged(IReadOnlyList<(Transfer Transfer, DifferenceTest? Test, GainNoise Noise)> found)
    {
        Queue<DifferenceTest> corrected = new(Holm.Correct([.. found.Select(one => one.Test).OfType<DifferenceTest>()]));
        foreach (var (transfer, test, noise) in found)
        {
            DifferenceTest? own = test is null ? null : corrected.Dequeue();
            (double Low, double High)? interval = own is null || transfer.Gain is null ? null : noise.Interval(own);
            yield return transfer with { P = own?.P, GainLow = interval?.Low, GainHigh = interval?.High };
        }
    }

    private static double[] Priorities(TransferResult[][] candidates)
    {
        if (candidates.Length == 0) return [];
        double[,] wins = new double[candidates.Length, candidates.Length];
        int seeds = candidates[0].Length;
        for (int seed = 0; seed < seeds; seed++)
        {
            double[,] own = AnalyticHierarchy.Wins([.. candidates.Select(one => one[seed].Losses)]);
            for (int i = 0; i < candidates.Length; i++)
                for (int j = 0; j < candidates.Length; j++) wins[i, j] += own[i, j] / seeds;
        }
        return AnalyticHierarchy.PrioritiesOf(wins).Priorities;
    }

    // A supervised task is solved by its own full training, which counts 1.
    private static Supervision[] Supervise(int tasks, List<Transfer> transfers)
    {
        if (tasks > Supervision.MostTasks) return [];
        TransferEdge[] edges = [.. transfers.Where(one => one.Affinity is not null).Select(one => new TransferEdge(one.Target, one.Sources, one.Affinity!.Value)), .. Enumerable.Range(0, tasks).Select(task => new TransferEdge(task, [task], 1))];
        IReadOnlyList<Supervision> all = Supervision.Choose(tasks, edges, tasks);
        return [.. Enumerable.Range(1, tasks).Select(budget => all.First(one => one.Tasks.Length <= budget))];
    }
}
