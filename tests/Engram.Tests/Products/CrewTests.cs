using Engram.Products;

namespace Engram.Tests.Products;

public sealed unsafe class CrewTests
{
    [Fact]
    public void Every_part_is_done_once_whatever_the_number_of_threads()
    {
        OnOwnThread(() =>
        {
            int* done = stackalloc int[100];
            foreach (int size in (int[])[1, 2, 5, 3])
            {
                Crew.Set(size, () => { });
                Assert.Equal(size, Crew.Size);
                for (int round = 1; round < 3000; round++)
                {
                    int count = round % 100;
                    new Span<int>(done, 100).Clear();

                    Crew.Run(count, &Count, done);

                    for (int i = 0; i < 100; i++) Assert.Equal(i < count ? 1 : 0, done[i]);
                }
            }
        });
    }

    [Fact]
    public void Helpers_that_fell_asleep_help_again()
    {
        OnOwnThread(() =>
        {
            Crew.Set(2, () => { });
            int others = 0;
            for (int i = 0; i < 20 && others == 0; i++)
            {
                Thread.Sleep(50);
                Share share = new() { Owner = Environment.CurrentManagedThreadId };
                Crew.Run(40, &Wait, &share);
                Assert.Equal(40, share.Own + share.Others);
                others += share.Others;
            }

            Assert.True(others > 0);
        });
    }

    [Fact]
    public void Each_helper_is_prepared_and_ends_with_the_thread_it_belongs_to()
    {
        List<Thread> helpers = [];
        WeakReference owner = Begin(helpers);

        for (int i = 0; i < 100 && helpers.Any(helper => helper.IsAlive); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Thread.Sleep(20);
        }

        Assert.Equal(2, helpers.Count);
        Assert.DoesNotContain(helpers, helper => helper.IsAlive);
        Assert.False(owner.IsAlive && ((Thread)owner.Target!).IsAlive);
    }

    private static WeakReference Begin(List<Thread> helpers)
    {
        Thread thread = new(() =>
        {
            Crew.Set(3, () =>
            {
                lock (helpers) helpers.Add(Thread.CurrentThread);
            });
            for (int i = 0; i < 200; i++)
            {
                lock (helpers)
                    if (helpers.Count == 2) return;
                Thread.Sleep(10);
            }
        });
        thread.Start();
        thread.Join();
        return new(thread);
    }

    // A crew belongs to its thread: the test's own must not get one.
    private static void OnOwnThread(Action test)
    {
        Exception? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                test();
            }
            catch (Exception error)
            {
                failure = error;
            }
        });
        thread.Start();
        thread.Join();
        if (failure is not null) throw new InvalidOperationException(failure.Message, failure);
    }

    private static void Count(int index, void* done) => Interlocked.Increment(ref ((int*)done)[index]);

    private static void Wait(int index, void* state)
    {
        Share* share = (Share*)state;
        if (Environment.CurrentManagedThreadId == share->Owner) Interlocked.Increment(ref share->Own);
        else Interlocked.Increment(ref share->Others);
        Thread.Sleep(1);
    }

    private struct Share
    {
        public int Owner, Own, Others;
    }
}
