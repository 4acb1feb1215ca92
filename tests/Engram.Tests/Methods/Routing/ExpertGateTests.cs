using Engram.Answering;
using Engram.Experiments;
using Engram.Methods;
using Engram.Methods.Routing;
using Engram.Networks;
using Engram.Streams;
using Engram.Tests.Methods.Rehearsal;
using Engram.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Routing;

public sealed class ExpertGateTests
{
    public ExpertGateTests() => NativeEngine.PrepareThread(1);

    [Fact]
    public void Errors_of_1_2_and_4_at_temperature_2_give_the_probabilities_worked_by_hand()
    {
        double[] probabilities = GateChoice.ProbabilitiesOf([1, 2, 4], 2);

        Assert.Equal(0.5465, probabilities[0], 5e-5);
        Assert.Equal(0.3315, probabilities[1], 5e-5);
        Assert.Equal(0.1220, probabilities[2], 5e-5);
        Assert.Equal(1, GateChoice.ProbabilitiesOf([5000, 9000], 2).Sum(), 1e-12);
    }

    [Theory]
    [InlineData(1.1, 0.9, true)]
    [InlineData(1.3, 0.7, false)]
    public void Relatedness_decides_between_keeping_answers_and_fine_tuning(double oldError, double expected, bool keeps)
    {
        double relatedness = ExpertGate.Relatedness(oldError, 1);

        Assert.Equal(expected, relatedness, 1e-12);
        Assert.Equal(keeps, relatedness > new ExpertGate.Options().Threshold);
    }

    [Fact]
    public void Relatedness_is_relative_to_the_own_gates_error() => Assert.Equal(0.9, ExpertGate.Relatedness(2.2, 2), 1e-12);

    [Fact]
    public void Gates_that_see_features_come_with_the_network_that_gives_them()
    {
        using DisposeScope scope = NewDisposeScope();
        ExpertGate method = new(new() { Code = 4, Inputs = GateInput.Features });
        using Begun begun = new Begun(method, Scenario.Class).After(1);
        long network = begun.Model.Network.Layout.Count;

        Assert.Equal(2 * network + 2 * (2 * 9 * 4 + 4 + 9) + network, method.ParameterCount); // nine features
        Assert.Equal(2 * 9 * sizeof(float) + 2 * sizeof(double), method.StoredBytes);
    }

    [Fact]
    public void A_task_that_is_given_but_not_learned_is_left_to_the_gates_for_the_whole_batch()
    {
        using DisposeScope scope = NewDisposeScope();
        ExpertGate oracle = new(new() { Code = 4, Gate = GateKind.Oracle }), gated = new(new() { Code = 4 });
        using Begun one = new Begun(oracle, Scenario.Task).After(1), other = new Begun(gated, Scenario.Task).After(1);
        Batch batch = one.Read(0) with { Tasks = [0, 1, 2, 0, 1, 2, 0] }; // the third task is not learned

        Assert.True(gated.Predict(batch).eq(oracle.Predict(batch)).all().item<bool>());
    }

    [Fact]
    public void Stored_are_an_expert_and_a_gate_per_task()
    {
        RunResult plain = Toy.Run(Toy.Config("fine-tuning", Scenario.Class, ("stream.tasks", "3")));
        RunResult gated = Toy.Run(Toy.Config("expert-gate", Scenario.Class, ("stream.tasks", "3"), ("method.code", "4")));

        const int inputs = Toy.Side * Toy.Side, code = 4;
        Assert.Equal([.. Enumerable.Range(1, 3).Select(tasks => tasks * (plain.Parameters[0] + (2 * inputs * code) + code + inputs))], gated.Parameters);
        Assert.Equal((2 * inputs * sizeof(float)) + (3 * sizeof(double)), gated.StoredBytes[^1]);
    }

