using Engram.Evaluation;
using Engram.Reports;
using Engram.Streams;
using Engram.TaskOrder;

namespace Engram.Tests.TaskOrder;

/// <summary>What a study of affinities concludes from made-up accuracies.</summary>
public sealed class AffinityStudyTests
{
    private const int Tasks = 3;
    private static readonly string[] Names = ["one", "two", "three"];

    [Fact]
    public void A_gain_is_tested_against_the_noise_of_all_read_outs_of_its_task()
    {
        // Read-outs of each task: random .50, own .80, others .70 and .50, full .90. The seeds differ by .02, and a disturbance of +-.01 cancels in rows and columns.
        AffinityStudy study = Study(2, (target, sources, seed) => (sources.Length == 0 ? .50 : sources[0] == target ? .80 : sources[0] == (target + 1) % Tasks ? .70 : .50)
            + .02 * seed + (sources.Length > 0 && sources[0] == target ? seed == 0 ? .01 : -.01 : sources.Length == 0 ? seed == 0 ? -.01 : .01 : 0), full: .91); // the seeds' mean is .01

        Transfer helps = study.TransferOf(0, 1), idle = study.TransferOf(0, 2);

        // Squares 4 x .0001 over (4 - 1)(2 - 1) degrees, so a difference of means has standard error sqrt(.000133 x 2 / 2).
        DifferenceTest test = new(2, .20, Math.Sqrt(.0004 / 3), 3);
        Assert.Equal(.5, helps.Gain!.Value, 12);
        Assert.Equal(Math.Min(1, 6 * test.P!.Value), helps.P!.Value, 9); // six transfers; three are equal and the smallest
        Assert.True(helps.IsClear);
        Assert.InRange(helps.Gain.Value, helps.GainLow!.Value, helps.GainHigh!.Value);
        Assert.True(helps.GainLow > 0);
        Assert.False(idle.IsClear);
        Assert.True(idle.GainLow < 0 && idle.GainHigh > 0);
        Assert.Null(study.TransferOf(0, 0).P); // a task's own encoder helps no other
        Assert.StartsWith("'two' helps 'one': 500 samples on its frozen encoder go 50 % of the way from a random encoder to full training (", study.Verdict);
        Assert.Contains("3 of 6 transfers are more than chance over 2 seeds", study.Verdict);
        Assert.Equal(("50", "(0)"), (Words.Gain(helps), Words.Gain(idle)));
    }

    // Encoders that are all like the random one: whatever is called clear is a false alarm.
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void A_study_with_nothing_in_it_calls_something_clear_once_in_twenty_times_at_most(int seeds)
    {
        RandomSource random = new((ulong)seeds);
        const int Studies = 400;
        int alarms = 0;
        for (int i = 0; i < Studies; i++)
        {
            double[] ofSeed = [.. Enumerable.Range(0, seeds).Select(_ => .03 * random.NextGaussian())];
            if (Study(seeds, (_, _, seed) => .5 + ofSeed[seed] + .01 * random.NextGaussian(), full: .9).Transfers.Any(one => one.IsClear)) alarms++;
        }

        Assert.InRange(alarms / (double)Studies, 0, .072); // .05, and two standard errors of a share of 400
    }

    [Fact]
    public void Training_that_hardly_beats_a_random_encoder_gives_no_headline()
    {
        // What once read "helps most: 110 % of the way" and "helps least (-217 %)".
        RandomSource random = new(4);
        AffinityStudy study = Study(2, (_, _, _) => .5 + .02 * random.NextGaussian(), full: .51);

        Assert.All(study.Transfers.Where(one => one.Sources[0] != one.Target), one => Assert.False(one.IsClear));
        Assert.Contains("so nothing can be said about which task helps which", study.Verdict);
        Assert.DoesNotContain("take ", study.Verdict);
        Assert.DoesNotContain("labels", study.Verdict);
        Assert.DoesNotContain(" helps '", study.Verdict);
        Assert.Contains(study.Sentences[0], AffinityReport.Page(study));
    }

    [Fact]
    public void One_seed_says_nothing_and_shows_its_gains_in_brackets()
    {
        AffinityStudy study = Study(1, (target, sources, _) => sources.Length == 0 ? .5 : sources[0] == target ? .8 : .7, full: .9);

        Assert.Equal("One seed cannot tell a gain from noise, so nothing can be said about which task helps which: use --seeds 3 or more.", study.Verdict);
        Assert.Null(study.TransferOf(0, 1).P);
        Assert.Equal("(50)", Words.Gain(study.TransferOf(0, 1)));
        Assert.Contains("(50)</td>", AffinityReport.Page(study));
    }

    [Fact]
    public void Harm_that_is_more_than_chance_is_said()
    {
        RandomSource random = new(6);
        AffinityStudy study = Study(4, (target, sources, _) => (sources.Length == 0 ? .6 : sources[0] == target ? .8 : sources[0] == 0 ? .4 : .6) + .005 * random.NextGaussian(), full: .9);

        Assert.StartsWith("'one' harms 't", study.Verdict);
        Assert.Contains("its encoder serves worse than a random one by 6", study.Verdict); // .2 of .3
        Assert.True(study.TransferOf(1, 0).GainHigh < 0);
    }

    private static AffinityStudy Study(int seeds, Func<int, int[], int, double> accuracy, double full)
    {
        AffinityPlan plan = new() { Config = Toy.Config("fine-tuning", Scenario.Task, ("stream.tasks", $"{Tasks}"), ("network.hidden", "9,5")), Seeds = seeds };
        int[][] sources = [[], [0], [1], [2]];
        return AffinityConclusions.Of(plan, Names, [.. Enumerable.Range(0, seeds).Select(_ => Enumerable.Repeat(full, Tasks).ToArray())],
            [.. from target in Enumerable.Range(0, Tasks) from seed in Enumerable.Range(0, seeds) from set in sources select new TransferResult(target, (ulong)seed + 1, set, accuracy(target, set, seed), [1 - (float)accuracy(target, set, seed)])], Toy.Catalogs);
    }
}
