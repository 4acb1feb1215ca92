using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Numerics;
using System.Runtime.CompilerServices;
using Engram.Networks;
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected internal override unsafe void StepInOnePass(Tensor parameters, Tensor gradient)
    {
        float* p = FlatVector.Pointer(parameters), g = FlatVector.Pointer(gradient);
        float* m = FlatVector.Pointer(Moment(ref mean, parameters)), v = FlatVector.Pointer(Moment(ref square, parameters));
        var (rate, scale) = NextCorrections();
        float b1 = (float)options.Beta1, c1 = (float)(1 - options.Beta1), b2 = (float)options.Beta2, c2 = (float)(1 - options.Beta2), e = (float)options.Epsilon, decay = (float)WeightDecay;
        Vector<float> rates = new(rate), scales = new(scale), b1s = new(b1), c1s = new(c1), b2s = new(b2), c2s = new(c2), es = new(e), decays = new(decay);
        nint count = (nint)parameters.numel(), i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> old = Vector.Load(p + i), slope = Vector.FusedMultiplyAdd(decays, old, Vector.Load(g + i));
            Vector<float> first = Vector.FusedMultiplyAdd(b1s, Vector.Load(m + i), c1s * slope);
            Vector<float> second = Vector.FusedMultiplyAdd(b2s, Vector.Load(v + i), c2s * slope * slope);
            Vector.Store(first, m + i);
            Vector.Store(second, v + i);
            Vector.Store(old + rates * first / Vector.FusedMultiplyAdd(scales, Vector.SquareRoot(second), es), p + i);
        }
        for (; i < count; i++)
        {
            float slope = g[i] + decay * p[i];
            m[i] = b1 * m[i] + c1 * slope;
            v[i] = b2 * v[i] + c2 * slope * slope;
            p[i] += rate * m[i] / (scale * MathF.Sqrt(v[i]) + e);
        }
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
}
