using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engram.Products;

/// <summary>Tiles of up to 12 x 32 numbers with AVX-512: 24 of its 32 registers hold sums.</summary>
internal static unsafe class Tiles512
{
    public static TileKernel Kernel { get; } = new(Lanes,
    [
        &Multiply<Rows1, OneVector>, &Multiply<Rows1, TwoVectors>,
        &Multiply<Rows2, OneVector>, &Multiply<Rows2, TwoVectors>,
        &Multiply<Rows3, OneVector>, &Multiply<Rows3, TwoVectors>,
        &Multiply<Rows4, OneVector>, &Multiply<Rows4, TwoVectors>,
        &Multiply<Rows5, OneVector>, &Multiply<Rows5, TwoVectors>,
        &Multiply<Rows6, OneVector>, &Multiply<Rows6, TwoVectors>,
        &Multiply<Rows7, OneVector>, &Multiply<Rows7, TwoVectors>,
        &Multiply<Rows8, OneVector>, &Multiply<Rows8, TwoVectors>,
        &Multiply<Rows9, OneVector>, &Multiply<Rows9, TwoVectors>,
        &Multiply<Rows10, OneVector>, &Multiply<Rows10, TwoVectors>,
        &Multiply<Rows11, OneVector>, &Multiply<Rows11, TwoVectors>,
        &Multiply<Rows12, OneVector>, &Multiply<Rows12, TwoVectors>,
    ]);

    private const int Lanes = 16;

    // The numbers of rows and vectors are constants to the compiler, which leaves out what is beyond them.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply<TRows, TVectors>(nint inner, float* a, nint rowA, nint innerA, float* b, nint innerB, float* c, nint rowC, bool add)
        where TRows : struct, ITileCount
        where TVectors : struct, ITileCount
    {
        Vector512<float> c0 = default, d0 = default, c1 = default, d1 = default, c2 = default, d2 = default, c3 = default, d3 = default,
            c4 = default, d4 = default, c5 = default, d5 = default, c6 = default, d6 = default, c7 = default, d7 = default,
            c8 = default, d8 = default, c9 = default, d9 = default, c10 = default, d10 = default, c11 = default, d11 = default;
        if (add)
        {
            Load<TVectors>(c, ref c0, ref d0);
            if (TRows.Value > 1) Load<TVectors>(c + 1 * rowC, ref c1, ref d1);
            if (TRows.Value > 2) Load<TVectors>(c + 2 * rowC, ref c2, ref d2);
            if (TRows.Value > 3) Load<TVectors>(c + 3 * rowC, ref c3, ref d3);
            if (TRows.Value > 4) Load<TVectors>(c + 4 * rowC, ref c4, ref d4);
            if (TRows.Value > 5) Load<TVectors>(c + 5 * rowC, ref c5, ref d5);
            if (TRows.Value > 6) Load<TVectors>(c + 6 * rowC, ref c6, ref d6);
            if (TRows.Value > 7) Load<TVectors>(c + 7 * rowC, ref c7, ref d7);
            if (TRows.Value > 8) Load<TVectors>(c + 8 * rowC, ref c8, ref d8);
            if (TRows.Value > 9) Load<TVectors>(c + 9 * rowC, ref c9, ref d9);
            if (TRows.Value > 10) Load<TVectors>(c + 10 * rowC, ref c10, ref d10);
            if (TRows.Value > 11) Load<TVectors>(c + 11 * rowC, ref c11, ref d11);
        }
        nint two = 2 * rowA, three = 3 * rowA;
        float* a4 = a + 4 * rowA, a8 = a + 8 * rowA;
        for (; inner > 0; inner--)
        {
            Vector512<float> left = Avx512F.LoadVector512(b), right = TVectors.Value > 1 ? Avx512F.LoadVector512(b + Lanes) : default;
            Add<TVectors>(a[0], left, right, ref c0, ref d0);
            if (TRows.Value > 1) Add<TVectors>(a[rowA], left, right, ref c1, ref d1);
            if (TRows.Value > 2) Add<TVectors>(a[two], left, right, ref c2, ref d2);
            if (TRows.Value > 3) Add<TVectors>(a[three], left, right, ref c3, ref d3);
            if (TRows.Value > 4) Add<TVectors>(a4[0], left, right, ref c4, ref d4);
            if (TRows.Value > 5) Add<TVectors>(a4[rowA], left, right, ref c5, ref d5);
            if (TRows.Value > 6) Add<TVectors>(a4[two], left, right, ref c6, ref d6);
            if (TRows.Value > 7) Add<TVectors>(a4[three], left, right, ref c7, ref d7);
            if (TRows.Value > 8) Add<TVectors>(a8[0], left, right, ref c8, ref d8);
            if (TRows.Value > 9) Add<TVectors>(a8[rowA], left, right, ref c9, ref d9);
            if (TRows.Value > 10) Add<TVectors>(a8[two], left, right, ref c10, ref d10);
            if (TRows.Value > 11) Add<TVectors>(a8[three], left, right, ref c11, ref d11);
            a += innerA;
            a4 += innerA;
            a8 += innerA;
            b += innerB;
        }
        Store<TVectors>(c0, d0, c);
        if (TRows.Value > 1) Store<TVectors>(c1, d1, c + 1 * rowC);
        if (TRows.Value > 2) Store<TVectors>(c2, d2, c + 2 * rowC);
        if (TRows.Value > 3) Store<TVectors>(c3, d3, c + 3 * rowC);
        if (TRows.Value > 4) Store<TVectors>(c4, d4, c + 4 * rowC);
        if (TRows.Value > 5) Store<TVectors>(c5, d5, c + 5 * rowC);
        if (TRows.Value > 6) Store<TVectors>(c6, d6, c + 6 * rowC);
        if (TRows.Value > 7) Store<TVectors>(c7, d7, c + 7 * rowC);
        if (TRows.Value > 8) Store<TVectors>(c8, d8, c + 8 * rowC);
        if (TRows.Value > 9) Store<TVectors>(c9, d9, c + 9 * rowC);
        if (TRows.Value > 10) Store<TVectors>(c10, d10, c + 10 * rowC);
        if (TRows.Value > 11) Store<TVectors>(c11, d11, c + 11 * rowC);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TVectors>(float a, Vector512<float> left, Vector512<float> right, ref Vector512<float> c, ref Vector512<float> d)
        where TVectors : struct, ITileCount
    {
        Vector512<float> factor = Avx512F.BroadcastScalarToVector512(Vector128.CreateScalarUnsafe(a));
        c = Avx512F.FusedMultiplyAdd(factor, left, c);
        if (TVectors.Value > 1) d = Avx512F.FusedMultiplyAdd(factor, right, d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load<TVectors>(float* row, ref Vector512<float> c, ref Vector512<float> d)
        where TVectors : struct, ITileCount
    {
        c = Avx512F.LoadVector512(row);
        if (TVectors.Value > 1) d = Avx512F.LoadVector512(row + Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TVectors>(Vector512<float> c, Vector512<float> d, float* row)
        where TVectors : struct, ITileCount
    {
        Avx512F.Store(row, c);
        if (TVectors.Value > 1) Avx512F.Store(row + Lanes, d);
    }
}
