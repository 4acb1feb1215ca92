using System.Reflection;
using Engram.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests;

/// <summary>Numbers that go into the engine stay alive while it reads them; see <see cref="TensorArithmetic"/>.</summary>
public sealed class NativeScalarTests
{
    [Fact]
    public void Nothing_hands_the_engine_a_number_that_the_collector_may_take_during_the_call()
    {
        // All that TorchSharp turns a number into an object of the engine with, and all of TorchSharp that does so by itself.
        HashSet<MethodBase> makers = new CallGraph(typeof(torch).Assembly).CallersOf(typeof(Scalar).GetMethods().Where(method => method.Name == "op_Implicit"));

        string[] wrong = [.. new CallGraph(typeof(EngramException).Assembly).Calls
            .Where(call => makers.Contains(call.Callee) && !(call.Caller.DeclaringType == typeof(TensorArithmetic) && call.Callee.DeclaringType == typeof(Scalar)))
            .Select(call => $"{CallGraph.Line(call.Caller, call.Offset)} calls {call.Callee.Name}; use {nameof(TensorArithmetic)}")];

        Assert.Contains(typeof(Tensor).GetMethod("op_Addition", [typeof(Tensor), typeof(Tensor)])!, makers); // a + b hides one: the rule sees it
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Each_number_that_is_made_for_a_call_is_freed_after_it_and_so_lives_during_it()
    {
        string[] made = [.. Calls(method => method.DeclaringType == typeof(Scalar) && method.Name == "op_Implicit")], freed = [.. Calls(method => method.Name == "Dispose")];

        Assert.True(made.Length > 20, $"{made.Length} numbers are made");
        Assert.Equal(made, freed); // what nobody frees, the collector may free during the call

        static IEnumerable<string> Calls(Func<MethodBase, bool> isWanted) =>
            new CallGraph(typeof(EngramException).Assembly).Calls.Where(call => call.Caller.DeclaringType == typeof(TensorArithmetic) && isWanted(call.Callee)).Select(call => $"{call.Caller}").Order();
    }

    [Fact]
    public async Task Numbers_outlive_collections_during_the_call()
    {
        TimeSpan duration = TimeSpan.FromSeconds(2);
        using CancellationTokenSource over = new(duration);
        Task collections = Task.Run(() =>
        {
            while (!over.IsCancellationRequested)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        }, TestContext.Current.CancellationToken);

        float[] sums = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => Work(over.Token), TestContext.Current.CancellationToken)));
        await collections;

        Assert.All(sums, sum => Assert.Equal(8 * 27.5f, sum));
    }

    // Each turn ends where it began, so that a number read wrongly shows at the end.
    private static float Work(CancellationToken over)
    {
        NativeEngine.PrepareThread(1);
        using var outer = NewDisposeScope();
        Tensor values = TensorArithmetic.Filled([8], 27.5, CPU), ones = torch.ones(8);
        while (!over.IsCancellationRequested)
        {
            using var inner = NewDisposeScope();
            Tensor changed = values.Plus(0.5).Times(4).Plus(ones, 8).Minus(20.0).Over(2).Plus(2.0).Over(2).AtLeast(1).AtMost(99);
            values.Add(changed, 0.5).Add(ones, -13.5).Add(0.5).Scale(2).Divide(2).AddProduct(ones, ones, 0).Raise(1).Lower(99);
        }
        return values.sum().item<float>();
    }
}
