using System.ComponentModel;
using Engram.Experiments;
using Engram.Methods;
using Engram.Methods.Growth;
using Engram.Networks;
using Engram.Streams;
using Engram.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Growth;

public sealed class ProgressiveNetworksTests
{
    public ProgressiveNetworksTests() => NativeEngine.PrepareThread(1);

    [Theory]
    [InlineData("mlp", LateralKind.Adapter, false)]
    [InlineData("mlp", LateralKind.Linear, false)]
    [InlineData("mlp", LateralKind.Linear, true)]
    [InlineData("cnn", LateralKind.Adapter, false)]
    [InlineData("cnn", LateralKind.Linear, true)]
    public void Every_old_task_is_answered_with_the_same_bits_after_every_later_task(string network, LateralKind lateral, bool inputLaterals)
    {
        using DisposeScope scope = NewDisposeScope();
        TaskStream stream = Toy.Stream(tasks: 3);
        NetworkDefinition definition = network == "mlp" ? Toy.Network(9, 7) : new Cnn(new() { Channels = [2, 3] });
        using Model model = new(stream, definition, new(1), CPU, 10);
        using ProgressiveNetworks method = new(new() { Lateral = lateral, InputLaterals = inputLaterals, Scale = 0.3 });
        method.Join(model);
        using Trainer trainer = new(model, method, Toy.Config().Training);
        using BatchReader reader = new(stream.InputShape, 24, CPU);
        List<float[]> first = [];

        foreach (LearningTask task in stream.Tasks)
        {
            model.TasksSeen = task.Number;
            trainer.Begin(task);
            float[] untrained = Answers(task);
            trainer.Train(task, _ => { }, _ => { });
            trainer.End(task);
            first.Add(Answers(task));
            Assert.NotEqual(untrained, first[^1]);
            foreach (LearningTask old in stream.Tasks.Take(task.Number)) Assert.Equal(first[old.Index], Answers(old));
            Assert.Same(model.Network, method.Columns[^1]);
        }
        Assert.Equal(method.Columns.Sum(column => column.Layout.Count), method.ParameterCount);

        float[] Answers(LearningTask task) => method.Predict(reader.Read(task.Test, [.. Enumerable.Range(0, 24)])).data<float>().ToArray();
    }

    [Theory]
    [InlineData(LateralKind.Adapter)]
    [InlineData(LateralKind.Linear)]
    public void Forgetting_is_exactly_zero_and_tasks_not_yet_learned_are_answered_by_the_untrained_network(LateralKind lateral)
    {
        (string, string)[] settings = [("stream.tasks", "3"), ("training.iterations", "20")];
        RunResult result = Toy.Run(Toy.Config("progressive", Scenario.Task, [.. settings, ("method.lateral", lateral.ToString().ToLowerInvariant())]));
        RunResult plain = Toy.Run(Toy.Config("fine-tuning", Scenario.Task, settings));

        Assert.Equal(0, result.Metrics["forgetting"]);
        Assert.Equal(0, result.Metrics["backwardTransfer"]);
        Assert.Equal(plain.Matrix.Row(0), result.Matrix.Row(0));
        for (int task = 0; task < 3; task++)
            for (int row = 0; row <= 3; row++)
                Assert.Equal(row <= task ? result.Matrix[0, task + 1] : result.Matrix[task + 1, task + 1], result.Matrix[row, task + 1]);
    }

    [Theory]
    [InlineData("mlp")]
    [InlineData("cnn")]
    public void On_one_task_it_is_fine_tuning(string network)
    {
        RunResult Run(string method) => Toy.Run(Toy.Laboratory.Configure("toy", method, network).Set("stream.scenario", "task").Set("stream.tasks", "1")
            .Set("training.batch", "10").Set("training.iterations", "6").Build());

        RunResult plain = Run("fine-tuning"), progressive = Run("progressive");

        Assert.Equal(plain.Parameters, progressive.Parameters);
        Assert.Equal(plain.Matrix.ToRows(), progressive.Matrix.ToRows());
        if (network == "mlp") Assert.Equal(plain.Weights, progressive.Weights);
    }

    [Fact]
    public void Parameters_are_those_of_all_columns_with_their_own_outputs_and_of_all_connections()
    {
        RunResult result = Toy.Run(Toy.Config("progressive", Scenario.Task, ("stream.tasks", "3"), ("network.hidden", "9,7"), ("method.lateral", "linear")));

        const int column = (144 * 9) + 9 + (9 * 7) + 7 + (7 * 2) + 2, connections = (9 * 7) + (7 * 2);
        Assert.Equal([column, (2 * column) + connections, (3 * column) + (3 * connections)], result.Parameters);
    }

