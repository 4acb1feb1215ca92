using Engram.Answering;
using Engram.Experiments;
using Engram.Methods.Generative;
using Engram.Networks;
using Engram.Optimizers;
using Engram.Streams;
using Engram.Tests.Methods.Rehearsal;
using Engram.Tests.Networks;
using Engram.Tests.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Generative;

public sealed class FearNetTests : IDisposable
{
    private static readonly FearNet.Options Awake = new() { SleepEvery = 2, SleepEpochs = 3, Redraw = false };
    private readonly DisposeScope scope = NewDisposeScope();

    public FearNetTests() => NativeEngine.PrepareThread(1);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void The_memory_that_the_gate_believes_answers()
    {
        // A = .9, max P_HC = .8: psi = 9 x .8 = 7.2 > 1, whatever P_mPFC is. A = .5: .8 against .7 and against .85. A = .1: .8/9 against .7.
        Tensor gate = tensor(new float[,] { { MathF.Log(9) }, { 0 }, { 0 }, { -MathF.Log(9) } });
        Tensor recent = tensor(new float[] { 0, 0, .8f, .2f }).expand(4, 4).clone();
        Tensor longTerm = tensor(new float[,] { { 1, 0, 0, 0 }, { .7f, .3f, 0, 0 }, { .15f, .85f, 0, 0 }, { .7f, .3f, 0, 0 } });

        Tensor psi = FearNet.Psi(gate, recent), answers = FearNet.Recall(gate, recent, longTerm);

        Batches.AssertClose(tensor(new float[,] { { 7.2f }, { .8f }, { .8f }, { .8f / 9 } }), psi, 1e-5);
        Assert.Equal([2L, 2L, 1L, 0L], answers.argmax(1).data<long>().ToArray());
        Assert.Equal(float.NegativeInfinity, answers[0][0].item<float>()); // classes of the other memory do not compete
        Assert.Equal(float.NegativeInfinity, answers[2][2].item<float>());
    }

    [Fact]
    public void A_gate_beyond_all_doubt_still_gives_an_answer()
    {
        Tensor answers = FearNet.Recall(tensor(new float[,] { { 200 }, { -200 } }), tensor(new float[] { 0, 1 }).expand(2, 2), tensor(new float[] { 1, 0 }).expand(2, 2));

        Assert.Equal([1L, 0L], answers.argmax(1).data<long>().ToArray());
    }

    [Fact]
    public void New_classes_wait_in_the_recent_memory_until_sleep()
    {
        using Begun run = new Begun(new FearNet(Awake), Scenario.Class).After(0);
        run.Train(0);
        run.Trainer.End(run.Stream.Tasks[0]);
        long inputs = 144, vectors = 2 * Toy.TrainPerClass, gaussian = (9 + 81) * 4, decoder = (9 * inputs + inputs) * 4, classifier = 9 * inputs + 9 + 6 * 9 + 6, gate = 9 * inputs + 9 + 9 + 1;
        Assert.Equal((classifier, decoder + 2 * gaussian), (run.Method.ParameterCount, run.Method.StoredBytes));

        foreach (int task in new[] { 1, 2 })
        {
            float[] before = run.Model.Network.Parameters.data<float>().ToArray();
            run.Begin(task);
            run.Train(task);
            Assert.Equal((int)vectors * task, run.Method.TrainingData(run.Stream.Tasks[task]).Count); // recent vectors of both tasks
            run.Trainer.End(run.Stream.Tasks[task]);

            bool slept = task == 2;
            Assert.Equal(!slept, before.SequenceEqual(run.Model.Network.Parameters.data<float>().ToArray())); // steps were the gate's
            Assert.Equal(slept ? classifier : classifier + gate, run.Method.ParameterCount);
            Assert.Equal(decoder + (slept ? 6 * gaussian : 2 * gaussian + vectors * inputs * 4), run.Method.StoredBytes);
        }
    }

