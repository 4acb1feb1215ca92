using Engram.Durable;

namespace Engram.Tests.Durable;

public sealed class CalibrationTests : IDisposable
{
    private readonly Months months = new();

    public void Dispose() => months.Dispose();

    [Theory]
    [InlineData(0.05)]
    [InlineData(1)]
    [InlineData(20)]
    public void Scores_that_were_made_too_sure_or_unsure_are_brought_back(double factor)
    {
        RandomSource random = new Seed(1).For("scores");
        List<(float[], int)> samples = [];
        for (int sample = 0; sample < 4000; sample++)
        {
            float[] scores = [(float)(4 * random.NextDouble()), (float)(4 * random.NextDouble()), (float)(4 * random.NextDouble()), float.NegativeInfinity];
            double draw = random.NextDouble() * scores.Take(3).Sum(score => Math.Exp(score));
            int truth = 0;
            while (truth < 2 && (draw -= Math.Exp(scores[truth])) > 0) truth++;
            samples.Add(([.. scores.Select(score => (float)(score * factor))], truth));
        }

        Assert.InRange(Calibration.TemperatureOf(samples) / factor, 0.9, 1.1);
    }

    [Fact]
    public void A_handful_of_samples_scales_nothing_and_some_that_are_all_right_do_not_make_certainty()
    {
        float[] scores = [2, 1];

        Assert.Equal(1, Calibration.TemperatureOf([.. Enumerable.Repeat((scores, 0), Calibration.Fewest - 1)]));
        double temperature = Calibration.TemperatureOf([.. Enumerable.Repeat((scores, 0), 98)]);
        Assert.Equal(0.99, 1 / (1 + Math.Exp(-1 / temperature)), 0.001); // rule of succession
    }

    [Fact]
    public void Probabilities_of_a_learner_are_as_often_right_as_they_say()
    {
        using DurableLearner learner = months.Open(Months.Small("ranpac", ("method.projections", "100")));
        learner.Teach(months.Table("january", 3000, "abcd", 1));
        string today = months.Table("today", 3000, "abcd", 2);

        IReadOnlyList<Answer> answers = learner.Guess(today);

        double said = answers.Average(answer => answer.Probability), right = answers.Where((answer, place) => answer.Label == $"{"abcd"[place % 4]}").Count() / 3000.0;
        Assert.Equal(right, said, 0.03);
    }
}