    [Fact]
    public void A_column_begins_as_a_network_of_its_own_with_the_outputs_of_its_task()
    {
        using DisposeScope scope = NewDisposeScope();
        using Begun begun = new Begun(new ProgressiveNetworks(new()), Scenario.Task).After(2);
        NetworkColumn third = ((ProgressiveNetworks)begun.Method).Columns[2];
        using Network plain = begun.Model.NewNetwork(2);
        var (weight, bias) = plain.Layout.Output;

        Tensor rows = plain.Parameters.narrow(0, weight.Offset, weight.Length).view(weight.Shape).narrow(0, 4, 2); // outputs 4 and 5
        Tensor expected = cat([plain.Parameters.narrow(0, 0, weight.Offset), rows.flatten(), plain.Parameters.narrow(0, bias.Offset + 4, 2)]);
        Assert.Equal(expected.data<float>().ToArray(), third.Parameters.narrow(0, 0, expected.numel()).data<float>().ToArray());
    }

    [Fact]
    public void A_task_is_learned_and_answered_with_its_own_outputs()
    {
        using DisposeScope scope = NewDisposeScope();
        using Begun begun = new Begun(new ProgressiveNetworks(new()), Scenario.Task).After(2);
        ProgressiveNetworks method = (ProgressiveNetworks)begun.Method;
        Batch batch = begun.Read(2);
        Tensor logits = method.Columns[2].Forward(batch.Inputs).clone();

        Assert.Equal(nn.functional.cross_entropy(logits, batch.Targets - 4).item<float>(), method.Loss(batch, logits).Value.item<float>(), 1e-5f);
        foreach (int task in new[] { 0, 1, 2 })
        {
            Tensor scores = method.Predict(begun.Read(task));
            Assert.Equal([.. Enumerable.Range(0, 6).Select(output => output / 2 == task)], scores[0].isfinite().data<bool>().ToArray());
            Assert.True(scores.narrow(1, 2 * task, 2).eq(method.Columns[task].Predict(begun.Read(task).Inputs)).all().item<bool>());
        }
    }

    [Fact]
    public void Only_the_new_column_learns_and_earlier_ones_are_not_in_its_vector()
    {
        using Begun begun = new Begun(new ProgressiveNetworks(new()), Scenario.Task).After(2);
        ProgressiveNetworks method = (ProgressiveNetworks)begun.Method;
        float[][] before = [.. method.Columns.Select(column => column.Parameters.data<float>().ToArray())];

        begun.Train(2);

        Assert.Equal(before[0], method.Columns[0].Parameters.data<float>().ToArray());
        Assert.Equal(before[1], method.Columns[1].Parameters.data<float>().ToArray());
        Assert.NotEqual(before[2], method.Columns[2].Parameters.data<float>().ToArray());
        Assert.Equal(method.Columns[2].Layout.Count, begun.Model.Network.Parameters.numel());
    }

    [Fact]
    public void A_stopped_run_of_three_tasks_goes_on_exactly_with_its_table()
    {
        RunConfig config = Toy.Config("progressive", Scenario.Task, ("stream.tasks", "3"), ("training.iterations", "20"), ("method.lateral", "linear"), ("method.inputLaterals", "true"));
        using Datasets.TemporaryFolder temporary = new();
        RunFolder folder = RunFolder.Create(temporary["run"], config);
        using CancellationTokenSource stop = new();
        Assert.Throws<OperationCanceledException>(() => Toy.Run(config, folder, now => { if (now is { Task: 3, Fraction: > 0.8 }) stop.Cancel(); }, stop));

        RunResult straight = Toy.Run(config), resumed = Toy.Run(config, folder);

        Toy.AssertSame(straight, resumed);
        Assert.Equal(Assert.Single(straight.Tables).Values, Assert.Single(resumed.Tables).Values);
    }

    [Fact]
    public void The_table_says_which_columns_a_task_uses_in_shares_that_add_up_to_one()
    {
        RunResult result = Toy.Run(Toy.Config("progressive", Scenario.Task, ("stream.tasks", "3"), ("training.iterations", "60"), ("network.hidden", "12,8")));

        Assert.Equal(["columns used at hidden layer 1", "columns used at hidden layer 2"], result.Tables.Select(table => table.Name));
        foreach (ExhibitTable table in result.Tables)
        {
            Assert.Equal(1.0, table.Values[0][0]!.Value, 1e-12); // there was only its own
            for (int task = 0; task < 3; task++)
            {
                Assert.Equal(1.0, table.Values[task].Sum(share => share ?? 0), 1e-9);
                Assert.All(table.Values[task].Skip(task + 1), share => Assert.Null(share));
            }
        }
        Assert.Empty(Toy.Run(Toy.Config("progressive", Scenario.Task, ("method.sensitivitySamples", "0"))).Tables);
    }

