using System.Runtime.Intrinsics.X86;

namespace Engram.Products;

/// <summary>The kernels that this processor can run.</summary>
internal static class TileKernels
{
    /// <summary>All of them, the widest first.</summary>
    public static IReadOnlyList<TileKernel> Supported { get; } =
    [
        .. Avx512F.IsSupported ? [Tiles512.Kernel] : Array.Empty<TileKernel>(),
        .. Fma.IsSupported ? [Tiles256.Kernel] : Array.Empty<TileKernel>(),
        Tiles128.Kernel,
    ];

    /// <summary>The one that is used: the widest, whatever would be measured, since results must repeat.</summary>
    public static TileKernel OfProcessor { get; } = Supported[0];
}
