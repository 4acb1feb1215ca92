using System.Numerics;
using System.Runtime.CompilerServices;
using Engram.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Regularization;

/// <summary>
/// What each parameter contributed to the fall of the loss along the path of learning (Zenke et al. 2017, arXiv 1703.04200, Eq. 3):
/// w_i = -sum over steps of g_i (theta_i after the step - theta_i before it). SI and the Riemannian walk share it. The steps are the
/// optimizer's own, whatever it is; g is the gradient as it comes into <see cref="AddPenalty"/>.
/// </summary>
public sealed class PathIntegral : IDisposable
{
    private Tensor? sum, stepGradient, before;

    /// <summary>w, [P]; null before <see cref="Restart"/>.</summary>
    public Tensor? Sum => sum;

    /// <summary>g of the last step, [P]; null before the first.</summary>
    public Tensor? StepGradient => stepGradient;

    /// <summary>Sets w to zero.</summary>
    /// <param name="parameters">Gives the length.</param>
    public void Restart(Tensor parameters)
    {
        sum ??= zeros_like(parameters).DetachFromDisposeScope();
        sum.zero_();
    }

    /// <summary>Keeps the gradient and the parameters of the coming step, then adds the penalty's pull to the gradient: all in one pass.</summary>
    /// <param name="penalty">With at least one anchor.</param>
    /// <param name="strength">Factor; the penalty is strength/2 x the weighted square.</param>
    /// <param name="parameters">theta, [P].</param>
    /// <param name="gradient">[P]; changed in place.</param>
    public unsafe void AddPenalty(QuadraticPenalty penalty, double strength, Tensor parameters, Tensor gradient)
    {
        stepGradient ??= empty_like(parameters).DetachFromDisposeScope();
        before ??= empty_like(parameters).DetachFromDisposeScope();
        if (strength != 0 && FlatVector.IsDirect(parameters))
        {
            Keep((float)strength, FlatVector.Pointer(parameters), FlatVector.Pointer(gradient), FlatVector.Pointer(penalty.Importance!), FlatVector.Pointer(penalty.Centre!),
                FlatVector.Pointer(stepGradient), FlatVector.Pointer(before), (nint)gradient.numel());
            return;
        }
        stepGradient.copy_(gradient);
        before.copy_(parameters);
        penalty.AddGradient(strength, parameters, gradient);
    }

    /// <summary>Adds the step just done to w.</summary>
    /// <param name="parameters">theta after the step, [P].</param>
    /// <param name="gradient">Another g than the one kept, [P]; null for that one.</param>
    public unsafe void AddStep(Tensor parameters, Tensor? gradient = null)
    {
        gradient ??= stepGradient!;
        if (FlatVector.IsDirect(parameters))
        {
            AddStep(FlatVector.Pointer(parameters), FlatVector.Pointer(gradient), FlatVector.Pointer(before!), FlatVector.Pointer(sum!), (nint)gradient.numel());
            return;
        }
        using var scope = NewDisposeScope();
        sum!.addcmul_(gradient, before! - parameters, 1);
    }

    /// <summary>Declares w; the rest is made anew at every step.</summary>
    public void Visit(StateBag state) => state.Tensor("path", ref sum);

    /// <summary>Frees the vectors.</summary>
    public void Dispose()
    {
        sum?.Dispose();
        stepGradient?.Dispose();
        before?.Dispose();
        (sum, stepGradient, before) = (null, null, null);
    }

    // The two passes of a step cost memory traffic and nothing else, so each vector is read and written once.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Keep(float strength, float* parameters, float* gradient, float* importance, float* centre, float* stepGradient, float* before, nint count)
    {
        Vector<float> factor = new(strength);
        nint i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> g = Vector.Load(gradient + i), theta = Vector.Load(parameters + i);
            Vector.Store(g, stepGradient + i);
            Vector.Store(theta, before + i);
            Vector.Store(Vector.FusedMultiplyAdd(factor, Vector.Load(importance + i) * (theta - Vector.Load(centre + i)), g), gradient + i);
        }
        for (; i < count; i++)
        {
            (stepGradient[i], before[i]) = (gradient[i], parameters[i]);
            gradient[i] = MathF.FusedMultiplyAdd(strength, importance[i] * (parameters[i] - centre[i]), gradient[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void AddStep(float* parameters, float* gradient, float* before, float* sum, nint count)
    {
        nint i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
            Vector.Store(Vector.FusedMultiplyAdd(Vector.Load(gradient + i), Vector.Load(before + i) - Vector.Load(parameters + i), Vector.Load(sum + i)), sum + i);
        for (; i < count; i++) sum[i] = MathF.FusedMultiplyAdd(gradient[i], before[i] - parameters[i], sum[i]);
    }
}
