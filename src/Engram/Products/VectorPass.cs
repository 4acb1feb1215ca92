using System.Numerics;
using System.Runtime.CompilerServices;

namespace Engram.Products;

/// <summary>One pass over vectors in main memory, whose numbers do not depend on each other.</summary>
internal interface IVectorPass
{
    /// <summary>Does as many numbers as a <see cref="Vector{T}"/> of float holds, from this one on; inlined into the loop.</summary>
    void DoVector(nint i);

    /// <summary>Does one number of the last ones, which fill no vector.</summary>
    void DoNumber(nint i);
}

/// <summary>Runs a pass over ranges of the vectors, with the calling thread's <see cref="Crew"/> where it is worth it.</summary>
internal static unsafe class VectorPass
{
    // Numbers of a range: a multiple of every vector's width, so that the same numbers come together whatever the number of threads.
    private const int Range = 16_384;

    /// <summary>Does the whole pass.</summary>
    /// <param name="pass">Pointers to the vectors and factors.</param>
    /// <param name="count">Numbers of each vector.</param>
    public static void Run<TPass>(TPass pass, nint count)
        where TPass : unmanaged, IVectorPass
    {
        if (Crew.Size == 1 || count < 2 * Range)
        {
            RunRange(in pass, 0, count);
            return;
        }
        // At most as many parts as a crew takes at once.
        nint ranges = (count + Range - 1) / Range, together = (ranges + Crew.MostParts - 1) / Crew.MostParts;
        Work<TPass> work = new() { Pass = pass, Count = count, Length = Range * together };
        Crew.Run((int)((ranges + together - 1) / together), &RunRange<TPass>, &work);
    }

    private static void RunRange<TPass>(int index, void* state)
        where TPass : unmanaged, IVectorPass
    {
        Work<TPass>* work = (Work<TPass>*)state;
        nint first = index * work->Length;
        RunRange(in work->Pass, first, Math.Min(first + work->Length, work->Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunRange<TPass>(in TPass work, nint first, nint last)
        where TPass : unmanaged, IVectorPass
    {
        TPass pass = work; // the loop's own, whose fields nobody else writes
        nint i = first;
        for (; i <= last - Vector<float>.Count; i += Vector<float>.Count) pass.DoVector(i);
        for (; i < last; i++) pass.DoNumber(i);
    }

    private struct Work<TPass>
        where TPass : unmanaged, IVectorPass
    {
        public TPass Pass;
        public nint Count, Length;
    }
}
