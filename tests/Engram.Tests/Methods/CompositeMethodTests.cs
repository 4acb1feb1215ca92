using System.Reflection;
using Engram.Answering;
using Engram.Experiments;
using Engram.Methods;
using Engram.Methods.Gradients;
using Engram.Methods.Regularization;
using Engram.Networks;
using Engram.Optimizers;
using Engram.Streams;
using Engram.Tests.Datasets;
using Engram.Tests.Methods.Gradients;
using Engram.Tests.Networks;
using Engram.Training;
using static TorchSharp.torch;

namespace Engram.Tests.Methods;

public sealed class CompositeMethodTests
{
    public CompositeMethodTests() => NativeEngine.PrepareThread(1);

    [Fact]
    public void It_passes_on_every_hook_there_is()
    {
        MethodInfo[] hooks = [.. typeof(LearningMethod).GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Where(method => method is { IsVirtual: true, IsFinal: false } && method.DeclaringType == typeof(LearningMethod))];

        MethodInfo[] own = [.. typeof(CompositeMethod).GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)];

        Assert.Empty(hooks.Select(hook => hook.Name).Except(own.Select(method => method.Name)));
    }

    [Theory]
    [InlineData(Scenario.Task)]
    [InlineData(Scenario.Domain)]
    [InlineData(Scenario.Class)]
    public void Where_all_other_parts_have_no_strength_it_is_the_remaining_one_bit_for_bit(Scenario scenario)
    {
        foreach (string combination in new[] { "ewc+si", "si+ewc", "mas+rwalk+l2" })
            foreach (string one in combination.Split('+'))
            {
                RunResult alone = Toy.Run(Toy.Config(one, scenario, ("method.lambda", "3")));
                RunResult together = Toy.Run(Toy.Config(combination, scenario, [.. combination.Split('+').Select(part => ($"method.{part}.lambda", part == one ? "3" : "0"))]));

                Assert.Equal(alone.Weights, together.Weights);
                Assert.Equal(alone.Matrix.ToRows(), together.Matrix.ToRows());
                Assert.Equal(alone.Steps, together.Steps);
            }
    }

    [Theory]
    [InlineData(Scenario.Domain, "ewc+si", "si+ewc")]
    [InlineData(Scenario.Task, "gem+ewc", "ewc+gem")]
    [InlineData(Scenario.Domain, "agem+si", "si+agem")]
    [InlineData(Scenario.Class, "rwalk+mas+si", "si+rwalk+mas", "mas+si+rwalk")]
    [InlineData(Scenario.Task, "lwf+gem+l2", "l2+lwf+gem", "gem+l2+lwf")]
    public void The_order_in_which_parts_are_named_changes_no_bit(Scenario scenario, string id, params string[] others)
    {
        (string, string)[] settings = [("stream.tasks", "3"), .. id.Contains("lwf") ? [("method.lwf.warmUp", "3")] : Array.Empty<(string, string)>()];
        RunResult Named(string named) => Toy.Run(Toy.Config(named, scenario, settings)) with { Remarks = [] }; // they name the combination as it was named
        RunResult first = Named(id);

        foreach (string other in others) Toy.AssertSame(first, Named(other));
    }

    [Fact]
    public void Pulls_come_first_then_projections_then_frozen_parameters()
    {
        foreach (int[] order in new[] { [0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], new[] { 2, 1, 0 } })
        {
            LearningMethod[] stages = [new AddsOne(), new Doubles(), new FreezesTheFirst()];
            using ToyLesson lesson = new(new CompositeMethod([.. order.Select(place => stages[place])]), Scenario.Domain);
            Tensor gradient = tensor(new float[] { 5, 5 });

            lesson.Method.EditGradient(gradient);

            Assert.Equal([0, 12], gradient.data<float>().ToArray());
        }
    }

    [Fact]
    public void Those_that_follow_the_path_see_the_tasks_own_gradient_whatever_else_pulls()
    {
        foreach (bool isNamedFirst in new[] { true, false })
        {
            FollowsThePath one = new(), other = new FollowsThePathToo();
            using ToyLesson lesson = new(new CompositeMethod(isNamedFirst ? [one, new AddsOne(), other] : [new AddsOne(), other, one]), Scenario.Domain);
            Tensor gradient = tensor(new float[] { 5, 5 });

            lesson.Method.EditGradient(gradient);

            Assert.Equal([5, 5], one.Seen);
            Assert.Equal([5, 5], other.Seen);
            Assert.Equal([26, 26], gradient.data<float>().ToArray());
        }
    }

    [Fact]
    public void Nobody_takes_a_changed_gradient_for_the_tasks_own()
    {
        foreach (LearningMethod before in new LearningMethod[] { new AddsOne(), new FollowsThePath() })
        {
            using ToyLesson lesson = new(new CompositeMethod(before, new AsksTooLate()), Scenario.Domain);

            InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => lesson.Method.EditGradient(ones(2)));

            Assert.Contains("GradientStage.Path", error.Message);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Importance_along_the_path_is_that_of_the_tasks_own_gradient_whatever_else_pulls(bool isNamedFirst)
    {
        SynapticIntelligence si = new(new() { Lambda = 0.5, Damping = 0.1 });
        LearningMethod[] others = [new ElasticWeightConsolidation(new() { Lambda = 1000 }), new RiemannianWalk(new() { Lambda = 100 })];
        Path path = new();
        using ToyLesson lesson = new(new CompositeMethod(isNamedFirst ? [si, .. others, path] : [path, .. others, si]), Scenario.Task, new() { Iterations = 6, Batch = 10, Optimizer = new Sgd.Options(), LearningRate = 0.02 }, tasks: 3);
        Tensor expected = zeros_like(lesson.Parameters);
        for (int task = 1; task <= 3; task++)
        {
            Tensor began = lesson.Parameters.clone();
            path.Sum = zeros_like(began);
            lesson.Learn(task);
            expected = (expected + path.Sum / ((lesson.Parameters - began).square() + 0.1)).clamp_min(0);

            Tensor pull = zeros_like(began); // at theta* + 1 with lambda 1/2 it is the importance
            lesson.Parameters.add_(1);
            si.EditGradient(pull);
            lesson.Parameters.sub_(1);
            Batches.AssertClose(expected, pull, 1e-4);
        }
    }

    [Fact]
    public void A_projection_comes_after_the_pulls()
    {
        foreach (bool isNamedFirst in new[] { true, false })
        {
            L2Penalty l2 = new(new() { Lambda = 5 });
            GradientEpisodicMemory gem = new(new() { Memory = new() { Samples = 96 } });
            (Tensor plain, Tensor edited, Model model) = OpposedGradients.Train(new CompositeMethod(isNamedFirst ? [gem, l2] : [l2, gem]), Scenario.Domain, tasks: 3);
            using (model)
            {
                Tensor expected = plain.clone();
                l2.EditGradient(expected);
                Assert.NotEqual(plain.data<float>().ToArray(), expected.data<float>().ToArray());
                gem.EditGradient(expected);

                Assert.Equal(expected.data<float>().ToArray(), edited.data<float>().ToArray());
            }
        }
    }

    [Fact]
    public void Both_parts_work_at_once()
    {
        RunResult both = Toy.Run(Toy.Config("ewc+si", Scenario.Task)), first = Toy.Run(Toy.Config("ewc")), second = Toy.Run(Toy.Config("si"));

        Assert.NotEqual(first.Weights, both.Weights);
        Assert.NotEqual(second.Weights, both.Weights);
        Assert.Equal([.. first.StoredBytes.Zip(second.StoredBytes, (one, other) => one + other)], both.StoredBytes);
        Assert.Equal(first.Parameters, both.Parameters);
        Assert.Equal("ewc+si", both.Method);
    }

    [Fact]
    public void A_run_that_dies_anywhere_and_goes_on_ends_with_the_same_bits()
    {
        RunConfig config = Toy.Config("ewc+rwalk+mas", Scenario.Class);
        int moments = 0;
        RunResult straight = Toy.Run(config, progress: _ => moments++);

        for (int moment = 1; moment <= moments; moment += 3)
        {
            using TemporaryFolder temporary = new();
            RunFolder created = RunFolder.Create(temporary["run"], config);
            int passed = 0;
            Assert.Throws<TimeoutException>(() => Toy.Run(config, created, _ => { if (++passed == moment) throw new TimeoutException(); }));
            var (folder, read) = RunFolder.Open(temporary["run"], Toy.Catalogs);

            Toy.AssertSame(straight, Toy.Run(read, folder));
        }
    }

    [Fact]
    public void A_hook_with_one_answer_comes_from_the_part_that_has_its_own_and_two_of_them_are_refused()
    {
        using ToyLesson lesson = new(new CompositeMethod(new L2Penalty(new()), new DoubleLoss()), Scenario.Domain);
        Tensor logits = ones(1, 2);
        Batch batch = new(zeros(1, 144), zeros(1, dtype: int64), [0]);

        Assert.Equal(2 * Objective.CrossEntropy(logits, batch.Targets).Value.item<float>(), lesson.Method.Loss(batch, logits).Value.item<float>());
        Assert.Equal("'DoubleLoss+OtherLoss' is no combination: DoubleLoss and OtherLoss each have their own loss, and there can be only one; choose one of them.",
            Assert.Throws<EngramException>(() => new CompositeMethod(new DoubleLoss(), new OtherLoss())).Message);
        Assert.Contains("fewer than two", Assert.Throws<EngramException>(() => new CompositeMethod(new DoubleLoss())).Message);
    }

    [Fact]
    public void A_part_that_replaces_the_network_is_found_out()
    {
        using ToyLesson lesson = new(new CompositeMethod(new L2Penalty(new()), new Replacer()), Scenario.Domain);

        Assert.Contains("Replacer replaces the network, which the others cannot follow", Assert.Throws<EngramException>(() => lesson.Begin(1)).Message);
    }

    [Fact]
    public void Every_part_sees_every_hook_in_the_order_of_their_ids_and_what_they_keep_adds_up()
    {
        List<string> calls = [];
        using ToyLesson lesson = new(new CompositeMethod(new Second(calls, 10), new First(calls, 1)), Scenario.Domain, tasks: 3);
        LearningTask task = lesson.Begin(1);
        Batch batch = new(zeros(1, 144), zeros(1, dtype: int64), [0]);
        StateBag state = new();

        lesson.Method.EditGradient(zeros(1));
        lesson.Method.AfterStep(zeros(1));
        lesson.Method.EndTask(task);
        lesson.Method.Visit(state);

        Assert.Equal([.. new[] { "begins", "edits", "steps", "ends", "is visited" }.SelectMany(call => new[] { $"First {call}", $"Second {call}" })], calls);
        Assert.Equal(["First.keeps", "Second.keeps"], state.Values.Select(member => member.Key));
        Assert.Equal(["of First", "of Second"], Exhibit.Of(lesson.Method).Select(exhibit => exhibit.Name));
        Assert.Equal((11, 22, 33), (lesson.Method.StoredBytes, lesson.Method.StoredSamples, lesson.Method.VectorsKept(3)));
        calls.Clear();
        lesson.Method.Dispose();
        Assert.Equal(["First is freed", "Second is freed"], calls);
    }

    [Fact]
    public void Each_single_answer_comes_from_the_part_that_has_its_own_wherever_it_stands()
    {
        Answers answers = new();
        using ToyLesson lesson = new(new CompositeMethod(answers, new First([], 0)), Scenario.Domain); // ordered behind the other
        Batch batch = new(zeros(1, 144), zeros(1, dtype: int64), [0]);

        Assert.Equal(77, lesson.Method.ParameterCount);
        Assert.Same(lesson.Stream.Tasks[1].Test, lesson.Method.TrainingData(lesson.Stream.Tasks[1]));
        Assert.Equal([5], lesson.Method.Prepare(batch).Tasks);
        Assert.Equal(7, lesson.Method.Predict(batch).item<float>());
    }

    [Fact]
    public void It_learns_by_gradient_where_all_its_parts_do()
    {
        using CompositeMethod all = new(new AddsOne(), new Doubles()), some = new(new AddsOne(), new Counts());

        Assert.True(all.LearnsByGradient);
        Assert.False(some.LearnsByGradient);
    }

    [Method("DoubleLoss", Owns = Hooks.Loss)]
    private sealed class DoubleLoss : LearningMethod
    {
        public override Objective Loss(Batch batch, Tensor logits) => 2 * base.Loss(batch, logits);
    }

    [Method("OtherLoss", Owns = Hooks.Loss)]
    private sealed class OtherLoss : LearningMethod
    {
        public override Objective Loss(Batch batch, Tensor logits) => 3 * base.Loss(batch, logits);
    }

    // Adds up - g x (the way of the step), with the task's gradient computed on a network of its own.
    [Method("Path", Owns = Hooks.Prepare)]
    private sealed class Path : LearningMethod
    {
        private Tensor gradient = zeros(0), before = zeros(0);

        public Tensor Sum { get; set; } = zeros(0);

        public override Batch Prepare(Batch batch)
        {
            before = Model.Network.Parameters.clone();
            using Network other = Model.NewNetwork();
            other.Parameters.copy_(before);
            gradient = zeros_like(before);
            other.Backward(Objective.CrossEntropy(other.Forward(batch.Inputs), batch.Targets, Model.Mask(batch)).Gradient, gradient);
            return batch;
        }

        public override void AfterStep(TrainingStep step) => Sum.sub_(gradient * (Model.Network.Parameters - before));
    }

    private sealed class AddsOne : LearningMethod
    {
        public override void EditGradient(TrainingStep step) => step.Gradient.add_(1);
    }

    [Method("a projection", Gradient = GradientStage.Projection)]
    private sealed class Doubles : LearningMethod
    {
        public override void EditGradient(TrainingStep step) => step.Gradient.mul_(2);
    }

    [Method("a freeze", Gradient = GradientStage.Freeze)]
    private sealed class FreezesTheFirst : LearningMethod
    {
        public override void EditGradient(TrainingStep step) => step.Gradient[0] = 0;
    }

    [Method("a path", Gradient = GradientStage.Path)]
    private class FollowsThePath : LearningMethod
    {
        public float[] Seen { get; private set; } = [];

        public override void EditGradient(TrainingStep step)
        {
            Seen = step.OwnGradient.data<float>().ToArray();
            step.Gradient.add_(10);
        }
    }

    [Method("another path", Gradient = GradientStage.Path)]
    private sealed class FollowsThePathToo : FollowsThePath;

    private sealed class AsksTooLate : LearningMethod
    {
        public override void EditGradient(TrainingStep step) => step.Gradient.add_(step.OwnGradient);
    }

    private sealed class Counts : LearningMethod
    {
        public override bool LearnsByGradient => false;
    }

    private abstract class Recorder(List<string> calls, int size) : LearningMethod, IExhibitor
    {
        private long keeps = size;

        public override long StoredBytes => size;

        public override long StoredSamples => 2 * size;

        public override int VectorsKept(int tasks) => tasks * size;

        public override void BeginTask(LearningTask task) => Note("begins");

        public override void EditGradient(TrainingStep step) => Note("edits");

        public override void AfterStep(TrainingStep step) => Note("steps");

        public override void EndTask(LearningTask task) => Note("ends");

        public IEnumerable<Exhibit> Exhibits() => [new ExhibitImages($"of {GetType().Name}", 1, 1, [])];

        public override void Visit(StateBag state)
        {
            Note("is visited");
            state.Value("keeps", ref keeps);
        }

        protected override void Dispose(bool disposing)
        {
            Note("is freed");
            base.Dispose(disposing);
        }

        private void Note(string call) => calls.Add($"{GetType().Name} {call}");
    }

    private sealed class First(List<string> calls, int size) : Recorder(calls, size);

    private sealed class Second(List<string> calls, int size) : Recorder(calls, size);

    [Method("zzz", Owns = Hooks.TrainingData | Hooks.Prepare | Hooks.Predict | Hooks.ParameterCount)]
    private sealed class Answers : LearningMethod
    {
        public override long ParameterCount => 77;

        public override Samples TrainingData(LearningTask task) => task.Test;

        public override Batch Prepare(Batch batch) => new(batch.Inputs, batch.Targets, [5]);

        public override Tensor Predict(Inputs inputs) => full(1, 7f);
    }

    private sealed class Replacer : LearningMethod
    {
        public override void BeginTask(LearningTask task) => Model.Replace(Model.NewNetwork()).Dispose();
    }
}

/// <summary>Can do the task scenario only.</summary>
[Method("toy-task", Family = "tests", Scenarios = [Scenario.Task], Reason = "it is made so", Summary = "task scenario only")]
public sealed class ToyTaskMethod : LearningMethod;

/// <summary>Can do the class scenario only.</summary>
[Method("toy-class", Family = "tests", Scenarios = [Scenario.Class], Reason = "it is made otherwise", Summary = "class scenario only")]
public sealed class ToyClassMethod : LearningMethod;
