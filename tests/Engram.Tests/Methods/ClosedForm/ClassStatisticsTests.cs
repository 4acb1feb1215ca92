using Engram.Methods.ClosedForm;
using Engram.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.ClosedForm;

public sealed class ClassStatisticsTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public ClassStatisticsTests() => NativeEngine.PrepareThread(1);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Sums_are_those_of_plain_loops()
    {
        Clouds.Sample[] samples = Clouds.Draw(150, classes: [4, 0, 9]); // more than one matrix product takes
        using ClassStatistics shared = Of(samples, OuterProducts.Shared), each = Of(samples, OuterProducts.OfEachClass);
        int[] classes = [.. shared.Classes];
        var wide = samples.Select(sample => (Input: Clouds.Wide(sample.Input), sample.Label)).ToArray();
        double[][] means = Clouds.Means(wide, 10);

        Assert.Equal([0, 4, 9], classes.Order());
        Assert.Equal([150, 150, 150], shared.Counts);
        AssertNear([.. classes.Select(label => means[label])], Clouds.Rows(shared.Means()));
        AssertNear(Clouds.Products(wide.Select(sample => sample.Input)), Clouds.Rows(shared.Products()));
        AssertNear(Clouds.Products(wide.Select(sample => Clouds.Less(sample.Input, means[sample.Label]))), Clouds.Rows(shared.ScatterWithin()));
        for (int row = 0; row < classes.Length; row++)
            AssertNear(Clouds.Products(wide.Where(sample => sample.Label == classes[row]).Select(sample => Clouds.Less(sample.Input, means[sample.Label]))), Clouds.Rows(each.ScatterOfClasses(row, 1)[0]));
    }

    [Fact]
    public void A_product_that_is_made_of_blocks_is_the_whole_one()
    {
        Clouds.Sample[] samples = Clouds.Draw(20, length: 700, classes: [0, 1]);
        using ClassStatistics statistics = Of(samples, OuterProducts.Shared);
        Tensor all = Matrix(samples);

        Assert.True(all.t().mm(all).allclose(statistics.Products(), 1e-12, 1e-9));
    }

    [Theory]
    [InlineData(OuterProducts.None)]
    [InlineData(OuterProducts.Shared)]
    [InlineData(OuterProducts.OfEachClass)]
    public void Adding_and_taking_off_are_each_others_opposite_and_forget_classes_that_are_gone(OuterProducts products)
    {
        Clouds.Sample[] first = Clouds.Draw(20, "first", classes: [1, 2, 7]), second = Clouds.Draw(30, "second", classes: [2, 5, 1]);
        using ClassStatistics both = Of([.. first, .. second], products), one = Of(first, products), other = Of(second, products), expected = Of(second, products);

        other.Add(one);
        AssertSame(both, other, products);
        other.Subtract(one);
        AssertSame(expected, other, products);

        Assert.Equal([1, 2, 5], other.Classes.Order());
        Assert.Equal(90, other.Count);
        Assert.Throws<ArgumentException>(() => other.Subtract(one)); // class 7 is gone
        other.Subtract(expected);
        Assert.Equal((0, 0L, 0L), (other.Classes.Count, other.Count, other.StoredBytes));
        other.Add(one);
        AssertSame(one, other, products);
    }

    [Fact]
    public void Nothing_of_a_class_that_is_gone_stays()
    {
        Clouds.Sample[] kept = Clouds.Draw(3, classes: [0, 1]), gone = Clouds.Draw(3, classes: [2]);
        using ClassStatistics all = Of([.. gone, .. kept], OuterProducts.None), taken = Of(gone, OuterProducts.None);

        all.Subtract(taken);

        StateBag bag = new();
        all.Visit(bag, 3);
        double[][] rows = Clouds.Rows(bag.Tensors["sums"]);
        Assert.All(rows[2..], row => Assert.All(row, number => Assert.Equal(0, number)));
        AssertSame(Of(kept, OuterProducts.None), all, OuterProducts.None);
    }

    [Fact]
    public void Single_precision_would_not_do_far_from_zero()
    {
        float[][] inputs = [.. Enumerable.Range(0, 4000).Select(number => new[] { 10_000 + (number % 2), 10_000 + (number / 2 % 2f) })];
        Clouds.Sample[] samples = [.. inputs.Select(input => new Clouds.Sample(input, 0))];
        using ClassStatistics statistics = Of(samples, OuterProducts.Shared);

        AssertNear([[1000, 0], [0, 1000]], Clouds.Rows(statistics.ScatterWithin()), 1e-3);
    }

    [Theory]
    [InlineData(OuterProducts.None)]
    [InlineData(OuterProducts.Shared)]
    [InlineData(OuterProducts.OfEachClass)]
    public void Saved_sums_go_on_with_the_same_bits(OuterProducts products)
    {
        Clouds.Sample[] first = Clouds.Draw(9, classes: [3, 1]), more = Clouds.Draw(9, "more", classes: [2, 1]);
        using ClassStatistics straight = Of(first, products), restored = new(Clouds.Length, products, CPU);
        SavedState saved = new(state => straight.Visit(state, 4));

        restored.Add(Matrix(more), Labels(more)); // what was there is gone
        saved.Restore(state => restored.Visit(state, 4));
        foreach (ClassStatistics statistics in new[] { straight, restored }) statistics.Add(Matrix(more), Labels(more));

        SavedState expected = new(state => straight.Visit(state, 4)), actual = new(state => restored.Visit(state, 4));
        Assert.Equal(expected.Values.ToJsonString(), actual.Values.ToJsonString());
        Assert.All(expected.Tensors, pair => Assert.True(pair.Value.allclose(actual.Tensors[pair.Key], 0, 0), pair.Key));
        Assert.Equal(straight.StoredBytes, restored.StoredBytes);
    }

    [Fact]
    public void Sums_that_do_not_fit_together_are_refused()
    {
        using ClassStatistics statistics = Of(Clouds.Draw(2, classes: [0, 1]), OuterProducts.Shared);

        Refused("each class once", saved => saved.With("classes", "[1,1]"));
        Refused("one for each class", saved => saved.With("counts", "[2]"));
        Refused("holds 0, but 1", saved => saved.With("counts", "[2,0]"));
        Refused("holds 9", saved => saved.With("classes", "[0,9]"));
        Refused("a row for each class", saved => saved.With("sums", (Tensor?)null));
        Refused("the products of the samples", saved => saved.With("products", (Tensor?)null));
        Refused("has shape [16, 4]", saved => saved.With("sums", zeros(16, 4, dtype: float64)));

        void Refused(string expected, Func<SavedState, SavedState> spoil)
        {
            using ClassStatistics other = new(Clouds.Length, OuterProducts.Shared, CPU);
            spoil(new(state => statistics.Visit(state, 2))).AssertRefused(expected, state => other.Visit(state, 2));
        }
    }

    internal static ClassStatistics Of(Clouds.Sample[] samples, OuterProducts products)
    {
        ClassStatistics statistics = new(samples[0].Input.Length, products, CPU);
        statistics.Add(Matrix(samples), Labels(samples));
        return statistics;
    }

    internal static Tensor Matrix(Clouds.Sample[] samples) => tensor([.. samples.SelectMany(sample => Clouds.Wide(sample.Input))], samples.Length, samples[0].Input.Length);

    internal static Tensor Labels(Clouds.Sample[] samples) => tensor([.. samples.Select(sample => (long)sample.Label)]);

    private static void AssertSame(ClassStatistics expected, ClassStatistics actual, OuterProducts products)
    {
        int[] order = [.. expected.Classes.Select(label => actual.Classes.ToList().IndexOf(label))];
        Assert.Equal(expected.Classes.Order(), actual.Classes.Order());
        Assert.Equal(expected.Counts, order.Select(row => actual.Counts[row]));
        AssertNear(Clouds.Rows(expected.Sums()), [.. order.Select(row => Clouds.Rows(actual.Sums())[row])]);
        if (products == OuterProducts.Shared) AssertNear(Clouds.Rows(expected.Products()), Clouds.Rows(actual.Products()));
        if (products == OuterProducts.OfEachClass)
            for (int row = 0; row < order.Length; row++) AssertNear(Clouds.Rows(expected.ScatterOfClasses(row, 1)[0]), Clouds.Rows(actual.ScatterOfClasses(order[row], 1)[0]));
    }

    private static void AssertNear(double[][] expected, double[][] actual, double within = 1e-8)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int row = 0; row < expected.Length; row++)
            for (int column = 0; column < expected[row].Length; column++) Assert.Equal(expected[row][column], actual[row][column], within * Math.Max(1, Math.Abs(expected[row][column])));
    }
}
