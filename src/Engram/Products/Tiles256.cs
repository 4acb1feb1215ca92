using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engram.Products;

/// <summary>Tiles of up to 6 x 16 numbers with AVX2 and FMA: 12 of its 16 registers hold sums.</summary>
internal static unsafe class Tiles256
{
    public static TileKernel Kernel { get; } = new(Lanes,
    [
        &Multiply<Rows1, OneVector>, &Multiply<Rows1, TwoVectors>,
        &Multiply<Rows2, OneVector>, &Multiply<Rows2, TwoVectors>,
        &Multiply<Rows3, OneVector>, &Multiply<Rows3, TwoVectors>,
        &Multiply<Rows4, OneVector>, &Multiply<Rows4, TwoVectors>,
        &Multiply<Rows5, OneVector>, &Multiply<Rows5, TwoVectors>,
        &Multiply<Rows6, OneVector>, &Multiply<Rows6, TwoVectors>,
    ]);

    private const int Lanes = 8;

    // The numbers of rows and vectors are constants to the compiler, which leaves out what is beyond them.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply<TRows, TVectors>(nint inner, float* a, nint rowA, nint innerA, float* b, nint innerB, float* c, nint rowC, bool add)
        where TRows : struct, ITileCount
        where TVectors : struct, ITileCount
    {
        Vector256<float> c0 = default, d0 = default, c1 = default, d1 = default, c2 = default, d2 = default, c3 = default, d3 = default,
            c4 = default, d4 = default, c5 = default, d5 = default;
        if (add)
        {
            Load<TVectors>(c, ref c0, ref d0);
            if (TRows.Value > 1) Load<TVectors>(c + 1 * rowC, ref c1, ref d1);
            if (TRows.Value > 2) Load<TVectors>(c + 2 * rowC, ref c2, ref d2);
            if (TRows.Value > 3) Load<TVectors>(c + 3 * rowC, ref c3, ref d3);
            if (TRows.Value > 4) Load<TVectors>(c + 4 * rowC, ref c4, ref d4);
            if (TRows.Value > 5) Load<TVectors>(c + 5 * rowC, ref c5, ref d5);
        }
        nint two = 2 * rowA, three = 3 * rowA;
        float* a4 = a + 4 * rowA;
        for (; inner > 0; inner--)
        {
            Vector256<float> left = Avx.LoadVector256(b), right = TVectors.Value > 1 ? Avx.LoadVector256(b + Lanes) : default;
            Add<TVectors>(a[0], left, right, ref c0, ref d0);
            if (TRows.Value > 1) Add<TVectors>(a[rowA], left, right, ref c1, ref d1);
            if (TRows.Value > 2) Add<TVectors>(a[two], left, right, ref c2, ref d2);
            if (TRows.Value > 3) Add<TVectors>(a[three], left, right, ref c3, ref d3);
            if (TRows.Value > 4) Add<TVectors>(a4[0], left, right, ref c4, ref d4);
            if (TRows.Value > 5) Add<TVectors>(a4[rowA], left, right, ref c5, ref d5);
            a += innerA;
            a4 += innerA;
            b += innerB;
        }
        Store<TVectors>(c0, d0, c);
        if (TRows.Value > 1) Store<TVectors>(c1, d1, c + 1 * rowC);
        if (TRows.Value > 2) Store<TVectors>(c2, d2, c + 2 * rowC);
        if (TRows.Value > 3) Store<TVectors>(c3, d3, c + 3 * rowC);
        if (TRows.Value > 4) Store<TVectors>(c4, d4, c + 4 * rowC);
        if (TRows.Value > 5) Store<TVectors>(c5, d5, c + 5 * rowC);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TVectors>(float a, Vector256<float> left, Vector256<float> right, ref Vector256<float> c, ref Vector256<float> d)
        where TVectors : struct, ITileCount
    {
        Vector256<float> factor = Vector256.Create(a);
        c = Fma.MultiplyAdd(factor, left, c);
        if (TVectors.Value > 1) d = Fma.MultiplyAdd(factor, right, d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load<TVectors>(float* row, ref Vector256<float> c, ref Vector256<float> d)
        where TVectors : struct, ITileCount
    {
        c = Avx.LoadVector256(row);
        if (TVectors.Value > 1) d = Avx.LoadVector256(row + Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TVectors>(Vector256<float> c, Vector256<float> d, float* row)
        where TVectors : struct, ITileCount
    {
        Avx.Store(row, c);
        if (TVectors.Value > 1) Avx.Store(row + Lanes, d);
    }
}
