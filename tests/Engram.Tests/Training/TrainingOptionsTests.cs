using Engram.Training;

namespace Engram.Tests.Training;

public sealed class TrainingOptionsTests
{
    [Fact]
    public void Settings_that_make_no_sense_are_told_with_a_remedy()
    {
        Assert.Empty(new TrainingOptions().Problems("training"));
        Assert.Equal("training.epochs is empty but needs one number, or one per task.", Assert.Single(new TrainingOptions { Epochs = [] }.Problems("training")));
        Assert.Equal("training.halveFrom is 2 but counts only where training.schedule is step; leave it out.", Assert.Single(new TrainingOptions { Schedule = RateSchedule.Cosine, HalveFrom = 2 }.Problems("training")));
    }
}
