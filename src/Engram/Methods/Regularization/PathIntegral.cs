using System.Numerics;
using System.Runtime.CompilerServices;
using Engram.Networks;
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

    /// <summary>Before a step: adds the one before it to w.</summary>
    /// <param name="parameters">theta, [P].</param>
    /// <param name="gradient">g, [P]; the task's own, before anything pulls at it.</param>
    public unsafe void BeginStep(Tensor parameters, Tensor gradient)
    {
        stepGradient ??= zeros_like(parameters).DetachFromDisposeScope();
        if (!isPending) stepGradient.zero_();
        if (FlatVector.IsDirect(parameters))
        {
            BeginStep(FlatVector.Pointer(parameters), FlatVector.Pointer(gradient), FlatVector.Pointer(penalty.Centre!), FlatVector.Pointer(stepGradient), FlatVector.Pointer(sum!), (nint)gradient.numel());
        }
        else
        {
            Settle(parameters);
            stepGradient.copy_(gradient);
            AddProduct(1, parameters);
        }
        isPending = true;
    }

    /// <summary>Closes the last step, where it is open.</summary>
    /// <param name="parameters">theta after the step, [P].</param>
    public void Settle(Tensor parameters)
    {
        if (isPending) AddProduct(-1, parameters);
        isPending = false;
    }

    /// <summary>Goes on with a grown network, before the penalty does: copies have equal parts of what the one contributed.</summary>
    public void Follow(NetworkGrowth growth)
    {
        Settle(growth.Old.Parameters);
        ParameterMap.Carry(ref sum, growth.Map.Contributions);
        stepGradient?.Dispose();
        stepGradient = null;
    }

    /// <summary>Declares w, with the last step in it.</summary>
    /// <param name="state">Collects or restores.</param>
    /// <param name="parameters">theta, [P].</param>
    public void Visit(StateBag state, Tensor parameters)
    {
        if (state.IsRestoring) isPending = false;
        else Settle(parameters);
        state.Tensor("path", ref sum, [parameters.numel()]);
        state.Require(sum is null == penalty.Importance is null, "path", "it where the penalty has an anchor");
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
            AddProduct(sign, FlatVector.Pointer(parameters), FlatVector.Pointer(penalty.Centre!), FlatVector.Pointer(stepGradient!), FlatVector.Pointer(sum!), (nint)parameters.numel());
            return;
        }
        using var scope = NewDisposeScope();
        sum!.AddProduct(stepGradient!, parameters - penalty.Centre!, sign);
    }

    // The old product leaves before the new one comes, each rounded by itself, so that a run that is settled in between has the same bits.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void BeginStep(float* parameters, float* gradient, float* centre, float* stepGradient, float* sum, nint count)
    {
        nint i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> u = Vector.Load(parameters + i) - Vector.Load(centre + i), g = Vector.Load(gradient + i);
            Vector<float> settled = Vector.FusedMultiplyAdd(-Vector.Load(stepGradient + i), u, Vector.Load(sum + i));
            Vector.Store(Vector.FusedMultiplyAdd(g, u, settled), sum + i);
            Vector.Store(g, stepGradient + i);
        }
        for (; i < count; i++)
        {
            float u = parameters[i] - centre[i], settled = MathF.FusedMultiplyAdd(-stepGradient[i], u, sum[i]);
            (sum[i], stepGradient[i]) = (MathF.FusedMultiplyAdd(gradient[i], u, settled), gradient[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void AddProduct(float sign, float* parameters, float* centre, float* stepGradient, float* sum, nint count)
    {
        Vector<float> signs = new(sign);
        nint i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
            Vector.Store(Vector.FusedMultiplyAdd(signs * Vector.Load(stepGradient + i), Vector.Load(parameters + i) - Vector.Load(centre + i), Vector.Load(sum + i)), sum + i);
        for (; i < count; i++) sum[i] = MathF.FusedMultiplyAdd(sign * stepGradient[i], parameters[i] - centre[i], sum[i]);
    }
}
