using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Numerics;
using System.Runtime.CompilerServices;
using Engram.Networks;
using Engram.Products;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Optimizers;

/// <summary>
/// Adam (Kingma and Ba, 2015, arXiv 1412.6980, algorithm 1) as PyTorch's: m = b1 m + (1-b1) g, v = b2 v + (1-b2) g^2,
/// p = p - rate m/(1-b1^t) / (sqrt(v/(1-b2^t)) + epsilon). Weight decay is part of the gradient.
/// </summary>
[Optimizer("adam", Name = "Adam", Family = "a step size for each parameter", Summary = "a step along the mean gradient over the root of its mean square", Paper = "Kingma and Ba 2015, arXiv 1412.6980")]
public sealed class Adam(Adam.Options options) : Optimizer(options)
{
    private Tensor? mean, square;
    private long steps;

    /// <summary>Settings; the defaults are the paper's.</summary>
    public record Options : OptimizerOptions
    {
        /// <summary>Share of the mean gradient that is kept at each step.</summary>
        [Description("share of the mean gradient that is kept at each step"), Range(0.0, 1.0, MaximumIsExclusive = true)]
        public double Beta1 { get; init; } = 0.9;

        /// <summary>Share of the mean square that is kept at each step.</summary>
        [Description("share of the mean square that is kept at each step"), Range(0.0, 1.0, MaximumIsExclusive = true)]
        public double Beta2 { get; init; } = 0.999;

        /// <summary>Added to the root of the mean square.</summary>
        [Description("added to the root of the mean square"), Range(0.0, 1.0)]
        public double Epsilon { get; init; } = 1e-8;

        /// <inheritdoc/>
        public override Optimizer Create(double learningRate, double weightDecay) => new Adam(this) { LearningRate = learningRate, WeightDecay = weightDecay };
    }

    /// <inheritdoc/>
    public override int VectorsKept => 2;

    /// <inheritdoc/>
    public override void Reset()
    {
        mean?.Dispose();
        square?.Dispose();
        (mean, square, steps) = (null, null, 0);
    }

    /// <inheritdoc/>
    public override void Visit(StateBag state, Tensor parameters)
    {
        state.PerParameter("mean", ref mean, parameters, ParameterRole.Gradients);
        state.PerParameter("square", ref square, parameters, ParameterRole.SquaredGradients);
        state.Value("steps", ref steps);
        state.Require(mean is null == square is null, "square", "it where the mean is");
    }

    /// <inheritdoc/>
    private protected override bool RunsWithOthers => true;

    /// <inheritdoc/>
    protected internal override unsafe void StepInOnePass(Tensor parameters, Tensor gradient)
    {
        var (rate, scale) = NextCorrections();
        Pass pass = new()
        {
            P = FlatVector.Pointer(parameters),
            G = FlatVector.Pointer(gradient),
            M = FlatVector.Pointer(Moment(ref mean, parameters)),
            V = FlatVector.Pointer(Moment(ref square, parameters)),
            Rate = rate,
            Scale = scale,
            Beta1 = (float)options.Beta1,
            Rest1 = (float)(1 - options.Beta1),
            Beta2 = (float)options.Beta2,
            Rest2 = (float)(1 - options.Beta2),
            Epsilon = (float)options.Epsilon,
            Decay = (float)WeightDecay,
        };
        Run(pass, parameters);
    }

    /// <inheritdoc/>
    protected internal override void StepWithTensors(Tensor parameters, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        Tensor slope = Decayed(parameters, gradient);
        Tensor first = Moment(ref mean, parameters).Scale((float)options.Beta1).Add(slope, (float)(1 - options.Beta1));
        Tensor second = Moment(ref square, parameters).Scale((float)options.Beta2).AddProduct(slope, slope, (float)(1 - options.Beta2));
        var (rate, scale) = NextCorrections();
        parameters.AddRatio(first, second.sqrt().Scale(scale).Add((float)options.Epsilon), rate);
    }

    // Counts the step; minus the rate over the first correction, and one over the root of the second.
    private (float Rate, float Scale) NextCorrections()
    {
        steps++;
        return ((float)(-LearningRate / (1 - Math.Pow(options.Beta1, steps))), (float)(1 / Math.Sqrt(1 - Math.Pow(options.Beta2, steps))));
    }

    private unsafe struct Pass : IVectorPass
    {
        public float* P, G, M, V;
        public float Rate, Scale, Beta1, Rest1, Beta2, Rest2, Epsilon, Decay;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void DoVector(nint i)
        {
            Vector<float> old = Vector.Load(P + i), slope = Vector.FusedMultiplyAdd(new(Decay), old, Vector.Load(G + i));
            Vector<float> mean = Vector.FusedMultiplyAdd(new(Beta1), Vector.Load(M + i), new Vector<float>(Rest1) * slope);
            Vector<float> square = Vector.FusedMultiplyAdd(new(Beta2), Vector.Load(V + i), new Vector<float>(Rest2) * slope * slope);
            Vector.Store(mean, M + i);
            Vector.Store(square, V + i);
            Vector.Store(old + new Vector<float>(Rate) * mean / Vector.FusedMultiplyAdd(new(Scale), Vector.SquareRoot(square), new(Epsilon)), P + i);
        }

        public readonly void DoNumber(nint i)
        {
            float slope = G[i] + Decay * P[i];
            M[i] = Beta1 * M[i] + Rest1 * slope;
            V[i] = Beta2 * V[i] + Rest2 * slope * slope;
            P[i] += Rate * M[i] / (Scale * MathF.Sqrt(V[i]) + Epsilon);
        }
    }
}
