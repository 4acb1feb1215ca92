using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Networks;

/// <summary>
/// Looks at a tensor's numbers in place, for loops that read and write several vectors in one pass. A view is valid as long as the
/// tensor lives; libtorch never moves it.
/// </summary>
public static unsafe class FlatVector
{
    /// <summary>Whether the numbers can be looked at: float32, contiguous, in main memory.</summary>
    public static bool IsDirect(Tensor tensor) =>
        tensor.device_type == DeviceType.CPU && tensor.dtype == ScalarType.Float32 && tensor.is_contiguous();

    /// <summary>All numbers in row-major order; at most 2 GiB.</summary>
    /// <exception cref="ArgumentException">The tensor is not float32, not contiguous or not in main memory.</exception>
    public static Span<float> Span(Tensor tensor)
    {
        if (!IsDirect(tensor))
            throw new ArgumentException($"A contiguous float32 tensor on cpu is needed, but this one is {Describe(tensor)}; call .cpu().to(float32).contiguous() first.", nameof(tensor));
        return MemoryMarshal.Cast<byte, float>(tensor.bytes);
    }

    /// <summary>Address of the first number; conditions as for <see cref="Span"/>.</summary>
    public static float* Pointer(Tensor tensor) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(Span(tensor)));

    /// <summary>
    /// Whether the first number lies where libtorch's own memory begins, on a cache line. The engine's matrix products of the same numbers
    /// elsewhere may differ in the last bit; tensors made from .NET arrays lie anywhere.
    /// </summary>
    internal static bool IsAligned(Tensor tensor) => (nuint)Pointer(tensor) % 64 == 0;

    /// <summary>A tensor's type, shape and place, for messages.</summary>
    internal static string Describe(Tensor tensor) =>
        $"{tensor.dtype} {Shape(tensor.shape)} on {tensor.device}{(tensor.is_contiguous() ? "" : ", not contiguous")}";

    internal static string Shape(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";
}