    [Fact]
    public void A_task_that_only_an_earlier_column_can_answer_uses_that_column()
    {
        using DisposeScope scope = NewDisposeScope();
        TaskStream stream = Toy.Stream(tasks: 2);
        using Model model = new(stream, Toy.Network(9), new(1), CPU, 10);
        using ProgressiveNetworks method = new(new() { Lateral = LateralKind.Linear });
        method.Join(model);
        using Trainer trainer = new(model, method, Toy.Config("fine-tuning", Scenario.Task, ("training.iterations", "60")).Training);
        model.TasksSeen = 1;
        trainer.Begin(stream.Tasks[0]);
        trainer.Train(stream.Tasks[0], _ => { }, _ => { });
        model.TasksSeen = 2;
        trainer.Begin(stream.Tasks[1]);
        // The second column answers task 1 by the first column's values alone, with its outputs' weights.
        NetworkColumn one = method.Columns[0], two = method.Columns[1];
        ParameterSlice top = one.Layout.Slices[2], own = two.Layout.Slices[2], lateral = two.Layout.Slices[^1];
        two.Parameters.narrow(0, own.Offset, own.Length).zero_();
        two.Parameters.narrow(0, lateral.Offset, lateral.Length).copy_(one.Parameters.narrow(0, top.Offset, top.Length));

        double?[][] shares = new PerturbationSensitivity(new(1), 100).Of(stream.Tasks[0], method.Columns);

        Assert.Equal([1.0, 0.0], shares[0]);
    }

    [Fact]
    public void Restored_over_columns_that_were_frozen_it_answers_as_what_was_saved()
    {
        using DisposeScope scope = NewDisposeScope();
        ProgressiveNetworks.Options options = new() { Lateral = LateralKind.Linear, InputLaterals = true, Scale = 0.3, SensitivitySamples = 0 };
        using Begun saved = new Begun(new ProgressiveNetworks(options), Scenario.Task).After(2), other = new Begun(new ProgressiveNetworks(options), Scenario.Task).After(2);
        foreach (NetworkColumn column in ((ProgressiveNetworks)other.Method).Columns.SkipLast(1))
        {
            column.Parameters.zero_();
            column.Freeze();
        }
        Assert.NotEqual(Answers(saved, 1), Answers(other, 1));

        new SavedState(saved.Method.Visit).Restore(other.Method.Visit);

        for (int task = 0; task < 2; task++) Assert.Equal(Answers(saved, task), Answers(other, task));

        static float[] Answers(Begun one, int task) => one.Method.Predict(one.Read(task)).data<float>().ToArray();
    }

