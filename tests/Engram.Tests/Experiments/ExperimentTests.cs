using System.Text.Json.Nodes;
using Engram.Evaluation;
using Engram.Experiments;
using Engram.Methods.Baselines;
using Engram.Networks;
using Engram.Streams;
using Engram.Tests.Datasets;
using Engram.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Experiments;

public sealed class ExperimentTests
{
    [Fact]
    public void A_run_that_is_stopped_before_it_began_goes_on_from_the_untrained_network()
    {
        RunConfig config = Toy.Config();
        using TemporaryFolder temporary = new();
        RunFolder folder = RunFolder.Create(temporary["run"], config);
        using CancellationTokenSource stop = new();
        stop.Cancel();
        List<RunPhase> phases = [];

        Assert.Throws<OperationCanceledException>(() => Toy.Run(config, folder, now => phases.Add(now.Phase), stop));

        Assert.DoesNotContain(RunPhase.Training, phases);
        Toy.AssertSame(Toy.Run(config), Toy.Run(config, folder));
    }

    [Theory]
    [InlineData(RunPhase.Training)]
    [InlineData(RunPhase.Consolidating)]
    [InlineData(RunPhase.Evaluating)]
    public void A_listener_that_throws_the_error_of_a_stop_does_not_spoil_the_checkpoint(RunPhase phase)
    {
        RunConfig config = Toy.Config("ewc");
        using TemporaryFolder temporary = new();
        RunFolder folder = RunFolder.Create(temporary["run"], config);

        Assert.Throws<OperationCanceledException>(() => Toy.Run(config, folder, now => { if (now.Task == 1 && now.Phase == phase) throw new OperationCanceledException(); }));

        Toy.AssertSame(Toy.Run(config), Toy.Run(config, folder));
    }

