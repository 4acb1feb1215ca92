using Engram.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Networks;

public sealed unsafe class NetworkBuffersTests
{
    public NetworkBuffersTests() => NativeEngine.PrepareThread(1);

    [Fact]
    public void Kept_inputs_outlive_the_scope_of_the_caller_until_others_come()
    {
        using NetworkBuffers buffers = new();
        using (NewDisposeScope()) buffers.Keep(tensor(new[] { 1f, 2 }));
        Tensor first = buffers.Inputs!;
        Assert.Equal([1, 2], first.data<float>().ToArray());

        using Tensor other = tensor(new[] { 3f });
        buffers.Keep(other);
        Tensor second = buffers.Inputs!;
        buffers.Keep(other);

        Assert.True(first.IsInvalid);
        Assert.Same(second, buffers.Inputs);
    }

    [Fact]
    public void All_that_it_made_is_freed_with_it()
    {
        NetworkBuffers buffers = new();
        GrowingBuffer one = buffers.New(3), two = buffers.New(2);
        one.Reserve(4);
        Tensor view = two.Reserve(5) is null ? throw new InvalidOperationException() : two.View(5);
        buffers.Keep(view);
        Tensor kept = buffers.Inputs!;

        buffers.Dispose();

        Assert.True(one.Pointer is null && two.Pointer is null);
        Assert.True(view.IsInvalid && kept.IsInvalid);
    }
}
