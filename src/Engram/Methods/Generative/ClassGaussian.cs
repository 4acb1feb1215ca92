using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Generative;

/// <summary>The distribution of one class's codes: a Gaussian with the mean and the covariance of the codes it was measured on.</summary>
public sealed class ClassGaussian : IDisposable
{
    /// <summary>Added to every variance, so that units that never change leave a matrix that has a root.</summary>
    public const double FirstJitter = 1e-6;

    private Tensor? mean, factor;

    private ClassGaussian(Tensor? mean, Tensor? factor, double jitter) => (this.mean, this.factor, Jitter) = (mean, factor, jitter);

    /// <summary>What was added to every variance: 1e-6, or the first of 1e-5, 1e-4, ... with which the factorisation succeeds.</summary>
    public double Jitter { get; }

    /// <summary>Mean, [h].</summary>
    public Tensor Mean => mean!;

    /// <summary>L with L L^T = covariance + jitter, lower triangular, [h, h]; or the roots of the variances, [h], where units count as independent.</summary>
    public Tensor Factor => factor!;

    /// <summary>Bytes of mean and factor.</summary>
    public long StoredBytes => (Mean.numel() + Factor.numel()) * sizeof(float);

    /// <summary>An empty one to be filled by <see cref="Visit"/>.</summary>
    public static ClassGaussian Empty() => new(null, null, FirstJitter);

    /// <summary>Measures codes. The covariance is divided by their number, so one code alone has none.</summary>
    /// <param name="codes">[samples, h].</param>
    /// <param name="diagonal">Whether units count as independent of one another.</param>
    /// <exception cref="EngramException">The codes are not finite.</exception>
    public static ClassGaussian Of(Tensor codes, bool diagonal)
    {
        using var scope = NewDisposeScope();
        Tensor mean = codes.mean([0]), centred = codes - mean;
        if (!mean.isfinite().all().item<bool>()) throw EngramException.Failure("diverged", "The codes of a class are not finite: training diverged. Set training.learningRate or the method's learning rate lower.");
        if (diagonal) return new(mean.DetachFromDisposeScope(), centred.Squared().mean([0]).Plus(FirstJitter).sqrt_().DetachFromDisposeScope(), FirstJitter);
        Tensor covariance = centred.t().mm(centred).Divide(codes.shape[0]).to(float64), identity = eye(codes.shape[1], dtype: float64, device: codes.device);
        for (double jitter = FirstJitter; ; jitter *= 10)
        {
            // The root comes column by column; a restored one would be read row by row, and products would differ in the last bit.
            var (root, info) = linalg.cholesky_ex(covariance.Plus(identity, jitter));
            if (info.item<int>() == 0) return new(mean.DetachFromDisposeScope(), root.to(float32).contiguous().DetachFromDisposeScope(), jitter);
        }
    }

    /// <summary>Draws codes.</summary>
    /// <param name="random">Where chance comes from.</param>
    /// <param name="count">How many.</param>
    /// <returns>[count, h].</returns>
    public Tensor Draw(RandomSource random, long count)
    {
        Tensor noise = Noise.Gaussian(random, count, Mean.numel(), Mean.device);
        return (Factor.dim() == 1 ? noise * Factor : noise.mm(Factor.t())).Add(Mean);
    }

    /// <summary>Declares mean and factor.</summary>
    /// <param name="state">Collects or restores.</param>
    /// <param name="units">Length of a code, h.</param>
    /// <param name="diagonal">Whether units count as independent of one another.</param>
    public void Visit(StateBag state, long units, bool diagonal)
    {
        state.Tensor("mean", ref mean, [units]);
        state.Tensor("factor", ref factor, diagonal ? [units] : [units, units]);
        state.Require(mean is not null && factor is not null, "mean", "mean and factor of every class");
    }

    /// <summary>Frees both.</summary>
    public void Dispose()
    {
        mean?.Dispose();
        factor?.Dispose();
    }
}
