using Engram.Methods.ClosedForm;
using Engram.Streams;

namespace Engram.Tests.Methods.ClosedForm;

public sealed class RandomProjectionsTests
{
    private const int Units = 12;

    private static readonly Clouds.Sample[] First = Clouds.Draw(40, "first", classes: [0, 2]), Second = Clouds.Draw(25, "second", classes: [3, 1, 2]), Test = Clouds.Draw(30, "test", classes: [0, 1, 2, 3]);

    [Fact]
    public void Scores_are_those_of_a_ridge_regression_on_the_random_layer()
    {
        using ToyLesson lesson = Learn(First, Second);
        double[][] weights = Regression([.. First, .. Second], ((RandomProjections)lesson.Method).Ridge), found = Clouds.Scores(lesson, Test);

        for (int i = 0; i < Test.Length; i++)
            for (int label = 0; label < 4; label++)
                Assert.Equal(Clouds.Dot(weights[label], Layer(Test[i])), found[i][label], 1e-4);
        Assert.True(Clouds.Largest(found).Zip(Test, (label, sample) => label == sample.Label ? 1 : 0).Average() > .6);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_ridge_has_the_smallest_error_on_samples_of_the_last_lesson_that_were_held_out(int lessons)
    {
        Clouds.Sample[][] learned = [.. new[] { First[..30], Second[..40] }.Take(lessons)]; // few, so that a small ridge fits them too well
        using ToyLesson lesson = Learn(learned);
        Clouds.Sample[] passed = Passed(lesson, learned[^1]), held = [.. passed.Where((_, place) => place % 5 == 4)], rest = [.. learned[..^1].SelectMany(one => one), .. passed.Where((_, place) => place % 5 != 4)];

        double best = Best(rest);

        Assert.Equal(best, ((RandomProjections)lesson.Method).Ridge);
        Assert.NotEqual(Best([.. rest, .. held]), best); // as if none were held out
        Assert.NotEqual(1, best); // what it is before

        double Best(Clouds.Sample[] samples) => Enumerable.Range(-8, 17).Select(exponent => Math.Pow(10, exponent)).MinBy(ridge =>
        {
            double[][] weights = Regression(samples, ridge);
            return held.Sum(sample => Enumerable.Range(0, 4).Sum(label => Math.Pow(Clouds.Dot(weights[label], Layer(sample)) - (sample.Label == label ? 1 : 0), 2)));
        });
    }

    [Fact]
    public void Every_fifth_sample_that_passes_is_held_out()
    {
        using ToyLesson lesson = Clouds.Prepare(new RandomProjections(new() { Projections = Units }), Scenario.Class, First);
        StateBag kept = new();

        lesson.Trainer.Train(lesson.Begin(1), _ => { }, _ => { });

        lesson.Method.Visit(kept);
        double[][] held = [.. Passed(lesson, First).Where((_, place) => place % 5 == 4).Select(Layer)], sums = Clouds.Rows(kept.Tensors["held.lesson0.sums"]);
        for (int unit = 0; unit < Units; unit++) Assert.Equal(held.Sum(row => row[unit]), sums.Sum(row => row[unit]), 1e-3);
        Assert.Equal(First.Length, kept.Values["passed"]!.GetValue<long>());
    }

    [Fact]
    public void Every_sample_counts_in_the_end_also_those_that_were_held_out()
    {
        using ToyLesson lesson = Learn(First);
        double[][] without = Regression([.. First.Skip(1)], ((RandomProjections)lesson.Method).Ridge), found = Clouds.Scores(lesson, Test);

        Assert.Contains(Enumerable.Range(0, Test.Length), i => Math.Abs(Clouds.Dot(without[0], Layer(Test[i])) - found[i][0]) > 1e-3);
    }

    [Fact]
    public void What_is_kept_between_lessons_does_not_hold_the_fifth()
    {
        using ToyLesson lesson = Learn(First);

        Assert.Equal(8 * Units * (Units + 2) + 12 * 2, lesson.Method.StoredBytes);
        Assert.Equal(Units * (Clouds.Length + 2), lesson.Method.ParameterCount);
    }

    [Fact]
    public void Distance_is_the_squared_mahalanobis_distance_behind_the_layer()
    {
        using ToyLesson lesson = Learn(First, Second);
        (double[] Input, int Label)[] layer = [.. First.Concat(Second).Select(sample => (Layer(sample), sample.Label))];
        double[][] means = Clouds.Means(layer, 4), scatter = Clouds.Products(layer.Select(sample => Clouds.Less(sample.Input, means[sample.Label])));
        double ridge = ((RandomProjections)lesson.Method).Ridge;
        double[][] lambda = Clouds.Inverse(Clouds.Matrix(Units, (i, j) => (scatter[i][j] + (i == j ? ridge : 0)) / layer.Length));

        double[] found = Clouds.Distances(lesson, Test);

        for (int i = 0; i < Test.Length; i++)
        {
            double expected = means.Min(mean => Clouds.Quadratic(lambda, Layer(Test[i]), mean));
            Assert.Equal(expected, found[i], 1e-3 * Math.Max(1, expected));
        }
    }

    private static ToyLesson Learn(params Clouds.Sample[][] lessons) => Clouds.Learn(new RandomProjections(new() { Projections = Units }), Scenario.Class, lessons);

    // In the order in which the trainer reads them.
    private static Clouds.Sample[] Passed(ToyLesson lesson, Clouds.Sample[] samples) => [.. lesson.Model.Seed.For("order", lesson.Model.TasksSeen - 1, 0).Permutation(samples.Length).Select(sample => samples[sample])];

    // relu(x W) with the same numbers.
    private static double[] Layer(Clouds.Sample sample)
    {
        float[] numbers = new float[Clouds.Length * Units];
        new Seed(1).For("projection").FillGaussian(numbers);
        return [.. Enumerable.Range(0, Units).Select(unit => Math.Max(0, Enumerable.Range(0, Clouds.Length).Sum(place => (double)sample.Input[place] * numbers[place * Units + unit])))];
    }

    // (G + ridge 1)^-1 C, a row for each class.
    private static double[][] Regression(Clouds.Sample[] samples, double ridge)
    {
        double[][] layer = [.. samples.Select(Layer)], products = Clouds.Products(layer);
        double[][] inverse = Clouds.Inverse(Clouds.Matrix(Units, (i, j) => products[i][j] + (i == j ? ridge : 0)));
        return [.. Enumerable.Range(0, 4).Select(label => Clouds.Times(inverse, [.. Enumerable.Range(0, Units).Select(unit => layer.Where((_, i) => samples[i].Label == label).Sum(row => row[unit]))]))];
    }
}
