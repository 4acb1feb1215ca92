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

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void DoVector(nint i)
        {
            Vector<float> old = Vector.Load(P + i), direction = Vector.FusedMultiplyAdd(new(Decay), old, Vector.Load(G + i));
            Vector.Store(Vector.FusedMultiplyAdd(new(Rate), direction, old), P + i);
        }

        public readonly void DoNumber(nint i) => P[i] += Rate * (G[i] + Decay * P[i]);
    }

    private unsafe struct DescentWithMomentum : IVectorPass
    {
        public float* P, G, V;
        public float Rate, Decay, Keep;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void DoVector(nint i)
        {
            Vector<float> old = Vector.Load(P + i), direction = Vector.FusedMultiplyAdd(new(Decay), old, Vector.Load(G + i));
            Vector<float> moved = Vector.FusedMultiplyAdd(new(Keep), Vector.Load(V + i), direction);
            Vector.Store(moved, V + i);
            Vector.Store(Vector.FusedMultiplyAdd(new(Rate), moved, old), P + i);
        }

        public readonly void DoNumber(nint i)
        {
            V[i] = Keep * V[i] + (G[i] + Decay * P[i]);
            P[i] += Rate * V[i];
        }
    }
}
