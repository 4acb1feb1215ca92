using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Engram.Evaluation;
using Engram.Experiments;

namespace Engram.TaskOrder;

/// <summary>What some sources do for a target.</summary>
/// <param name="Sources">Indices of the sources in the natural order, one or two.</param>
/// <param name="Target">Index of the target.</param>
/// <param name="Accuracy">Of a read-out on the frozen encoders, learned from few samples; over seeds.</param>
/// <param name="Gain">Share of the way from a random encoder (0) to full training (1); null where full training is not clearly better than a random encoder.</param>
/// <param name="Affinity">Priority among all sources of the target, their sum 1; null where the source is the target itself.</param>
public sealed record Transfer(int[] Sources, int Target, SampleStatistics Accuracy, double? Gain, double? Affinity)
{
    /// <summary>Lower end of the gain's interval, as wide as the correction asks; null where noise is unknown or too large, and where the source is the target itself.</summary>
    public double? GainLow { get; init; }

    /// <summary>Upper end of the interval.</summary>
    public double? GainHigh { get; init; }

    /// <summary>Probability of such a difference from the random encoder, or a larger one, by chance alone, after Holm's correction for all transfers; null where noise is unknown, and where the source is the target itself.</summary>
    public double? P { get; init; }

    /// <summary>Whether the sources help or harm more than chance explains, and by how much is known.</summary>
    public bool IsClear => GainLow is not null && P < DifferenceTest.Level;
}

/// <summary>Which task helps which, and which to supervise: what <c>affinity --json</c> prints and the page shows. Tasks are indices in the natural order.</summary>
public sealed record AffinityStudy
{
    /// <summary>Version of the document's form.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>Version of Engram that made it.</summary>
    public string Engram { get; init; } = EngramVersion.Current;

    /// <summary>Id of the stream.</summary>
    public required string Stream { get; init; }

    /// <summary>Id of the network.</summary>
    public required string Network { get; init; }

    /// <summary>Hidden layers of the encoder; empty where the network does not say.</summary>
    public required int[] Encoder { get; init; }

    /// <summary>Hidden layers of a read-out.</summary>
    public required int[] Decoder { get; init; }

    /// <summary>The seeds.</summary>
    public required ulong[] Seeds { get; init; }

    /// <summary>Numbers of the tasks in the natural order.</summary>
    public required int[] Numbers { get; init; }

    /// <summary>Their names.</summary>
    public required string[] Tasks { get; init; }

    /// <summary>Samples that a read-out learned from.</summary>
    public required int Samples { get; init; }

    /// <summary>Accuracy on each task of a read-out on a random encoder.</summary>
    public required SampleStatistics[] RandomEncoder { get; init; }

    /// <summary>Accuracy on each task of the whole network trained on all its data.</summary>
    public required SampleStatistics[] FullTraining { get; init; }

    /// <summary>All transfers: of every task to every task, and of pairs where they were asked for.</summary>
    public required Transfer[] Transfers { get; init; }

    /// <summary>The normalised gain of the source in a row for the target in a column; null where full training is not clearly better than a random encoder.</summary>
    public required double?[][] Gains { get; init; }

    /// <summary>Affinity of the source in a row for the target in a column, among single sources; columns sum to 1. Null on the diagonal.</summary>
    public required double?[][] Affinities { get; init; }

    /// <summary>The similarity tree by what the tasks do for all targets.</summary>
    public required TaskTree Tree { get; init; }

    /// <summary>The best set of supervised tasks for every budget from 1 on; empty where there are too many tasks.</summary>
    public required Supervision[] Supervisions { get; init; }

    /// <summary>The budget that was asked for; null for every one.</summary>
    public int? Budget { get; init; }

    /// <summary>What this means, in plain English.</summary>
    public string Verdict => string.Join(" ", Sentences);

    /// <summary>Its sentences.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Sentences => AffinityVerdict.Of(this);

    /// <summary>What was measured, with all settings.</summary>
    public required JsonObject Config { get; init; }

    /// <summary>The set for the budget, or for half of the tasks where none was asked for; null where there are too many tasks.</summary>
    public Supervision? Chosen() => Supervisions.ElementAtOrDefault((Budget ?? (Tasks.Length + 1) / 2) - 1);

    /// <summary>Whether that set is worth naming: one of its read-outs is better than a random encoder's beyond chance, or all tasks are supervised.</summary>
    public bool SupportsChoice() => Chosen() is { } chosen && chosen.Edges.Where(edge => !chosen.Tasks.Contains(edge.Target)).Select(edge => TransferOf(edge.Target, edge.Sources)).ToArray() is var readOut
        && (readOut.Length == 0 || readOut.Any(one => one is { IsClear: true, Gain: > 0 }));

    /// <summary>The transfer from some sources to a target.</summary>
    public Transfer TransferOf(int target, params int[] sources) => Transfers.Single(one => one.Target == target && one.Sources.SequenceEqual(sources));

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
        return new()
        {
            Stream = plan.Config.Stream.Id,
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
