using Engram.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.TaskOrder;

/// <summary>A network whose last hidden activations are read and which never learns again, each activation scaled by few samples.</summary>
/// <remarks>
/// Activations are shifted and scaled to mean 0 and deviation 1 over the samples a read-out learns from, so that a random encoder, whose
/// activations are small, is not at a disadvantage in the step size. Differs from the paper, which feeds them as they are.
/// </remarks>
internal sealed class FrozenEncoder(Network network) : IDisposable
{
    private Tensor? mean, scale;

    /// <summary>Features of samples that fix the scale, [batch, features]; the caller's.</summary>
    public Tensor Fit(Tensor inputs)
    {
        using var scope = NewDisposeScope();
        Tensor features = Read(inputs);
        mean = features.mean([0], keepdim: true).DetachFromDisposeScope();
        scale = features.std(0, unbiased: false, keepdim: true).Raise(1e-6f).reciprocal_().DetachFromDisposeScope();
        return ((features - mean) * scale).MoveToOuterDisposeScope();
    }

    /// <summary>Features of other samples, [batch, features]; the caller's.</summary>
    public Tensor Features(Tensor inputs)
    {
        using var scope = NewDisposeScope();
        return ((Read(inputs) - mean!) * scale!).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        network.Dispose();
        mean?.Dispose();
        scale?.Dispose();
    }

    private Tensor Read(Tensor inputs) => network.Features(inputs).reshape(inputs.shape[0], -1);
}
