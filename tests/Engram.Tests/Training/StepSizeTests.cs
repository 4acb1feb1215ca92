using Engram.Training;

namespace Engram.Tests.Training;

public sealed class StepSizeTests
{
    [Fact]
    public void The_step_size_is_halved_again_and_again_from_the_given_epoch_on()
    {
        TrainingOptions constant = new() { LearningRate = 0.16 }, halved = constant with { HalveEvery = 15, HalveFrom = 30 };

        Schedule schedule = new(StepsPerEpoch: 10, Steps: 1000);

        Assert.Equal(0.16, constant.RateAt(10_000, schedule));
        Assert.Equal([0.16, 0.16, 0.16, 0.08, 0.08, 0.04, 0.01], new[] { 0, 300, 449, 450, 599, 600, 900 }.Select(step => halved.RateAt(step, schedule)));
    }

    [Fact]
    public void A_cosine_falls_from_the_full_step_size_to_nearly_nothing_and_stays_there()
    {
        TrainingOptions cosine = new() { LearningRate = 0.4, Schedule = RateSchedule.Cosine };
        Schedule schedule = new(StepsPerEpoch: 3, Steps: 6);

        // (1 + cos(pi k / 6)) / 2 for k = 0, 2, 3, 4, 5, and no less after the last step.
        double last = 0.2 * (1 - Math.Sqrt(3) / 2);
        Assert.Equal([0.4, 0.3, 0.2, 0.1, last, last, last], new[] { 0, 2, 3, 4, 5, 6, 60 }.Select(step => Math.Round(cosine.RateAt(step, schedule), 12)), (left, right) => Math.Abs(left - right) < 1e-9);
    }

    [Fact]
    public void Each_plateau_halves_the_step_size()
    {
        TrainingOptions plateau = new() { LearningRate = 0.4, Schedule = RateSchedule.Plateau, HalveEvery = 2 };

        Assert.Equal([0.4, 0.2, 0.05], new[] { 0, 1, 3 }.Select(plateaus => plateau.RateAt(7, new(2, 100), plateaus)));
    }

    [Theory]
    [InlineData("cosine", 3, 0, "training.halveEvery is 3 but has no meaning where training.schedule is cosine")]
    [InlineData("plateau", 0, 0, "training.schedule is plateau, which needs training.halveEvery")]
    [InlineData("plateau", 2, 4, "training.halveFrom is 4 but counts only where training.schedule is step")]
    [InlineData("plateau", 2, 0, "training.schedule is plateau but no validation data are held out; set stream.validation")]
    public void Settings_that_do_not_go_together_are_refused(string schedule, int halveEvery, int halveFrom, string problem)
    {
        EngramException error = Assert.Throws<EngramException>(() => Toy.Config("fine-tuning", Engram.Streams.Scenario.Task, ("training.schedule", schedule), ("training.halveEvery", $"{halveEvery}"), ("training.halveFrom", $"{halveFrom}")));

        Assert.Contains(problem, error.Message);
    }

    [Theory]
    [InlineData(900, 32, false, 29)]
    [InlineData(900, 32, true, 28)]
    [InlineData(10, 32, true, 1)]
    [InlineData(64, 32, true, 2)]
    public void Whole_batches_leave_out_the_rest_but_never_all(int samples, int batch, bool whole, int steps) =>
        Assert.Equal(steps, new TrainingOptions { Batch = batch, WholeBatches = whole }.ScheduleFor(samples, [0]).StepsPerEpoch);
}
