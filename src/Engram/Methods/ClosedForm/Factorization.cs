using static TorchSharp.torch;

namespace Engram.Methods.ClosedForm;

/// <summary>Roots of symmetric positive definite matrices.</summary>
internal static class Factorization
{
    private const double NoExtent = 1e-10; // beside the greatest

    /// <summary>L with L L' = matrix, lower triangular, [..., d, d]; null where the matrix, or one of several, is not positive definite. In the caller's scope.</summary>
    /// <param name="matrix">Symmetric, [..., d, d], float64.</param>
    public static Tensor? Root(Tensor matrix)
    {
        var (root, info) = linalg.cholesky_ex(matrix, false);
        return info.any().item<bool>() ? null : root;
    }

    /// <summary>A with A A' = the inverse of L L', so that products with A of samples with that covariance have the covariance 1; [..., d, d], in the caller's scope.</summary>
    /// <param name="root">L.</param>
    public static Tensor Whitening(Tensor root) =>
        linalg.solve_triangular(root.transpose(-2, -1), eye(root.size(-1), dtype: float64, device: root.device).expand_as(root), true);

    /// <summary>A with A A' = the inverse of a matrix or, where there is none, its pseudo-inverse, which leaves out the directions without extent; [..., d, d], in the caller's scope.</summary>
    /// <param name="matrix">Symmetric, [..., d, d], float64, positive but for those directions.</param>
    public static Tensor PseudoWhitening(Tensor matrix)
    {
        if (Root(matrix) is { } root && root.diagonal(0, -2, -1).amin([-1]).Squared().Minus(NoExtent).amin([]).item<double>() > 0) return Whitening(root);
        var (extents, directions) = linalg.eigh(matrix, 'L');
        Tensor isThere = extents.gt(extents.amax([-1], true).Times(NoExtent));
        return directions * where(isThere, extents, ones_like(extents)).rsqrt_().mul_(isThere).unsqueeze(-2);
    }
}
