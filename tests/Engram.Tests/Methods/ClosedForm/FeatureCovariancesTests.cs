using Engram.Methods.ClosedForm;
using Engram.Streams;

namespace Engram.Tests.Methods.ClosedForm;

public sealed class FeatureCovariancesTests
{
    private static readonly Clouds.Sample[] First = Clouds.Draw(40, "first", classes: [0, 2]), Second = Clouds.Draw(25, "second", classes: [3, 1, 2]), Test = Clouds.Draw(30, "test", classes: [0, 1, 2, 3]);

    [Theory]
    [InlineData(0.5, 1, 1)]
    [InlineData(1.0, 0.1, 0)]
    [InlineData(0.3, 10, 2)]
    public void Scores_are_minus_half_the_mahalanobis_distance_with_each_class_s_own_correlations(double power, double variances, double covariances)
    {
        FeatureCovariances.Options options = new() { Power = power, VarianceShrinkage = variances, CovarianceShrinkage = covariances };
        using ToyLesson lesson = Clouds.Learn(new FeatureCovariances(options), Scenario.Class, First, Second);

        double[][] found = Clouds.Scores(lesson, Test), expected = Direct([.. First, .. Second], options);
        double[] distances = Clouds.Distances(lesson, Test);

        for (int i = 0; i < Test.Length; i++)
        {
            for (int label = 0; label < 4; label++) Assert.Equal(-expected[i][label] / 2, found[i][label], 1e-4 * Math.Max(1, expected[i][label]));
            Assert.Equal(expected[i].Min(), distances[i], 1e-4 * Math.Max(1, expected[i].Min()));
        }
    }

    [Fact]
    public void A_class_that_does_not_vary_has_the_unit_matrix()
    {
        Clouds.Sample[] single = [new([1, 4, 9, 16, 25], 0), new([25, 16, 9, 4, 1], 1), new([25, 16, 9, 4, 1], 1)];
        using ToyLesson lesson = Clouds.Learn(new FeatureCovariances(new()), Scenario.Class, single);

        double[][] scores = Clouds.Scores(lesson, single);

        Assert.Equal(0, scores[0][0], 1e-5);
        Assert.Equal(-(16 + 4 + 0 + 4 + 16) / 2.0, scores[0][1], 1e-4); // roots 1 2 3 4 5 against 5 4 3 2 1
    }

    [Fact]
    public void Features_that_add_up_to_a_constant_have_an_inverse()
    {
        Clouds.Sample[] shares = [.. First.Select((sample, number) => sample with { Input = [.. Enumerable.Range(0, 4).Select(place => place == number % 4 ? 1f : 0)] })];
        using ToyLesson lesson = Clouds.Learn(new FeatureCovariances(new()), Scenario.Class, shares);

        Assert.All(Clouds.Distances(lesson, shares), distance => Assert.InRange(distance, 0, 100));
    }

    [Fact]
    public void Classes_that_are_computed_together_or_apart_are_the_same()
    {
        const int length = 300;
        Assert.InRange(ClassGaussians.Together(length), 2, 100);
        int[] classes = [.. Enumerable.Range(0, ClassGaussians.Together(length) + 2)]; // more than go together
        Clouds.Sample[] all = Clouds.Draw(3, length: length, classes: classes);
        using ToyLesson many = Clouds.Learn(new FeatureCovariances(new()), Scenario.Class, all), last = Clouds.Learn(new FeatureCovariances(new()), Scenario.Class, [.. all.Where(sample => sample.Label == classes[^1])]);

        double[][] expected = Clouds.Scores(last, all[..4]), found = Clouds.Scores(many, all[..4]);

        for (int i = 0; i < 4; i++) Assert.Equal(expected[i][classes[^1]], found[i][classes[^1]], 1e-3 * Math.Abs(expected[i][classes[^1]]));
    }

    private static double[][] Direct(Clouds.Sample[] samples, FeatureCovariances.Options options)
    {
        double[] Raised(float[] input) => [.. input.Select(number => Math.Sign(number) * Math.Pow(Math.Abs((double)number), options.Power))];
        (double[] Input, int Label)[] wide = [.. samples.Select(sample => (Raised(sample.Input), sample.Label))];
        double[][] means = Clouds.Means(wide, 4);
        double[][][] lambdas = [.. means.Select((mean, label) => Lambda([.. wide.Where(sample => sample.Label == label).Select(sample => Clouds.Less(sample.Input, mean))], options))];
        return [.. Test.Select(sample => means.Select((mean, label) => Clouds.Quadratic(lambdas[label], Raised(sample.Input), mean)).ToArray())];
    }

    private static double[][] Lambda(double[][] deviations, FeatureCovariances.Options options)
    {
        int size = deviations[0].Length;
        double[][] products = Clouds.Products(deviations), covariance = Clouds.Matrix(size, (i, j) => products[i][j] / (deviations.Length - 1));
        double variance = Enumerable.Range(0, size).Average(i => covariance[i][i]), beside = Enumerable.Range(0, size).Sum(i => Enumerable.Range(0, size).Where(j => j != i).Sum(j => covariance[i][j])) / (size * (size - 1));
        double[][] shrunk = Clouds.Matrix(size, (i, j) => covariance[i][j] + (i == j ? options.VarianceShrinkage * variance : options.CovarianceShrinkage * beside));
        return Clouds.Inverse(Clouds.Matrix(size, (i, j) => shrunk[i][j] / Math.Sqrt(shrunk[i][i] * shrunk[j][j])));
    }
}
