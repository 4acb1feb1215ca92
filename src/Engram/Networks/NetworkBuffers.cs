using static TorchSharp.torch;

namespace Engram.Networks;

/// <summary>What a network that is scheduled by hand holds besides its parameters: its buffers, and the inputs of its last batch. Freed as one.</summary>
internal sealed class NetworkBuffers : IDisposable
{
    private readonly List<GrowingBuffer> buffers = [];
    private Tensor? given;

    /// <summary>The kept inputs; null before the first batch.</summary>
    public Tensor? Inputs { get; private set; }

    /// <summary>One more buffer.</summary>
    /// <param name="columns">Numbers of a row.</param>
    public GrowingBuffer New(int columns)
    {
        GrowingBuffer buffer = new(columns);
        buffers.Add(buffer);
        return buffer;
    }

    /// <summary>
    /// Holds a second handle to the inputs, so that a caller's scope cannot free them before they are needed again. A trainer passes the same
    /// tensor object at every step: then there is nothing to do.
    /// </summary>
    public void Keep(Tensor inputs)
    {
        if (ReferenceEquals(inputs, given)) return;
        Inputs?.Dispose();
        Inputs = inputs.alias().DetachFromDisposeScope();
        given = inputs;
    }

    public void Dispose()
    {
        foreach (GrowingBuffer buffer in buffers) buffer.Dispose();
        Inputs?.Dispose();
    }
}
