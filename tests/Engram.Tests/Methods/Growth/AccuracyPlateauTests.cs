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
}
