using System.Buffers;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Engram.Streams;

/// <summary>Inputs with targets that are read one by one into a batch, so that what is on disk or in memory can stay compact.</summary>
/// <remarks>Thread-safe for reading: trials side by side share one set.</remarks>
public abstract class Samples
{
    /// <summary>How many samples there are.</summary>
    public abstract int Count { get; }

    /// <summary>Shape of one input.</summary>
    public abstract IReadOnlyList<long> InputShape { get; }

    /// <summary>Writes one input.</summary>
    /// <param name="sample">0 to Count - 1.</param>
    /// <param name="input">As many numbers as the shape has; every one is written.</param>
    public abstract void Read(int sample, Span<float> input);

    /// <summary>Whether several threads may call <see cref="Read"/> at once.</summary>
    internal virtual bool MayBeReadTogether => false;

    /// <summary>Is told which sample is read soon, so that its memory can be on the way: batches are drawn at random, which no processor foresees.</summary>
    internal virtual void Expect(int sample)
    {
    }

    /// <summary>The text that a sample is, such as a mail; null where it is none. Networks that read take it in place of the numbers.</summary>
    /// <param name="sample">0 to Count - 1.</param>
    public virtual string? Text(int sample) => null;

    /// <summary>
    /// By what an input is known again, in any file and on any day: two samples of one hash have the same numbers, whatever their targets, tasks
    /// and parts. Here that of the numbers as they are read; who knows a cheaper one, such as the bytes of a picture with the size it is brought
    /// to, gives that. The same sample may be asked from several threads at once.
    /// </summary>
    /// <param name="sample">0 to Count - 1.</param>
    public virtual UInt128 ContentHash(int sample)
    {
        int length = (int)InputShape.Aggregate(1L, (product, size) => product * size);
        float[] input = ArrayPool<float>.Shared.Rent(length);
        Read(sample, input.AsSpan(0, length));
        UInt128 hash = Engram.ContentHash.Of(MemoryMarshal.AsBytes(input.AsSpan(0, length)));
        ArrayPool<float>.Shared.Return(input);
        return hash;
    }

    /// <summary>Index of the output that is right for a sample; 0 where targets are numbers (<see cref="TargetNumbers"/>).</summary>
    public abstract int Target(int sample);

    /// <summary>Numbers of a target; 0 where it is the index of one output.</summary>
    public virtual int TargetNumbers => 0;

    /// <summary>Writes the numbers of a target, where it has some.</summary>
    /// <param name="sample">0 to Count - 1.</param>
    /// <param name="numbers">As many as <see cref="TargetNumbers"/>; every one is written.</param>
    public virtual void ReadTarget(int sample, Span<float> numbers)
    {
    }

    /// <summary>All targets: indices of outputs, [samples], int64, or numbers, [samples, numbers], float32.</summary>
    internal Tensor Targets()
    {
        if (TargetNumbers == 0) return tensor([.. Enumerable.Range(0, Count).Select(sample => (long)Target(sample))]);
        float[] numbers = new float[Count * TargetNumbers];
        for (int sample = 0; sample < Count; sample++) ReadTarget(sample, numbers.AsSpan(sample * TargetNumbers, TargetNumbers));
        return tensor(numbers, Count, TargetNumbers);
    }

    /// <summary>Index of the task a sample belongs to, from 0.</summary>
    public abstract int Task(int sample);

    /// <summary>
    /// Indices of the tasks whose training time this data stands for: one task's own data stands for that task, a union for all its
    /// parts. The schedule takes the longest of their epochs, or the sum of their iterations.
    /// </summary>
    public abstract IReadOnlyList<int> Lessons { get; }
}
