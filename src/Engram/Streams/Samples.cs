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

    /// <summary>Index of the output that is right for a sample.</summary>
    public abstract int Target(int sample);

    /// <summary>Index of the task a sample belongs to, from 0.</summary>
    public abstract int Task(int sample);

    /// <summary>
    /// Indices of the tasks whose training time this data stands for: one task's own data stands for that task, a union for all its
    /// parts. The schedule takes the longest of their epochs, or the sum of their iterations.
    /// </summary>
    public abstract IReadOnlyList<int> Lessons { get; }
}
