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
/// A step is added when the next one begins, together with the penalty's pull on that one: memory traffic is all this costs, and so
/// every vector passes once per step. <see cref="Settle"/> adds the last one.
/// </remarks>
public sealed class PathIntegral : IDisposable
{
    private Tensor? sum, stepGradient, before;
    private bool isPending;

    /// <summary>w, [P], without a step not settled yet; null before <see cref="Restart"/>.</summary>
    public Tensor? Sum => sum;

    /// <summary>g of the last step, [P]; null before the first.</summary>
    public Tensor? StepGradient => stepGradient;

    /// <summary>Sets w to zero.</summary>
    /// <param name="parameters">Gives the length.</param>
    public void Restart(Tensor parameters)
    {
        sum ??= zeros_like(parameters).DetachFromDisposeScope();
        sum.zero_();
        isPending = false;
    }

    /// <summary>Before a step: adds the one before it to w and the penalty's pull to the gradient.</summary>
    /// <param name="penalty">With at least one anchor.</param>
    /// <param name="strength">Factor; the penalty is strength/2 x the weighted square.</param>
    /// <param name="parameters">theta, [P].</param>
    /// <param name="gradient">[P]; changed in place.</param>
    /// <param name="withPull">Whether g is the gradient with the pull in it, in place of the one before.</param>
    public unsafe void BeginStep(QuadraticPenalty penalty, double strength, Tensor parameters, Tensor gradient, bool withPull = false)
    {
        stepGradient ??= zeros_like(parameters).DetachFromDisposeScope();
        before ??= zeros_like(parameters).DetachFromDisposeScope();
        if (strength != 0 && FlatVector.IsDirect(parameters))
        {
            BeginStep((float)strength, FlatVector.Pointer(parameters), FlatVector.Pointer(gradient), FlatVector.Pointer(penalty.Importance!), FlatVector.Pointer(penalty.Centre!),
                FlatVector.Pointer(stepGradient), FlatVector.Pointer(before), FlatVector.Pointer(sum!), (nint)gradient.numel(), isPending, withPull);
        }
        else
        {
            Settle(parameters);
            before.copy_(parameters);
            if (!withPull) stepGradient.copy_(gradient);
            penalty.AddGradient(strength, parameters, gradient);
            if (withPull) stepGradient.copy_(gradient);
        }
        isPending = true;
    }

    /// <summary>Adds the last step to w, where it is not yet.</summary>
    /// <param name="parameters">theta after the step, [P].</param>
    public unsafe void Settle(Tensor parameters)
    {
        if (!isPending) return;
        isPending = false;
        if (FlatVector.IsDirect(parameters))
        {
            AddStep(FlatVector.Pointer(parameters), FlatVector.Pointer(stepGradient!), FlatVector.Pointer(before!), FlatVector.Pointer(sum!), (nint)parameters.numel());
            return;
        }
        using var scope = NewDisposeScope();
        sum!.addcmul_(stepGradient!, before! - parameters, 1);
    }

    /// <summary>Declares w with its last step.</summary>
    /// <param name="state">Collects or restores.</param>
    /// <param name="parameters">theta, [P].</param>
    public void Visit(StateBag state, Tensor parameters)
    {
        if (state.IsRestoring) isPending = false;
        else Settle(parameters);
        state.Tensor("path", ref sum);
    }

    /// <summary>Frees the vectors.</summary>
    public void Dispose()
    {
        sum?.Dispose();
        stepGradient?.Dispose();
        before?.Dispose();
        (sum, stepGradient, before, isPending) = (null, null, null, false);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void BeginStep(float strength, float* parameters, float* gradient, float* importance, float* centre, float* stepGradient, float* before, float* sum, nint count, bool isPending, bool withPull)
    {
        Vector<float> factor = new(strength);
        nint i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> theta = Vector.Load(parameters + i), plain = Vector.Load(gradient + i);
            if (isPending) Vector.Store(Vector.FusedMultiplyAdd(Vector.Load(stepGradient + i), Vector.Load(before + i) - theta, Vector.Load(sum + i)), sum + i);
            Vector<float> pulled = Vector.FusedMultiplyAdd(factor, Vector.Load(importance + i) * (theta - Vector.Load(centre + i)), plain);
            Vector.Store(theta, before + i);
            Vector.Store(withPull ? pulled : plain, stepGradient + i);
            Vector.Store(pulled, gradient + i);
        }
        for (; i < count; i++)
        {
            if (isPending) sum[i] = MathF.FusedMultiplyAdd(stepGradient[i], before[i] - parameters[i], sum[i]);
            float pulled = MathF.FusedMultiplyAdd(strength, importance[i] * (parameters[i] - centre[i]), gradient[i]);
            (before[i], stepGradient[i], gradient[i]) = (parameters[i], withPull ? pulled : gradient[i], pulled);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void AddStep(float* parameters, float* stepGradient, float* before, float* sum, nint count)
    {
        nint i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
            Vector.Store(Vector.FusedMultiplyAdd(Vector.Load(stepGradient + i), Vector.Load(before + i) - Vector.Load(parameters + i), Vector.Load(sum + i)), sum + i);
        for (; i < count; i++) sum[i] = MathF.FusedMultiplyAdd(stepGradient[i], before[i] - parameters[i], sum[i]);
    }
}