    [Theory]
    [InlineData("order")]
    [InlineData("one less")]
    [InlineData("test data")]
    [InlineData("scale")]
    public void A_run_goes_on_with_the_data_it_has_learned_from_or_not_at_all(string change)
    {
        RunConfig config = Toy.Config();
        TaskStream stream = Toy.Stream(Scenario.Task);
        LearningTask second = stream.Tasks[1];
        int[] all = [.. Enumerable.Range(0, Toy.Images.Train.Count).Where(image => Toy.Images.Train.Labels[image] is 2 or 3)];
        ImageSamples train = (ImageSamples)second.Train;
        LearningTask other = change switch
        {
            "order" => second with { Train = train.Select([.. all.Reverse()]) },
            "one less" => second with { Train = train.Select(all[1..]) },
            "test data" => second with { Test = second.Train },
            _ => second with { Train = new Halved(second.Train) },
        };
        using TemporaryFolder temporary = new();
        RunFolder folder = RunFolder.Create(temporary["run"], config);
        Assert.Throws<OperationCanceledException>(() => Run(stream, now => { if (now is { Phase: RunPhase.Consolidating, Task: 1 }) throw new OperationCanceledException(); }));
        byte[] before = File.ReadAllBytes(folder.Checkpoint.Path);

        EngramException error = Assert.Throws<EngramException>(() => Run(new("toy", Scenario.Task, [stream.Tasks[0], other])));

        Assert.Equal(("other-data", ErrorKind.Input), (error.Code, error.Kind));
        Assert.Contains("those of task 2 (pair 2) have changed", error.Message);
        Assert.Equal(before, File.ReadAllBytes(folder.Checkpoint.Path));
        Toy.AssertSame(Toy.Run(config), Run(stream));

        RunResult Run(TaskStream tasks, Action<RunProgress>? progress = null)
        {
            using Experiment experiment = new(config, tasks, Toy.Network(9), new FineTuning(), folder);
            return experiment.Run(progress, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public void Eight_threads_that_ask_at_the_same_time_get_the_answers_of_one()
    {
        RunConfig config = Toy.Config("ewc", Scenario.Domain);
        using TemporaryFolder temporary = new();
        RunFolder folder = RunFolder.Create(temporary["run"], config);
        Toy.Run(config, folder);
        float[][] inputs = [.. Enumerable.Range(0, 64).Select(i => { float[] input = new float[Toy.Side * Toy.Side]; new RandomSource((ulong)i).FillGaussian(input); return input; })];
        using Experiment experiment = Toy.Laboratory.Open(config, folder);
        float[][] alone = [.. inputs.Select(input => experiment.Ask(input).Probabilities)], together = new float[inputs.Length][];

        Thread[] threads = [.. Enumerable.Range(0, 8).Select(thread => new Thread(() => { for (int i = thread; i < inputs.Length; i += 8) together[i] = experiment.Ask(inputs[i]).Probabilities; }))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();

        Assert.Equal(alone, together);
    }

    [Fact]
    public void A_stopped_run_without_a_folder_is_just_stopped()
    {
        using CancellationTokenSource stop = new();
        int steps = 0;

        Assert.Throws<OperationCanceledException>(() => Toy.Run(Toy.Config(), progress: now => { if (now.Phase == RunPhase.Training && ++steps == 3) stop.Cancel(); }, stop: stop));

        Assert.Equal(3, steps);
    }

    [Fact]
    public void A_finished_run_gives_its_results_again()
    {
        RunConfig config = Toy.Config("ewc");
        using TemporaryFolder temporary = new();
        RunFolder folder = RunFolder.Create(temporary["run"], config);

        RunResult first = Toy.Run(config, folder), again = Toy.Run(config, folder), read = folder.ReadResults();

        Toy.AssertSame(first, again);
        Toy.AssertSame(first, read with { Steps = first.Steps });
        Assert.Equal(first.Matrix.Tasks, read.Matrix.Tasks);
        Assert.Equal(first.Metrics, read.Metrics);
        Assert.Equal(first.Config.ToJsonString(), read.Config.ToJsonString());
    }

    [Fact]
    public void Progress_never_goes_back_and_ends_at_one()
    {
        List<RunProgress> told = [];

        Toy.Run(Toy.Config("ewc", Scenario.Task, ("stream.tasks", "3")), progress: told.Add);

        double[] fractions = [.. told.Select(now => now.Fraction)];
        Assert.Equal(fractions.Order(), fractions);
        Assert.Equal(1, fractions[^1]);
        Assert.Equal(RunPhase.Done, told[^1].Phase);
        Assert.Equal([0, 1, 2, 3], told.Where(now => now.Phase == RunPhase.Evaluating).Select(now => now.Task));
        Assert.All(told.Where(now => now.Phase == RunPhase.Training), now => Assert.True(now.Loss > 0));
    }

    [Fact]
    public void Times_add_up_over_all_sessions_of_a_run()
    {
        RunConfig config = Toy.Config("ewc", Scenario.Task, ("stream.validation", "0.25"), ("training.evaluateEvery", "1"));
        using TemporaryFolder temporary = new();
        RunFolder folder = RunFolder.Create(temporary["run"], config);
        using CancellationTokenSource stop = new();
        Assert.Throws<OperationCanceledException>(() => Toy.Run(config, folder, now => { if (now is { Phase: RunPhase.Training, Task: 2 }) stop.Cancel(); }, stop));

        RunSeconds seconds = Toy.Run(config, folder).Seconds;

        Assert.All([seconds.Train, seconds.Consolidate, seconds.Evaluate], part => Assert.True(part > 0));
        Assert.InRange(seconds.Train + seconds.Consolidate + seconds.Evaluate, 0, seconds.Total);
    }

    [Fact]
    public void Curves_are_measured_on_validation_data_at_the_steps_asked_for()
    {
        RunResult result = Toy.Run(Toy.Config("fine-tuning", Scenario.Task, ("stream.validation", "0.25"), ("training.evaluateEvery", "4")));

        Assert.Equal([(4L, 1), (10L, 2)], result.Curves.Select(point => (point.Step, point.Task)));
        Assert.All(result.Curves, point => Assert.All(point.Accuracies, accuracy => Assert.Equal(Math.Round(accuracy * 12), accuracy * 12, 1e-9))); // of 12 validation images
    }

    [Fact]
    public void The_learning_curve_is_the_accuracy_on_each_task_before_its_first_step_and_after_the_first_few()
    {
        RunResult none = Toy.Run(Toy.Config()), some = Toy.Run(Toy.Config("fine-tuning", Scenario.Task, ("training.learningCurve", "6")));

        Assert.Equal(7, some.LearningCurve.Length);
        Assert.Equal((none.Matrix[0, 1] + none.Matrix[1, 2]) / 2, some.LearningCurve[0], 12); // each task as the others left it
        Assert.Equal((none.Matrix[1, 1] + none.Matrix[2, 2]) / 2, some.LearningCurve[6], 12); // six steps are all there are
        Assert.Equal(Metrics.LearningCurveArea(some.LearningCurve), some.Metrics["learningCurveArea"]!.Value, 12);
        Assert.Equal(none.Weights, some.Weights);
        Assert.Empty(none.LearningCurve);
        Assert.Null(none.Metrics["learningCurveArea"]);
    }

    [Fact]
    public void A_learning_curve_survives_a_stop()
    {
        RunConfig config = Toy.Config("ewc", Scenario.Class, ("training.learningCurve", "5"));
        using TemporaryFolder temporary = new();
        RunFolder folder = RunFolder.Create(temporary["run"], config);
        for (int at = 1; at <= 9; at += 4)
        {
            using CancellationTokenSource stop = new();
            int steps = 0;
            Assert.Throws<OperationCanceledException>(() => Toy.Run(config, folder, now => { if (now.Phase == RunPhase.Training && ++steps == 3) stop.Cancel(); }, stop));
        }

        Assert.Equal(Toy.Run(config).LearningCurve, Toy.Run(config, folder).LearningCurve);
    }

    [Fact]
    public void A_learning_curve_longer_than_a_task_is_refused() =>
        Assert.Contains("training.learningCurve is 7 but task 1 is learned in 6 steps; set it to 6 or less", Assert.Throws<EngramException>(() => Toy.Run(Toy.Config("fine-tuning", Scenario.Task, ("training.learningCurve", "7")))).Message);

    [Fact]
    public void Measuring_curves_changes_no_number_of_the_run()
    {
        RunResult plain = Toy.Run(Toy.Config("ewc", Scenario.Class, ("stream.validation", "0.25"))), measured = Toy.Run(Toy.Config("ewc", Scenario.Class, ("stream.validation", "0.25"), ("training.evaluateEvery", "1")));

        Assert.Equal(plain.Weights, measured.Weights);
        Assert.Equal(plain.Matrix.ToRows(), measured.Matrix.ToRows());
    }

    [Fact]
    public void Running_averages_of_a_network_survive_a_stop()
    {
        RunConfig config = Toy.Config();
        TaskStream stream = Toy.Laboratory.Stream(config);
        RunResult Run(RunFolder? folder, CancellationTokenSource? stop = null)
        {
            using Experiment experiment = new(config, stream, new Normalizing(), new FineTuning(), folder);
            int steps = 0;
            return experiment.Run(now => { if (now.Phase == RunPhase.Training && ++steps == 5) stop?.Cancel(); }, stop?.Token ?? TestContext.Current.CancellationToken);
        }
        using TemporaryFolder temporary = new();
        RunFolder folder = RunFolder.Create(temporary["run"], config);
        using CancellationTokenSource stop = new();

        RunResult straight = Run(null);
        Assert.Throws<OperationCanceledException>(() => Run(folder, stop));

        Toy.AssertSame(straight, Run(folder));
    }

    [Fact]
    public void A_checkpoint_of_another_network_is_refused_with_both_shapes()
    {
        RunConfig config = Toy.Config();
        TaskStream stream = Toy.Laboratory.Stream(config);
        using TemporaryFolder temporary = new();
        RunFolder folder = RunFolder.Create(temporary["run"], config);
        Toy.Run(config, folder);
        using Experiment other = new(config, stream, Toy.Network(4), new FineTuning(), folder);

        EngramException error = Assert.Throws<EngramException>(() => other.Run(cancellation: TestContext.Current.CancellationToken));

        Assert.Equal("checkpoint-mismatch", error.Code);
        Assert.Contains("[1345]", error.Message); // 144 x 9 + 9 + 9 x 4 + 4
        Assert.Contains("[600]", error.Message); // 144 x 4 + 4 + 4 x 4 + 4
    }

    [Fact]
    public void Results_hold_the_names_that_machines_read()
    {
        JsonObject json = Settings.ToJson(Toy.Run(Toy.Config("ewc")));

        Assert.Equal(["schema", "engram", "engine", "stream", "scenario", "method", "network", "seed", "tasks", "matrix", "kappa", "chance", "majority", "testSamples", "metrics", "parameters", "widths", "growth", "remarks", "storedBytes", "storedSamples", "seconds", "weights", "config", "curves", "learningCurve", "classes", "inputs", "tables"],
            json.Select(member => member.Key));
        Assert.Equal(["train", "consolidate", "evaluate", "total"], json["seconds"]!.AsObject().Select(member => member.Key));
        Assert.Equal([0.5, 0.5], json["chance"]!.AsArray().Select(value => value!.GetValue<double>()));
    }

    /// <summary>A network with batch normalisation, whose running averages are state besides its parameters.</summary>
    private sealed class Normalizing : NetworkDefinition
    {
        public override ParameterLayout Layout(IReadOnlyList<long> inputShape, int outputs) => throw new NotSupportedException();

        public override NetworkDefinition Scaled(double factor) => throw new NotSupportedException();

        public override Network Create(IReadOnlyList<long> inputShape, int outputs, Seed seed, Device device)
        {
            ModuleNetwork network = new(new LayerChain(nn.Linear(144, 5), nn.BatchNorm1d(5), nn.ReLU(), nn.Linear(5, outputs)), inputShape, outputs, device, [144]);
            using Tensor numbers = Batches.Random(seed, network.Layout.Count).mul_(0.1);
            using (no_grad()) network.Parameters.copy_(numbers);
            return network;
        }
    }

    private sealed class Halved(Samples all) : Samples
    {
        public override int Count => all.Count;

        public override IReadOnlyList<long> InputShape => all.InputShape;

        public override IReadOnlyList<int> Lessons => all.Lessons;

        public override void Read(int sample, Span<float> input)
        {
            all.Read(sample, input);
            foreach (ref float number in input) number /= 2;
        }

        public override int Target(int sample) => all.Target(sample);

        public override int Task(int sample) => all.Task(sample);
    }
}
