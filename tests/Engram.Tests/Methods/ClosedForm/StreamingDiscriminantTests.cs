using Engram.Methods.ClosedForm;
using Engram.Streams;

namespace Engram.Tests.Methods.ClosedForm;

public sealed class StreamingDiscriminantTests
{
    private static readonly Clouds.Sample[] First = Clouds.Draw(40, "first", classes: [0, 2]), Second = Clouds.Draw(25, "second", classes: [3, 1, 2]), Test = Clouds.Draw(50, "test", classes: [0, 1, 2, 3]);

    [Fact]
    public void Scores_are_those_of_the_batch_analysis_and_the_usual_mistakes_give_others()
    {
        using ToyLesson lesson = Learn(First, Second);

        double[][] found = Clouds.Scores(lesson, Test), expected = Direct([.. First, .. Second]);

        AssertSame(expected, found, 1e-4);
        Assert.True(Difference(expected, Direct([.. First, .. Second], divisions: 2)) > .1);
        Assert.True(Difference(expected, Direct([.. First, .. Second], bias: 0)) > .1);
        Assert.True(Accuracy(found) > .7, $"{Accuracy(found)}");
    }

    [Fact]
    public void The_order_of_samples_and_lessons_changes_nothing_but_rounding()
    {
        Clouds.Sample[] shuffled = [.. First, .. Second];
        new Seed(9).For("another order").Shuffle<Clouds.Sample>(shuffled);
        using ToyLesson lesson = Learn(First, Second), other = Learn(Second, First), mixed = Learn(shuffled[..31], shuffled[31..32], shuffled[32..]);

        double[][] scores = Clouds.Scores(lesson, Test);
        AssertSame(scores, Clouds.Scores(other, Test), 1e-5);
        AssertSame(scores, Clouds.Scores(mixed, Test), 1e-5);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1.0)]
    public void Shrinkage_mixes_the_covariance_with_the_unit_matrix(double shrinkage)
    {
        using ToyLesson lesson = Clouds.Learn(new StreamingDiscriminant(new() { Shrinkage = shrinkage }), Scenario.Class, First, Second);

        AssertSame(Direct([.. First, .. Second], shrinkage: shrinkage), Clouds.Scores(lesson, Test), 1e-4);
    }

    [Fact]
    public void Priors_add_the_logarithm_of_each_class_share()
    {
        using ToyLesson lesson = Clouds.Learn(new StreamingDiscriminant(new() { Priors = true }), Scenario.Class, First, Second);
        int[] counts = [.. Enumerable.Range(0, 4).Select(label => First.Concat(Second).Count(sample => sample.Label == label))];

        double[][] expected = [.. Direct([.. First, .. Second]).Select(row => row.Select((score, label) => score + Math.Log(counts[label] / (double)counts.Sum())).ToArray())];

        AssertSame(expected, Clouds.Scores(lesson, Test), 1e-4);
        Assert.NotEqual(counts.Min(), counts.Max());
    }

    [Fact]
    public void A_dimension_that_never_changes_and_a_class_of_one_sample_do_no_harm()
    {
        Clouds.Sample[] flat = [.. First.Append(Second[0] with { Label = 1 }).Select(sample => sample with { Input = [.. sample.Input[..4], 3] })];
        using ToyLesson lesson = Clouds.Learn(new StreamingDiscriminant(new()), Scenario.Class, flat);

        double[][] scores = Clouds.Scores(lesson, flat);

        Assert.All(scores, row => Assert.All(row, score => Assert.True(double.IsFinite(score))));
        Assert.Equal(1, Clouds.Largest(scores)[^1]);
    }

    [Fact]
    public void Distance_is_the_squared_mahalanobis_distance_to_the_nearest_mean()
    {
        using ToyLesson lesson = Learn(First, Second);
        var (means, lambda) = Analysis([.. First, .. Second], 1e-4, 1);

        double[] found = Clouds.Distances(lesson, Test);

        for (int i = 0; i < Test.Length; i++)
        {
            double expected = means.Min(mean => Clouds.Quadratic(lambda, Clouds.Wide(Test[i].Input), mean));
            Assert.Equal(expected, found[i], 1e-4 * Math.Max(1, expected));
        }
        Clouds.Sample[] far = [.. Test.Select(sample => sample with { Input = [.. sample.Input.Select((number, place) => place % 2 == 0 ? number + 50 : number - 50)] })];
        Assert.True(Clouds.Distances(lesson, far).Min() > found.Max());
    }

    [Fact]
    public void Inputs_far_from_zero_are_told_apart_as_well()
    {
        Clouds.Sample[] Moved(Clouds.Sample[] samples) => [.. samples.Select(sample => sample with { Input = [.. sample.Input.Select(number => number + 1000)] })];
        using ToyLesson near = Learn(First, Second), moved = Learn(Moved(First), Moved(Second));

        double[][] expected = Clouds.Scores(near, Test), found = Clouds.Scores(moved, Moved(Test));
        Assert.True(Clouds.Largest(expected).Zip(Clouds.Largest(found), (one, other) => one == other ? 1 : 0).Average() >= .99);
        AssertSame(expected, found, 1e-2);
    }

    private static ToyLesson Learn(params Clouds.Sample[][] lessons) => Clouds.Learn(new StreamingDiscriminant(new()), Scenario.Class, lessons);

    private static double Accuracy(double[][] scores) => Clouds.Largest(scores).Zip(Test, (label, sample) => label == sample.Label ? 1 : 0).Average();

    // The textbook's analysis: divisions and bias allow the mistakes of other programs.
    private static double[][] Direct(Clouds.Sample[] samples, double shrinkage = 1e-4, int divisions = 1, double bias = 1)
    {
        var (means, lambda) = Analysis(samples, shrinkage, divisions);
        return [.. Test.Select(sample => means.Select(mean => Clouds.Dot(Clouds.Times(lambda, mean), Clouds.Wide(sample.Input)) - bias / 2 * Clouds.Dot(mean, Clouds.Times(lambda, mean))).ToArray())];
    }

    private static (double[][] Means, double[][] Lambda) Analysis(Clouds.Sample[] samples, double shrinkage, int divisions)
    {
        (double[] Input, int Label)[] wide = [.. samples.Select(sample => (Clouds.Wide(sample.Input), sample.Label))];
        double[][] means = Clouds.Means(wide, 4), scatter = Clouds.Products(wide.Select(sample => Clouds.Less(sample.Input, means[sample.Label])));
        double count = Math.Pow(samples.Length, divisions);
        return (means, Clouds.Inverse(Clouds.Matrix(Clouds.Length, (i, j) => (1 - shrinkage) * scatter[i][j] / count + (i == j ? shrinkage : 0))));
    }

    private static void AssertSame(double[][] expected, double[][] actual, double within) => Assert.InRange(Difference(expected, actual), 0, within);

    // The largest relative one. Scores may differ by what all classes of a sample share.
    private static double Difference(double[][] expected, double[][] actual) => expected.Zip(actual).Max(rows => Enumerable.Range(1, rows.First.Length - 1).Max(label =>
        Math.Abs(rows.First[label] - rows.First[0] - (rows.Second[label] - rows.Second[0])) / Math.Max(1, Math.Abs(rows.First[label] - rows.First[0]))));
}
