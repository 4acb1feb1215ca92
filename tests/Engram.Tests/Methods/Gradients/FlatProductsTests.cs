using Engram.Methods.Gradients;
using Engram.Networks;
using Engram.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Gradients;

public sealed class FlatProductsTests : IDisposable
{
    private const int Rows = 3;
    private readonly DisposeScope scope = NewDisposeScope();

    public FlatProductsTests() => NativeEngine.PrepareThread(1);

    /// <summary>Lengths within a block, of whole blocks and beyond them; and whether rows and vector lie in order in main memory.</summary>
    public static TheoryData<int, bool, bool> Cases
    {
        get
        {
            TheoryData<int, bool, bool> cases = [];
            foreach (int length in new[] { 1, 37, 4096, 4099 })
                foreach (bool rows in new[] { true, false })
                    foreach (bool vector in new[] { true, false }) cases.Add(length, rows, vector);
            return cases;
        }
    }

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Products_and_sums_are_those_of_plain_loops_wherever_the_numbers_lie(int length, bool rowsInOrder, bool vectorInOrder)
    {
        Tensor matrix = Batches.Random(new(1), Rows, length), numbers = Batches.Random(new(2), length);
        Tensor rows = rowsInOrder ? matrix : Apart(matrix), vector = vectorInOrder ? numbers.clone() : Apart(numbers);
        Tensor wide = matrix.to(float64), plain = numbers.to(float64);
        double[] weights = [0.5, 0, -2];

        AssertClose(wide.mv(plain), tensor(FlatProducts.WithRows(rows, vector)));
        AssertClose(wide.mm(wide.t()).flatten(), tensor([.. FlatProducts.Gram(rows).Cast<double>()]));
        AssertClose(wide[0].dot(plain).reshape(1), tensor([FlatProducts.Dot(rowsInOrder ? rows[0] : Apart(matrix[0]), vector)]));
        FlatProducts.AddRows(rows, weights, vector);
        AssertClose(plain + 0.5 * wide[0] - 2 * wide[2], vector.to(float64), 1e-6);
        FlatProducts.Add(3, rowsInOrder ? rows[1] : Apart(matrix[1]), vector);
        AssertClose(plain + 0.5 * wide[0] - 2 * wide[2] + 3 * wide[1], vector.to(float64), 1e-6);
    }

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance = 1e-5) =>
        Assert.True((expected - actual).abs().max().item<double>() <= tolerance * Math.Max(1, expected.abs().max().item<double>()));

    // The same numbers with a gap behind each.
    private static Tensor Apart(Tensor numbers)
    {
        Tensor apart = zeros([.. numbers.shape, 2]).select(-1, 0);
        apart.copy_(numbers);
        Assert.Equal(numbers.numel() == 1, FlatVector.IsDirect(apart));
        return apart;
    }
}
