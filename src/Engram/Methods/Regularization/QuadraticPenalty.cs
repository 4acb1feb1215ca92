using System.Numerics;
using System.Runtime.CompilerServices;
using Engram.Networks;
using Engram.Products;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Regularization;

/// <summary>
/// The penalty strength/2 x sum_i importance_i (theta_i - centre_i)^2 that EWC, L2, SI and MAS share. A sum of such penalties with
/// different centres is again one of them, up to a constant, so any number of old tasks costs two vectors and one pass.
/// </summary>
public sealed class QuadraticPenalty : IDisposable
{
    /// <summary>Vectors of the network's size that it keeps.</summary>
    internal const int Vectors = 2;

    /// <summary>Why holding parameters does not help in the class scenario (van de Ven and Tolias 2019, arXiv 1904.07734).</summary>
    internal const string NoHelp = "a penalty holds parameters, and classes of different tasks, never seen together, are not told apart by that; add a memory, as in replay+ewc";

    private Tensor? importance;
    private Tensor? centre;

    /// <summary>Weight of each parameter, [P]; null before the first anchor.</summary>
    public Tensor? Importance => importance;

    /// <summary>What each parameter is pulled to, [P]; null before the first anchor.</summary>
    public Tensor? Centre => centre;

    /// <summary>Bytes of the two vectors.</summary>
    public long StoredBytes => importance is null ? 0 : 2 * importance.numel() * sizeof(float);

    /// <summary>
    /// Adds sum_i weight_i (theta_i - parameters_i)^2: importances add up, and the centre moves to the weighted mean of the old centre
    /// and the parameters. The original EWC's sum over tasks (arXiv 1612.00796, Eq. 3) is kept exactly, without one term per task.
    /// </summary>
    /// <param name="weight">Importance of each parameter, [P], not negative; taken over as a copy.</param>
    /// <param name="parameters">The parameters to be held, [P].</param>
    public void Add(Tensor weight, Tensor parameters)
    {
        if (importance is null)
        {
            Replace(weight, parameters);
            return;
        }
        using var scope = NewDisposeScope();
        Tensor total = importance.Plus(weight);
        Tensor share = (weight / total).nan_to_num(nan: 1);
        centre!.Add(share * (parameters - centre!));
        importance.copy_(total);
    }

    /// <summary>Forgets the old anchor and holds the parameters with the given weight.</summary>
    /// <param name="weight">Importance of each parameter, [P]; copied.</param>
    /// <param name="parameters">The parameters to be held, [P]; copied.</param>
    public void Replace(Tensor weight, Tensor parameters)
    {
        Dispose();
        importance = weight.clone().DetachFromDisposeScope();
        centre = parameters.clone().DetachFromDisposeScope();
    }

    /// <summary>Adds strength x importance_i (theta_i - centre_i) to a gradient; nothing before the first anchor or at strength 0.</summary>
    /// <param name="strength">Factor; with it the penalty is strength/2 x the weighted square.</param>
    /// <param name="parameters">theta, [P].</param>
    /// <param name="gradient">[P]; changed in place.</param>
    public void AddGradient(double strength, Tensor parameters, Tensor gradient)
    {
        if (importance is null || strength == 0) return;
        if (FlatVector.IsDirect(parameters))
        {
            VectorPass.Run(PassOver(strength, parameters, gradient), (nint)gradient.numel());
            return;
        }
        using var scope = NewDisposeScope();
        gradient.Add((parameters - centre!).mul_(importance), strength);
    }

    /// <summary>The same for the gradient of a step of training, together with the optimizer's pass where nothing looks at it before.</summary>
    internal void AddGradient(double strength, Tensor parameters, TrainingStep step)
    {
        if (importance is null || strength == 0) return;
        if (FlatVector.IsDirect(parameters)) step.Change(PassOver(strength, parameters, step.GradientToChange));
        else AddGradient(strength, parameters, step.Gradient);
    }

    /// <summary>The penalty itself.</summary>
    public double Value(double strength, Tensor parameters)
    {
        if (importance is null) return 0;
        using var scope = NewDisposeScope();
        return strength / 2 * ((parameters - centre!).Squared() * importance).sum().to(float64).item<double>();
    }

    /// <summary>Declares both vectors. With a grown network the penalty is what it was where copies move as the one did; identity layers are free.</summary>
    /// <param name="state">Collects, restores or follows a growth.</param>
    /// <param name="parameters">theta, [P].</param>
    public void Visit(StateBag state, Tensor parameters)
    {
        state.PerParameter("importance", ref importance, parameters, ParameterRole.Importances);
        state.PerParameter("centre", ref centre, parameters, ParameterRole.Weights);
        state.Require(importance is null == centre is null, "centre", "it where importances are");
    }

    /// <summary>Frees both vectors.</summary>
    public void Dispose()
    {
        importance?.Dispose();
        centre?.Dispose();
        (importance, centre) = (null, null);
    }

    private unsafe Pass PassOver(double strength, Tensor parameters, Tensor gradient) => new()
    {
        Strength = (float)strength,
        Parameters = FlatVector.Pointer(parameters),
        Gradient = FlatVector.Pointer(gradient),
        Importance = FlatVector.Pointer(importance!),
        Centre = FlatVector.Pointer(centre!),
    };

    // One pass over four vectors: the arithmetic is free beside the memory traffic.
    private unsafe struct Pass : IVectorPass
    {
        public float* Parameters, Gradient, Importance, Centre;
        public float Strength;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void DoVector(nint i)
        {
            Vector<float> pull = Vector.Load(Importance + i) * (Vector.Load(Parameters + i) - Vector.Load(Centre + i));
            Vector.Store(Vector.FusedMultiplyAdd(new(Strength), pull, Vector.Load(Gradient + i)), Gradient + i);
        }

        public readonly void DoNumber(nint i) => Gradient[i] = MathF.FusedMultiplyAdd(Strength, Importance[i] * (Parameters[i] - Centre[i]), Gradient[i]);
    }
}