    [Fact]
    public void A_restored_one_answers_old_tasks_with_the_same_bits_and_keeps_what_was_measured()
    {
        using DisposeScope scope = NewDisposeScope();
        using Begun saved = new Begun(new ProgressiveNetworks(new() { SensitivitySamples = 5 }), Scenario.Task).After(2), other = new(new ProgressiveNetworks(new() { SensitivitySamples = 5 }), Scenario.Task);
        _ = Engram.Methods.Exhibit.Of(saved.Method).ToList();
        other.Model.TasksSeen = 3;

        SavedState state = new(saved.Method.Visit);
        state.Restore(other.Method.Visit);

        Assert.Equal(["column0", "column1"], state.Tensors.Keys); // the one that learns is saved by the run
        Assert.Equal(saved.Method.ParameterCount, other.Method.ParameterCount);
        Assert.Same(((ProgressiveNetworks)other.Method).Columns[2], other.Model.Network);
        for (int task = 0; task < 2; task++)
            Assert.Equal(saved.Method.Predict(saved.Read(task)).data<float>().ToArray(), other.Method.Predict(other.Read(task)).data<float>().ToArray());
        Assert.Equal(state.Values.ToJsonString(), new SavedState(other.Method.Visit).Values.ToJsonString());
        Assert.Equal(3, state.Values["shares"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("columns", "1", "one for each task begun")]
    [InlineData("columns", "3", "one for each task begun")]
    [InlineData("shares", "[[[1]],[[0.5,0.5]],[[1]]]", "those of each hidden layer of each task")]
    [InlineData("shares", "[[[1],[1]]]", "those of each hidden layer of each task")]
    [InlineData("shares", "[null]", "those of each hidden layer of each task")]
    [InlineData("shares", "[[null]]", "those of each hidden layer of each task")]
    [InlineData("shares", "[[[1.5]]]", "0 to 1 is expected")]
    public void A_checkpoint_of_other_columns_is_refused(string name, string json, string expected)
    {
        using DisposeScope scope = NewDisposeScope();
        using Begun saved = new Begun(new ProgressiveNetworks(new()), Scenario.Task).After(1), other = new(new ProgressiveNetworks(new()), Scenario.Task);
        other.Model.TasksSeen = 2;

        new SavedState(saved.Method.Visit).With(name, json).AssertRefused(expected, other.Method.Visit);
    }

    [Fact]
    public void Before_the_first_task_there_are_no_columns_and_the_untrained_network_answers()
    {
        using DisposeScope scope = NewDisposeScope();
        using Begun begun = new(new ProgressiveNetworks(new()), Scenario.Task);
        Batch batch = begun.Read(1);

        Assert.Equal(begun.Model.Network.Layout.Count, begun.Method.ParameterCount);
        Assert.True((begun.Model.Network.Predict(batch.Inputs).clone() + begun.Model.Mask(batch)!).eq(begun.Method.Predict(batch)).all().item<bool>());
        new SavedState(begun.Method.Visit).Restore(begun.Method.Visit);
        Assert.Empty(((ProgressiveNetworks)begun.Method).Columns);
    }

    [Fact]
    public void A_task_that_begins_again_has_its_column_already()
    {
        using DisposeScope scope = NewDisposeScope();
        using Begun begun = new Begun(new ProgressiveNetworks(new()), Scenario.Task).After(1);
        Network second = begun.Model.Network;

        begun.Begin(1);

        Assert.Same(second, begun.Model.Network);
        Assert.Equal(2, ((ProgressiveNetworks)begun.Method).Columns.Count);
    }

    [Fact]
    public void Columns_and_the_untrained_network_are_freed() => Leaks.AssertNone(() =>
    {
        using DisposeScope scope = NewDisposeScope();
        using Begun begun = new Begun(new ProgressiveNetworks(new()), Scenario.Task).After(2);
        begun.Method.Predict(begun.Read(0));
    });

    [Fact]
    public void A_network_without_layers_to_connect_is_refused_by_name()
    {
        using Model model = new(Toy.Stream(), new Unlayered(), new(1), CPU, 10);
        using ProgressiveNetworks method = new(new());

        EngramException error = Assert.Throws<EngramException>(() => method.Join(model));

        Assert.Equal("network-mismatch", error.Code);
        Assert.Contains("unlayered", error.Message);
        Assert.Contains("mlp or cnn", error.Message);
    }

    [Fact]
    public void A_batch_that_does_not_say_its_task_is_refused()
    {
        using DisposeScope scope = NewDisposeScope();
        using Begun begun = new Begun(new ProgressiveNetworks(new()), Scenario.Task).After(1);
        Batch batch = begun.Read(0);

        foreach (int[] tasks in new int[][] { [], [0, 1, 0, 1, 0, 1, 0], [3], [-1] })
        {
            EngramException error = Assert.Throws<EngramException>(() => begun.Method.Predict(batch with { Tasks = tasks }));
            Assert.Equal("task-missing", error.Code);
            Assert.Contains("0 to 2", error.Message);
        }
    }

    [Theory]
    [InlineData("progressive+ewc")]
    [InlineData("expert-gate+replay")]
    public void It_is_not_combined(string id) => Assert.Contains("works alone", Assert.Throws<EngramException>(() => Toy.Catalogs.Methods.Find(id)).Message);

    [Theory]
    [InlineData("inputLaterals", "true", "method.lateral to linear")]
    [InlineData("scale", "0", "method.scale")]
    public void Settings_that_make_no_sense_together_are_refused(string setting, string value, string advice) =>
        Assert.Contains(advice, Assert.Throws<EngramException>(() => Toy.Config("progressive", Scenario.Task, ($"method.{setting}", value))).Message);

    [Network("unlayered", Summary = "a stand-in for a network that is no stack of layers", Family = "tests"), Description("only for a test")]
    private sealed class Unlayered : NetworkDefinition
    {
        private readonly Mlp inner = new(new() { Hidden = [3] });

        public override ParameterLayout Layout(IReadOnlyList<long> inputShape, int outputs) => inner.Layout(inputShape, outputs);

        public override Network Create(IReadOnlyList<long> inputShape, int outputs, Seed seed, Device device) => inner.Create(inputShape, outputs, seed, device);

        public override NetworkDefinition Scaled(double factor) => this;
    }
}