    [Theory]
    [InlineData(Scenario.Task)]
    [InlineData(Scenario.Class)]
    public void The_gates_tell_small_tasks_apart_and_the_tables_show_it(Scenario scenario)
    {
        RunResult result = Toy.Run(Toy.Config("expert-gate", scenario, ("stream.tasks", "3"), ("training.iterations", "60"), ("network.hidden", "20"),
            ("method.code", "4"), ("method.gateEpochs", "40")));

        Assert.Equal(["gate", "gate against oracle", "relatedness"], result.Tables.Select(table => table.Name));
        double?[][] gate = result.Tables[0].Values, costs = result.Tables[1].Values, relatedness = result.Tables[2].Values;
        for (int task = 0; task < 3; task++)
        {
            Assert.Equal(1.0, gate[task].Sum()!.Value, 1e-12);
            Assert.True(gate[task][task] > 0.9, $"gate of task {task + 1}: {gate[task][task]}");
            Assert.Equal(gate[task][task]!.Value, costs[task][0]!.Value);
            Assert.Equal(result.Matrix[3, task + 1], costs[task][2]!.Value, 1e-12);
            Assert.True(costs[task][3] > 0.9, $"accuracy of expert {task + 1}: {costs[task][3]}");
            Assert.All(relatedness[task].Skip(task), value => Assert.Null(value));
        }
        Assert.Equal(costs[..3].Average(row => row[0]!.Value), costs[3][0]!.Value, 1e-12);
    }

    [Fact]
    public void The_oracle_is_right_whatever_the_gates_say()
    {
        (string, string)[] settings = [("stream.tasks", "3"), ("training.iterations", "40"), ("network.hidden", "20"), ("method.code", "1"), ("method.gateEpochs", "1")];
        RunResult learned = Toy.Run(Toy.Config("expert-gate", Scenario.Task, settings)), oracle = Toy.Run(Toy.Config("expert-gate", Scenario.Task, [.. settings, ("method.gate", "oracle")]));

        double?[][] costs = oracle.Tables[1].Values;
        for (int task = 0; task < 3; task++) Assert.Equal(costs[task][3]!.Value, oracle.Matrix[3, task + 1], 1e-12);
        Assert.Equal(0, oracle.Metrics["forgetting"]);
        Assert.Equal(learned.Weights, oracle.Weights);
        Assert.Equal(learned.Tables[1].Values, costs);
    }

    [Theory]
    [InlineData(Scenario.Domain)]
    [InlineData(Scenario.Class)]
    public void An_oracle_without_a_given_task_is_refused(Scenario scenario)
    {
        EngramException error = Assert.Throws<EngramException>(() => Toy.Run(Toy.Config("expert-gate", scenario, ("method.gate", "oracle"))));

        Assert.Contains($"no task is given in the {scenario.ToString().ToLowerInvariant()} scenario", error.Message);
    }

    [Fact]
    public void A_new_expert_begins_as_the_most_related_one_and_the_old_one_stays()
    {
        using DisposeScope scope = NewDisposeScope();
        ExpertGate method = new(new() { Code = 4 });
        using Begun begun = new(method, Scenario.Task);
        begun.Begin(0);
        begun.Train(0);
        float[] old = begun.Model.Network.Parameters.data<float>().ToArray();

        begun.Begin(1);

        Assert.Equal(old, begun.Model.Network.Parameters.data<float>().ToArray());
        Assert.Equal(0, method.MostRelated(1));
        Batch batch = begun.Read(0);
        float[] before = begun.Model.Network.Predict(batch.Inputs).data<float>().ToArray();
        begun.Train(1);
        Assert.NotEqual(old, begun.Model.Network.Parameters.data<float>().ToArray());
        begun.Begin(2);
        Assert.Equal(2, method.RelatednessOfTasks[2].Length);
        Assert.NotEqual(before, begun.Model.Network.Predict(batch.Inputs).data<float>().ToArray());
    }

