using Engram.OwnData;
using Engram.Streams;

namespace Engram.Pretrained;

/// <summary>Puts a frozen network before a stream.</summary>
public static class FeatureStream
{
    private const int SamplesAtOnce = 256, SamplesPerCore = 32;

    /// <summary>The same tasks with features as inputs, [Length]. Each distinct sample is computed once, or taken from the memory or the cache.</summary>
    /// <param name="stream">Tasks of samples that fit the network.</param>
    /// <param name="extractor">The network; not needed any more afterwards.</param>
    /// <param name="cache">Features that were computed before, and where those of now are kept; null for none.</param>
    /// <param name="progress">Hears how many distinct samples are done; null for nobody.</param>
    /// <param name="known">Features by key that stay in memory, such as those of other streams of the same data; new ones are added.</param>
    /// <param name="cancellation">Stops the work; what was computed stays in the cache.</param>
    /// <exception cref="EngramException">The samples are none that the network takes.</exception>
    public static TaskStream Of(TaskStream stream, FeatureExtractor extractor, FeatureCache? cache, IProgress<ReadProgress>? progress = null, Dictionary<UInt128, float[]>? known = null, CancellationToken cancellation = default)
    {
        Samples[] sets = [.. stream.Tasks.SelectMany(task => new[] { task.Train, task.Validation, task.Test }).OfType<Samples>().Distinct()];
        Samples[] seen = Of(sets, extractor, cache, progress, known, cancellation);
        Dictionary<Samples, Samples> extracted = [];
        for (int set = 0; set < sets.Length; set++) extracted[sets[set]] = seen[set];
        return new(stream.Id, stream.Scenario, [.. stream.Tasks.Select(task => task with
        {
            Train = extracted[task.Train], Validation = task.Validation is null ? null : extracted[task.Validation], Test = extracted[task.Test],
        })], stream.OutputCount, stream.Answers)
        {
            Inputs = new() { ["kind"] = "features", ["network"] = extractor.Identity, ["of"] = stream.Inputs?.DeepClone() },
            Remarks = stream.Remarks,
        };
    }

    /// <summary>Sets of samples with features as inputs, as <see cref="Of(TaskStream, FeatureExtractor, FeatureCache?, IProgress{ReadProgress}?, Dictionary{UInt128, float[]}?, CancellationToken)"/> makes them for a stream.</summary>
    /// <param name="sets">Samples that fit the network.</param>
    /// <param name="extractor">The network.</param>
    /// <param name="cache">As there.</param>
    /// <param name="progress">As there.</param>
    /// <param name="known">As there.</param>
    /// <param name="cancellation">As there.</param>
    /// <exception cref="EngramException">The samples are none that the network takes.</exception>
    internal static Samples[] Of(IReadOnlyList<Samples> sets, FeatureExtractor extractor, FeatureCache? cache, IProgress<ReadProgress>? progress, Dictionary<UInt128, float[]>? known, CancellationToken cancellation)
    {
        if (sets.Select(extractor.Problem).FirstOrDefault(problem => problem is not null) is { } problem) throw EngramException.Input("wrong-features", problem);
        UInt128[][] keys = [.. sets.Select(set => KeysOf(set, extractor, cancellation))];
        Dictionary<UInt128, float[]> features = known ?? [];
        (Samples Set, List<int> Missing)[] work = [.. sets.Select(set => (set, new List<int>()))];
        for (int set = 0; set < sets.Count; set++)
            for (int sample = 0; sample < keys[set].Length; sample++)
            {
                UInt128 key = keys[set][sample];
                if (features.ContainsKey(key)) continue;
                features[key] = new float[extractor.Length];
                if (cache?.TryGet(key, features[key]) != true) work[set].Missing.Add(sample);
            }
        Counter counter = new(features.Count - work.Sum(one => one.Missing.Count), features.Count, progress);
        for (int set = 0; set < sets.Count; set++)
            foreach (int[] chosen in work[set].Missing.Chunk(Math.Max(SamplesAtOnce, SamplesPerCore * Environment.ProcessorCount)))
            {
                float[] rows = new float[chosen.Length * extractor.Length];
                extractor.Compute(sets[set], chosen, rows, counter, cancellation);
                UInt128[] own = [.. chosen.Select(sample => keys[set][sample])];
                for (int i = 0; i < own.Length; i++) rows.AsSpan(i * extractor.Length, extractor.Length).CopyTo(features[own[i]]);
                cache?.Add(own, rows);
                counter.Finish(chosen.Length);
            }
        return [.. sets.Select((set, place) => new ExtractedSamples(set, [.. keys[place].Select(key => features[key])], extractor.Length))];
    }

    private static UInt128[] KeysOf(Samples samples, FeatureExtractor extractor, CancellationToken cancellation)
    {
        UInt128[] keys = new UInt128[samples.Count];
        Parallel.For(0, keys.Length, new ParallelOptions { CancellationToken = cancellation }, sample => keys[sample] = extractor.KeyOf(samples, sample));
        return keys;
    }

    // Adds what is done within a block to what was done before.
    private sealed class Counter : IProgress<int>
    {
        private readonly int total;
        private readonly IProgress<ReadProgress>? progress;
        private int before;

        public Counter(int before, int total, IProgress<ReadProgress>? progress)
        {
            (this.before, this.total, this.progress) = (before, total, progress);
            Report(0);
        }

        public void Report(int value) => progress?.Report(new(before + value, total, "samples"));

        public void Finish(int block) => before += block;
    }
}
