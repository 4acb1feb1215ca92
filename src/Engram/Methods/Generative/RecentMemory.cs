using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Generative;

/// <summary>
/// The vectors of recently seen classes, all of them, and how near an input is to each class (Kemker and Kanan 2018, arXiv 1711.10563, the
/// hippocampal complex): beta_k = 1 / (epsilon + min_j |x - u_kj|), P(k|x) = beta_k / sum beta.
/// </summary>
/// <remarks>Vectors live in main memory, one matrix per class.</remarks>
public sealed class RecentMemory : IDisposable
{
    /// <summary>What keeps the weight of a vector that is met again finite.</summary>
    public const double Epsilon = 1e-6;

    private readonly SortedDictionary<int, Tensor> vectorsOfClass = [];

    /// <summary>Classes with vectors, in ascending order.</summary>
    public IReadOnlyCollection<int> Classes => vectorsOfClass.Keys;

    /// <summary>All vectors there are.</summary>
    public int Count => vectorsOfClass.Values.Sum(vectors => (int)vectors.size(0));

    /// <summary>Bytes of all vectors.</summary>
    public long StoredBytes => vectorsOfClass.Values.Sum(vectors => vectors.numel()) * sizeof(float);

    /// <summary>The vectors of a class, [samples, numbers].</summary>
    public Tensor Of(int label) => vectorsOfClass[label];

    /// <summary>Keeps vectors.</summary>
    /// <param name="vectors">[samples, numbers].</param>
    /// <param name="targets">The class of each.</param>
    public void Add(Tensor vectors, int[] targets)
    {
        using var scope = NewDisposeScope();
        foreach (var group in targets.Index().GroupBy(target => target.Item, target => (long)target.Index))
        {
            Tensor own = vectors.index_select(0, tensor(group.ToArray(), device: vectors.device)).cpu();
            bool known = vectorsOfClass.TryGetValue(group.Key, out Tensor? before);
            vectorsOfClass[group.Key] = (known ? cat([before!, own], 0) : own).DetachFromDisposeScope();
            before?.Dispose();
        }
    }

    /// <summary>P(k|x) of the classes that are kept; 0 for all others.</summary>
    /// <param name="inputs">[batch, numbers].</param>
    /// <param name="outputs">Number of classes there are.</param>
    /// <returns>[batch, outputs].</returns>
    public Tensor Probabilities(Tensor inputs, long outputs)
    {
        using var scope = NewDisposeScope();
        Tensor weights = zeros([inputs.size(0), outputs], device: inputs.device);
        foreach (var (label, vectors) in vectorsOfClass)
            weights.narrow(1, label, 1).copy_(cdist(inputs, vectors.to(inputs.device)).min(1, keepdim: true).values.Plus(Epsilon).reciprocal_());
        return weights.div_(weights.sum(1L, keepdim: true)).MoveToOuterDisposeScope();
    }

    /// <summary>The vectors as a set that is learned from.</summary>
    /// <param name="task">The task that they stand for.</param>
    public Samples Samples(int task) => new KeptVectors([.. vectorsOfClass.Select(one => (one.Key, one.Value))], task);

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        foreach (Tensor vectors in vectorsOfClass.Values) vectors.Dispose();
        vectorsOfClass.Clear();
    }

    /// <summary>Declares what is kept.</summary>
    /// <param name="state">Collects or restores.</param>
    /// <param name="length">Numbers of a vector.</param>
    /// <param name="outputs">Number of classes there are.</param>
    public void Visit(StateBag state, long length, long outputs)
    {
        int[] labels = [.. vectorsOfClass.Keys];
        state.Value("classes", ref labels, most: outputs - 1);
        state.Require(labels.Distinct().Count() == labels.Length, "classes", "each class once");
        if (state.IsRestoring) Clear();
        foreach (int label in labels)
        {
            Tensor? vectors = vectorsOfClass.GetValueOrDefault(label);
            state.Tensor($"class{label}", ref vectors, [StateBag.Any, length]);
            if (!state.IsRestoring) continue;
            state.Require(vectors?.size(0) > 0, $"class{label}", "one vector at least");
            vectorsOfClass[label] = vectors!.cpu().DetachFromDisposeScope();
            if (!ReferenceEquals(vectorsOfClass[label], vectors)) vectors.Dispose();
        }
    }

    /// <summary>Frees everything.</summary>
    public void Dispose() => Clear();

    private sealed class KeptVectors((int Label, Tensor Vectors)[] parts, int task) : Samples
    {
        private readonly int[] firstOfPart = [.. parts.Select((_, part) => parts[..part].Sum(before => (int)before.Vectors.size(0)))];
        private readonly int length = (int)parts[0].Vectors.size(1);

        public override int Count { get; } = parts.Sum(part => (int)part.Vectors.size(0));

        public override IReadOnlyList<long> InputShape => [length];

        public override IReadOnlyList<int> Lessons => [task];

        public override unsafe void Read(int sample, Span<float> input)
        {
            int part = PartOf(sample);
            new Span<float>(FlatVector.Pointer(parts[part].Vectors) + (nint)(sample - firstOfPart[part]) * length, length).CopyTo(input);
        }

        public override int Target(int sample) => parts[PartOf(sample)].Label;

        public override int Task(int sample) => task;

        private int PartOf(int sample)
        {
            int found = Array.BinarySearch(firstOfPart, sample);
            return found >= 0 ? found : ~found - 1;
        }
    }
}
