using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Numerics;
using System.Runtime.CompilerServices;
using Engram.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Optimizers;

/// <summary>Stochastic gradient descent with heavy-ball momentum, as PyTorch's SGD: v = momentum v + g, p = p - rate v.</summary>
[Optimizer("sgd", Name = "Stochastic gradient descent", Family = "one step size for all", Summary = "a step down the gradient, with a share of the step before it if wanted")]
public sealed class Sgd(Sgd.Options options) : Optimizer(options)
{
    private Tensor? velocity;

    /// <summary>Settings.</summary>
    public sealed record Options : OptimizerOptions
    {
        /// <summary>Share of the last step that is kept.</summary>
        [Description("share of the last step that is kept"), Range(0.0, 1.0, MaximumIsExclusive = true)]
        public double Momentum { get; init; }

        /// <inheritdoc/>
        public override Optimizer Create(double learningRate, double weightDecay) => new Sgd(this) { LearningRate = learningRate, WeightDecay = weightDecay };
    }

    /// <inheritdoc/>
    public override int VectorsKept => options.Momentum > 0 ? 1 : 0;

    /// <inheritdoc/>
    public override void Reset()
    {
        velocity?.Dispose();
        velocity = null;
    }

    /// <inheritdoc/>
    public override void Visit(StateBag state, Tensor parameters) => state.PerParameter("velocity", ref velocity, parameters, ParameterRole.Gradients);

    /// <inheritdoc/>
    protected internal override unsafe void StepInOnePass(Tensor parameters, Tensor gradient)
    {
        float* p = FlatVector.Pointer(parameters), g = FlatVector.Pointer(gradient);
        nint count = (nint)parameters.numel();
        if (options.Momentum == 0) Descend(p, g, count);
        else DescendWithMomentum(p, g, FlatVector.Pointer(Moment(ref velocity, parameters)), count);
    }

    /// <inheritdoc/>
    protected internal override void StepWithTensors(Tensor parameters, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        Tensor direction = Decayed(parameters, gradient);
        if (options.Momentum > 0) direction = Moment(ref velocity, parameters).Scale((float)options.Momentum).Add(direction);
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
        float rate = (float)-LearningRate, decay = (float)WeightDecay, keep = (float)options.Momentum;
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
