using Engram.Experiments;
using Engram.Methods;
using Engram.Methods.Baselines;
using Engram.Networks;
using Engram.Streams;
using Engram.Training;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Baselines;

public sealed class SeparateNetworksTests
{
    public SeparateNetworksTests() => NativeEngine.PrepareThread(1);

    [Fact]
    public void What_a_task_was_answered_stays_the_same_bits_while_later_tasks_are_learned()
    {
        RunConfig config = Toy.Config("separate", Scenario.Task, ("stream.tasks", "3"));
        TaskStream stream = Toy.Laboratory.Stream(config);
        using Model model = new(stream, Toy.Network(9), new(1), CPU, 10);
        using SeparateNetworks method = new(new());
        method.Join(model);
        using Trainer trainer = new(model, method, config.Training);
        using BatchReader reader = new(stream.InputShape, 24, CPU);
        List<float[]> firstAnswers = [];

        foreach (LearningTask task in stream.Tasks)
        {
            model.TasksSeen = task.Number;
            trainer.Begin(task);
            trainer.Train(task, _ => { }, _ => { });
            trainer.End(task);
            firstAnswers.Add(Answers(task));
            foreach (LearningTask old in stream.Tasks.Take(task.Number)) Assert.Equal(firstAnswers[old.Index], Answers(old));
        }
        Assert.Equal(3 * model.Network.Layout.Count, method.ParameterCount);

        float[] Answers(LearningTask task)
        {
            using TorchSharp.DisposeScope scope = NewDisposeScope();
            return method.Predict(reader.Read(task.Test, [.. Enumerable.Range(0, 24)])).data<float>().ToArray();
        }
    }

    [Fact]
    public void Columns_do_not_change_below_the_diagonal_and_are_untrained_above_it()
    {
        double[][] matrix = Toy.Run(Toy.Config("separate", Scenario.Task, ("stream.tasks", "3"))).Matrix.ToRows();

        for (int task = 0; task < 3; task++)
            for (int row = 0; row <= 3; row++)
                Assert.Equal(row <= task ? matrix[0][task] : matrix[task + 1][task], matrix[row][task]);
    }

    [Fact]
    public void A_task_not_yet_learned_is_answered_by_the_network_as_it_was_before_the_first()
    {
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        using Begun begun = new Begun(new SeparateNetworks(new()), Scenario.Task).After(1);
        using Network first = begun.Model.NewNetwork();
        Batch batch = begun.Read(2);

        Tensor answers = begun.Method.Predict(batch), expected = first.Predict(batch.Inputs) + begun.Model.Mask(2)!;

        Assert.True(answers.eq(expected).all().item<bool>());
        Assert.Equal(first.Layout.Count, begun.Model.Network.Layout.Count); // each as wide as one alone
        Assert.False(begun.Model.Network.Parameters.eq(first.Parameters).all().item<bool>());
        Assert.False(begun.Method.Predict(begun.Read(1)).eq(first.Predict(begun.Read(1).Inputs) + begun.Model.Mask(1)!).all().item<bool>());
    }

    [Theory]
    [InlineData(2, "40")]
    [InlineData(3, "30,20")]
    public void Networks_of_equal_size_are_together_no_larger_than_one_and_use_most_of_it(int tasks, string hidden)
    {
        (string, string)[] settings = [("stream.tasks", $"{tasks}"), ("network.hidden", hidden), ("training.iterations", "2")];

        long one = Toy.Run(Toy.Config("fine-tuning", Scenario.Task, settings)).Parameters[^1];
        long all = Toy.Run(Toy.Config("separate", Scenario.Task, [.. settings, ("method.equalSize", "true")])).Parameters[^1];

        Assert.InRange(all, 0.8 * one, one);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("")]
    public void Where_no_network_is_small_enough_the_error_names_the_setting(string hidden)
    {
        EngramException error = Assert.Throws<EngramException>(() => Toy.Run(Toy.Config("separate", Scenario.Task, ("network.hidden", hidden), ("method.equalSize", "true"))));

        Assert.Equal(ErrorKind.Input, error.Kind);
        Assert.Contains("method.equalSize", error.Message);
    }

    [Fact]
    public void The_network_that_the_run_began_with_is_freed_and_before_the_first_task_nothing_is_restored()
    {
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        using Begun run = new(new SeparateNetworks(new()), Scenario.Task), restored = new(new SeparateNetworks(new()), Scenario.Task);
        Network first = run.Model.Network, other = restored.Model.Network;
        StateBag state = new();
        run.Method.Visit(state);

        restored.Method.Visit(new([], state.Values));
        run.After(0);

        Assert.Same(other, restored.Model.Network);
        Assert.True(first.Parameters.IsInvalid);
    }

    [Fact]
    public void The_running_averages_of_finished_networks_survive_a_stop()
    {
        using ToyLesson lesson = Lesson(), restored = Lesson();
        for (int number = 1; number <= 2; number++) lesson.Learn(number);
        StateBag state = new();
        lesson.Method.Visit(state);
        restored.Model.TasksSeen = 2;

        restored.Method.Visit(new(state.Tensors.ToDictionary(), state.Values));

        using BatchReader reader = new(lesson.Stream.InputShape, 24, CPU);
        Batch batch = reader.Read(lesson.Stream.Tasks[0].Test, [.. Enumerable.Range(0, 24)]);
        Assert.True(lesson.Method.Predict(batch).eq(restored.Method.Predict(batch)).all().item<bool>());

        static ToyLesson Lesson() => new(new SeparateNetworks(new()), Scenario.Task, network: new EveryMethodInUseAndInTrainingTests.Normalised());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_checkpoint_with_another_number_of_finished_networks_is_refused(int networks)
    {
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        using Begun run = new Begun(new SeparateNetworks(new()), Scenario.Task).After(2), restored = new(new SeparateNetworks(new()), Scenario.Task);
        StateBag state = new();
        run.Method.Visit(state);
        state.Values["networks"] = networks;
        restored.Model.TasksSeen = 3;

        Assert.Contains("one for each finished task", Assert.Throws<EngramException>(() => restored.Method.Visit(new(state.Tensors.ToDictionary(), state.Values))).Message);
    }

    [Fact]
    public void A_stopped_run_of_narrow_networks_goes_on_exactly()
    {
        RunConfig config = Toy.Config("separate", Scenario.Task, ("stream.tasks", "3"), ("network.hidden", "40"), ("method.equalSize", "true"));
        using Datasets.TemporaryFolder temporary = new();
        RunFolder folder = RunFolder.Create(temporary["run"], config);
        using CancellationTokenSource stop = new();
        Assert.Throws<OperationCanceledException>(() => Toy.Run(config, folder, now => { if (now is { Task: 3, Fraction: > 0.8 }) stop.Cancel(); }, stop));

        Toy.AssertSame(Toy.Run(config), Toy.Run(config, folder));
    }
}
