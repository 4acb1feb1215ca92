using Engram.Networks;
using static TorchSharp.torch;

namespace Engram.Tests.Networks;

public sealed class TensorProductsTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(5, 7, 3)]
    [InlineData(1, 7, 3)]
    [InlineData(5, 1, 3)]
    [InlineData(40, 33, 1)]
    [InlineData(1, 1, 1)]
    public void Matrices_and_transposes_are_multiplied_as_the_engine_does(int rows, int inner, int columns)
    {
        foreach (var a in new[] { randn(rows, inner), randn(inner, rows).t(), randn(rows, 2 * inner).narrow(1, inner, inner) })
            foreach (var b in new[] { randn(inner, columns), randn(columns, inner).t(), randn(2 * inner, columns).narrow(0, inner, inner) })
            {
                Batches.AssertClose(a.mm(b), a.Product(b), 1e-5);
                foreach (var c in new[] { randn(rows, columns), randn(rows, 2 * columns).narrow(1, 0, columns) })
                    Batches.AssertClose(c * 0.5f + a.mm(b), c.AddProductOf(a, b, 0.5f), 1e-5);
            }
    }

    [Fact]
    public void Other_numbers_are_multiplied_too_and_what_does_not_fit_is_refused()
    {
        var a = randn(3, 4, dtype: float64);

        Assert.True(a.Product(a.t()).allclose(a.mm(a.t())));
        Assert.ThrowsAny<System.Runtime.InteropServices.ExternalException>(() => randn(3, 4).Product(randn(3, 4)));
        Assert.ThrowsAny<System.Runtime.InteropServices.ExternalException>(() => randn(3, 3).AddProductOf(randn(3, 4), randn(4, 2)));
    }
}