    [Fact]
    public void The_third_expert_begins_as_the_first_where_its_data_are_those_of_the_first_and_keeps_that_ones_answers()
    {
        using DisposeScope scope = NewDisposeScope();
        ExpertGate method = new(new() { Code = 4, GateEpochs = 40 });
        using Begun begun = new Begun(method, Scenario.Domain, stream: Again()).After(1);
        float[] first = begun.Model.Network.Parameters.data<float>().ToArray(); // the second expert begins as the first
        begun.Train(1);

        begun.Begin(2);
        Assert.Equal(0, method.MostRelated(2));
        Assert.Equal(first, begun.Model.Network.Parameters.data<float>().ToArray());
        Batch batch = begun.Read(2);
        Tensor answers = begun.Model.Network.Predict(batch.Inputs).clone();
        begun.Train(2);
        Tensor logits = begun.Model.Network.Forward(batch.Inputs).clone();
        Objective loss = method.Loss(batch, logits);

        Assert.True(method.KeepsAnswers(2));
        Objective expected = Objective.Of(logits, z => nn.functional.cross_entropy(z, batch.Targets) - ((answers / 2).softmax(1) * (z / 2).log_softmax(1)).sum(1L).mean());
        Assert.Equal(expected.Value.item<float>(), loss.Value.item<float>(), 1e-5f);
        Batches.AssertClose(expected.Gradient, loss.Gradient, 1e-5);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gates_are_measured_on_what_they_did_not_learn_and_know_what_almost_all_of_it_is_like(bool validation)
    {
        using DisposeScope scope = NewDisposeScope();
        RunConfig config = Toy.Config("fine-tuning", Scenario.Class, ("stream.tasks", "3"), ("stream.validation", validation ? "0.25" : "0"));
        ExpertGate method = new(new() { Code = 4, Known = 0.7, HeldOut = 0.2 });
        using Begun begun = new Begun(method, Scenario.Class, stream: Toy.Laboratory.Stream(config)).After(2);
        begun.Train(2);
        begun.Trainer.End(begun.Stream.Tasks[2]);

        // The same by hand: inputs as the first task has them, and 0.2 x 48 = 10 of a task's samples held out, or its validation samples.
        using GateInputs inputs = new(144, null, CPU);
        inputs.Fit(begun.Stream.Tasks[0].Train);
        List<AutoencoderGate> gates = [];
        List<double> thresholds = [];
        foreach (LearningTask task in begun.Stream.Tasks)
        {
            int[] order = validation ? [.. Enumerable.Range(0, task.Train.Count)] : new Seed(1).For("gate held out", task.Index).Permutation(task.Train.Count);
            int[] heldOut = validation ? [.. Enumerable.Range(0, task.Validation!.Count)] : order[..10];
            AutoencoderGate gate = new(inputs, 4, new Seed(1).Derive("gate", task.Index), CPU);
            gate.Train(task.Train, validation ? order : order[10..], 10, 1e-2, 5e-4, epoch => new Seed(1).For("gate order", task.Index, epoch));
            double[] own = gate.Errors(task.Validation ?? task.Train, heldOut);
            double[] expected = [.. gates.Select(old => ExpertGate.Relatedness(old.Errors(task.Validation ?? task.Train, heldOut).Average(), own.Average()))];
            Assert.Equal(expected, method.RelatednessOfTasks[task.Index], (one, other) => Math.Abs(one - other) < 1e-9);
            thresholds.Add(own.Order().ElementAt((int)Math.Ceiling(0.7 * own.Length) - 1));
            gates.Add(gate);
        }

        ExhibitTable costs = Engram.Methods.Exhibit.Of(method).OfType<ExhibitTable>().Single(table => table.Name == "gate against oracle");
        foreach (LearningTask task in begun.Stream.Tasks)
        {
            double[][] errors = [.. gates.Select(gate => gate.Errors(task.Test, Enumerable.Range(0, task.Test.Count)))];
            int unknown = Enumerable.Range(0, task.Test.Count).Count(sample => Enumerable.Range(0, 3).All(gate => errors[gate][sample] > thresholds[gate]));
            Assert.Equal((double)unknown / task.Test.Count, costs.Values[task.Index][1]!.Value, 1e-12);
        }
        Assert.InRange(costs.Values[3][1]!.Value, 0.05, 0.95);
        foreach (AutoencoderGate gate in gates) gate.Dispose();
    }

    [Theory]
    [InlineData(Scenario.Task)]
    [InlineData(Scenario.Class)]
    public void The_third_expert_learns_its_own_outputs_and_keeps_those_of_the_related_task(Scenario scenario)
    {
        using DisposeScope scope = NewDisposeScope();
        ExpertGate method = new(new() { Code = 4, Threshold = -1e6, Distillation = 0.7 });
        using Begun begun = new Begun(method, scenario).After(2);
        Batch batch = begun.Read(2);
        int related = method.MostRelated(2);
        Tensor answers = begun.Model.Network.Predict(batch.Inputs).narrow(1, 2 * related, 2).clone(); // of the related expert, as which it begins
        begun.Train(2);
        Tensor logits = begun.Model.Network.Forward(batch.Inputs).clone();

        Objective loss = method.Loss(batch, logits);

        Objective expected = Objective.Of(logits, z => nn.functional.cross_entropy(z.narrow(1, 4, 2), batch.Targets - 4)
            - 0.7 * ((answers / 2).softmax(1) * (z.narrow(1, 2 * related, 2) / 2).log_softmax(1)).sum(1L).mean());
        Assert.Equal(expected.Value.item<float>(), loss.Value.item<float>(), 1e-5f);
        Batches.AssertClose(expected.Gradient, loss.Gradient, 1e-5);
    }

    [Fact]
    public void Where_no_task_is_given_an_expert_answers_with_the_classes_of_its_own_task()
    {
        using DisposeScope scope = NewDisposeScope();
        ExpertGate method = new(new() { Code = 4, GateEpochs = 40 });
        using Begun begun = new Begun(method, Scenario.Class).After(2);
        Batch batch = begun.Read(1, 20);
        int[] nearest = method.Choose(batch.Inputs).Nearest;

        Tensor scores = method.Predict(batch);

        for (int row = 0; row < 20; row++)
            Assert.Equal([.. Enumerable.Range(0, 6).Select(output => output / 2 == nearest[row])], scores[row].isfinite().data<bool>().ToArray());
        Assert.Contains(1, nearest);
    }

    [Fact]
    public void A_gate_learns_with_the_rate_and_the_decay_of_the_paper()
    {
        using DisposeScope scope = NewDisposeScope();
        ExpertGate usual = new(new() { Code = 4 }), given = new(new() { Code = 4, GateLearningRate = 1e-2, GateWeightDecay = 5e-4, GateEpochs = 10 }), undecayed = new(new() { Code = 4, GateWeightDecay = 0 });

        double[] errors = [.. new[] { usual, given, undecayed }.Select(method =>
        {
            using Begun begun = new Begun(method, Scenario.Task).After(0);
            return method.Choose(begun.Read(0).Inputs).Errors.Sum(row => row[0]);
        })];

        Assert.Equal(errors[1], errors[0]);
        Assert.NotEqual(errors[2], errors[0]);
    }

    [Fact]
    public void Above_the_threshold_the_loss_keeps_the_old_experts_answers_and_below_it_is_the_plain_one()
    {
        double keeping = LossOfSecondTask(-1e6), tuning = LossOfSecondTask(1), none = LossOfSecondTask(-1e6, distillation: 0);

        Assert.Equal(tuning, none);
        // At the copy's first step the teacher's answers are its own: the distillation is their entropy, above zero.
        Assert.True(keeping > tuning, $"{keeping} against {tuning}");

        static double LossOfSecondTask(double threshold, double distillation = 1)
        {
            using DisposeScope scope = NewDisposeScope();
            ExpertGate method = new(new() { Code = 4, Threshold = threshold, Distillation = distillation });
            using Begun begun = new Begun(method, Scenario.Task).After(1);
            Batch batch = begun.Read(1);
            Assert.Equal(threshold < 0 && distillation > 0, method.KeepsAnswers(1));
            return method.Loss(batch, begun.Model.Network.Forward(batch.Inputs)).Value.item<float>();
        }
    }

    [Fact]
    public void What_no_gate_knows_is_none_of_the_tasks()
    {
        using DisposeScope scope = NewDisposeScope();
        ExpertGate method = new(new() { Code = 4, GateEpochs = 40 });
        using Begun begun = new Begun(method, Scenario.Class).After(1);
        Batch known = begun.Read(0, 30);

        GateChoice choice = method.Choose(known.Inputs), strange = method.Choose(full(known.Inputs.shape, 40f));

        Assert.True(choice.IsKnown.Count(one => one) >= 25, $"{choice.IsKnown.Count(one => one)} of 30 samples of a learned task are known");
        Assert.All(Enumerable.Range(0, 30), sample => Assert.Null(strange.ExpertOf(sample)));
        Assert.All(Enumerable.Range(0, 30).Where(sample => choice.IsKnown[sample]), sample => Assert.Equal(choice.Nearest[sample], choice.ExpertOf(sample)));
        Assert.All(choice.Probabilities, row => Assert.Equal(1, row.Sum(), 1e-9));
    }

    [Theory]
    [InlineData(0.5, 2)]
    [InlineData(0.99, 4)]
    [InlineData(1.0, 4)]
    [InlineData(0.01, 1)]
    [InlineData(0.25, 1)]
    [InlineData(0.26, 2)]
    public void The_quantile_is_the_value_that_the_share_does_not_exceed(double share, double expected) => Assert.Equal(expected, ExpertGate.Quantile([4, 2, 1, 3], share));

    [Fact]
    public void The_gate_refuses_inputs_of_another_shape_and_a_question_too_early()
    {
        using DisposeScope scope = NewDisposeScope();
        ExpertGate method = new(new() { Code = 4 });
        using Begun begun = new(method, Scenario.Class);
        Assert.Equal("nothing-learned", Assert.Throws<EngramException>(() => method.Choose(zeros(2, 12, 12))).Code);
        begun.Begin(0);

        EngramException error = Assert.Throws<EngramException>(() => method.Choose(zeros(2, 28, 28)));

        Assert.Equal("shape-mismatch", error.Code);
        Assert.Contains("[2, 28, 28]", error.Message);
        Assert.Contains("12, 12", error.Message);
    }

    [Theory]
    [InlineData("raw")]
    [InlineData("features")]
    public void A_stopped_run_of_three_tasks_goes_on_exactly_with_its_tables(string inputs)
    {
        RunConfig config = Toy.Config("expert-gate", Scenario.Class, ("stream.tasks", "3"), ("method.code", "4"), ("method.inputs", inputs), ("method.threshold", "-1000"));
        using Datasets.TemporaryFolder temporary = new();
        RunFolder folder = RunFolder.Create(temporary["run"], config);
        using CancellationTokenSource stop = new();
        Assert.Throws<OperationCanceledException>(() => Toy.Run(config, folder, now => { if (now is { Task: 3, Fraction: > 0.8 }) stop.Cancel(); }, stop));

        RunResult straight = Toy.Run(config), resumed = Toy.Run(config, folder);

        Toy.AssertSame(straight, resumed);
        Assert.Equal(straight.Tables.Select(table => table.Values), resumed.Tables.Select(table => table.Values));
    }

    [Fact]
    public void On_one_task_the_expert_learns_as_plain_fine_tuning()
    {
        RunResult plain = Toy.Run(Toy.Config("fine-tuning", Scenario.Class, ("stream.tasks", "1"))), gated = Toy.Run(Toy.Config("expert-gate", Scenario.Class, ("stream.tasks", "1"), ("method.code", "4")));

        Assert.Equal(plain.Weights, gated.Weights);
        Assert.Equal(plain.Matrix.ToRows(), gated.Matrix.ToRows());
    }

    [Fact]
    public void Before_the_first_task_there_are_no_experts_and_the_network_answers()
    {
        using DisposeScope scope = NewDisposeScope();
        ExpertGate method = new(new() { Code = 4 });
        using Begun begun = new(method, Scenario.Domain);
        Batch batch = begun.Read(0);

        Assert.Equal((begun.Model.Network.Layout.Count, 2L * 144 * sizeof(float)), (method.ParameterCount, method.StoredBytes));
        Assert.True(begun.Model.Network.Predict(batch.Inputs).clone().eq(method.Predict(batch)).all().item<bool>());
        new SavedState(method.Visit).Restore(method.Visit);
        begun.Begin(0);
        Network first = begun.Model.Network;
        begun.Begin(0); // has its expert already

        Assert.Same(first, begun.Model.Network);
        Assert.Empty(Assert.Single(method.RelatednessOfTasks));
        Assert.False(method.KeepsAnswers(0));
    }

    [Theory]
    [InlineData(GateInput.Raw)]
    [InlineData(GateInput.Features)]
    public void A_restored_one_chooses_and_answers_as_the_saved_one(GateInput seen)
    {
        using DisposeScope scope = NewDisposeScope();
        ExpertGate method = new(new() { Code = 4, Inputs = seen }), restored = new(new() { Code = 4, Inputs = seen });
        using Begun saved = new Begun(method, Scenario.Class).After(2), other = new(restored, Scenario.Class);
        saved.Train(2);
        other.Model.TasksSeen = 3;

        SavedState state = new(method.Visit);
        state.Restore(restored.Visit);
        other.Model.Network.Parameters.copy_(saved.Model.Network.Parameters); // what learns is saved by the run

        foreach (LearningTask task in saved.Stream.Tasks)
        {
            Batch batch = saved.Read(task.Index);
            GateChoice expected = method.Choose(batch.Inputs), actual = restored.Choose(batch.Inputs);
            Assert.Equal(expected.Errors, actual.Errors);
            Assert.Equal(expected.IsKnown, actual.IsKnown);
            Assert.True(method.Predict(batch).eq(restored.Predict(batch)).all().item<bool>());
        }
        Assert.Equal(method.RelatednessOfTasks, restored.RelatednessOfTasks);
        Assert.Equal((method.ParameterCount, method.StoredBytes), (restored.ParameterCount, restored.StoredBytes));
        Assert.Equal(["expert0", "expert1", "gate0", "gate1", "gate2", "inputs.inverseDeviation", "inputs.mean"], state.Tensors.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("experts", "1", "one for each task begun")]
    [InlineData("experts", "3", "one for each task begun")]
    [InlineData("thresholds", "[1]", "one for each task begun")]
    [InlineData("thresholds", "[1,-1]", "holds -1")]
    [InlineData("relatedness", "[[]]", "that of each task to each earlier one")]
    [InlineData("relatedness", "[[],[]]", "that of each task to each earlier one")]
    [InlineData("relatedness", "[[],[1,1]]", "that of each task to each earlier one")]
    public void A_checkpoint_of_other_experts_is_refused(string name, string json, string expected)
    {
        using DisposeScope scope = NewDisposeScope();
        using Begun saved = new Begun(new ExpertGate(new() { Code = 4 }), Scenario.Class).After(1), other = new(new ExpertGate(new() { Code = 4 }), Scenario.Class);
        other.Model.TasksSeen = 2;

        new SavedState(saved.Method.Visit).With(name, json).AssertRefused(expected, other.Method.Visit);
    }

    [Fact]
    public void Answers_are_kept_above_the_threshold_and_not_at_it()
    {
        using DisposeScope scope = NewDisposeScope();
        double relatedness = Begin(0.85).RelatednessOfTasks[1][0];

        Assert.False(Begin(relatedness).KeepsAnswers(1));
        Assert.True(Begin(Math.BitDecrement(relatedness)).KeepsAnswers(1));

        static ExpertGate Begin(double threshold)
        {
            ExpertGate method = new(new() { Code = 4, Threshold = threshold });
            using Begun begun = new Begun(method, Scenario.Task).After(1);
            return method;
        }
    }

    [Fact]
    public void Relatedness_is_shown_between_zero_and_one()
    {
        using DisposeScope scope = NewDisposeScope();
        ExpertGate method = new(new() { Code = 4, GateEpochs = 200 });
        using Begun begun = new Begun(method, Scenario.Domain, stream: Again()).After(2);
        double?[][] shown = Engram.Methods.Exhibit.Of(method).OfType<ExhibitTable>().Single(table => table.Name == "relatedness").Values;

        for (int task = 0; task < 3; task++)
            Assert.Equal([.. method.RelatednessOfTasks[task].Select(value => (double?)Math.Clamp(value, 0, 1)), .. Enumerable.Repeat((double?)null, 3 - task)], shown[task]);
        Assert.Contains(method.RelatednessOfTasks.SelectMany(row => row), value => value is < 0 or > 1);
    }

    [Fact]
    public void Tables_count_all_test_samples_of_a_task_however_many()
    {
        using DisposeScope scope = NewDisposeScope();
        Points first = new(0, [.. Enumerable.Range(0, 1100).Select(i => (MathF.Sin(i), MathF.Cos(3 * i), i % 3 == 0 ? 0 : 1))]), second = new(1, [.. Enumerable.Range(0, 700).Select(i => (MathF.Sin(i), MathF.Cos(5 * i) / 4, 2 + i % 2))]);
        using Model model = Points.Model(Scenario.Class, [2, 2], first, second);
        using ExpertGate method = new(new() { Code = 1, GateEpochs = 1, Known = 0.5 });
        method.Join(model);
        foreach (LearningTask task in model.Tasks)
        {
            model.TasksSeen = task.Number;
            method.BeginTask(task);
        }

        double?[][][] tables = [.. Engram.Methods.Exhibit.Of(method).OfType<ExhibitTable>().Select(table => table.Values)];

        foreach (var (task, points) in new[] { first, second }.Index())
        {
            Batch batch = points.Batch();
            GateChoice choice = method.Choose(batch.Inputs);
            Assert.Equal([.. Enumerable.Range(0, 2).Select(expert => (double?)choice.Nearest.Count(one => one == expert) / points.Count)], tables[0][task]);
            Assert.Equal(tables[0][task][task], tables[1][task][0]);
            Assert.Equal((double)choice.IsKnown.Count(one => !one) / points.Count, tables[1][task][1]);
            Assert.Equal(method.Predict(batch).argmax(1).eq(batch.Targets).to(float64).mean().item<double>(), tables[1][task][2]!.Value, 1e-12);
        }
        Assert.All(Enumerable.Range(0, 4), column => Assert.Equal((tables[1][0][column]!.Value + tables[1][1][column]!.Value) / 2, tables[1][2][column]!.Value, 1e-12));
    }

    [Theory]
    [InlineData(1)] // held out and not learned
    [InlineData(2)] // one of each
    [InlineData(7)] // 0.7 is one
    public void Of_few_samples_one_is_held_out_at_least(int count)
    {
        using DisposeScope scope = NewDisposeScope();
        Points few = new(0, [.. Enumerable.Range(0, count).Select(i => (MathF.Sin(i), MathF.Cos(3 * i), i % 2))]);
        using Model model = Points.Model(Scenario.Domain, [2], few);
        using ExpertGate method = new(new() { Code = 2 });
        method.Join(model);
        model.TasksSeen = 1;
        method.BeginTask(model.Tasks[0]);

        using GateInputs inputs = new(2, null, CPU);
        inputs.Fit(few);
        using AutoencoderGate gate = new(inputs, 2, model.Seed.Derive("gate", 0), CPU);
        gate.Train(few, model.Seed.For("gate held out", 0).Permutation(count)[1..], 10, 1e-2, 5e-4, epoch => model.Seed.For("gate order", 0, epoch));
        Assert.Equal(gate.Errors(few, Enumerable.Range(0, count)), method.Choose(few.Batch().Inputs).Errors.Select(row => row[0]), (one, other) => Math.Abs(one - other) < 1e-6);
    }

    [Fact]
    public void An_input_that_is_no_batch_at_all_is_refused()
    {
        using DisposeScope scope = NewDisposeScope();
        ExpertGate method = new(new() { Code = 4 });
        using Begun begun = new Begun(method, Scenario.Class).After(0);

        Assert.Equal("shape-mismatch", Assert.Throws<EngramException>(() => method.Choose(zeros([]))).Code);
    }

    [Theory]
    [InlineData(Scenario.Task)]
    [InlineData(Scenario.Class)]
    public void Experts_gates_and_masks_are_freed(Scenario scenario) => Leaks.AssertNone(() =>
    {
        using DisposeScope scope = NewDisposeScope();
        using Begun begun = new Begun(new ExpertGate(new() { Code = 4, Inputs = GateInput.Features, Threshold = -1e6 }), scenario).After(2);
        begun.Train(2);
        begun.Method.Predict(begun.Read(0));
        _ = Engram.Methods.Exhibit.Of(begun.Method).ToList();
    });

    // The third task shows the first one's images once more.
    private static TaskStream Again()
    {
        LearningTask[] two = [.. Toy.Stream(Scenario.Domain).Tasks];
        return new("again", Scenario.Domain, [.. two, new(2, "again", two[0].Train, null, two[0].Test, [0, 1])]);
    }
}
