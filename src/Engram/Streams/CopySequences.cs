using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Engram.Streams;

/// <summary>
/// The copy task (Graves et al. 2014, arXiv 1410.5401; as a curriculum of lengths Zaremba and Sutskever 2014, arXiv 1410.4615, and
/// Sodhani et al. 2018, arXiv 1811.07017): L symbols, a delimiter, then k blank steps, k drawn from 0 to L - 1; the answer is symbol k + 1.
/// Each task has longer sequences than the one before.
/// </summary>
/// <remarks>
/// Features of a step: one per symbol, then the delimiter; a blank step is all zeros. Differs from the papers: one sample asks for
/// one step of the copy, not for all.
/// </remarks>
[Stream("copy", Family = "sequences", Summary = "repeat a symbol of a sequence from memory; each task has longer sequences", Paper = "Graves et al. 2014, arXiv 1410.5401",
    RunDefaults = """{"network":{"id":"lstm"},"training":{"epochs":[20],"learningRate":0.003}}""")]
public sealed class CopySequences(CopySequences.Options options) : SequenceStream(options)
{
    /// <summary>Settings.</summary>
    public sealed record Options : SequenceStreamOptions
    {
        /// <summary>Symbols of a sequence in each task.</summary>
        [Description("symbols of a sequence, one number for each task"), Range(1, 100)]
        public int[] Lengths { get; init; } = [2, 4, 6, 8, 12];

        /// <inheritdoc/>
        public override IEnumerable<string> Problems(string path)
        {
            foreach (string problem in base.Problems(path)) yield return problem;
            if (ProblemOf(path, "lengths", Lengths) is { } wrong) yield return wrong;
        }
    }

    /// <inheritdoc/>
    protected override int Features => options.Alphabet + 1;

    /// <inheritdoc/>
    protected override IReadOnlyList<SequenceTask> Plan() => [.. options.Lengths.Take(options.Tasks).Select((length, index) =>
        new SequenceTask(NameOf("length", options.Lengths, index), 2 * length, Math.Pow(options.Alphabet, length), random => Draw(length, random)))];

    private Sequence Draw(int length, RandomSource random)
    {
        int asked = random.NextInt(length);
        byte[] tokens = new byte[length + 1 + asked];
        for (int i = 0; i < length; i++) tokens[i] = (byte)(1 + random.NextInt(options.Alphabet));
        tokens[length] = (byte)(options.Alphabet + 1);
        return new(tokens, tokens[asked] - 1, length);
    }
}
