using Engram.Answering;
using Engram.Experiments;
using Engram.Methods;
using Engram.Methods.Baselines;
using Engram.Networks;
using Engram.Streams;
using Engram.Tests.Methods;
using Engram.Tests.Methods.Rehearsal;
using Engram.Tests.Networks;
using Engram.Training;
using Engram.Tests.Streams;
using static TorchSharp.torch;

namespace Engram.Tests.Training;

/// <summary><c>training.classWeights</c>: what the samples of rare classes count.</summary>
public sealed class ClassWeightsTests
{
    public ClassWeightsTests() => NativeEngine.PrepareThread(1);

    public static TheoryData<string> Able => [.. EveryMethodTests.Entries.Where(entry => entry.Attribute.WeighsClasses).Select(entry => entry.Attribute.Id)];

    [Fact]
    public void The_loss_is_the_mean_of_each_classs_own_mean()
    {
        using var scope = NewDisposeScope();
        using Model model = new(Stream(), Toy.Network(3), new(1), CPU, 4) { ClassWeights = tensor(new[] { 4f / (2 * 3), 4f / 2 }) };
        Tensor logits = Batches.Random(new(2), 4, 2), targets = tensor(new long[] { 0, 0, 1, 0 });

        Tensor? weights = model.RowWeights(targets);

        float[] each = [.. Enumerable.Range(0, 4).Select(row => Objective.CrossEntropy(logits.narrow(0, row, 1), targets.narrow(0, row, 1)).Value.item<float>())];
        Assert.Equal(((each[0] + each[1] + each[3]) / 3 + each[2]) / 2, OneOf.Classes.Loss(logits, targets, null, weights).Value.item<float>(), 1e-5f);
        Batches.AssertClose(tensor(new[] { 1f / 6, 1f / 6, 1, 1f / 6 }).unsqueeze(1), model.RowWeights(targets, tensor(new[] { .25f, .25f, .5f, .25f }).unsqueeze(1))!, 1e-6);
        model.ClassWeights = null;
        Assert.Null(model.RowWeights(targets));
    }

    [Fact]
    public void A_rare_class_is_learned_as_well_as_a_frequent_one()
    {
        double plain = RareClass(ClassWeights.None), balanced = RareClass(ClassWeights.Balanced);

        Assert.True(balanced >= plain + .3, $"the rare class is recognised in {plain:0.00} and {balanced:0.00} of the cases");
    }

    [Theory, MemberData(nameof(Able))]
    public void Every_method_that_can_learns_otherwise_with_it(string id)
    {
        RunConfig plain = Config(id), balanced = Config(id, ("training.classWeights", "balanced"));

        Assert.NotEqual(Run(plain).Weights, Run(balanced).Weights);
    }

    [Fact]
    public void Classes_that_the_task_does_not_have_count_as_they_are()
    {
        using ToyLesson lesson = new(new FineTuning(), Scenario.Class, Toy.Config().Training with { ClassWeights = ClassWeights.Balanced }, stream: Stream(Toy.Config("fine-tuning", Scenario.Class)));
        lesson.Learn(1);
        float[] weights = [];

        lesson.Trainer.Train(lesson.Begin(2), _ => weights = lesson.Model.ClassWeights!.data<float>().ToArray(), _ => { });

        Assert.Equal([1, 1], weights[..2]); // what a memory brings of them
        Assert.True(weights[2] < 1 && weights[3] > 1, string.Join(", ", weights));
        Assert.Null(lesson.Model.ClassWeights);
    }

