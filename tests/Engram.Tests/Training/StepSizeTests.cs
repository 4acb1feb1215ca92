using Engram.Training;

namespace Engram.Tests.Training;

public sealed class StepSizeTests
{
    [Fact]
    public void The_step_size_is_halved_again_and_again_from_the_given_epoch_on()
    {
        TrainingOptions constant = new() { LearningRate = 0.16 }, halved = constant with { HalveEvery = 15, HalveFrom = 30 };

        Assert.Equal(0.16, constant.RateIn(1000));
        Assert.Equal([0.16, 0.16, 0.16, 0.08, 0.08, 0.04, 0.01], new[] { 0, 30, 44, 45, 59, 60, 90 }.Select(halved.RateIn));
    }

    [Theory]
    [InlineData(900, 32, false, 29)]
    [InlineData(900, 32, true, 28)]
    [InlineData(10, 32, true, 1)]
    [InlineData(64, 32, true, 2)]
    public void Whole_batches_leave_out_the_rest_but_never_all(int samples, int batch, bool whole, int steps) =>
        Assert.Equal(steps, new TrainingOptions { Batch = batch, WholeBatches = whole }.ScheduleFor(samples, [0]).StepsPerEpoch);
}
