using Engram.Durable.Gate;

namespace Engram.Tests.Durable.Gate;

public sealed class DropIntervalTests
{
    private const double Z = 1.959963984540054;

    // Bentur et al. (2009), as in Fagerland, Lydersen and Laake (2014), Table 2: 1, 1, 7 and 12 of 21 children; Tango's interval is -0.517 to -0.026.
    [Fact]
    public void The_interval_is_the_published_one()
    {
        DropInterval interval = DropInterval.Of(new(21, 2, 1, 7));

        Assert.Equal((-.517, -.026), (Math.Round(interval.Low, 3), Math.Round(interval.High, 3)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(10_000)]
    public void Where_nothing_differs_the_end_has_a_closed_form(int n)
    {
        DropInterval interval = DropInterval.Of(new(n, n, 0, 0));

        Assert.Equal(Z * Z / (n + Z * Z), interval.High, 9);
        Assert.Equal(-interval.High, interval.Low, 12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    public void Where_all_is_lost_the_interval_ends_at_one(int n)
    {
        DropInterval lost = DropInterval.Of(new(n, n, n, 0)), gained = DropInterval.Of(new(n, 0, 0, n));

        Assert.Equal(1, lost.High, 9);
        Assert.InRange(lost.Low, -1, 1 - 1e-6);
        Assert.Equal((-lost.High, -lost.Low), (gained.Low, gained.High));
    }

    // The variance of the score is that of the likeliest shares, which this finds by trying.
    [Fact]
    public void An_end_is_where_the_likelihood_that_is_greatest_under_it_gives_a_score_of_z()
    {
        foreach (var (n, lost, gained) in ((int, int, int)[])[(30, 4, 1), (100, 0, 6), (200, 20, 20), (5, 1, 0)])
        {
            DropInterval interval = DropInterval.Of(new(n, lost, lost, Math.Min(gained, n - lost)));

            Assert.Equal(-Z, ScoreByTrying(n, lost, gained, interval.High), 4);
            Assert.Equal(Z, ScoreByTrying(n, lost, gained, interval.Low), 4);
        }
    }

    [Theory]
    [InlineData(50, .1, .1)]
    [InlineData(100, .08, .04)]
    [InlineData(200, .05, .05)]
    [InlineData(500, .04, .02)]
    [InlineData(1000, .03, .01)]
    [InlineData(2000, .06, .01)]
    public void The_interval_holds_the_true_drop_as_often_as_it_says(int n, double lost, double gained)
    {
        const int Draws = 10_000;
        RandomSource random = new Seed(1).For("coverage", n);
        Dictionary<(int, int), DropInterval> known = [];
        int held = 0;
        for (int draw = 0; draw < Draws; draw++)
        {
            int b = 0, c = 0;
            for (int i = 0; i < n; i++)
            {
                double at = random.NextDouble();
                if (at < lost) b++;
                else if (at < lost + gained) c++;
            }
            if (!known.TryGetValue((b, c), out DropInterval? interval)) known[(b, c)] = interval = DropInterval.Of(new(n, b, b, c));
            if (interval.Low <= lost - gained && lost - gained <= interval.High) held++;
        }

        Assert.InRange((double)held / Draws, .935, .97);
    }

    [Fact]
    public void The_probability_agrees_with_the_lower_end_and_falls_with_the_limit()
    {
        PairedOutcome outcome = new(400, 380, 40, 8);
        DropInterval interval = DropInterval.Of(outcome);

        Assert.Equal(.025, DropInterval.Probability(outcome, interval.Low), 8);
        Assert.Equal(.975, DropInterval.Probability(outcome, interval.High), 8);
        Assert.True(DropInterval.Probability(outcome, 0) < DropInterval.Probability(outcome, .02));
    }

    [Fact]
    public void A_higher_level_gives_a_wider_interval()
    {
        PairedOutcome outcome = new(400, 380, 40, 8);

        Assert.True(DropInterval.Of(outcome, .99).High > DropInterval.Of(outcome, .95).High);
        Assert.Equal(.005, DropInterval.Probability(outcome, DropInterval.Of(outcome, .99).Low), 8);
    }

    [Fact]
    public void Without_samples_every_drop_agrees()
    {
        Assert.Equal(new(-1, 1), DropInterval.Of(new(0, 0, 0, 0)));
        Assert.Equal(1, DropInterval.Probability(new(0, 0, 0, 0), .02));
    }

    private static double ScoreByTrying(int n, int lost, int gained, double drop)
    {
        double best = double.NegativeInfinity, variance = 0, lowest = Math.Max(0, -drop), highest = (1 - drop) / 2;
        const int Steps = 200_000;
        for (int step = 0; step <= Steps; step++)
        {
            double q = lowest + (highest - lowest) * step / Steps, both = 2 * q + drop;
            double likelihood = Term(lost, q + drop) + Term(gained, q) + Term(n - lost - gained, 1 - both);
            if (likelihood > best) (best, variance) = (likelihood, n * (both - drop * drop));
        }
        return (lost - gained - n * drop) / Math.Sqrt(variance);
    }

    private static double Term(int count, double share) => count == 0 ? 0 : share <= 0 ? double.NegativeInfinity : count * Math.Log(share);
}
