using Engram.Training;

namespace Engram.Tests.Training;

public sealed class TrainingOptionsTests
{
    [Fact]
    public void Settings_that_make_no_sense_are_told_with_a_remedy()
    {
        Assert.Empty(new TrainingOptions().Problems("training"));
        Assert.Empty(new TrainingOptions { Optimizer = OptimizerKind.Sgd, Momentum = 0.9 }.Problems("training"));
        Assert.Equal("training.epochs is empty but needs one number, or one per task.", Assert.Single(new TrainingOptions { Epochs = [] }.Problems("training")));
        Assert.Equal("training.momentum is 0.9 but only sgd has momentum; leave it out or set training.optimizer to sgd.", Assert.Single(new TrainingOptions { Momentum = 0.9 }.Problems("training")));
    }
}
