using System.Numerics;
using System.Runtime.CompilerServices;
using Engram.Networks;
using Engram.Products;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Regularization;

/// <summary>
/// What each parameter contributed to the fall of the loss along the path of learning (Zenke et al. 2017, arXiv 1703.04200, Eq. 3):
/// w_i = -sum over steps of g_i (theta_i after the step - theta_i before it). SI and the Riemannian walk share it. The steps are the
/// optimizer's own, whatever it is.
/// </summary>
/// <remarks>
/// Memory traffic is all this costs, so a step is one pass: with u = theta - centre it adds g u when a step begins and takes g u off when
/// the next one begins, which is the same sum without a copy of theta. <see cref="Settle"/> closes it.
/// </remarks>
/// <param name="penalty">With at least one anchor; its centre stays where it is from one <see cref="Settle"/> to the next.</param>
public sealed class PathIntegral(QuadraticPenalty penalty) : IDisposable
{
    /// <summary>Vectors of the network's size that it keeps.</summary>
    internal const int Vectors = 2;

    private Tensor? sum, stepGradient;
    private bool isPending;

    /// <summary>w, [P], once settled; null before <see cref="Restart"/>.</summary>
    public Tensor? Sum => sum;

    /// <summary>Sets w to zero.</summary>
    /// <param name="parameters">Gives the length.</param>
    public void Restart(Tensor parameters)
    {
        sum ??= zeros_like(parameters).DetachFromDisposeScope();
        sum.zero_();
        isPending = false;
    }

    /// <summary>Before a step: adds the one before it to w, and in the same pass the penalty's pull to the gradient (<see cref="QuadraticPenalty"/>).</summary>
    /// <param name="parameters">theta, [P].</param>
    /// <param name="own">g, [P]; the task's own, before anything pulls at it.</param>
    /// <param name="strength">The penalty's factor; 0 pulls at nothing.</param>
    /// <param name="step">What the penalty pulls at its gradient, which may be g itself.</param>
    public unsafe void BeginStep(Tensor parameters, Tensor own, double strength, TrainingStep step)
    {
        if (stepGradient?.numel() != parameters.numel())
        {
            stepGradient?.Dispose();
            stepGradient = zeros_like(parameters).DetachFromDisposeScope();
        }
        if (!isPending) stepGradient.zero_();
        isPending = true;
        if (FlatVector.IsDirect(parameters))
        {
            StepPass pass = new()
            {
                Parameters = FlatVector.Pointer(parameters),
                Own = FlatVector.Pointer(own),
                Centre = FlatVector.Pointer(penalty.Centre!),
                StepGradient = FlatVector.Pointer(stepGradient),
                Sum = FlatVector.Pointer(sum!),
                Importance = FlatVector.Pointer(penalty.Importance!),
                Gradient = FlatVector.Pointer(step.GradientToChange),
                Strength = (float)strength,
            };
            step.Change(pass);
            return;
        }
        AddProduct(-1, parameters);
        stepGradient.copy_(own);
        AddProduct(1, parameters);
        penalty.AddGradient(strength, parameters, step);
    }

    /// <summary>Closes the last step, where it is open.</summary>
    /// <param name="parameters">theta after the step, [P].</param>
    public void Settle(Tensor parameters)
    {
        if (isPending) AddProduct(-1, parameters);
        isPending = false;
    }

    /// <summary>Declares w, with the last step in it; before the penalty does, whose centre that step needs. Of a grown network copies have equal parts of what the one contributed.</summary>
    /// <param name="state">Collects, restores or follows a growth.</param>
    /// <param name="parameters">theta, [P].</param>
    public void Visit(StateBag state, Tensor parameters)
    {
        if (state.IsRestoring) isPending = false;
        else Settle(parameters);
        state.PerParameter("path", ref sum, parameters, ParameterRole.Contributions);
    }

    /// <summary>Frees the vectors.</summary>
    public void Dispose()
    {
        sum?.Dispose();
        stepGradient?.Dispose();
        (sum, stepGradient, isPending) = (null, null, false);
    }

    // w += sign x g u.
    private unsafe void AddProduct(float sign, Tensor parameters)
    {
        if (FlatVector.IsDirect(parameters))
        {
            ProductPass pass = new()
            {
                Parameters = FlatVector.Pointer(parameters),
                Centre = FlatVector.Pointer(penalty.Centre!),
                StepGradient = FlatVector.Pointer(stepGradient!),
                Sum = FlatVector.Pointer(sum!),
                Sign = sign,
            };
            VectorPass.Run(pass, (nint)parameters.numel());
            return;
        }
        using var scope = NewDisposeScope();
        sum!.AddProduct(stepGradient!, parameters - penalty.Centre!, sign);
    }

    // The old product leaves before the new one comes, each rounded by itself, so that a run that is settled in between has the same bits.
    private unsafe struct StepPass : IVectorPass
    {
        public float* Parameters, Own, Centre, StepGradient, Sum, Importance, Gradient;
        public float Strength;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void DoVector(nint i)
        {
            Vector<float> u = Vector.Load(Parameters + i) - Vector.Load(Centre + i), g = Vector.Load(Own + i);
            Vector<float> settled = Vector.FusedMultiplyAdd(-Vector.Load(StepGradient + i), u, Vector.Load(Sum + i));
            Vector.Store(Vector.FusedMultiplyAdd(g, u, settled), Sum + i);
            Vector.Store(g, StepGradient + i);
            if (Strength != 0) Vector.Store(Vector.FusedMultiplyAdd(new(Strength), Vector.Load(Importance + i) * u, Vector.Load(Gradient + i)), Gradient + i);
        }

        public readonly void DoNumber(nint i)
        {
            float u = Parameters[i] - Centre[i], settled = MathF.FusedMultiplyAdd(-StepGradient[i], u, Sum[i]);
            (Sum[i], StepGradient[i]) = (MathF.FusedMultiplyAdd(Own[i], u, settled), Own[i]);
            if (Strength != 0) Gradient[i] = MathF.FusedMultiplyAdd(Strength, Importance[i] * u, Gradient[i]);
        }
    }

    private unsafe struct ProductPass : IVectorPass
    {
        public float* Parameters, Centre, StepGradient, Sum;
        public float Sign;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void DoVector(nint i) => Vector.Store(
            Vector.FusedMultiplyAdd(new Vector<float>(Sign) * Vector.Load(StepGradient + i), Vector.Load(Parameters + i) - Vector.Load(Centre + i), Vector.Load(Sum + i)), Sum + i);

        public readonly void DoNumber(nint i) => Sum[i] = MathF.FusedMultiplyAdd(Sign * StepGradient[i], Parameters[i] - Centre[i], Sum[i]);
    }
}
