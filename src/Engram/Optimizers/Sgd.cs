using System.Numerics;
using System.Runtime.CompilerServices;
using Engram.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Optimizers;

/// <summary>Stochastic gradient descent with heavy-ball momentum, as PyTorch's SGD: v = momentum v + g, p = p - rate v.</summary>
/// <param name="learningRate">Step size.</param>
/// <param name="momentum">0 (none) to below 1.</param>
/// <param name="weightDecay">This times the parameter is added to the gradient.</param>
public sealed class Sgd(double learningRate, double momentum = 0, double weightDecay = 0) : Optimizer(learningRate, weightDecay)
{
    private Tensor? velocity;

    /// <summary>Share of the last step that is kept.</summary>
    public double Momentum { get; } = BelowOne(momentum, nameof(momentum));

    /// <inheritdoc/>
    public override void Reset()
    {
        velocity?.Dispose();
        velocity = null;
    }

    /// <inheritdoc/>
    public override void Follow(ParameterMap map) => ParameterMap.Carry(ref velocity, map.Gradients);

    /// <inheritdoc/>
    public override void Visit(StateBag state, Tensor parameters) => state.Tensor("velocity", ref velocity, [parameters.numel()]);

    /// <inheritdoc/>
    protected internal override unsafe void StepInOnePass(Tensor parameters, Tensor gradient)
    {
        float* p = FlatVector.Pointer(parameters), g = FlatVector.Pointer(gradient);
        nint count = (nint)parameters.numel();
        if (Momentum == 0) Descend(p, g, count);
        else DescendWithMomentum(p, g, FlatVector.Pointer(Moment(ref velocity, parameters)), count);
    }

    /// <inheritdoc/>
    protected internal override void StepWithTensors(Tensor parameters, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        Tensor direction = Decayed(parameters, gradient);
        if (Momentum > 0) direction = Moment(ref velocity, parameters).Scale((float)Momentum).Add(direction);
        parameters.Add(direction, -(float)LearningRate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe void Descend(float* p, float* g, nint count)
    {
        float rate = (float)-LearningRate, decay = (float)WeightDecay;
        Vector<float> rates = new(rate), decays = new(decay);
        nint i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> old = Vector.Load(p + i), direction = Vector.FusedMultiplyAdd(decays, old, Vector.Load(g + i));
            Vector.Store(Vector.FusedMultiplyAdd(rates, direction, old), p + i);
        }
        for (; i < count; i++) p[i] += rate * (g[i] + decay * p[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe void DescendWithMomentum(float* p, float* g, float* v, nint count)
    {
        float rate = (float)-LearningRate, decay = (float)WeightDecay, keep = (float)Momentum;
        Vector<float> rates = new(rate), decays = new(decay), keeps = new(keep);
        nint i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> old = Vector.Load(p + i), direction = Vector.FusedMultiplyAdd(decays, old, Vector.Load(g + i));
            Vector<float> moved = Vector.FusedMultiplyAdd(keeps, Vector.Load(v + i), direction);
            Vector.Store(moved, v + i);
            Vector.Store(Vector.FusedMultiplyAdd(rates, moved, old), p + i);
        }
        for (; i < count; i++)
        {
            v[i] = keep * v[i] + (g[i] + decay * p[i]);
            p[i] += rate * v[i];
        }
    }
}
