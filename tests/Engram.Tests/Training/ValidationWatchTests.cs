using Engram.Experiments;
using Engram.Methods;
using Engram.Optimizers;
using Engram.Streams;
using Engram.Tests.Datasets;
using Engram.Training;
using static TorchSharp.torch;

namespace Engram.Tests.Training;

public sealed class ValidationWatchTests
{
    [Fact]
    public void A_better_accuracy_starts_the_count_anew_and_an_equal_one_does_not()
    {
        ValidationWatch watch = new();
        List<(int Without, int Plateaus)> seen = [];

        foreach (double accuracy in new[] { 0, .5, .5, .4, .6, .6, .6, .6, .6, .7 })
        {
            watch = watch.After(accuracy, halveAfter: 2);
            seen.Add((watch.Without, watch.Plateaus));
        }

        Assert.Equal([(0, 0), (0, 0), (1, 0), (2, 1), (0, 1), (1, 1), (2, 2), (3, 2), (4, 3), (0, 3)], seen);
        Assert.Equal(.7, watch.Best);
    }

    [Fact]
    public void A_task_ends_when_its_accuracy_on_validation_data_has_not_risen_for_so_many_epochs()
    {
        Played played = new([.2, .3, .3, .3, .9], [.5, .4, .4]);

        Assert.Equal([4, 3], played.Epochs(new() { Patience = 2, Epochs = [9] }));
        Assert.Equal([9, 2], new Played([.1, .2, .3, .4, .5, .6, .7, .8, .9], [.1, .1]).Epochs(new() { Patience = 1, Epochs = [9] })); // the count begins anew with each task
        Assert.Equal([2, 2], new Played([], []).Epochs(new() { Epochs = [2] })); // nobody is asked where nothing depends on it
    }

    [Fact]
    public void A_method_that_goes_on_is_not_stopped() =>
        Assert.Equal([7, 7], new Played([.5, .5, .5, .5, .5, .5, .5], [.5, .5, .5, .5, .5, .5, .5]).Epochs(new() { Patience = 1, Epochs = [3] }, new Goes(steps: 7 * 5)));

    [Fact]
    public void Each_plateau_halves_the_step_size_of_the_rest_of_the_task_alone()
    {
        Steps method = new();

        new Played([.5, .5, .5, .6, .6], [.1, .2, .2, .2, .2]).Epochs(new() { Optimizer = new Sgd.Options(), LearningRate = .4, Schedule = RateSchedule.Plateau, HalveEvery = 2, Epochs = [5] }, method);

        Assert.Equal([.4, .4, .4, .2, .2, .4, .4, .4, .4, .2], method.RatesByEpoch(5), (left, right) => Math.Abs(left - right) < 1e-4);
    }

    [Fact]
    public void Without_validation_data_it_is_refused()
    {
        using ToyLesson lesson = new(new Steps(), Scenario.Task, new() { Patience = 3 });
        LearningTask task = lesson.Begin(1);

        EngramException error = Assert.Throws<EngramException>(() => lesson.Trainer.Train(task, _ => { }, _ => { }, () => 1));

        Assert.Equal(("no-validation", ErrorKind.Input), (error.Code, error.Kind));
        Assert.StartsWith("training.patience needs validation data, but task 1 (pair 1) has none;", error.Message);
    }

    [Theory]
    [InlineData("training.patience", "2")]
    [InlineData("training.schedule", "plateau")]
    public void A_run_that_is_stopped_goes_on_with_the_same_bits(string setting, string value)
    {
        RunConfig config = Toy.Config("ewc", Scenario.Task, ("stream.validation", "0.25"), ("training.iterations", "60"), ("training.checkpointEvery", "7"), ("training.halveEvery", setting == "training.schedule" ? "1" : "0"), (setting, value));
        RunResult straight = Toy.Run(config);
        using TemporaryFolder temporary = new();
        RunFolder folder = RunFolder.Create(temporary["run"], config);
        int passed = 0;

        Assert.Throws<OperationCanceledException>(() => Toy.Run(config, folder, now => { if (now is { Phase: RunPhase.Training, Task: 2 } && ++passed == 12) throw new OperationCanceledException(); }));

        Toy.AssertSame(straight, Toy.Run(config, folder));
        if (setting == "training.patience") Assert.True(straight.Steps[^1].Step < 120, "it never stopped early");
    }

    // A lesson whose validation accuracies are given, epoch by epoch and task by task.
    private sealed class Played(params double[][] accuracies)
    {
        public int[] Epochs(TrainingOptions options, LearningMethod? method = null)
        {
            using ToyLesson lesson = new(method ?? new Steps(), Scenario.Task, options with { Batch = 10 }, stream: Held());
            return [.. accuracies.Select((ofTask, index) =>
            {
                LearningTask task = lesson.Begin(index + 1);
                int asked = 0;
                long steps = 0;
                lesson.Trainer.Train(task, step => steps = step, _ => { }, () => ofTask[asked++]);
                lesson.Trainer.End(task);
                return (int)(steps / lesson.Trainer.ScheduleFor(task).StepsPerEpoch);
            })];
        }

        private static TaskStream Held()
        {
            TaskStream toy = Toy.Stream(Scenario.Task);
            return new("held", Scenario.Task, [.. toy.Tasks.Select(task => task with { Validation = task.Test })]);
        }
    }

    // How far a step goes for its gradient: the step size of plain gradient descent.
    private sealed class Steps : LearningMethod
    {
        private readonly List<double> rates = [];
        private Tensor? before;

        public IEnumerable<double> RatesByEpoch(int stepsPerEpoch) => rates.Chunk(stepsPerEpoch).Select(epoch => epoch.Average());

        public override void EditGradient(TrainingStep step)
        {
            before?.Dispose();
            before = Model.Network.Parameters.clone().DetachFromDisposeScope();
        }

        public override void AfterStep(TrainingStep step) => rates.Add((before! - Model.Network.Parameters).norm().item<float>() / step.Gradient.norm().item<float>());

        protected override void Dispose(bool disposing)
        {
            before?.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class Goes(int steps) : LearningMethod
    {
        private int done;

        public override void BeginTask(LearningTask task) => done = 0;

        public override void AfterStep(TrainingStep step)
        {
            if (++done < steps) Model.GoOn();
        }
    }
}
