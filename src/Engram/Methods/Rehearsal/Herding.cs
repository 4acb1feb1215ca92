using Engram.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Rehearsal;

/// <summary>
/// Chooses samples whose mean stays close to the mean of all, one after another (Welling 2009; Rebuffi et al. 2017, arXiv 1611.07725,
/// Alg. 4): p_k = argmin_x | mu - (phi(x) + sum_{j&lt;k} phi(p_j)) / k |, each sample at most once. So any beginning of the list is itself
/// a good choice.
/// </summary>
public static class Herding
{
    /// <summary>The order of choice.</summary>
    /// <param name="features">phi, one row per sample, [samples, features].</param>
    /// <param name="count">How many are chosen; all where there are fewer.</param>
    /// <returns>Rows, the first choice first.</returns>
    public static int[] Choose(Tensor features, int count)
    {
        using var scope = NewDisposeScope();
        int[] chosen = new int[Math.Min(count, checked((int)features.size(0)))];
        // |k mu - S - phi|^2 = const - 2 (k mu - S).phi + |phi|^2, with S the sum of the chosen.
        Tensor mean = features.mean([0]), wanted = mean.clone(), handicap = features.Squared().sum(dim: 1).Divide(2);
        for (int k = 0; k < chosen.Length; k++)
        {
            using var step = NewDisposeScope();
            chosen[k] = (int)(features.mv(wanted) - handicap).argmax().item<long>();
            handicap[chosen[k]].Fill(float.PositiveInfinity);
            wanted.Add(mean).sub_(features[chosen[k]]);
        }
        return chosen;
    }

    /// <summary>Rows of length 1; rows of zeros stay.</summary>
    /// <param name="features">[samples, features].</param>
    public static Tensor Normalized(Tensor features) => nn.functional.normalize(features, 2, 1, 1e-12);
}
