using Engram.Experiments;
using Engram.Methods;
using Engram.Methods.Baselines;
using Engram.Networks;
using Engram.Streams;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Baselines;

public sealed class JointTrainingTests
{
    public JointTrainingTests() => NativeEngine.PrepareThread(1);

    [Fact]
    public void Task_k_is_learned_from_the_data_of_tasks_1_to_k()
    {
        TaskStream stream = Toy.Stream(tasks: 3);
        using Model model = new(stream, Toy.Network(3), new(1), CPU, 4);
        using JointTraining joint = new(new());
        joint.Join(model);

        foreach (LearningTask task in stream.Tasks)
        {
            Samples union = joint.TrainingData(task);

            Assert.Equal(stream.Tasks.Take(task.Number).Sum(seen => seen.Train.Count), union.Count);
            Assert.Equal(Enumerable.Range(0, task.Number), Enumerable.Range(0, union.Count).Select(union.Task).Distinct());
            Assert.Equal(Enumerable.Range(0, task.Number), union.Lessons);
        }
    }

    [Fact]
    public void With_a_fresh_start_the_last_row_does_not_depend_on_what_came_before()
    {
        RunResult three = Toy.Run(Toy.Config("joint", Scenario.Domain, ("stream.tasks", "3"), ("training.epochs", "2"), ("training.iterations", "null")));
        RunResult goneOn = Toy.Run(Toy.Config("joint", Scenario.Domain, ("stream.tasks", "3"), ("training.epochs", "2"), ("training.iterations", "null"), ("method.restart", "false")));

        // The union of all tasks learned from the run's first network, in the order of task 3, by hand.
        RunConfig config = Toy.Config("fine-tuning", Scenario.Domain, ("stream.tasks", "3"));
        TaskStream stream = Toy.Laboratory.Stream(config);
        using Model model = new(stream, Toy.Network(9), new(1), CPU, 10) { TasksSeen = 3 };
        using JointTraining method = new(new() { Restart = false });
        method.Join(model);
        using Engram.Training.Trainer trainer = new(model, method, config.Training with { Iterations = null, Epochs = [2] });
        trainer.Begin(stream.Tasks[2]);
        trainer.Train(stream.Tasks[2], _ => { }, _ => { });

        Assert.Equal(three.Weights, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(model.Network.Parameters.bytes)));
        Assert.NotEqual(three.Weights, goneOn.Weights);
    }

    [Fact]
    public void The_first_task_is_learned_by_the_network_of_the_run_and_each_later_one_by_a_fresh_one()
    {
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        using Begun run = new(new JointTraining(new()), Scenario.Domain);
        Network first = run.Model.Network;

        run.Begin(0);
        Assert.Same(first, run.Model.Network);
        run.Begin(1);
        Assert.NotSame(first, run.Model.Network);
        Assert.True(first.Parameters.IsInvalid);
    }

    [Fact]
    public void It_reports_the_bytes_of_all_data_it_must_keep()
    {
        RunResult result = Toy.Run(Toy.Config("joint"));

        // As a memory keeps samples: float32 inputs, an int64 target and an int32 task.
        Assert.Equal([2 * Toy.TrainPerClass * (144L * 4 + 8 + 4), 4 * Toy.TrainPerClass * (144L * 4 + 8 + 4)], result.StoredBytes);
        Assert.Equal([2 * Toy.TrainPerClass, 4 * Toy.TrainPerClass], result.StoredSamples);
    }

    [Fact]
    public void Iterations_of_the_tasks_add_up_and_epochs_are_those_of_the_longest()
    {
        Engram.Training.TrainingOptions byIterations = new() { Iterations = 7, Batch = 10 }, byEpochs = new() { Epochs = [4, 2], Batch = 10 };

        Assert.Equal(21, byIterations.ScheduleFor(95, [0, 1, 2]).Steps);
        Assert.Equal(4 * 10, byEpochs.ScheduleFor(95, [0, 1]).Steps);
        Assert.Equal(2 * 10, byEpochs.ScheduleFor(95, [1]).Steps);
    }
}
