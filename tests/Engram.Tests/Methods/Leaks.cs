using TorchSharp;

namespace Engram.Tests.Methods;

/// <summary>Tensors that this thread made and that are still there; other tests on other threads do not matter.</summary>
internal static class Leaks
{
    public static void AssertNone(Action action)
    {
        action(); // what is made once and kept, such as tables of the engine
        long before = Live();
        action();
        Assert.Equal(before, Live());
    }

    private static long Live() => DisposeScopeManager.Statistics.ThreadTotalLiveCount;
}
