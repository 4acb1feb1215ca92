using Engram.Durable.Gate;

namespace Engram.Tests.Durable.Gate;

public sealed class PairedOutcomeTests
{
    private static readonly int[] Truths = [0, 0, 1, 1, 2, 2];
    private static readonly int[] Before = [0, 0, 1, 2, 1, -1];
    private static readonly int[] After = [0, 1, 2, 1, 0, 2];

    [Fact]
    public void Counts_what_was_lost_and_gained_and_skips_what_either_has_not_answered()
    {
        PairedOutcome outcome = PairedOutcome.Of(Before, After, Truths);

        Assert.Equal((5, 3, 2, 2, 1), (outcome.Samples, outcome.RightBefore, outcome.RightAfter, outcome.Lost, outcome.Gained));
        Assert.Equal(.2, outcome.Drop, 12);
        Assert.Equal(5, PairedOutcome.Of(After, Before, Truths).Samples);
    }

    [Fact]
    public void Classes_are_counted_apart_and_add_up()
    {
        IReadOnlyList<PairedOutcome> classes = PairedOutcome.ByClass(Before, After, Truths, 4);

        Assert.Equal([new(2, 2, 1, 0), new(2, 1, 1, 1), new(1, 0, 0, 0), new(0, 0, 0, 0)], classes);
        Assert.Equal(PairedOutcome.Of(Before, After, Truths), classes.Aggregate((left, right) => left + right));
        Assert.Equal(0, classes[3].Drop);
    }

    [Fact]
    public void Answers_and_counts_that_cannot_be_are_refused()
    {
        Assert.Contains("2 answers before, 6 after and 6 truths", Assert.Throws<ArgumentException>(() => PairedOutcome.Of([0, 0], After, Truths)).Message);
        Assert.Throws<ArgumentException>(() => new PairedOutcome(10, 5, 6, 0));
        Assert.Throws<ArgumentException>(() => new PairedOutcome(10, 5, 0, 6));
    }
}
