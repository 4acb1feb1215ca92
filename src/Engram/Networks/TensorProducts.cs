using Engram.Products;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Networks;

/// <summary>Matrix products of tensors: by <see cref="Blas"/> for float32 in main memory, contiguous or the transpose of such; all others by the engine.</summary>
internal static unsafe class TensorProducts
{
    /// <summary>A B, a new tensor.</summary>
    /// <param name="a">[rows, inner].</param>
    /// <param name="b">[inner, columns].</param>
    public static Tensor Product(this Tensor a, Tensor b) =>
        a.dtype == ScalarType.Float32 && a.device_type == DeviceType.CPU && a.dim() == 2 && b.dim() == 2 ? empty(a.size(0), b.size(1)).AddProductOf(a, b, keep: 0) : a.mm(b);

    /// <summary>C = A B + keep C; returns C.</summary>
    /// <param name="c">[rows, columns]; changed.</param>
    /// <param name="a">[rows, inner].</param>
    /// <param name="b">[inner, columns].</param>
    /// <param name="keep">Factor of the old C; 0 overwrites it.</param>
    public static Tensor AddProductOf(this Tensor c, Tensor a, Tensor b, float keep = 1)
    {
        bool fits = c.dim() == 2 && a.dim() == 2 && b.dim() == 2 && a.size(1) == b.size(0) && c.size(0) == a.size(0) && c.size(1) == b.size(1);
        if (!fits || !FlatVector.IsDirect(c) || Stored(a) is not { } first || Stored(b) is not { } second) return c.addmm_(a, b, keep, 1);
        Blas.Gemm(
            first.IsTransposed, second.IsTransposed, (int)c.size(0), (int)c.size(1), (int)a.size(1),
            1, FlatVector.Pointer(first.Numbers), (int)first.Numbers.size(1), FlatVector.Pointer(second.Numbers), (int)second.Numbers.size(1), keep, FlatVector.Pointer(c), (int)c.size(1));
        GC.KeepAlive(first.Numbers);
        GC.KeepAlive(second.Numbers);
        GC.KeepAlive(c);
        return c;
    }

    // The matrix or its transpose, whichever lies row by row; null where neither does.
    private static (Tensor Numbers, bool IsTransposed)? Stored(Tensor matrix)
    {
        if (FlatVector.IsDirect(matrix)) return (matrix, false);
        Tensor transpose = matrix.t();
        return FlatVector.IsDirect(transpose) ? (transpose, true) : null;
    }
}
