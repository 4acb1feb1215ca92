using static TorchSharp.torch;

namespace Engram.Streams;

/// <summary>What a prediction sees of samples: everything but what is right.</summary>
/// <param name="Values">[batch, inputs...], float32, on the network's device.</param>
/// <param name="Tasks">Index of the task of each sample; one number where all samples belong to the same task.</param>
public readonly record struct Inputs(Tensor Values, int[] Tasks)
{
    /// <summary>Number of samples.</summary>
    public long Count => Values.shape[0];
}
