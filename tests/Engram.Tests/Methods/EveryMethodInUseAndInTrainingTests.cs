using Engram.Evaluation;
using Engram.Experiments;
using Engram.Methods;
using Engram.Methods.Regularization;
using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods;

/// <summary>Every method of the catalog with a network that behaves differently in training: it has dropout and running averages.</summary>
public sealed class EveryMethodInUseAndInTrainingTests
{
    public EveryMethodInUseAndInTrainingTests() => NativeEngine.PrepareThread(1);

    public static TheoryData<string, Scenario> Declared => EveryMethodTests.Declared;

    [Theory]
    [MemberData(nameof(Declared))]
    public void Only_steps_change_running_averages_and_every_layer_stays_in_the_mode_it_was_in(string id, Scenario scenario)
    {
        Normalised definition = new();
        ToyLesson lesson;
        try
        {
            lesson = new(Toy.Catalogs.Methods.Create(id, Toy.Config(id, scenario).Method.Options), scenario, tasks: 3, network: definition);
            lesson.Begin(1); // twice, which changes nothing that is looked at here
        }
        catch (EngramException refused)
        {
            Assert.Contains("network", refused.Message);
            return;
        }
        using (lesson)
        {
            Evaluator evaluator = new(lesson.Method, CPU, lesson.Stream.Answers);
            foreach (LearningTask task in lesson.Stream.Tasks)
            {
                Network? before = lesson.Model.Network;
                definition.AssertUnchanged(() => lesson.Begin(task.Number), network => network == before);
                Network learning = lesson.Model.Network;
                float[] began = definition.AveragesOf(learning);
                int step = 0;
                definition.AssertUnchanged(
                    () => lesson.Trainer.Train(task, _ => { if (++step % 3 == 0) definition.AssertUnchanged(() => evaluator.Accuracy(task.Test), _ => true); }, _ => { }),
                    network => network != learning);
                if (!lesson.Method.LearnsByGradient) Assert.Equal(began, definition.AveragesOf(learning));
                else if (task.Index == 0 || began.Length > 0) Assert.NotEqual(began, definition.AveragesOf(learning));
                definition.AssertUnchanged(() => lesson.Trainer.End(task), network => network == learning);
                definition.AssertUnchanged(Look, _ => true);
            }

            void Look()
            {
                foreach (LearningTask task in lesson.Stream.Tasks) evaluator.Accuracy(task.Test);
                using DisposeScope scope = NewDisposeScope();
                _ = Engram.Methods.Exhibit.Of(lesson.Method).ToList();
                lesson.Method.Visit(new StateBag());
                _ = (lesson.Method.StoredBytes, lesson.Method.ParameterCount);
            }
        }
    }

    [Fact]
    public void Importance_is_measured_without_dropout_and_with_the_running_averages()
    {
        Normalised definition = new();
        using ToyLesson lesson = new(new L2Penalty(new()), Scenario.Task, network: definition);
        lesson.Learn(1);
        LearningTask task = lesson.Stream.Tasks[0];
        List<Func<Tensor>> measures = [.. Enum.GetValues<FisherEstimator>().Select(estimator => (Func<Tensor>)(() => FisherInformation.Estimate(lesson.Model, task, estimator, 20)))];
        foreach (SensitivityEstimator estimator in new[] { SensitivityEstimator.Exact, SensitivityEstimator.Batched }) measures.Add(() => OutputSensitivity.Estimate(lesson.Model, task.Train, estimator, 20));

        foreach (Func<Tensor> measure in measures)
        {
            Tensor first = zeros(0), second = zeros(0);
            definition.AssertUnchanged(() => (first, second) = (measure(), measure()), _ => true);

            Assert.True(first.max().item<float>() > 0);
            Assert.Equal(first.data<float>().ToArray(), second.data<float>().ToArray()); // dropout would draw another network each time
        }
    }

    [Fact]
    public void Sample_gradients_of_a_network_run_as_in_training_are_refused()
    {
        using Network network = new Normalised().Create([4], 2, new(1), CPU);
        using Tensor slope = ones(3, 2), sum = zeros(network.Layout.Count), inputs = ones(3, 4);
        network.Forward(inputs);

        Assert.Contains("within Measure", Assert.Throws<InvalidOperationException>(() => network.AccumulateSampleGradients(slope, SamplePower.Square, sum)).Message);
        using (network.Measure())
        {
            using (network.Measure()) { }
            Assert.True(network.IsMeasured); // one within another does not end it
            network.Forward(inputs);
            network.AccumulateSampleGradients(slope, SamplePower.Square, sum);
        }
        Assert.False(network.IsMeasured);
    }

    // Its owner has left dropout in evaluation mode, which training overrides and gives back.
    internal sealed class Normalised : NetworkDefinition
    {
        private readonly List<(Network Network, nn.Module Module)> made = [];

        public override ParameterLayout Layout(IReadOnlyList<long> inputShape, int outputs)
        {
            using Network network = Make(inputShape, outputs).Network;
            return network.Layout;
        }

        public override Network Create(IReadOnlyList<long> inputShape, int outputs, Seed seed, Device device)
        {
            made.Add(Make(inputShape, outputs));
            Network network = made[^1].Network;
            float[] numbers = new float[network.Layout.Count];
            seed.For("init").FillGaussian(numbers);
            using Tensor drawn = tensor(numbers);
            using (no_grad()) network.Parameters.copy_(drawn).mul_(0.3f);
            return network;
        }

        // Means and variances of one of the networks that were made; none of another network.
        public float[] AveragesOf(Network network) =>
            [.. made.Where(one => one.Network == network).SelectMany(one => one.Module.named_buffers()).Where(named => named.buffer.dtype == ScalarType.Float32).SelectMany(named => named.buffer.data<float>().ToArray())];

        public void AssertUnchanged(Action action, Func<Network, bool> which)
        {
            Dictionary<Network, float[]> before = made.Where(one => IsThere(one.Network) && which(one.Network)).ToDictionary(one => one.Network, one => AveragesOf(one.Network));
            action();
            foreach (var (network, averages) in before) if (IsThere(network)) Assert.Equal(averages, AveragesOf(network));
            foreach (var (network, module) in made.Where(one => IsThere(one.Network)))
                Assert.All(module.named_children().Prepend(("", module)), layer => Assert.Equal(layer.Item2 is not TorchSharp.Modules.Dropout, layer.Item2.training));
        }

        private static bool IsThere(Network network) => !network.Parameters.IsInvalid;

        private static (Network Network, nn.Module Module) Make(IReadOnlyList<long> inputShape, int outputs)
        {
            long inputs = inputShape.Aggregate(1L, (product, size) => product * size);
            LayerChain chain = new(nn.Linear(inputs, 9), nn.BatchNorm1d(9), nn.ReLU(), nn.Dropout(0.5), nn.Linear(9, outputs));
            chain.Layers[3].eval();
            return (new ModuleNetwork(chain, inputShape, outputs, CPU, [inputs]), chain);
        }
    }
}
