using System.Runtime.CompilerServices;

namespace Engram.Products;

/// <summary>
/// A pass that waits for the next one over the same vectors, so that memory is read once for both:
/// what a method adds to the gradient waits here for the optimizer. The numbers are those of one pass after the other.
/// </summary>
internal sealed class PendingPass
{
    private Waiting? waiting;

    /// <summary>Leaves a pass for later, until which its vectors stay where they are; does the one that waited before.</summary>
    /// <param name="pass">Pointers to the vectors and factors.</param>
    /// <param name="count">Numbers of each vector.</param>
    public void Set<TPass>(TPass pass, nint count)
        where TPass : unmanaged, IVectorPass
    {
        Finish();
        waiting = new Waiting<TPass>(pass, count);
    }

    /// <summary>Does what waits.</summary>
    public void Finish() => Take()?.Run();

    /// <summary>Does what waits, and then the next.</summary>
    /// <param name="next">As long as the one that waits.</param>
    /// <param name="count">Numbers of each vector.</param>
    public void RunBefore<TNext>(TNext next, nint count)
        where TNext : unmanaged, IVectorPass
    {
        if (Take() is { } first) first.RunBefore(next);
        else VectorPass.Run(next, count);
    }

    private Waiting? Take()
    {
        Waiting? taken = waiting;
        waiting = null;
        return taken;
    }

    private abstract class Waiting
    {
        public abstract void Run();

        public abstract void RunBefore<TNext>(TNext next)
            where TNext : unmanaged, IVectorPass;
    }

    private sealed class Waiting<TPass>(TPass pass, nint count) : Waiting
        where TPass : unmanaged, IVectorPass
    {
        public override void Run() => VectorPass.Run(pass, count);

        public override void RunBefore<TNext>(TNext next) => VectorPass.Run(new Both<TPass, TNext> { First = pass, Second = next }, count);
    }

    private struct Both<TFirst, TSecond> : IVectorPass
        where TFirst : unmanaged, IVectorPass
        where TSecond : unmanaged, IVectorPass
    {
        public TFirst First;
        public TSecond Second;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void DoVector(nint i)
        {
            First.DoVector(i);
            Second.DoVector(i);
        }

        public readonly void DoNumber(nint i)
        {
            First.DoNumber(i);
            Second.DoNumber(i);
        }
    }
}
