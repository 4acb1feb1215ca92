using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Numerics;
using System.Runtime.CompilerServices;
using Engram.Networks;
using Engram.Products;
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
    private protected override bool RunsWithOthers => true;

    /// <inheritdoc/>
    protected internal override unsafe void StepInOnePass(Tensor parameters, Tensor gradient)
    {
        float* p = FlatVector.Pointer(parameters), g = FlatVector.Pointer(gradient);
        float rate = (float)-LearningRate, decay = (float)WeightDecay;
        if (options.Momentum == 0) Run(new Descent { P = p, G = g, Rate = rate, Decay = decay }, parameters);
        else Run(new DescentWithMomentum { P = p, G = g, V = FlatVector.Pointer(Moment(ref velocity, parameters)), Rate = rate, Decay = decay, Keep = (float)options.Momentum }, parameters);
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

    private unsafe struct Descent : IVectorPass
    {
        public float* P, G;
        public float Rate, Decay;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(nint first, nint last)
        {
            float* p = P, g = G;
            Vector<float> rates = new(Rate), decays = new(Decay);
            nint i = first;
            for (; i <= last - Vector<float>.Count; i += Vector<float>.Count)
            {
                Vector<float> old = Vector.Load(p + i), direction = Vector.FusedMultiplyAdd(decays, old, Vector.Load(g + i));
                Vector.Store(Vector.FusedMultiplyAdd(rates, direction, old), p + i);
            }
            for (; i < last; i++) p[i] += Rate * (g[i] + Decay * p[i]);
        }
    }

    private unsafe struct DescentWithMomentum : IVectorPass
    {
        public float* P, G, V;
        public float Rate, Decay, Keep;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(nint first, nint last)
        {
            float* p = P, g = G, v = V;
            Vector<float> rates = new(Rate), decays = new(Decay), keeps = new(Keep);
            nint i = first;
            for (; i <= last - Vector<float>.Count; i += Vector<float>.Count)
            {
                Vector<float> old = Vector.Load(p + i), direction = Vector.FusedMultiplyAdd(decays, old, Vector.Load(g + i));
                Vector<float> moved = Vector.FusedMultiplyAdd(keeps, Vector.Load(v + i), direction);
                Vector.Store(moved, v + i);
                Vector.Store(Vector.FusedMultiplyAdd(rates, moved, old), p + i);
            }
            for (; i < last; i++)
            {
                v[i] = Keep * v[i] + (g[i] + Decay * p[i]);
                p[i] += Rate * v[i];
            }
        }
    }
}
