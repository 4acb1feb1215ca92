using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Engram.Streams;

/// <summary>
/// Associative recall (Graves et al. 2014, arXiv 1410.5401; in the form of Ba et al. 2016, arXiv 1610.06258): n pairs of a key and a value,
/// a delimiter, then one of the keys; the answer is its value. Each task has more pairs than the one before.
/// </summary>
/// <remarks>
/// A pair takes two steps; the keys of a sequence are distinct. Features of a step: one per key, one per value, then the delimiter.
/// </remarks>
[Stream("associative-recall", Family = "sequences", Summary = "name the value that came with a key; each task has more pairs", Paper = "Graves et al. 2014, arXiv 1410.5401",
    RunDefaults = """{"network":{"id":"lstm"},"training":{"epochs":[30],"learningRate":0.005}}""")]
public sealed class AssociativeRecall(AssociativeRecall.Options options) : SequenceStream(options)
{
    /// <summary>Settings.</summary>
    public sealed record Options : SequenceStreamOptions
    {
        /// <summary>Six keys and six values unless told otherwise.</summary>
        public Options() => Alphabet = 6;

        /// <summary>Pairs of a sequence in each task.</summary>
        [Description("pairs of a sequence, one number for each task; at most as many as there are symbols"), Range(1, 100)]
        public int[] Pairs { get; init; } = [1, 2, 3, 4, 6];

        /// <inheritdoc/>
        public override IEnumerable<string> Problems(string path)
        {
            foreach (string problem in base.Problems(path)) yield return problem;
            if (ProblemOf(path, "pairs", Pairs) is { } wrong) yield return wrong;
            if (Pairs.Take(Tasks).Any(pairs => pairs > Alphabet))
                yield return $"{path}.pairs has {Pairs.Take(Tasks).Max()} but {path}.alphabet is {Alphabet}, and the keys of a sequence are distinct; set {path}.alphabet to at least {Pairs.Take(Tasks).Max()}.";
        }
    }

    /// <inheritdoc/>
    protected override int Features => 2 * options.Alphabet + 1;

    /// <inheritdoc/>
    protected override IReadOnlyList<SequenceTask> Plan() => [.. options.Pairs.Take(options.Tasks).Select((pairs, index) =>
        new SequenceTask(NameOf("pairs", options.Pairs, index), 2 * pairs + 2, Contents(pairs), random => Draw(pairs, random)))];

    private double Contents(int pairs) => Enumerable.Range(0, pairs).Aggregate(1.0, (product, taken) => product * (options.Alphabet - taken) * options.Alphabet);

    private Sequence Draw(int pairs, RandomSource random)
    {
        int[] keys = random.Permutation(options.Alphabet);
        byte[] tokens = new byte[2 * pairs + 2];
        for (int i = 0; i < pairs; i++)
        {
            tokens[2 * i] = (byte)(1 + keys[i]);
            tokens[2 * i + 1] = (byte)(1 + options.Alphabet + random.NextInt(options.Alphabet));
        }
        int asked = random.NextInt(pairs);
        tokens[2 * pairs] = (byte)(2 * options.Alphabet + 1);
        tokens[2 * pairs + 1] = tokens[2 * asked];
        return new(tokens, tokens[2 * asked + 1] - 1 - options.Alphabet, 2 * pairs);
    }
}