    [Theory]
    [InlineData("replay")]
    [InlineData("derpp")]
    public void Rows_of_a_memory_count_by_their_classes_too(string id)
    {
        using var scope = NewDisposeScope();
        Points first = new(0, (0, 1, 0), (1, 0, 1)), second = new(1, (2, 1, 0), (1, 2, 1));
        using Model model = Points.Model(Scenario.Domain, [2, 2], first, second);
        using LearningMethod method = Toy.Catalogs.Methods.Create(id, Toy.Config(id, Scenario.Domain, id == "derpp" ? [("method.alpha", "0")] : []).Method.Options);
        method.Join(model);
        model.TasksSeen = 1;
        method.BeginTask(model.Tasks[0]);
        method.Loss(method.Prepare(first.Batch()), model.Network.Forward(first.Batch().Inputs).clone());
        method.EndTask(model.Tasks[0]);
        model.TasksSeen = 2;
        method.BeginTask(model.Tasks[1]);
        Batch batch = method.Prepare(second.Batch());
        Tensor logits = model.Network.Forward(batch.Inputs).clone();
        Tensor plain = method.Loss(batch, logits).Gradient.clone();

        model.ClassWeights = tensor(new[] { .25f, 3 });
        Tensor weighed = method.Loss(batch, logits).Gradient;

        Assert.True(batch.Count >= 4);
        Batches.AssertClose(plain * tensor(new[] { .25f, 3 }).index_select(0, batch.Targets).unsqueeze(1), weighed, 1e-6);
    }

    [Fact]
    public void What_cannot_weigh_classes_is_refused_before_anything_is_learned()
    {
        Assert.Contains("fearnet has its own losses, which do not weigh classes", Assert.Throws<EngramException>(() => Toy.Config("fearnet", Scenario.Class, ("training.classWeights", "balanced"))).Message);
        Assert.Contains("fearnet has its own losses", Assert.Throws<EngramException>(() => new Learner(new() { Method = new("fearnet", new Engram.Methods.Generative.FearNet.Options()), Training = new() { ClassWeights = ClassWeights.Balanced } })).Message);
        using Learner numbers = new(new() { Method = new("fine-tuning", new NoSettings()), Scenario = Scenario.Domain, Training = new() { ClassWeights = ClassWeights.Balanced } }, new Numbers(1));
        Assert.Contains("the answers are numbers, which have no classes", Assert.Throws<EngramException>(() => numbers.Learn("one", new float[][] { [1, 2], [2, 1] }, new float[][] { [1], [0] }, cancellation: TestContext.Current.CancellationToken)).Message);
    }

    // Two classes that overlap, one of them ten times as frequent.
    private static double RareClass(ClassWeights weights)
    {
        using Learner learner = new(new() { Method = new("fine-tuning", new NoSettings()), Network = new("mlp", new Mlp.Options { Hidden = [] }), Training = new() { Iterations = 300, Batch = 20, LearningRate = .05, ClassWeights = weights } });
        RandomSource random = new(7);
        string[] labels = [.. Enumerable.Range(0, 220).Select(i => i % 11 == 0 ? "rare" : "frequent")];
        learner.Learn("one", [.. labels.Select(Point)], labels, cancellation: TestContext.Current.CancellationToken);
        using Predictor predictor = learner.ToPredictor();
        return Enumerable.Range(0, 200).Average(_ => predictor.Predict(Point("rare")).Label == "rare" ? 1.0 : 0);

        float[] Point(string label) => [(float)(random.NextGaussian() + (label == "rare" ? .8 : -.8)), (float)random.NextGaussian()];
    }

    private static RunConfig Config(string id, params (string, string)[] more) => Toy.Config(id, EveryMethodTests.Entries.Single(entry => entry.Attribute.Id == id).Attribute.Scenarios[0], [("stream.tasks", "1"), .. more]);

    private static RunResult Run(RunConfig config)
    {
        using Experiment experiment = new(config, Stream(config), Toy.Catalogs.Networks.Create(config.Network.Id, config.Network.Options), Toy.Catalogs.Methods.Create(config.Method.Id, config.Method.Options));
        return experiment.Run(cancellation: TestContext.Current.CancellationToken);
    }

    // Three of four training samples of each task are of its first class.
    private static TaskStream Stream(RunConfig? config = null)
    {
        Scenario scenario = config is null ? Scenario.Domain : ((StreamOptions)config.Stream.Options).Scenario;
        TaskStream all = Toy.Stream(scenario);
        return new("unequal", scenario, [.. all.Tasks.Select(task => task with { Train = new Few(task.Train, [.. Enumerable.Range(0, task.Train.Count).Where(i => task.Train.Target(i) == task.Outputs[0] || i % 6 == 1)]) })]);
    }
}
