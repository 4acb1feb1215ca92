using Engram.Experiments;
using Engram.Networks;
using Engram.Streams;
using Engram.TaskOrder;
using Engram.Tests.Datasets;
using TorchSharp;

namespace Engram.Tests.TaskOrder;

public sealed class AffinityMeasurementTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();

    public void Dispose() => temporary.Dispose();

    [Fact]
    public void The_number_of_jobs_changes_nothing_and_every_pair_is_measured()
    {
        AffinityPlan plan = Plan() with { Seeds = 2 };

        AffinityStudy one = Study(plan, "one", jobs: 1), three = Study(plan, "three", jobs: 3);

        Assert.Equal(Settings.ToJson(one).ToJsonString(), Settings.ToJson(three).ToJsonString());
        Assert.Equal(9, one.Transfers.Length);
        Assert.Equal([9], one.Encoder);
        Assert.Equal([5], one.Decoder);
        for (int target = 0; target < 3; target++)
        {
            Assert.Equal(1, one.Affinities.Sum(row => row[target] ?? 0), 1e-9);
            Assert.Null(one.Affinities[target][target]);
        }
        Assert.Equal([1, 2, 3], one.Supervisions.Select(supervision => supervision.Tasks.Length));
    }

    [Fact]
    public void Pairs_of_sources_are_measured_on_request()
    {
        AffinityStudy study = Study(Plan() with { Options = new() { Samples = 20, Epochs = 2, Pairs = true } }, "pairs");

        Transfer[] pairs = [.. study.Transfers.Where(transfer => transfer.Sources.Length == 2)];
        Assert.Equal(["1+2>0", "0+2>1", "0+1>2"], pairs.Select(pair => $"{string.Join('+', pair.Sources)}>{pair.Target}"));
        for (int target = 0; target < 3; target++) Assert.Equal(1, study.Transfers.Where(transfer => transfer.Target == target).Sum(transfer => transfer.Affinity ?? 0), 1e-9);
    }

    [Fact]
    public void What_is_done_is_not_repeated()
    {
        AffinityPlan plan = Plan();
        AffinityStudy first = Study(plan, "again");
        List<string> worked = [];

        AffinityStudy second = Study(plan, "again", progress: (piece, _) => worked.Add(piece));
        Assert.Empty(worked);
        Assert.Equal(Settings.ToJson(first).ToJsonString(), Settings.ToJson(second).ToJsonString());

        Study(plan with { Options = plan.Options with { Samples = 21 } }, "again", progress: (piece, _) => worked.Add(piece));
        Assert.All(worked, piece => Assert.StartsWith("read-outs of", piece)); // the sources stay as they are
        Assert.Equal(3, worked.Distinct().Count());
    }

    [Fact]
    public void A_stopped_measurement_goes_on_to_the_same_end()
    {
        AffinityPlan plan = Plan();
        foreach (string moment in new[] { "source pair 2 seed 1", "read-outs of pair 2 seed 1" })
        {
            using CancellationTokenSource stop = new();
            Assert.Throws<OperationCanceledException>(() => Study(plan, moment, progress: (piece, _) => { if (piece == moment) stop.Cancel(); }, stop: stop.Token));
            Assert.Equal(Settings.ToJson(Study(plan, "straight")).ToJsonString(), Settings.ToJson(Study(plan, moment)).ToJsonString());
        }
    }

    [Fact]
    public void A_damaged_result_is_named()
    {
        AffinityPlan plan = Plan();
        Study(plan, "damaged");
        string file = Directory.GetFiles(temporary["damaged", "trials"], "target-*.json")[0];
        File.WriteAllText(file, "{\"schema\":1,\"transfers\":[{}]}");

        EngramException wrong = Assert.Throws<EngramException>(() => Study(plan, "damaged"));

        Assert.Equal("corrupt-file", wrong.Code);
        Assert.Contains(file, wrong.Message);
    }

    [Fact]
    public void An_encoder_gives_the_activations_that_its_network_has_there()
    {
        AffinityPlan plan = Plan();
        Study(plan, "encoder");
        Trial source = plan.Source(Toy.Catalogs, 2, 1);
        StudyFolder folder = StudyFolder.Open(temporary["encoder"], "affinity", plan.ToJson());
        TaskStream stream = Toy.Laboratory.Stream(source.Config);
        using Network trained = Toy.Network(9, 5).Create(stream.InputShape, stream.OutputCount, new(1), torch.CPU), encoder = plan.Encoder(Toy.Catalogs).Create(stream.InputShape, 1, new(1), torch.CPU);
        RunFolder.OpenOrCreate(folder.TrialPath(source), source.Config).ReadNetwork(source.Config, trained);
        using var inputs = torch.rand(4, 1, Toy.Side, Toy.Side);

        float[] found = [.. ReadoutTrial.Beginning(trained, encoder).Features(inputs).data<float>()];

        // The first layer by hand: relu(x W^T + b).
        using var weight = trained.Parameters.narrow(0, 0, 9 * 144).view(9, 144);
        using var bias = trained.Parameters.narrow(0, 9 * 144, 9);
        float[] expected = [.. inputs.view(4, 144).matmul(weight.t()).add(bias).relu().contiguous().data<float>()];
        Assert.Equal(expected.Length, found.Length);
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        Assert.Contains(expected, value => value > 0);
    }

    [Fact]
    public void A_task_is_its_own_best_source_and_random_encoders_are_worse()
    {
        AffinityPlan plan = Plan(("training.iterations", "60")) with { Options = new() { Samples = 16, Epochs = 20, Batch = 8 }, Seeds = 3 };

        AffinityStudy study = Study(plan, "own");

        double own = Enumerable.Range(0, 3).Average(task => study.Transfers.Single(transfer => transfer.Target == task && transfer.Sources[0] == task).Accuracy.Mean);
        Assert.True(own > study.RandomEncoder.Average(task => task.Mean) + .02, $"own {own}, random {study.RandomEncoder.Average(task => task.Mean)}");
    }

    [Theory]
    [InlineData("copy", "lstm", "network.units")]
    [InlineData("toy", "cnn", "network.channels")]
    public void Other_networks_and_inputs_that_are_no_images_are_measured_too(string stream, string network, string width)
    {
        RunConfigBuilder builder = Toy.Laboratory.Configure(stream, network: network).Set("stream.tasks", "2").Set(width, "4").Set("training.epochs", "1");
        if (stream == "copy") builder.Set("stream.samples", "60").Set("stream.testSamples", "30");
        AffinityPlan plan = new() { Config = builder.Build(), Options = new() { Samples = 10, Epochs = 1 }, Seeds = 1 };

        AffinityStudy study = Study(plan, stream);

        Assert.Equal(4, study.Transfers.Length);
        Assert.Equal([4], study.Encoder);
        Assert.Empty(study.Decoder);
        Assert.All(study.Transfers, transfer => Assert.InRange(transfer.Accuracy.Mean, 0, 1));
    }

    [Fact]
    public void What_cannot_be_measured_is_refused_with_the_remedy()
    {
        AssertRefused("set --budget to 1 to 3", Plan() with { Budget = 4 });
        AssertRefused("set --budget to 1 to 3", Plan() with { Budget = 0 });
        AssertRefused("nothing can be transferred", Plan(("stream.only", "1")));
        AssertRefused("number of seeds is 0", Plan() with { Seeds = 0 });
        AssertRefused("There are 25 tasks", new AffinityPlan { Config = new RunConfigBuilder(Toy.Catalogs, "permuted-digits").Set("stream.tasks", "25").Build(), Budget = 3 });
        Assert.Contains("affinity.samples is 0", Assert.Throws<EngramException>(() => AffinityPlan.Bind(new() { ["samples"] = 0 })).Message);
        Assert.Contains("has 2 hidden layers", Assert.Throws<EngramException>(() => (Plan() with { Options = new() { EncoderLayers = 3 } }).Encoder(Toy.Catalogs)).Message);
    }

    [Fact]
    public void Gain_is_0_at_a_random_encoder_and_1_at_full_training()
    {
        Assert.Equal(0, AffinityConclusions.Gain(.5, .5, .9));
        Assert.Equal(1, AffinityConclusions.Gain(.9, .5, .9));
        Assert.Equal(-.25, AffinityConclusions.Gain(.4, .5, .9)!.Value, 1e-12);
        Assert.Null(AffinityConclusions.Gain(.9, .9, .9));
    }

    private static AffinityPlan Plan(params (string Path, string Text)[] settings) => new()
    {
        Config = Toy.Config("fine-tuning", Scenario.Task, [("stream.tasks", "3"), ("network.hidden", "9,5"), .. settings]),
        Options = new() { Samples = 20, Epochs = 2, Batch = 8 },
        Seeds = 1,
    };

    private static void AssertRefused(string expected, AffinityPlan plan) => Assert.Contains(expected, Assert.Throws<EngramException>(plan.Checked).Message);

    private AffinityStudy Study(AffinityPlan plan, string name, int jobs = 1, Action<string, double>? progress = null, CancellationToken? stop = null) =>
        new AffinityMeasurement(Toy.Laboratory, plan.Checked(), StudyFolder.Open(temporary[name], "affinity", plan.ToJson())).Study(AffinityMeasurement.Prepare(Toy.Laboratory, plan))
            .Run(new TrialThreads(jobs), new() { Progress = (trial, report) => progress?.Invoke(trial.Name, report.Fraction) }, stop ?? TestContext.Current.CancellationToken);
}
