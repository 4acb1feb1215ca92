using Engram.Networks;
using static TorchSharp.torch;

namespace Engram.Tests.Networks;

public sealed class FlatVectorTests
{
    public FlatVectorTests() => NativeEngine.PrepareThread(1);

    [Fact]
    public void The_span_is_the_tensor_itself()
    {
        using var vector = arange(6, dtype: float32);
        using var part = vector.narrow(0, 2, 3);

        FlatVector.Span(part)[1] = 42;

        Assert.Equal([0, 1, 2, 42, 4, 5], vector.data<float>().ToArray());
        Assert.Equal(6, FlatVector.Span(vector).Length);
    }

    [Fact]
    public void Other_tensors_are_refused_with_what_they_are()
    {
        using var whole = zeros(2, 3);
        using var turned = whole.t();
        using var longs = zeros(2, dtype: int64);

        Assert.Contains("not contiguous", Assert.Throws<ArgumentException>(() => FlatVector.Span(turned).Length).Message);
        Assert.Contains("Int64", Assert.Throws<ArgumentException>(() => FlatVector.Span(longs).Length).Message);
    }
}