    [Fact]
    public void The_gate_learns_recent_vectors_against_as_many_pseudo_examples()
    {
        using Begun run = new Begun(new FearNet(Awake), Scenario.Class).After(1);
        Batch batch = new(Batches.Random(new(1), 7, 144), zeros(7, dtype: int64), [1]);

        Batch prepared = run.Method.Prepare(batch);
        Tensor logits = run.Model.Network.Forward(prepared.Inputs).clone();
        Objective loss = run.Method.Loss(prepared, logits);

        Assert.Equal([14, 144], prepared.Inputs.shape);
        Batches.AssertClose(batch.Inputs, prepared.Inputs.narrow(0, 0, 7), 0);
        Assert.Equal(1, run.Model.Network.OutputCount);
        Tensor expected = nn.functional.binary_cross_entropy_with_logits(logits, cat([ones(7, 1), zeros(7, 1)], 0));
        Assert.Equal(expected.item<float>(), loss.Value.item<float>(), 1e-5f);
    }

    [Fact]
    public void Sleep_draws_as_many_pseudo_examples_of_each_old_class_as_recent_classes_have_vectors_on_average()
    {
        // 3 and 5 recent vectors: 4 pseudo-examples of each old class. Codes of four samples vary in three directions, beyond the 1e-6 of the diagonal.
        LearningTask[] toy = [.. Toy.Stream(Scenario.Class).Tasks];
        int[][] second = [.. new[] { 2, 3 }.Select(label => Enumerable.Range(0, toy[1].Train.Count).Where(sample => toy[1].Train.Target(sample) == label).ToArray())];
        TaskStream stream = new("few", Scenario.Class, [toy[0], toy[1] with { Train = new Few(toy[1].Train, [.. second[0][..3], .. second[1][..5]]) }]);
        using Begun run = new Begun(new FearNet(Awake with { SleepEvery = 1 }), Scenario.Class, stream: stream).After(1);
        run.Train(1);

        run.Trainer.End(stream.Tasks[1]);

        StateBag state = new();
        run.Method.Visit(state);
        int[] directions = [.. Enumerable.Range(0, 4).Select(label => state.Tensors[$"class{label}.factor"].to(float64)).Select(factor => (int)linalg.eigvalsh(factor.mm(factor.t())).gt(1e-5).sum().item<long>())];
        Assert.Equal([3, 3, 2, 4], directions);
    }

    [Theory]
    [InlineData(MemoryInputs.Raw, true)]
    [InlineData(MemoryInputs.Features, false)]
    public void Raw_inputs_are_redrawn_unless_told_otherwise_and_features_are_not(MemoryInputs held, bool redraw)
    {
        FearNet.Options options = Awake with { Inputs = held, Hidden = [6, 4] };

        float[] Seen(bool? asked)
        {
            using Begun run = new Begun(new FearNet(options with { Redraw = asked }), Scenario.Class).After(1);
            Tensor vectors = Batches.Random(new(1), 7, run.Model.Network.InputShape.Aggregate(1L, (product, size) => product * size));
            return run.Method.Prepare(new(vectors, zeros(7, dtype: int64), [1])).Inputs.data<float>().ToArray();
        }

        Assert.Equal(Seen(redraw), Seen(null));
        Assert.NotEqual(Seen(!redraw), Seen(null));
    }

    [Fact]
    public void Weight_decay_spares_the_gates_biases_and_not_the_long_term_memorys()
    {
        using Begun run = new Begun(new FearNet(Awake), Scenario.Class).After(0);
        Assert.True(run.Model.Network.DecaysBiases);
        run.Train(0);
        run.Trainer.End(run.Stream.Tasks[0]);

        run.Begin(1);

        Assert.False(run.Model.Network.DecaysBiases);
    }

    [Fact]
    public void Pseudo_examples_of_a_batch_are_shared_among_the_classes_and_the_odd_one_goes_round()
    {
        using Begun run = new Begun(new FearNet(Awake), Scenario.Class).After(1);
        StateBag state = new();
        run.Method.Visit(state); // refers to the method's own tensors
        foreach (int label in new[] { 0, 1 })
        {
            state.Tensors[$"class{label}.mean"].fill_(label); // all codes of class 0 are 0, those of class 1 are 1
            state.Tensors[$"class{label}.factor"].zero_();
        }
        Batch batch = new(Batches.Random(new(1), 7, 144), zeros(7, dtype: int64), [1]);

        int[] changes = [.. Enumerable.Range(0, 4).Select(_ =>
        {
            Tensor drawn = run.Method.Prepare(batch).Inputs.narrow(0, 7, 7).clone();
            Assert.False(drawn[0].eq(drawn[6]).all().item<bool>());
            return (int)drawn.eq(drawn[0]).all(1).sum().item<long>(); // how many are of class 0, which come first
        })];

        Assert.Equal([4, 3, 4, 3], changes);
    }

