using Engram.Answering;
using Engram.Experiments;
using Engram.Methods;
using Engram.Methods.Baselines;
using Engram.Methods.Regularization;
using Engram.Networks;
using Engram.Optimizers;
using Engram.Streams;
using Engram.Tests.Datasets;
using Engram.Tests.Networks;
using Engram.Tests.Streams;
using Engram.Training;
using static TorchSharp.torch;

namespace Engram.Tests.Training;

public sealed class TrainerTests
{
    private static readonly TrainingOptions Options = new() { Batch = 10, LearningRate = 0.01, LogEvery = 1 };

    [Fact]
    public void Every_epoch_shows_all_samples_once_in_an_order_of_its_own_the_last_batch_being_smaller()
    {
        Probe probe = new();
        using ToyLesson lesson = Numbered(probe, Options with { Epochs = [2] });

        lesson.Learn(1);

        Assert.Equal([10, 10, 3, 10, 10, 3], probe.Batches.Select(batch => batch.Length));
        long[] first = [.. probe.Batches[..3].SelectMany(sample => sample)], second = [.. probe.Batches[3..].SelectMany(sample => sample)];
        Assert.Equal(Enumerable.Range(0, 23).Select(sample => (long)sample), first.Order());
        Assert.Equal(first.Order(), second.Order());
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void All_methods_of_a_seed_see_the_same_samples_in_the_same_order()
    {
        long[][] Seen(Probe probe, ulong seed)
        {
            using ToyLesson lesson = Numbered(probe, Options with { Epochs = [3] }, seed);
            lesson.Learn(1);
            lesson.Learn(2);
            return [.. probe.Batches];
        }

        long[][] plain = Seen(new(), 1);

        Assert.Equal(plain, Seen(new() { OnGradient = gradient => gradient.mul_(-2) }, 1));
        Assert.NotEqual(plain, Seen(new(), 2));
        Assert.NotEqual(plain[..9], plain[9..]);
    }

    [Fact]
    public void A_gradient_that_is_too_long_is_shortened_in_each_piece_of_its_own()
    {
        List<double> norms = [];
        Probe probe = new();
        using ToyLesson lesson = Numbered(probe, Options with { Iterations = 2, ClipNorm = 0.01 });
        probe.OnGradient = gradient => gradient[0] = 3;
        probe.OnAfterStep = gradient => norms.AddRange(lesson.Model.Network.Layout.Slices.Select(slice => (double)gradient.narrow(0, slice.Offset, slice.Length).norm().item<float>()));

        lesson.Learn(1);

        Assert.Equal(2 * lesson.Model.Network.Layout.Slices.Count, norms.Count);
        Assert.All(norms, norm => Assert.InRange(norm, 0, 0.010001));
        Assert.Equal(0.01, norms[0], 1e-6);
    }

    // The penalty waits for the optimizer: clipping must not overlook it.
    [Fact]
    public void What_a_penalty_adds_is_clipped_too()
    {
        using ToyLesson lesson = new(new L2Penalty(new() { Lambda = 1e6 }), Scenario.Domain, Options with { Iterations = 1, ClipNorm = 0.01, Optimizer = new Sgd.Options(), LearningRate = 1 });
        lesson.Learn(1);
        lesson.Begin(2);
        lesson.Parameters.add_(1);
        Tensor before = lesson.Parameters.clone();

        lesson.Trainer.Train(lesson.Stream.Tasks[1], _ => { }, _ => { });

        foreach (ParameterSlice slice in lesson.Model.Network.Layout.Slices)
            Assert.InRange((lesson.Parameters - before).narrow(0, slice.Offset, slice.Length).norm().item<float>(), 0.0099, 0.0101);
    }

    [Fact]
    public void The_network_knows_where_training_stands_and_that_it_is_over()
    {
        List<TrainingMoment?> moments = [];
        Probe probe = new();
        using ToyLesson lesson = Numbered(probe, Options with { Epochs = [2] });
        probe.OnGradient = _ => moments.Add(lesson.Model.Network.Moment);

        lesson.Learn(1);

        Assert.Equal([(0, 0, 0L), (0, 0, 1L), (0, 0, 2L), (0, 1, 3L), (0, 1, 4L), (0, 1, 5L)], moments.Select(moment => (moment!.Value.Task, moment.Value.Epoch, moment.Value.Step)));
        Assert.Null(lesson.Model.Network.Moment);
    }

    [Fact]
    public void Hooks_are_called_in_the_order_in_which_they_are_written()
    {
        Probe probe = new();
        using ToyLesson lesson = Numbered(probe, Options with { Iterations = 2 });

        lesson.Learn(1);

        string[] step = ["Prepare", "Loss", "EditGradient", "AfterStep"];
        Assert.Equal(["BeginTask", "TrainingData", .. step, .. step, "EndTask"], probe.Calls);
    }

    [Fact]
    public void The_number_of_steps_done_is_told_after_each()
    {
        using ToyLesson lesson = new(new FineTuning(), Scenario.Task, Options with { Iterations = 3 });
        List<long> told = [];

        lesson.Trainer.Train(lesson.Begin(1), told.Add, _ => { });

        Assert.Equal([1, 2, 3], told);
    }

    [Fact]
    public void A_task_ends_with_the_first_step_after_its_schedule_that_no_method_asks_to_go_on_from()
    {
        Probe probe = new();
        using ToyLesson lesson = Numbered(probe, Options with { Epochs = [1], LogEvery = 4 });
        List<long> planned = [];
        int steps = 0;
        probe.OnAfterStep = _ =>
        {
            planned.Add(lesson.Model.PlannedSteps);
            if (++steps is 1 or 3 or 4 or 6) lesson.Model.GoOn(); // not after 2, which is within the schedule, and not after 5
        };

        lesson.Learn(1);

        Assert.Equal([3L, 3, 3, 3, 3], planned);
        Assert.Equal([10, 10, 3, 10, 10], probe.Batches.Select(batch => batch.Length)); // the second epoch begins
        Assert.Equal([(2, 4L), (2, 5L)], lesson.Reports.Select(report => (report.Epoch, report.StepOfTask)));

        lesson.Learn(2); // step 6 is its first

        Assert.Equal(8, probe.Batches.Count);
    }

    [Fact]
    public void A_logged_loss_is_the_mean_since_the_last_one()
    {
        using ToyLesson fine = new(new FineTuning(), Scenario.Task, Options with { Iterations = 7 }), coarse = new(new FineTuning(), Scenario.Task, Options with { Iterations = 7, LogEvery = 3 });

        fine.Learn(1);
        coarse.Learn(1);

        double[] losses = [.. fine.Reports.Select(report => report.Loss!.Value)];
        Assert.Equal([1L, 2, 3, 4, 5, 6, 7], fine.Reports.Select(report => report.StepOfTask));
        Assert.Equal([3L, 6, 7], coarse.Reports.Select(report => report.StepOfTask));
        Assert.Equal([losses[..3].Average(), losses[3..6].Average(), losses[6]], coarse.Reports.Select(report => report.Loss!.Value), (expected, actual) => Math.Abs(expected - actual) < 1e-6);
        Assert.Equal([1, 2, 2], coarse.Reports.Select(report => report.Epoch)); // 48 samples: 5 steps per epoch
    }

    [Fact]
    public void A_loss_that_is_not_finite_stops_the_run_and_names_task_step_and_setting()
    {
        using ToyLesson lesson = new(new Probe { NanAt = 7 }, Scenario.Task, Options with { Iterations = 5 });
        lesson.Learn(1);

        EngramException error = Assert.Throws<EngramException>(() => lesson.Learn(2));

        Assert.Equal((ErrorKind.Failure, "diverged"), (error.Kind, error.Code));
        Assert.Equal("Training diverged: the loss is NaN at step 2 of task 2 (pair 2). Set training.learningRate (now 0.01) or the method's strength lower.", error.Message);
    }

    [Fact]
    public void A_last_step_to_parameters_that_are_not_finite_is_noticed_too()
    {
        Probe probe = new();
        using ToyLesson lesson = new(probe, Scenario.Task, Options with { Iterations = 5, Optimizer = new Sgd.Options() });
        probe.OnGradient = gradient => { if (probe.Batches.Count == 5) gradient.fill_(float.PositiveInfinity); };

        EngramException error = Assert.Throws<EngramException>(() => lesson.Learn(1));

        Assert.Contains("a parameter is not finite at step 5 of task 1", error.Message);
    }

    [Fact]
    public void A_strength_too_large_for_the_step_ends_as_an_error_and_not_as_a_result()
    {
        RunConfig config = Toy.Config("l2", Scenario.Domain, ("method.lambda", "1e4"), ("training.optimizer", "sgd"), ("training.learningRate", "0.1"), ("training.iterations", "60"), ("training.logEvery", "50"));

        EngramException error = Assert.Throws<EngramException>(() => Toy.Run(config));

        Assert.Equal("diverged", error.Code);
        Assert.Contains("task 2 (pair 2)", error.Message);
    }

    [Fact]
    public void A_run_that_diverged_leaves_its_last_checkpoint_usable()
    {
        RunConfig config = Toy.Config("fine-tuning", Scenario.Task, ("training.checkpointEvery", "100"));
        TaskStream stream = Toy.Laboratory.Stream(config);
        using TemporaryFolder temporary = new();
        RunFolder folder = RunFolder.Create(temporary["run"], config);
        using (Experiment diverging = new(config, stream, Toy.Network(9), new Probe { NanAt = 9 }, folder))
            Assert.Throws<EngramException>(() => diverging.Run(cancellation: TestContext.Current.CancellationToken));

        Toy.AssertSame(Toy.Run(config), Toy.Run(config, folder));
    }

    [Fact]
    public void The_optimizer_remembers_earlier_tasks_unless_it_is_reset()
    {
        float[] After(bool reset, bool anew)
        {
            using ToyLesson lesson = new(new FineTuning(), Scenario.Domain, Options with { Iterations = 5, ResetOptimizer = reset });
            lesson.Learn(1);
            if (!anew)
            {
                lesson.Learn(2);
                return lesson.Parameters.data<float>().ToArray();
            }
            using ToyLesson other = new(new FineTuning(), Scenario.Domain, Options with { Iterations = 5 });
            other.Parameters.copy_(lesson.Parameters);
            other.Learn(2);
            return other.Parameters.data<float>().ToArray();
        }

        Assert.Equal(After(false, anew: true), After(true, anew: false));
        Assert.NotEqual(After(false, anew: true), After(false, anew: false));
    }

    [Fact]
    public void A_replaced_network_is_trained_with_a_fresh_optimizer_from_the_next_step_on()
    {
        Probe probe = new();
        using ToyLesson lesson = new(probe, Scenario.Domain, Options with { Iterations = 6 }), alone = new(new FineTuning(), Scenario.Domain, Options with { Iterations = 6 });
        alone.Parameters.copy_(lesson.Model.NewNetwork(1).Parameters);
        probe.OnBegin = task => { if (task.Index == 1) lesson.Model.Replace(lesson.Model.NewNetwork(1)).Dispose(); };

        lesson.Learn(1);
        lesson.Learn(2);
        alone.Learn(2);

        Batches.AssertClose(alone.Parameters, lesson.Parameters, 0);
    }

    [Theory]
    [InlineData("sgd")]
    [InlineData("adam")]
    [InlineData("adamw")]
    [InlineData("adagrad")]
    public void Weight_decay_spares_the_biases_of_a_network_that_says_so(string id)
    {
        OptimizerOptions optimizer = (OptimizerOptions)Toy.Catalogs.Optimizers.Find(id).Settings.Create();
        Tensor One(double decay, bool decaysBiases)
        {
            Probe probe = new();
            using ToyLesson lesson = Numbered(probe, Options with { Iterations = 1, Optimizer = optimizer, WeightDecay = decay });
            probe.OnBegin = _ =>
            {
                Network next = lesson.Model.NewNetwork();
                next.Parameters.add_(0.25f); // first biases are 0
                next.DecaysBiases = decaysBiases;
                lesson.Model.Replace(next).Dispose();
            };
            lesson.Learn(1);
            return lesson.Parameters.clone().DetachFromDisposeScope();
        }

        using Tensor plain = One(0, false), spared = One(30, false), all = One(30, true);
        long features = 4 * 9;
        Assert.True(plain.narrow(0, 0, features).ne(spared.narrow(0, 0, features)).any().item<bool>());
        Batches.AssertClose(all.narrow(0, 0, features), spared.narrow(0, 0, features), 1e-5);
        Assert.Equal(plain.narrow(0, features, 9).data<float>().ToArray(), spared.narrow(0, features, 9).data<float>().ToArray());
        Assert.NotEqual(plain.narrow(0, features, 9).data<float>().ToArray(), all.narrow(0, features, 9).data<float>().ToArray());
    }

    [Theory]
    [InlineData(100, 10, new[] { 3 }, null, 10, 30)]
    [InlineData(101, 10, new[] { 3 }, null, 11, 33)]
    [InlineData(5, 128, new[] { 1 }, null, 1, 1)]
    [InlineData(100, 10, new[] { 3 }, 7, 10, 7)]
    [InlineData(100, 10, new[] { 3 }, 25, 10, 25)]
    public void The_schedule_counts_steps(int samples, int batch, int[] epochs, int? iterations, int stepsPerEpoch, long steps)
    {
        Schedule schedule = new TrainingOptions { Batch = batch, Epochs = epochs, Iterations = iterations }.ScheduleFor(samples, [0]);

        Assert.Equal((stepsPerEpoch, steps), (schedule.StepsPerEpoch, schedule.Steps));
        Assert.Equal((steps + stepsPerEpoch - 1) / stepsPerEpoch, schedule.Epochs);
    }

    [Fact]
    public void Epochs_can_be_given_task_by_task()
    {
        TrainingOptions options = new() { Batch = 10, Epochs = [10, 3] };

        Assert.Equal([100L, 30L, 30L], new[] { 0, 1, 7 }.Select(task => options.ScheduleFor(100, [task]).Steps)); // the last is for all that follow
        Assert.Equal(100L, options.ScheduleFor(100, [0, 1, 2]).Steps); // data of several tasks are trained for as long as the longest
        Assert.Equal(14L, (options with { Iterations = 7 }).ScheduleFor(100, [0, 1]).Steps); // or for the steps of each
    }

    private static ToyLesson Numbered(LearningMethod method, TrainingOptions options, ulong seed = 1)
    {
        LearningTask[] tasks = [.. Enumerable.Range(0, 2).Select(task => new LearningTask(task, $"task {task + 1}", new Numbered(task, 23, [4]), null, new Numbered(task, 3, [4]), [.. Enumerable.Range(0, 23)]))];
        return new(method, Scenario.Domain, options, seed: seed, stream: new TaskStream("numbered", Scenario.Domain, tasks));
    }

    /// <summary>Fine-tuning that writes down what it sees.</summary>
    private sealed class Probe : LearningMethod
    {
        private int steps;

        public List<string> Calls { get; } = [];

        public List<long[]> Batches { get; } = [];

        public int NanAt { get; init; }

        public Action<Tensor> OnGradient { get; set; } = _ => { };

        public Action<Tensor> OnAfterStep { get; set; } = _ => { };

        public Action<LearningTask> OnBegin { get; set; } = _ => { };

        public override void BeginTask(LearningTask task)
        {
            Calls.Add("BeginTask");
            OnBegin(task);
        }

        public override Samples TrainingData(LearningTask task)
        {
            Calls.Add("TrainingData");
            return base.TrainingData(task);
        }

        public override Batch Prepare(Batch batch)
        {
            Calls.Add("Prepare");
            Batches.Add(batch.Targets.data<long>().ToArray());
            return base.Prepare(batch);
        }

        public override Objective Loss(Batch batch, Tensor logits)
        {
            Calls.Add("Loss");
            return ++steps == NanAt ? double.NaN * base.Loss(batch, logits) : base.Loss(batch, logits);
        }

        public override void EditGradient(TrainingStep step)
        {
            Calls.Add("EditGradient");
            OnGradient(step.Gradient);
        }

        public override void AfterStep(TrainingStep step)
        {
            Calls.Add("AfterStep");
            OnAfterStep(step.Gradient);
        }

        public override void EndTask(LearningTask task) => Calls.Add("EndTask");
    }
}
