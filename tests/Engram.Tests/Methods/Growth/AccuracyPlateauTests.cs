using Engram.Methods.Growth;

namespace Engram.Tests.Methods.Growth;

public sealed class AccuracyPlateauTests
{
    [Fact]
    public void It_is_reached_when_the_mean_of_the_last_batches_has_not_risen_for_as_many_as_the_patience()
    {
        AccuracyPlateau plateau = new(window: 2, patience: 3);

        // Means of the last two: -, .5, .6, .6, .5, .55.
        bool[] reached = [.. new[] { 0.4, 0.6, 0.6, 0.6, 0.4, 0.7 }.Select(accuracy => { plateau.Add(accuracy); return plateau.IsReached; })];

        Assert.Equal([false, false, false, false, false, true], reached);
        Assert.Equal(0.55, plateau.Mean, 1e-12);
    }

    [Fact]
    public void A_new_best_begins_the_patience_anew_and_a_restart_everything()
    {
        AccuracyPlateau plateau = new(1, 2);
        foreach (double accuracy in new[] { 0.5, 0.4, 0.6, 0.6 }) plateau.Add(accuracy);
        Assert.False(plateau.IsReached);
        plateau.Add(0.6);
        Assert.True(plateau.IsReached);

        plateau.Restart();

        Assert.False(plateau.IsReached);
        Assert.Equal(0, plateau.Mean);
    }

    [Fact]
    public void A_restored_one_goes_on()
    {
        AccuracyPlateau plateau = new(3, 2), restored = new(3, 2);
        foreach (double accuracy in new[] { 0.5, 0.4, 0.6, 0.3 }) plateau.Add(accuracy);
        StateBag bag = new();
        plateau.Visit(bag);

        restored.Visit(new([], bag.Values));
        plateau.Add(0.1);
        restored.Add(0.1);

        Assert.Equal((plateau.Mean, plateau.IsReached), (restored.Mean, restored.IsReached));
        Assert.True(restored.IsReached);
    }

    [Fact]
    public void After_a_restart_the_first_mean_is_a_new_best_however_low_it_is()
    {
        AccuracyPlateau plateau = new(2, 1);
        foreach (double accuracy in new[] { 0.9, 0.9, 0.8 }) plateau.Add(accuracy);
        Assert.True(plateau.IsReached && plateau.IsKnown);

        plateau.Restart();

        (bool, bool)[] found = [.. Enumerable.Range(0, 4).Select(_ => { plateau.Add(0); return (plateau.IsKnown, plateau.IsReached); })];
        Assert.Equal([(false, false), (true, false), (true, true), (true, true)], found);
    }

    [Theory]
    [InlineData("recent", "[0.5,1.01]", "0 to 1 is expected")]
    [InlineData("best", "-1.01", "-1 to 1 is expected")]
    [InlineData("best", "1.01", "-1 to 1 is expected")]
    [InlineData("sinceBest", "-1", "holds -1")]
    public void A_checkpoint_of_what_no_accuracy_can_be_is_refused(string name, string json, string expected)
    {
        AccuracyPlateau plateau = new(2, 1);
        new SavedState(plateau.Visit).Restore(plateau.Visit); // the best is -1 as long as there is none

        new SavedState(plateau.Visit).With(name, json).AssertRefused(expected, plateau.Visit);
    }
}
