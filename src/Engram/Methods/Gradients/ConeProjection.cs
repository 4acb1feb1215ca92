using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Gradients;

/// <summary>
/// The direction closest to a gradient that makes no old task's loss larger, to first order (Lopez-Paz and Ranzato 2017,
/// arXiv 1706.08840, Eq. 8 to 11): min 1/2 |g~ - g|^2 subject to G g~ >= 0, where row k of G is the gradient of old task k. Its dual has
/// one variable per task: min over v >= 0 of 1/2 v'GG'v + (Gg)'v, and g~ = g + G'v.
/// </summary>
/// <remarks>As in the authors' experiments, GG' has a ridge on its diagonal and the bound is v >= margin: a margin above 0 moves along
/// every old gradient as soon as one of them is opposed.</remarks>
public static class ConeProjection
{
    // Of slopes, relative to the largest; and of pivots, squares of how far a unit row lies outside the span of others. Gradients are
    // float32, good to 1e-7.
    private const double Tolerance = 1e-10, PivotTolerance = 1e-12;

    /// <summary>Turns a gradient that opposes a row into the closest one that opposes none; leaves any other as it is.</summary>
    /// <param name="rows">G: gradients of the old tasks, [t, P].</param>
    /// <param name="gradient">g, [P]; changed in place.</param>
    /// <param name="margin">Least multiple of each row that is added, 0 or more.</param>
    /// <param name="ridge">Added to the diagonal of GG', 0 or more.</param>
    /// <returns>Whether the gradient was changed.</returns>
    public static bool Project(Tensor rows, Tensor gradient, double margin, double ridge)
    {
        using var scope = NewDisposeScope();
        double[] products = FlatProducts.WithRows(rows, gradient);
        if (!Array.Exists(products, product => product < 0)) return false;
        FlatProducts.AddRows(rows, Solve(FlatProducts.Gram(rows), products, margin, ridge), gradient);
        return true;
    }

    /// <summary>
    /// The v >= margin that minimises 1/2 v'Kv + c'v with K = gram + ridge I: the active-set method of Lawson and Hanson (1974, chapter 23),
    /// exact and finite. A variable leaves its bound where that helps most; one that would cross its bound returns to it.
    /// </summary>
    /// <param name="gram">GG', [t, t].</param>
    /// <param name="products">c = Gg, [t].</param>
    /// <param name="margin">Lower bound of every variable.</param>
    /// <param name="ridge">Added to the diagonal.</param>
    /// <returns>v, [t]. Of rows that repeat each other one has a share above the margin and the others none.</returns>
    public static double[] Solve(double[,] gram, double[] products, double margin, double ridge)
    {
        // In y_i = (v_i - margin) sqrt(K_ii) the diagonal is 1 and the problem min 1/2 y'Qy - b'y, y >= 0.
        int t = products.Length;
        double[] scale = [.. Enumerable.Range(0, t).Select(i => Math.Sqrt(gram[i, i] + ridge)).Select(root => root > 0 ? root : 1)];
        double[,] q = new double[t, t];
        double[] b = new double[t], y = new double[t];
        for (int i = 0; i < t; i++)
        {
            double slope = products[i] + margin * ridge;
            for (int j = 0; j < t; j++)
            {
                slope += margin * gram[i, j];
                q[i, j] = i == j ? 1 : gram[i, j] / (scale[i] * scale[j]);
            }
            b[i] = -slope / scale[i];
        }

        double threshold = Tolerance * b.Select(Math.Abs).DefaultIfEmpty().Max();
        List<int> free = [];
        HashSet<int> refused = [];
        for (int round = 0; Entering(q, b, y, free, refused, threshold) is { } entering; round++)
        {
            if (round == 100 * t) throw EngramException.Failure("projection-failed", $"The projection of a gradient onto {t} constraints found no solution in {round} rounds; set method.ridge (now {ridge}) higher.");
            free.Add(entering);
            double[] inside = Minimum(q, b, free, out double pivot);
            if (!(pivot > PivotTolerance && inside[^1] > 0))
            {
                // To within rounding the row is a combination of the free ones, and nothing is gained.
                free.RemoveAt(free.Count - 1);
                refused.Add(entering);
                continue;
            }
            Approach(q, b, y, free, inside);
            refused.Clear();
        }
        for (int i = 0; i < t; i++) y[i] = margin + y[i] / scale[i];
        return y;
    }

    // The variable at its bound whose release lowers the objective most steeply; null at the solution.
    private static int? Entering(double[,] q, double[] b, double[] y, List<int> free, HashSet<int> refused, double threshold)
    {
        int? best = null;
        for (int i = 0; i < b.Length; i++)
        {
            if (free.Contains(i) || refused.Contains(i)) continue;
            double descent = b[i];
            foreach (int j in free) descent -= q[i, j] * y[j];
            if (descent > threshold) (best, threshold) = (i, descent);
        }
        return best;
    }

    // Goes to the minimum over the free variables; those that reach their bound on the way stay there.
    private static void Approach(double[,] q, double[] b, double[] y, List<int> free, double[] inside)
    {
        while (inside.Min() <= 0)
        {
            double share = 1;
            for (int i = 0; i < free.Count; i++)
                if (inside[i] <= 0) share = Math.Min(share, y[free[i]] / (y[free[i]] - inside[i]));
            for (int i = 0; i < free.Count; i++)
            {
                double moved = y[free[i]] + share * (inside[i] - y[free[i]]);
                y[free[i]] = inside[i] <= 0 && moved <= Tolerance * y[free[i]] ? 0 : moved;
            }
            free.RemoveAll(i => y[i] <= 0);
            inside = Minimum(q, b, free, out _);
        }
        for (int i = 0; i < free.Count; i++) y[free[i]] = inside[i];
    }

    // The minimum over the free variables without bounds, by Cholesky's decomposition Q = LL'. The smallest pivot is 0 where they are dependent.
    private static double[] Minimum(double[,] q, double[] b, List<int> free, out double pivot)
    {
        int n = free.Count;
        double[,] l = new double[n, n];
        double[] x = new double[n];
        pivot = 1;
        for (int i = 0; i < n; i++)
        {
            double sum = b[free[i]];
            for (int j = 0; j <= i; j++)
            {
                double rest = q[free[i], free[j]];
                for (int k = 0; k < j; k++) rest -= l[i, k] * l[j, k];
                l[i, j] = i == j ? Math.Sqrt(Math.Max(rest, double.Epsilon)) : rest / l[j, j];
                if (i == j) pivot = Math.Min(pivot, rest);
                else sum -= l[i, j] * x[j];
            }
            x[i] = sum / l[i, i];
        }
        for (int i = n - 1; i >= 0; i--)
        {
            for (int k = i + 1; k < n; k++) x[i] -= l[k, i] * x[k];
            x[i] /= l[i, i];
        }
        return x;
    }
}
