using System.Numerics;
using System.Runtime.InteropServices;
using Engram.Networks;
using Engram.Products;

namespace Engram.Tests.Products;

public sealed unsafe class VectorPassTests : IDisposable
{
    public void Dispose() => NativeEngine.PrepareThread(1);

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(32_768)]
    [InlineData(100_001)]
    [InlineData(3_000_017)]
    public void Every_number_is_done_once_on_any_number_of_threads(int count)
    {
        int* done = (int*)NativeMemory.AllocZeroed((nuint)Math.Max(count, 1), sizeof(int));
        foreach (int threads in (int[])[1, 2, 5])
        {
            NativeEngine.PrepareThread(threads);
            new Span<int>(done, count).Clear();

            VectorPass.Run(new Counting { Done = done }, count);

            Assert.True(new ReadOnlySpan<int>(done, count).IndexOfAnyExcept(1) < 0);
        }
        NativeMemory.Free(done);
    }

    private struct Counting : IVectorPass
    {
        public int* Done;

        public readonly void DoVector(nint i)
        {
            for (int k = 0; k < Vector<float>.Count; k++) Done[i + k]++;
        }

        public readonly void DoNumber(nint i) => Done[i]++;
    }
}