    [Fact]
    public void The_gate_sees_both_kinds_as_the_long_term_memory_redraws_them()
    {
        using Begun plain = new Begun(new FearNet(Awake), Scenario.Class).After(1), redrawn = new Begun(new FearNet(Awake with { Redraw = true }), Scenario.Class).After(0);
        AutoencoderClassifier memory = Assert.IsType<AutoencoderClassifier>(redrawn.Model.Network);
        redrawn.Train(0);
        redrawn.Trainer.End(redrawn.Stream.Tasks[0]);
        redrawn.Begin(1);
        Batch batch = new(Batches.Random(new(1), 7, 144), zeros(7, dtype: int64), [1]);

        Tensor seen = plain.Method.Prepare(batch).Inputs, inputs = redrawn.Method.Prepare(batch).Inputs;

        Batches.AssertClose(memory.Decode(memory.Features(seen)), inputs, 1e-6);
        Assert.True((inputs - seen).abs().max().item<float>() > 0.1);
    }

    [Fact]
    public void The_long_term_memory_answers_for_what_it_redraws()
    {
        using Begun run = new Begun(new FearNet(Awake with { Redraw = true }), Scenario.Class).After(0);
        AutoencoderClassifier memory = Assert.IsType<AutoencoderClassifier>(run.Model.Network);
        run.Train(0);
        run.Trainer.End(run.Stream.Tasks[0]);
        Batch batch = run.Read(0);

        Tensor answers = run.Method.Predict(batch).clone();

        Batches.AssertClose(memory.Predict(memory.Decode(memory.Features(batch.Inputs))).narrow(1, 0, 2), answers.narrow(1, 0, 2), 1e-6);
        Assert.True((memory.Predict(batch.Inputs) - answers).narrow(1, 0, 2).abs().max().item<float>() > 1e-3);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Sleep_learns_recent_vectors_as_the_long_term_memory_redraws_them(bool redraw)
    {
        using Begun run = new Begun(new FearNet(Awake with { SleepEvery = 1, Redraw = redraw }), Scenario.Class).After(0);
        AutoencoderClassifier memory = Assert.IsType<AutoencoderClassifier>(run.Model.Network);
        run.Train(0);
        run.Trainer.End(run.Stream.Tasks[0]);
        long decoder = memory.Layout.Count - memory.ClassifierParameterCount;
        memory.Parameters.narrow(0, memory.ClassifierParameterCount, decoder).zero_(); // it redraws everything as zeros, so no weight of an input has a gradient
        Tensor inputWeights = memory.Parameters.narrow(0, 0, 9 * 144), before = inputWeights.clone();

        run.Begin(1);
        run.Trainer.End(run.Stream.Tasks[1]);

        Assert.Same(memory, run.Model.Network);
        Assert.Equal(redraw, inputWeights.eq(before).all().item<bool>());
    }

    [Fact]
    public void The_loss_of_base_knowledge_is_cross_entropy_and_reconstruction()
    {
        using Begun run = new Begun(new FearNet(Awake), Scenario.Class).After(0);
        AutoencoderClassifier network = Assert.IsType<AutoencoderClassifier>(run.Model.Network);
        Batch batch = run.Read(0);
        Tensor logits = network.Forward(batch.Inputs).clone();

        float loss = run.Method.Loss(batch, logits).Value.item<float>();

        Tensor classes = nn.functional.cross_entropy(logits.narrow(1, 0, 2), batch.Targets);
        Assert.Equal((classes + network.ReconstructionLoss()).item<float>(), loss, loss * 1e-5f);
        Assert.True(network.ReconstructionLoss().item<float>() > 100); // 1e4 times the mean square of a pixel's error
    }

    [Theory]
    [InlineData("false")]
    [InlineData("true")]
    public void Sleep_moves_recent_classes_over_and_keeps_old_ones(string redraw)
    {
        RunResult result = Toy.Run(Toy.Config("fearnet", Scenario.Class, ("stream.tasks", "3"), ("training.iterations", "80"), ("network.hidden", "40,20"),
            ("method.sleepEvery", "1"), ("method.sleepEpochs", "40"), ("method.sleepRate", "0.003"), ("method.redraw", redraw)));

        Assert.True(result.Matrix.ToRows()[3].Average() > .8, $"all six classes: {string.Join(", ", result.Matrix.ToRows()[3].Select(accuracy => $"{accuracy:0.00}"))}");
    }

    [Fact]
    public void Behind_a_body_the_memories_hold_features_and_the_body_stays_as_it_is()
    {
        using Begun run = new Begun(new FearNet(Awake with { Inputs = MemoryInputs.Features, Hidden = [6, 4] }), Scenario.Class).After(0);
        run.Train(0);
        Network body = run.Model.Network;
        float[] learned = body.Parameters.data<float>().ToArray();
        run.Trainer.End(run.Stream.Tasks[0]);
        Tensor features = body.Features(run.Read(1, 48).Inputs).clone();

        run.Begin(1);
        run.Train(1);
        Samples recent = run.Method.TrainingData(run.Stream.Tasks[1]);
        float[] vector = new float[9];
        recent.Read(0, vector);

        Assert.Equal([9], recent.InputShape);
        Assert.Contains(features.unbind().Select(row => row.data<float>().ToArray()), row => row.Zip(vector).All(pair => Math.Abs(pair.First - pair.Second) < 1e-5));
        Assert.Equal(learned, body.Parameters.data<float>().ToArray());
        Assert.Equal(9, run.Model.Network.InputShape[0]); // the gate's
        Assert.Empty(Engram.Methods.Exhibit.Of(run.Method)); // features are no images
    }

    [Fact]
    public void Pseudo_examples_are_shown_ten_for_each_class_that_is_known()
    {
        using Begun run = new Begun(new FearNet(Awake), Scenario.Class).After(1);

        Engram.Methods.ExhibitImages images = Assert.IsType<Engram.Methods.ExhibitImages>(Assert.Single(Engram.Methods.Exhibit.Of(run.Method)));

        Assert.Equal(("pseudo-examples", 20, 12, 12), (images.Name, images.Count, images.Height, images.Width));
    }

    [Theory]
    [InlineData("mlp", "network.hidden", "", "no-hidden-layers", "network.hidden")]
    [InlineData("cnn", "method.inputs", "raw", "not-dense", "method.inputs=features")]
    [InlineData("cnn", "method.hidden", "", "no-hidden-layers", "method.hidden")]
    [InlineData("mlp", "method.reconstruction", "", "invalid-setting", "method.reconstruction")]
    public void What_it_cannot_work_with_is_an_error_that_says_what_to_do(string network, string path, string text, string code, string remedy)
    {
        RunConfig config = Toy.Laboratory.Configure("toy", "fearnet", network).Set("stream.scenario", "class").Set(path, text).Build();

        EngramException error = Assert.Throws<EngramException>(() => Toy.Run(config));

        Assert.Equal((ErrorKind.Input, code), (error.Kind, error.Code));
        Assert.Contains(remedy, error.Message);
    }

    [Fact]
    public void It_sleeps_after_one_task_at_least() =>
        Assert.Contains("method.sleepEvery is 0", Assert.Throws<EngramException>(() => Toy.Config("fearnet", Scenario.Class, ("method.sleepEvery", "0"))).Message);

    [Fact]
    public void Sleep_is_epochs_of_Adam_over_recent_vectors_and_pseudo_examples_and_then_all_classes_are_measured_anew()
    {
        Points first = new(0, (0, 1, 0), (1, 0, 1), (0, 2, 0), (2, 0, 1), (0.1f, 3, 0)), second = new(1, (1, 1, 2), (-1, -2, 3), (1, 2, 2), (-2, 1, 3), (1, 3, 2), (-3, 1, 3), (2, 2, 2));
        using Engram.Methods.Model model = Points.Model(Scenario.Class, [2, 2], first, second); // batches of four
        using FearNet method = new(new() { SleepEvery = 1, SleepEpochs = 2, SleepRate = 0.02, Redraw = false });
        method.Join(model);
        AutoencoderClassifier memory = Assert.IsType<AutoencoderClassifier>(model.Network);
        Learn(model, method, 0);
        Tensor before = memory.Parameters.clone();
        SavedState known = new(method.Visit);

        Learn(model, method, 1);

        using Network start = model.NewNetwork();
        using AutoencoderClassifier twin = new(start, [5], [1e4, 1, 0.1], new(1));
        twin.Parameters.copy_(before);
        // Four and three recent vectors: 3.5, so four pseudo-examples of each old class.
        Tensor recent = second.Batch().Inputs, targets = second.Batch().Targets;
        Tensor inputs = cat([recent[targets == 2], recent[targets == 3], Pseudo(0, 4), Pseudo(1, 4)]), all = tensor(new long[] { 2, 2, 2, 2, 3, 3, 3, 0, 0, 0, 0, 1, 1, 1, 1 });
        using Adam adam = new(new()) { LearningRate = 0.02 };
        for (int epoch = 0; epoch < 2; epoch++)
            foreach (int[] rows in model.Seed.For("sleep-order", 1, epoch).Permutation(15).Chunk(4))
            {
                Tensor index = tensor(rows, dtype: int64), gradient = zeros_like(twin.Parameters);
                twin.Backward(Objective.CrossEntropy(twin.Forward(inputs[index]), all[index], model.Mask(1)).Gradient, gradient);
                adam.Step(twin.Parameters, gradient);
            }
        Batches.AssertClose(twin.Parameters, memory.Parameters, 1e-6);
        SavedState after = new(method.Visit);
        for (int label = 0; label < 4; label++)
        {
            using ClassGaussian measured = ClassGaussian.Of(twin.Features(inputs).clone()[all == label], diagonal: false);
            Batches.AssertClose(measured.Mean, after.Tensors[$"class{label}.mean"], 1e-5);
            Batches.AssertClose(measured.Factor, after.Tensors[$"class{label}.factor"], 1e-4);
        }

        Tensor Pseudo(int label, int count) => PseudoExamples(twin, known, label, model.Seed.Derive("sleep", 1).For("pseudo", label, 0), count);
    }

    [Fact]
    public void Thousands_of_samples_are_measured_remembered_and_drawn_piece_by_piece()
    {
        Points first = new(0, [.. Enumerable.Range(0, 2100).Select(i => (MathF.Sin(i), MathF.Cos(3 * i), 0)), (1, 1, 1)]), second = new(1, [.. Enumerable.Range(0, 1300).Select(i => (2 + MathF.Sin(i), MathF.Cos(7 * i), 2))]);
        using Engram.Methods.Model model = Points.Model(Scenario.Class, [2, 1], first, second);
        using FearNet method = new(new() { SleepEvery = 1, SleepEpochs = 1, SleepRate = 1e-30, Redraw = false }); // nothing is learned
        method.Join(model);
        AutoencoderClassifier memory = Assert.IsType<AutoencoderClassifier>(model.Network);

        Learn(model, method, 0);

        SavedState known = new(method.Visit);
        Batches.AssertClose(memory.Features(first.Batch().Inputs[..2100]).clone().mean([0]), known.Tensors["class0.mean"], 1e-4);

        model.TasksSeen = 2;
        method.BeginTask(model.Tasks[1]);
        float[] vector = new float[2];
        Samples recent = method.TrainingData(model.Tasks[1]);
        recent.Read(1299, vector);
        Assert.Equal((1300, 2 + MathF.Sin(1299), MathF.Cos(7 * 1299)), (recent.Count, vector[0], vector[1]));
        Assert.Equal(1300, method.StoredSamples);
        method.EndTask(model.Tasks[1]);

        SavedState after = new(method.Visit);
        RandomSource Random(int drawn) => model.Seed.Derive("sleep", 1).For("pseudo", 0, drawn);
        Tensor pseudo = cat([PseudoExamples(memory, known, 0, Random(0), 1000), PseudoExamples(memory, known, 0, Random(1000), 300)]);
        Batches.AssertClose(memory.Features(pseudo).clone().mean([0]), after.Tensors["class0.mean"], 1e-4);
        Batches.AssertClose(memory.Features(second.Batch().Inputs).clone().mean([0]), after.Tensors["class2.mean"], 1e-4);
        Assert.Equal(0, method.StoredSamples);
    }

    [Theory]
    [InlineData(MemoryInputs.Raw)]
    [InlineData(MemoryInputs.Features)]
    public void A_restored_one_teaches_its_gate_and_answers_as_the_saved_one_would_have(MemoryInputs held)
    {
        FearNet.Options options = Awake with { Inputs = held, Hidden = [6, 4] };
        using Begun saved = new Begun(new FearNet(options), Scenario.Class).After(1), other = new(new FearNet(options), Scenario.Class);
        saved.Train(1);
        other.Model.TasksSeen = 2;

        new SavedState(saved.Method.Visit).Restore(other.Method.Visit);
        other.Model.Network.Parameters.copy_(saved.Model.Network.Parameters); // what learns is saved by the run

        Assert.False(other.Model.Network.DecaysBiases); // the gate's
        Batch batch = new(Batches.Random(new(1), 7, saved.Model.Network.InputShape[0]), zeros(7, dtype: int64), [1]);
        Batches.AssertClose(saved.Method.Prepare(batch).Inputs, other.Method.Prepare(batch).Inputs, 0);
        Batches.AssertClose(saved.Method.Predict(saved.Read(1)).exp(), other.Method.Predict(saved.Read(1)).exp(), 0);
        foreach (Begun run in new[] { saved, other }) run.Method.EndTask(run.Stream.Tasks[1]);
        SavedState waiting = new(saved.Method.Visit);
        using Begun third = new(new FearNet(options), Scenario.Class);
        third.Model.TasksSeen = 2;
        if (held == MemoryInputs.Raw) third.Model.Network.Parameters.copy_(saved.Model.Network.Parameters);
        waiting.Restore(third.Method.Visit);
        if (held == MemoryInputs.Features) third.Model.Network.Parameters.copy_(saved.Model.Network.Parameters);
        Batches.AssertClose(saved.Method.Predict(saved.Read(0)).exp(), third.Method.Predict(saved.Read(0)).exp(), 0); // after the task, when the gate no longer learns
        Assert.Equal((saved.Method.ParameterCount, saved.Method.StoredBytes, 48L), (third.Method.ParameterCount, third.Method.StoredBytes, third.Method.StoredSamples));
        Assert.Equal(waiting.Values.ToJsonString(), new SavedState(third.Method.Visit).Values.ToJsonString());
    }

    [Theory]
    [InlineData("low", "1", "less than the largest pixel")]
    [InlineData("body", "true", "one as soon as features are kept")]
    [InlineData("gate", "false", "one while there are recent classes")]
    [InlineData("awake", "0", "one while there are recent classes")]
    [InlineData("awake", "3", "0 to 2 is expected")]
    [InlineData("known", "[]", "each class of the long-term memory once")]
    [InlineData("known", "[0,0]", "each class of the long-term memory once")]
    [InlineData("known", "[0,6]", "0 to 5 is expected")]
    [InlineData("consolidated", "-1", "each class of the long-term memory once")]
    [InlineData("consolidated", "2", "-1 to 1 is expected")]
    [InlineData("recent.classes", "[]", "some while there is a gate")]
    public void A_checkpoint_whose_memories_do_not_fit_together_is_refused(string name, string json, string expected)
    {
        using Begun saved = new Begun(new FearNet(Awake), Scenario.Class).After(1), other = new(new FearNet(Awake), Scenario.Class);
        other.Model.TasksSeen = 2;

        new SavedState(saved.Method.Visit).With(name, json).AssertRefused(expected, other.Method.Visit);
        new SavedState(saved.Method.Visit).AssertRefused("a network of the size that the run began with", saved.Method.Visit); // its gate learns
    }

    [Fact]
    public void A_gate_that_learns_without_being_there_is_refused_and_so_is_a_body_that_is_missing()
    {
        using Begun first = new Begun(new FearNet(Awake), Scenario.Class).After(0), body = new Begun(new FearNet(Awake with { Inputs = MemoryInputs.Features }), Scenario.Class).After(1), other = new(new FearNet(Awake with { Inputs = MemoryInputs.Features }), Scenario.Class);
        other.Model.TasksSeen = 2;

        new SavedState(first.Method.Visit).With("gateLearns", "true").AssertRefused("one while there are recent classes", first.Method.Visit);
        new SavedState(body.Method.Visit).With("body", "false").AssertRefused("one as soon as features are kept", other.Method.Visit);
    }

    [Fact]
    public void The_loss_of_base_knowledge_behind_a_body_is_cross_entropy_alone()
    {
        using Begun run = new Begun(new FearNet(Awake with { Inputs = MemoryInputs.Features }), Scenario.Class).After(0);
        Batch batch = run.Read(0);
        Tensor logits = run.Model.Network.Forward(batch.Inputs).clone();

        Assert.Equal(nn.functional.cross_entropy(logits.narrow(1, 0, 2), batch.Targets).item<float>(), run.Method.Loss(batch, logits).Value.item<float>(), 1e-5f);
        Assert.Same(batch, run.Method.Prepare(batch));
        Assert.Equal(run.Model.Network.Layout.Count, run.Method.ParameterCount);
    }

    [Fact]
    public void Before_base_knowledge_is_there_the_network_answers_and_then_its_own_classes_alone()
    {
        using Begun run = new Begun(new FearNet(Awake), Scenario.Class).After(0);
        Batch batch = run.Read(0);
        Batches.AssertClose(run.Model.Network.Predict(batch.Inputs).narrow(1, 0, 2).clone(), run.Method.Predict(batch).narrow(1, 0, 2), 0);

        run.Method.EndTask(run.Stream.Tasks[0]);

        Assert.Equal([true, true, false, false, false, false], run.Method.Predict(batch)[0].isfinite().data<bool>().ToArray());
    }

    [Fact]
    public void Pseudo_examples_are_shown_in_gray_from_the_least_to_the_largest_pixel_class_by_class()
    {
        TaskStream normalised = Toy.Laboratory.Stream(Toy.Config("fine-tuning", Scenario.Class, ("stream.mean", "0.1"), ("stream.deviation", "0.25"))); // pixels from -0.4 to 3.6
        using Begun run = new Begun(new FearNet(Awake), Scenario.Class, stream: normalised).After(0);
        AutoencoderClassifier memory = Assert.IsType<AutoencoderClassifier>(run.Model.Network);
        run.Train(0);
        run.Trainer.End(run.Stream.Tasks[0]);
        SavedState state = new(run.Method.Visit);
        foreach (Tensor factor in state.Owned.Where(tensor => tensor.dim() == 2 && tensor.size(0) == 9)) factor.zero_(); // all codes of a class are their mean

        Engram.Methods.ExhibitImages images = Assert.IsType<Engram.Methods.ExhibitImages>(Assert.Single(Engram.Methods.Exhibit.Of(run.Method)));

        byte[][] shown = [.. images.Pixels.Chunk(144)];
        Assert.Equal(20, shown.Length);
        for (int image = 0; image < 20; image++)
        {
            Tensor pixels = (memory.Decode(state.Tensors[$"class{image / 10}.mean"].unsqueeze(0)) + 0.4f) / 4;
            Assert.Equal(pixels.clamp(0, 1).flatten().data<float>().Select(pixel => (double)(255 * pixel)), shown[image].Select(gray => (double)gray), (one, other) => Math.Abs(one - other) < 0.51);
        }
        Assert.True(images.Pixels.Max() - images.Pixels.Min() > 20);
    }

    [Theory]
    [InlineData(MemoryInputs.Raw)]
    [InlineData(MemoryInputs.Features)]
    public void Memories_gates_and_bodies_are_freed(MemoryInputs held) => Leaks.AssertNone(() =>
    {
        using DisposeScope inner = NewDisposeScope();
        using Begun run = new Begun(new FearNet(Awake with { Inputs = held, SleepEvery = 1, Hidden = [6, 4] }), Scenario.Class).After(2); // sleeps once and is awake again
        run.Method.Predict(run.Read(2));
    });

    // Begins and ends a task without a step between.
    private static void Learn(Engram.Methods.Model model, FearNet method, int task)
    {
        model.TasksSeen = task + 1;
        method.BeginTask(model.Tasks[task]);
        method.EndTask(model.Tasks[task]);
    }

    private static Tensor PseudoExamples(AutoencoderClassifier memory, SavedState known, int label, RandomSource random, int count)
    {
        using ClassGaussian gaussian = ClassGaussian.Empty();
        gaussian.Visit(new StateBag(known.Tensors, known.Values).Part($"class{label}"), memory.CodeLength, diagonal: false);
        return memory.Decode(gaussian.Draw(random, count));
    }
}
