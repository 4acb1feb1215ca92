using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Engram.Products;

/// <summary>Work in parts that do not depend on each other.</summary>
internal interface ICrewWork
{
    /// <summary>Does one part.</summary>
    void Do(int index);
}

/// <summary>
/// Threads that help the thread they belong to: it splits work into parts, and whoever is free takes the next. Where the
/// processor does something else, helpers are left out for a while.
/// </summary>
/// <remarks>
/// Which thread does a part must not matter to the result. Helpers look for work for a millisecond after the last part, longer than
/// anything of a training step that is done by one thread; then they sleep. They end with the thread they belong to.
/// </remarks>
internal sealed unsafe class Crew
{
    /// <summary>Most parts of one work.</summary>
    public const int MostParts = ushort.MaxValue;

    // A helper that the system takes away in the middle of a part is waited for, some milliseconds each time: then the next works are done without
    // helpers, more and more of them as long as that goes on.
    private const int LeastAlone = 16, MostAlone = 2048;
    private static readonly long LeastMissed = Stopwatch.Frequency / 5000; // 200 microseconds

    // Times that a helper looks for work before it sleeps: a millisecond or so.
    private const int Patience = 20_000;

    [ThreadStatic]
    private static Crew? ofThread;

    private readonly Post post;

    private Crew(int size, Action prepare)
    {
        Helpers = size - 1;
        post = new();
        for (int i = 0; i < Helpers; i++)
        {
            Post own = post; // not this crew: a helper must not keep alive what ends it
            new Thread(() => own.Help(prepare)) { IsBackground = true, Name = "Engram crew" }.Start();
        }
    }

    ~Crew() => post.Close();

    /// <summary>Threads that work for the calling thread, itself included.</summary>
    public static int Size => ofThread is { } crew ? crew.Helpers + 1 : 1;

    private int Helpers { get; }

    /// <summary>Gives the calling thread so many threads from now on.</summary>
    /// <param name="size">Itself included; 1 for no help.</param>
    /// <param name="prepare">What each helper does first, such as settings that belong to a thread.</param>
    public static void Set(int size, Action prepare)
    {
        if (size == Size) return;
        ofThread?.post.Close();
        ofThread = size > 1 ? new(size, prepare) : null;
    }

    /// <summary>Does the parts 0 to count - 1, in any order, and returns when all are done.</summary>
    /// <param name="count">How many, at most <see cref="MostParts"/>.</param>
    /// <param name="part">Does one; it must not throw, nor ask the crew in turn.</param>
    /// <param name="state">What it is given.</param>
    public static void Run(int count, delegate*<int, void*, void> part, void* state)
    {
        if (count > 1 && ofThread is { } crew) crew.post.Run(count, part, state);
        else
            for (int index = 0; index < count; index++) part(index, state);
    }

    /// <summary>The same for work that is an object.</summary>
    /// <param name="count">Parts, at most <see cref="MostParts"/>.</param>
    /// <param name="work">Does one; what it throws must not leave it.</param>
    public static void Run(int count, ICrewWork work)
    {
        if (count > 1 && ofThread is { } crew)
        {
            GCHandle handle = GCHandle.Alloc(work);
            crew.post.Run(count, &DoPart, (void*)GCHandle.ToIntPtr(handle));
            handle.Free();
        }
        else
            for (int index = 0; index < count; index++) work.Do(index);
    }

    private static void DoPart(int index, void* handle) => ((ICrewWork)GCHandle.FromIntPtr((nint)handle).Target!).Do(index);

    // What is to do, and how much of it is taken and done.
    private sealed class Post
    {
        private readonly object gate = new();
        private delegate*<int, void*, void> part;
        private void* state;
        // Number of the work, first part that is not taken and the one after the last such: one word, so that a part of old work cannot be taken
        // for one of new work.
        private long tickets;
        private int done, sleeping;
        // Works still to be done without helpers, and how many it will be the next time that one is missed.
        private int alone, nextAlone = LeastAlone;
        private volatile bool isClosed;

        public void Run(int count, delegate*<int, void*, void> part, void* state)
        {
            if (alone > 0)
            {
                alone--;
                for (int index = 0; index < count; index++) part(index, state);
                return;
            }
            this.part = part;
            this.state = state;
            done = 0;
            Volatile.Write(ref tickets, (((tickets >> 32) + 1) << 32) | (uint)count);
            if (Volatile.Read(ref sleeping) > 0) Wake();
            long begun = Stopwatch.GetTimestamp();
            int own = 0;
            for (; TryTake(fromEnd: false, out int index); own++)
            {
                part(index, state);
                Interlocked.Increment(ref done);
            }
            long worked = Stopwatch.GetTimestamp();
            SpinWait wait = new();
            while (Volatile.Read(ref done) < count) wait.SpinOnce(sleep1Threshold: -1);
            bool isMissed = Stopwatch.GetTimestamp() - worked > LeastMissed + 3 * (worked - begun) / Math.Max(own, 1);
            if (isMissed) alone = nextAlone;
            nextAlone = isMissed ? Math.Min(2 * nextAlone, MostAlone) : Math.Max(nextAlone - 1, LeastAlone);
        }

        public void Help(Action prepare)
        {
            prepare();
            int idle = 0;
            while (!isClosed)
            {
                if (TryTake(fromEnd: true, out int index))
                {
                    part(index, state);
                    Interlocked.Increment(ref done);
                    idle = 0;
                }
                else if (++idle < Patience) Thread.SpinWait(1);
                else
                {
                    Sleep();
                    idle = 0;
                }
            }
        }

        public void Close()
        {
            isClosed = true;
            Wake();
        }

        // What comes while a helper is about to sleep may wake nobody: it is done without that helper, and the next work wakes it.
        private void Sleep()
        {
            lock (gate)
            {
                sleeping++;
                if (!HasWork && !isClosed) Monitor.Wait(gate);
                sleeping--;
            }
        }

        private void Wake()
        {
            lock (gate) Monitor.PulseAll(gate);
        }

        private bool HasWork => Left(Volatile.Read(ref tickets)) > 0;

        // The owner takes from the front and helpers from the end: so each meets again much of what it had in its cache.
        private bool TryTake(bool fromEnd, out int index)
        {
            while (true)
            {
                long now = Volatile.Read(ref tickets);
                index = fromEnd ? (int)(now & 0xFFFF) - 1 : (int)(now >> 16 & 0xFFFF);
                if (Left(now) <= 0) return false;
                if (Interlocked.CompareExchange(ref tickets, fromEnd ? now - 1 : now + 0x10000, now) == now) return true;
            }
        }

        private static int Left(long tickets) => (int)(tickets & 0xFFFF) - (int)(tickets >> 16 & 0xFFFF);
    }
}
