using Engram.Networks;
using static TorchSharp.torch;

namespace Engram.Tests.Networks;

public sealed class BlasTests
{
    public BlasTests() => NativeEngine.PrepareThread(1);

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public unsafe void Product_equals_that_of_tensors(bool transposeA, bool transposeB)
    {
        Assert.SkipUnless(NativeEngine.HasBlas, "libtorch exports no sgemm_ here");
        using var scope = NewDisposeScope();
        var a = Batches.Random(new(1), transposeA ? [7, 5] : [5, 7]);
        var b = Batches.Random(new(2), transposeB ? [3, 7] : [7, 3]);
        var c = Batches.Random(new(3), 5, 3);
        var expected = 2 * (transposeA ? a.t() : a).mm(transposeB ? b.t() : b) + 0.5f * c;

        Blas.Gemm(transposeA, transposeB, 5, 3, 7, 2, FlatVector.Pointer(a), transposeA ? 5 : 7, FlatVector.Pointer(b), transposeB ? 7 : 3, 0.5f, FlatVector.Pointer(c), 3);

        Batches.AssertClose(expected, c, 1e-6);
    }

    [Fact]
    public unsafe void Denormal_numbers_become_zero()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only where libtorch exports the switch");
        float tiny = 1e-38f, small = 1e-3f;

        Assert.Equal(0f, Multiply(tiny, small));
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static float Multiply(float a, float b) => a * b;
}
