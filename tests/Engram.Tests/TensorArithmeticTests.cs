using Engram.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests;

public sealed class TensorArithmeticTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly Tensor x;

    public TensorArithmeticTests()
    {
        NativeEngine.PrepareThread(1);
        x = tensor(new[] { -2f, 0.5f, 3f });
    }

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Adjectives_make_new_tensors()
    {
        Is(x.Plus(tensor(new[] { 1f, 2f, 3f }), -2), -4, -3.5f, -3);
        Is(x.Plus(0.25), -1.75f, 0.75f, 3.25f);
        Is(x.Minus(0.25), -2.25f, 0.25f, 2.75f);
        Is(x.Times(-0.5), 1, -0.25f, -1.5f);
        Is(x.Over(4), -0.5f, 0.125f, 0.75f);
        Is(x.Squared(), 4, 0.25f, 9);
        Is(x.AtLeast(0), 0, 0.5f, 3);
        Is(x.AtMost(0.25), -2, 0.25f, 0.25f);
        Is(x.Replaced(tensor(new[] { true, false, true }), 7), 7, 0.5f, 7);
        Is(x.IsPositive().to(float32), 0, 1, 1);
        Is(TensorArithmetic.Filled([3], float.NegativeInfinity, CPU), float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity);
        Is(x, -2, 0.5f, 3);
    }

    [Fact]
    public void Verbs_change_the_tensor()
    {
        Tensor ones = torch.ones(3);

        Is(x.Add(ones, 2), 0, 2.5f, 5);
        Is(x.Add(-1.5), -1.5f, 1, 3.5f);
        Is(x.Scale(2), -3, 2, 7);
        Is(x.Divide(4), -0.75f, 0.5f, 1.75f);
        Is(x.AddProduct(ones, x, 3), -3, 2, 7);
        Is(x.AddRatio(ones, x, -6), -1, -1, 7 - 6 / 7f);
        Is(x.Raise(0), 0, 0, 7 - 6 / 7f);
        Is(x.Lower(2), 0, 0, 2);
        Is(x.Fill(5), 5, 5, 5);
    }

    [Fact]
    public void Whole_numbers_stay_whole()
    {
        Tensor whole = tensor(new[] { 3L, 5L });

        Assert.Equal([1L, 3L], whole.Minus(2).data<long>().ToArray());
        Assert.Equal([false, true], whole.EqualTo(5).data<bool>().ToArray());
        Assert.Equal([4L, 6L], whole.Add(1).data<long>().ToArray());
    }

    [Fact]
    public void Softplus_and_exponential_linear_units_are_those_of_the_engine()
    {
        Tensor wide = cat([linspace(-30, 30, 601), tensor(new[] { -200f, -1e-6f, 0f, 1e-6f, 200f })]);

        Assert.True(wide.Softplus().allclose(nn.functional.softplus(wide.to(float64)).to(float32), rtol: 1e-6, atol: 1e-12));
        Assert.True(wide.ExponentialLinear().allclose(nn.functional.elu(wide.to(float64), 1).to(float32), rtol: 1e-6, atol: 1e-12));
    }

    private static void Is(Tensor tensor, params float[] expected) => Assert.Equal(expected, tensor.data<float>().ToArray());
}
