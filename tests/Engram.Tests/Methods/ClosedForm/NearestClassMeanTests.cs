using Engram.Methods.ClosedForm;
using Engram.Streams;

namespace Engram.Tests.Methods.ClosedForm;

public sealed class NearestClassMeanTests
{
    private static readonly Clouds.Sample[] First = Clouds.Draw(40, "first", classes: [0, 2]), Second = Clouds.Draw(25, "second", classes: [3, 1, 2]), Test = Clouds.Draw(30, "test", classes: [0, 1, 2, 3]);

    private static readonly double[][] Means = Clouds.Means([.. First.Concat(Second).Select(sample => (Clouds.Wide(sample.Input), sample.Label))], 4);

    [Fact]
    public void The_score_is_minus_half_the_squared_distance_to_the_mean()
    {
        using ToyLesson lesson = Learn(MeanDistance.Euclidean, First, Second);
        double[][] scores = Clouds.Scores(lesson, Test);
        double[] distances = Clouds.Distances(lesson, Test);

        for (int i = 0; i < Test.Length; i++)
        {
            double[] expected = [.. Means.Select(mean => Clouds.Less(Clouds.Wide(Test[i].Input), mean)).Select(away => Clouds.Dot(away, away))];
            for (int label = 0; label < 4; label++) Assert.Equal(-expected[label] / 2, scores[i][label], 1e-5 * Math.Max(1, expected[label]));
            Assert.Equal(expected.Min(), distances[i], 1e-5 * Math.Max(1, expected.Min()));
        }
    }

    [Fact]
    public void The_cosine_looks_at_directions_only()
    {
        using ToyLesson lesson = Learn(MeanDistance.Cosine, First, Second);
        Clouds.Sample[] longer = [.. Test.Select(sample => sample with { Input = [.. sample.Input.Select(number => 100 * number)] })];
        double[][] scores = Clouds.Scores(lesson, Test), scaled = Clouds.Scores(lesson, longer);
        double[] distances = Clouds.Distances(lesson, Test);

        for (int i = 0; i < Test.Length; i++)
        {
            double[] x = Clouds.Wide(Test[i].Input), expected = [.. Means.Select(mean => Clouds.Dot(x, mean) / Math.Sqrt(Clouds.Dot(x, x) * Clouds.Dot(mean, mean)))];
            for (int label = 0; label < 4; label++)
            {
                Assert.Equal(expected[label], scores[i][label], 1e-5);
                Assert.Equal(expected[label], scaled[i][label], 1e-5);
            }
            Assert.Equal(1 - expected.Max(), distances[i], 1e-5);
        }
    }

    [Fact]
    public void Only_classes_that_were_met_are_answers()
    {
        using ToyLesson lesson = Learn(MeanDistance.Euclidean, Clouds.Draw(5, classes: [0, 3]));

        double[][] scores = Clouds.Scores(lesson, Test);

        Assert.All(Clouds.Largest(scores), label => Assert.Contains(label, (int[])[0, 3]));
        Assert.All(scores, row => Assert.Equal(double.NegativeInfinity, row[1]));
    }

    private static ToyLesson Learn(MeanDistance distance, params Clouds.Sample[][] lessons) => Clouds.Learn(new NearestClassMean(new() { Distance = distance }), Scenario.Class, lessons);
}
