using System.Runtime.InteropServices;
using Engram.Networks;
using Engram.Products;

namespace Engram.Tests.Products;

public sealed unsafe class BlasTests : IDisposable
{
    private readonly List<nint> memory = [];
    private readonly Random random = new(1);

    public BlasTests() => NativeEngine.PrepareThread(1);

    public void Dispose()
    {
        NativeEngine.PrepareThread(1);
        foreach (nint block in memory) NativeMemory.AlignedFree((void*)block);
    }

    public static TheoryData<int> Kernels => [.. Enumerable.Range(0, TileKernels.Supported.Count)];

    [Fact]
    public void Two_thousand_products_are_those_of_loops_in_double_precision()
    {
        for (int i = 0; i < 2000; i++)
        {
            Case one = Draw(i % 200 == 0 ? 600 : i % 10 == 0 ? 120 : 40);
            (double Value, double Bound)[] expected = one.InDoublePrecision();

            foreach (TileKernel kernel in TileKernels.Supported) one.AssertIs(expected, one.Run(kernel, Copy(one.C, one.Rows * one.StrideC)));

            Free();
        }
    }

    [Fact]
    public void Kernels_threads_and_addresses_leave_every_bit()
    {
        for (int i = 0; i < 300; i++)
        {
            Case one = Draw(i % 10 == 0 ? 700 : 150);
            float[] expected = one.Run(TileKernels.Supported[0], Copy(one.C, one.Rows * one.StrideC));

            foreach (TileKernel kernel in TileKernels.Supported.Where(kernel => kernel.Lanes > 4 || System.Runtime.Intrinsics.X86.Fma.IsSupported))
                Assert.Equal(expected, one.Run(kernel, Copy(one.C, one.Rows * one.StrideC)));
            NativeEngine.PrepareThread(3);
            Assert.Equal(expected, one.Run(TileKernels.Supported[0], Copy(one.C, one.Rows * one.StrideC)));
            NativeEngine.PrepareThread(1);
            Case moved = one with { A = Copy(one.A, one.LengthA, 1), B = Copy(one.B, one.LengthB, 3) };
            Assert.Equal(expected, moved.Run(TileKernels.Supported[0], Copy(one.C, one.Rows * one.StrideC, 5)));
            Free();
        }
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void A_row_is_the_same_alone_as_among_others(bool transposeA, bool transposeB)
    {
        const int Rows = 67, Columns = 45, Inner = 1100;
        float* a = Numbers(Rows * Inner), b = Numbers(Inner * Columns), all = Numbers(Rows * Columns), alone = Numbers(Columns);
        int strideA = transposeA ? Rows : Inner, strideB = transposeB ? Inner : Columns;
        Blas.Gemm(transposeA, transposeB, Rows, Columns, Inner, 1, a, strideA, b, strideB, 0, all, Columns);

        for (int row = 0; row < Rows; row++)
        {
            Blas.Gemm(transposeA, transposeB, 1, Columns, Inner, 1, a + (transposeA ? row : row * Inner), strideA, b, strideB, 0, alone, Columns);

            Assert.Equal(new ReadOnlySpan<float>(all + row * Columns, Columns).ToArray(), new ReadOnlySpan<float>(alone, Columns).ToArray());
        }
    }

    [Fact]
    public void Nothing_beyond_the_result_is_written_and_nothing_beyond_the_matrices_counts()
    {
        foreach (int columns in (int[])[1, 7, 16, 31, 32, 33, 50])
        {
            const int Rows = 13, Inner = 21, Stride = 64;
            float* a = Numbers(Rows * Inner), b = Numbers(Inner * Stride), c = Numbers(Rows * Stride);
            for (int i = 0; i < Inner * Stride; i++)
                if (i % Stride >= columns) b[i] = float.NaN;
            new Span<float>(c, Rows * Stride).Fill(7);

            Blas.Gemm(false, false, Rows, columns, Inner, 1, a, Inner, b, Stride, 0, c, Stride);

            for (int i = 0; i < Rows * Stride; i++) Assert.True(i % Stride >= columns ? c[i] == 7 : float.IsFinite(c[i]) && c[i] != 7);
        }
    }

    [Fact]
    public void Beta_zero_overwrites_what_is_not_a_number_and_alpha_zero_reads_nothing()
    {
        float* a = Numbers(6), b = Numbers(6), c = Numbers(4);
        new Span<float>(c, 4).Fill(float.NaN);
        Blas.Gemm(false, false, 2, 2, 3, 1, a, 3, b, 2, 0, c, 2);
        Assert.True(float.IsFinite(c[0]) && float.IsFinite(c[3]));

        new Span<float>(c, 4).Fill(3);
        new Span<float>(a, 6).Fill(float.NaN);
        Blas.Gemm(false, false, 2, 2, 3, 0, a, 3, b, 2, 0.5f, c, 2);
        Assert.Equal([1.5f, 1.5f, 1.5f, 1.5f], new ReadOnlySpan<float>(c, 4).ToArray());
    }

    [Fact]
    public void Without_inner_dimension_the_product_is_zero_and_without_rows_or_columns_there_is_none()
    {
        float* numbers = Numbers(4), c = Numbers(4);
        new Span<float>(c, 4).Fill(5);
        Blas.Gemm(false, true, 0, 2, 3, 1, numbers, 3, numbers, 3, 0, c, 2);
        Blas.Gemm(false, true, 2, 0, 3, 1, numbers, 3, numbers, 3, 0, c, 2);
        Assert.Equal([5f, 5, 5, 5], new ReadOnlySpan<float>(c, 4).ToArray());

        Blas.Gemm(false, true, 2, 2, 0, 1, numbers, 1, numbers, 1, 0, c, 2);
        Assert.Equal([0f, 0, 0, 0], new ReadOnlySpan<float>(c, 4).ToArray());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void What_is_not_finite_reaches_its_row_and_no_other(float value)
    {
        float* a = Numbers(40 * 20), b = Numbers(20 * 35), c = Numbers(40 * 35);
        a[7 * 20 + 3] = value;

        Blas.Gemm(false, false, 40, 35, 20, 1, a, 20, b, 35, 0, c, 35);

        for (int row = 0; row < 40; row++)
            for (int column = 0; column < 35; column++) Assert.Equal(row != 7, float.IsFinite(c[row * 35 + column]));
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Bias_rectifier_and_mask_are_applied_as_the_result_is_written(int kernel)
    {
        for (int i = 0; i < 200; i++)
        {
            Case one = Draw(60) with { Alpha = 1, Beta = 0 };
            float* bias = Numbers(one.Columns), rowBias = Numbers(one.Rows), mask = Numbers(one.Rows * one.StrideC), c = Copy(one.C, one.Rows * one.StrideC);
            float[] product = one.Run(TileKernels.Supported[kernel], Copy(one.C, one.Rows * one.StrideC));
            if (one.Rows > 0 && one.Columns > 0) bias[0] = float.NaN;
            bool rectify = i % 2 == 0, byRow = i % 3 == 0, masks = i % 5 < 2;
            ProductFinish finish = new() { C = c, StrideC = one.StrideC, Alpha = 1, Bias = byRow ? null : bias, RowBias = byRow ? rowBias : null, Rectify = rectify, Mask = masks ? mask : null };

            one.Multiply(TileKernels.Supported[kernel], finish);

            for (int row = 0; row < one.Rows; row++)
                for (int column = 0; column < one.Columns; column++)
                {
                    int at = row * one.StrideC + column;
                    float sum = product[row * one.Columns + column] + (byRow ? rowBias[row] : bias[column]);
                    if (rectify) sum = MathF.Max(sum, 0);
                    Assert.Equal(masks && !(mask[at] > 0) ? 0 : sum, c[at]);
                }
            Free();
        }
    }

    [Fact]
    public void Denormal_numbers_become_zero_on_every_thread_of_the_crew()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only where libtorch exports the switch");
        Assert.Equal(0f, Multiply(1e-38f, 1e-3f));
        NativeEngine.PrepareThread(4);
        const int Size = 400;
        float* a = Numbers(Size * Size), b = Numbers(Size * Size), c = Numbers(Size * Size);
        new Span<float>(a, Size * Size).Fill(1e-38f);
        new Span<float>(b, Size * Size).Fill(1e-3f);

        for (int i = 0; i < 50; i++)
        {
            Blas.Gemm(false, false, Size, Size, Size, 1, a, Size, b, Size, 0, c, Size);
            Assert.True(new ReadOnlySpan<float>(c, Size * Size).IndexOfAnyExcept(0f) < 0);
        }
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static float Multiply(float a, float b) => a * b;

    // Shapes and strides as they come; some strides crowd the cache, which is another path.
    private Case Draw(int largest)
    {
        int Size() => random.Next(20) == 0 ? random.Next(2) : random.Next(1, largest);
        int Stride(int least) => random.Next(4) switch { 0 => least + random.Next(1, 9), 1 when least > 0 => (least + 511) / 512 * 512, _ => Math.Max(least, 1) };
        bool transposeA = random.Next(2) == 0, transposeB = random.Next(2) == 0;
        int rows = Size(), columns = Size(), inner = random.Next(8) == 0 ? random.Next(500, 1200) : Size();
        int strideA = Stride(transposeA ? rows : inner), strideB = Stride(transposeB ? inner : columns), strideC = columns + random.Next(2) * random.Next(1, 9);
        Case one = new()
        {
            TransposeA = transposeA,
            TransposeB = transposeB,
            Rows = rows,
            Columns = columns,
            Inner = inner,
            StrideA = strideA,
            StrideB = strideB,
            StrideC = strideC,
            Alpha = random.Next(3) switch { 0 => 1, 1 => -0.5f, _ => random.Next(4) == 0 ? 0 : 2 },
            Beta = random.Next(3) switch { 0 => 0, 1 => 1, _ => 0.25f },
            LengthA = (transposeA ? inner : rows) * strideA,
            LengthB = (transposeB ? columns : inner) * strideB,
        };
        return one with { A = Numbers(one.LengthA), B = Numbers(one.LengthB), C = Numbers(rows * strideC) };
    }

    private float* Numbers(int count)
    {
        float* numbers = Allocate(count);
        for (int i = 0; i < count; i++) numbers[i] = random.NextSingle() - 0.5f;
        return numbers;
    }

    private float* Copy(float* from, int count, int offset = 0)
    {
        float* copy = Allocate(count + offset) + offset;
        new Span<float>(from, count).CopyTo(new(copy, count));
        return copy;
    }

    private float* Allocate(int count)
    {
        float* numbers = (float*)NativeMemory.AlignedAlloc((nuint)Math.Max(count, 1) * sizeof(float), 64);
        memory.Add((nint)numbers);
        return numbers;
    }

    private void Free()
    {
        foreach (nint block in memory) NativeMemory.AlignedFree((void*)block);
        memory.Clear();
    }

    private struct Case
    {
        public bool TransposeA, TransposeB;
        public int Rows, Columns, Inner, StrideA, StrideB, StrideC, LengthA, LengthB;
        public float Alpha, Beta;
        public float* A, B, C;

        public readonly void Multiply(TileKernel kernel, float* c) => Multiply(kernel, new ProductFinish { C = c, StrideC = StrideC, Alpha = Alpha, Beta = Beta });

        public readonly void Multiply(TileKernel kernel, ProductFinish finish)
        {
            if (Rows > 0 && Columns > 0) new MatrixProduct(kernel, TransposeA, TransposeB, Rows, Columns, Inner, A, StrideA, B, StrideB, finish).Run();
        }

        public readonly float[] Run(TileKernel kernel, float* c)
        {
            Multiply(kernel, c);
            float[] numbers = new float[Rows * Columns];
            for (int row = 0; row < Rows; row++) new ReadOnlySpan<float>(c + row * StrideC, Columns).CopyTo(numbers.AsSpan(row * Columns));
            return numbers;
        }

        // Each number with what rounding may do to it.
        public readonly (double Value, double Bound)[] InDoublePrecision()
        {
            var expected = new (double, double)[Rows * Columns];
            for (int row = 0; row < Rows; row++)
                for (int column = 0; column < Columns; column++)
                {
                    double sum = 0, size = 0, old = C[row * StrideC + column];
                    for (int k = 0; k < Inner; k++)
                    {
                        double product = (double)(TransposeA ? A[k * StrideA + row] : A[row * StrideA + k]) * (TransposeB ? B[column * StrideB + k] : B[k * StrideB + column]);
                        sum += product;
                        size += Math.Abs(product);
                    }
                    expected[row * Columns + column] = (Alpha * sum + Beta * old, 1e-7 * (8 + Math.Sqrt(Inner)) * (Math.Abs(Alpha) * size + Math.Abs(Beta * old) + 1e-3));
                }
            return expected;
        }

        public readonly void AssertIs((double Value, double Bound)[] expected, float[] product)
        {
            for (int i = 0; i < product.Length; i++)
                Assert.True(Math.Abs(expected[i].Value - product[i]) <= expected[i].Bound, $"{Rows} x {Columns} x {Inner}, strides {StrideA}, {StrideB}, transposed {TransposeA}, {TransposeB}: {product[i]} at {i}, expected {expected[i].Value}");
        }
    }
}
