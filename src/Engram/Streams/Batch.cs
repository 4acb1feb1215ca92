using static TorchSharp.torch;

namespace Engram.Streams;

/// <summary>Samples that pass through the network together.</summary>
/// <param name="Inputs">[batch, inputs...], float32, on the network's device.</param>
/// <param name="Targets">What is right: indices of outputs, [batch], int64, or numbers, [batch, numbers], float32; on the network's device.</param>
/// <param name="Tasks">Index of the task of each sample; one number where all samples belong to the same task.</param>
/// <remarks>Made by <see cref="BatchReader"/>, whose buffers it shows: valid until the reader's next call.</remarks>
public sealed record Batch(Tensor Inputs, Tensor Targets, int[] Tasks)
{
    /// <summary>Number of samples.</summary>
    public long Count => Targets.shape[0];

    /// <summary>The batch without what is right.</summary>
    public static implicit operator Inputs(Batch batch) => new(batch.Inputs, batch.Tasks);
}
