using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Numerics;
using System.Runtime.CompilerServices;
using Engram.Networks;
using Engram.Products;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Optimizers;

/// <summary>Adagrad (Duchi et al., 2011) as PyTorch's: s = s + g^2, p = p - rate g / (sqrt(s) + epsilon).</summary>
[Optimizer("adagrad", Name = "Adagrad", Family = "a step size for each parameter", Summary = "a step along the gradient over the root of the sum of its squares", Paper = "Duchi et al. 2011")]
public sealed class Adagrad(Adagrad.Options options) : Optimizer(options)
{
    private Tensor? sum;

    /// <summary>Settings.</summary>
    public sealed record Options : OptimizerOptions
    {
        /// <summary>Added to the root of the sum of squares.</summary>
        [Description("added to the root of the sum of squares"), Range(0.0, 1.0)]
        public double Epsilon { get; init; } = 1e-10;

        /// <inheritdoc/>
        public override Optimizer Create(double learningRate, double weightDecay) => new Adagrad(this) { LearningRate = learningRate, WeightDecay = weightDecay };
    }

    /// <inheritdoc/>
    public override int VectorsKept => 1;

    /// <inheritdoc/>
    public override void Reset()
    {
        sum?.Dispose();
        sum = null;
    }

    /// <inheritdoc/>
    public override void Visit(StateBag state, Tensor parameters) => state.PerParameter("sum", ref sum, parameters, ParameterRole.SquaredGradients);

    /// <inheritdoc/>
    private protected override bool RunsWithOthers => true;

    /// <inheritdoc/>
    protected internal override unsafe void StepInOnePass(Tensor parameters, Tensor gradient)
    {
        Pass pass = new()
        {
            P = FlatVector.Pointer(parameters),
            G = FlatVector.Pointer(gradient),
            S = FlatVector.Pointer(Moment(ref sum, parameters)),
            Rate = (float)-LearningRate,
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
        Tensor squares = Moment(ref sum, parameters).AddProduct(slope, slope);
        parameters.AddRatio(slope, squares.sqrt().Add((float)options.Epsilon), (float)-LearningRate);
    }

    private unsafe struct Pass : IVectorPass
    {
        public float* P, G, S;
        public float Rate, Epsilon, Decay;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void DoVector(nint i)
        {
            Vector<float> old = Vector.Load(P + i), slope = Vector.FusedMultiplyAdd(new(Decay), old, Vector.Load(G + i));
            Vector<float> squares = Vector.FusedMultiplyAdd(slope, slope, Vector.Load(S + i));
            Vector.Store(squares, S + i);
            Vector.Store(old + new Vector<float>(Rate) * slope / (Vector.SquareRoot(squares) + new Vector<float>(Epsilon)), P + i);
        }

        public readonly void DoNumber(nint i)
        {
            float slope = G[i] + Decay * P[i];
            S[i] += slope * slope;
            P[i] += Rate * slope / (MathF.Sqrt(S[i]) + Epsilon);
        }
    }
}
