using Engram.Durable.Drift;

namespace Engram.Tests.Durable.Drift;

public sealed class UnknownInputsTests
{
    [Fact]
    public void As_many_as_expected_are_no_surprise_and_many_are()
    {
        Assert.Equal((1, 1, 0), (new UnknownInputs(0, 100).P, new UnknownInputs(0, 0).P, new UnknownInputs(0, 0).Share));
        Assert.Equal(1 - Math.Pow(.99, 100), new UnknownInputs(1, 100).P, 12);
        Assert.InRange(new UnknownInputs(8, 100).P, 7e-6, 9e-6);
    }

    // The threshold is the largest but 1 % of the distances of held-out samples, and today's are of the same kind.
    [Theory]
    [InlineData(50)]
    [InlineData(150)]
    [InlineData(1000)]
    public void A_threshold_set_by_few_samples_raises_no_more_false_alarms(int held)
    {
        const int Draws = 4000, Inputs = 200;
        RandomSource random = new Seed(1).For("threshold", held);
        int alarms = 0, naive = 0;
        for (int draw = 0; draw < Draws; draw++)
        {
            double[] distances = [.. Enumerable.Range(0, held).Select(_ => random.NextDouble()).OrderDescending()];
            int unknown = Enumerable.Range(0, Inputs).Count(_ => random.NextDouble() > distances[held / 100]);
            if (new UnknownInputs(unknown, Inputs, Held: held).P < .01) alarms++;
            if (new UnknownInputs(unknown, Inputs).P < .01) naive++;
        }

        Assert.InRange(alarms, 0, 60); // 1 % are 40, with a standard error of 6.3
        Assert.True(naive > alarms);
    }
}
