using System.Text.Json;
using Engram.Answering;
using Engram.Graphs;
using Engram.Methods;
using Engram.Methods.Baselines;
using Engram.Methods.ClosedForm;
using Engram.Methods.Generative;
using Engram.Methods.Growth;
using Engram.Methods.Rehearsal;
using Engram.Methods.Routing;
using Engram.Networks;
using Engram.Onnx;
using Engram.Streams;
using Engram.Tests.Datasets;
using Engram.Training;
using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;

namespace Engram.Tests.Onnx;

public sealed class OnnxExportTests
{
    private static readonly Dictionary<string, (Choice Network, long[] Shape)> Networks = new()
    {
        ["mlp"] = (new("mlp", new Mlp.Options { Hidden = [12, 9] }), [6]),
        ["linear"] = (new("mlp", new Mlp.Options { Hidden = [] }), [2, 3]),
        ["cnn"] = (new("cnn", new Cnn.Options { Channels = [3, 4] }), [2, 13, 12]),
        ["lstm"] = (new("lstm", new Lstm.Options { Units = 7 }), [5, 3]),
        ["lstm of pictures"] = (new("lstm", new Lstm.Options { Units = 4 }), [1, 5, 3]),
        ["gru"] = (new("gru", new Gru.Options { Units = 7 }), [5, 3]),
    };

    private static readonly Dictionary<string, Choice> ClosedForms = new()
    {
        ["ncm"] = new("ncm", new NearestClassMean.Options()),
        ["ncm, cosine"] = new("ncm", new NearestClassMean.Options { Distance = MeanDistance.Cosine }),
        ["slda"] = new("slda", new StreamingDiscriminant.Options()),
        ["slda, priors"] = new("slda", new StreamingDiscriminant.Options { Priors = true, Shrinkage = .1 }),
        ["ranpac"] = new("ranpac", new RandomProjections.Options { Projections = 60 }),
        ["fecam"] = new("fecam", new FeatureCovariances.Options()),
        ["fecam, plain"] = new("fecam", new FeatureCovariances.Options { Power = 1 }),
        ["slda on mlp"] = new("slda", new StreamingDiscriminant.Options { Features = FeatureSource.Network, Shrinkage = .1 }),
        ["ncm on mlp"] = new("ncm", new NearestClassMean.Options { Features = FeatureSource.Network }),
        ["fecam on mlp"] = new("fecam", new FeatureCovariances.Options { Features = FeatureSource.Network }),
    };

    public static TheoryData<string> NetworkNames => [.. Networks.Keys];

    public static TheoryData<string> ClosedFormNames => [.. ClosedForms.Keys];

    [Theory]
    [MemberData(nameof(NetworkNames))]
    public void A_network_gives_the_same_answers(string name)
    {
        var (network, shape) = Networks[name];
        using Predictor predictor = TwoLessons.Learn(network: network, shape: shape);

        using Exported exported = Exported.Of(predictor);

        exported.AssertAnswersAs(predictor, TwoLessons.Samples(1000, 5, shape));
        exported.AssertAnswersAs(predictor, TwoLessons.Samples(1, 6, shape));
        exported.AssertAnswersAs(predictor, TwoLessons.Samples(7, 7, shape));
    }

    [Theory]
    [MemberData(nameof(ClosedFormNames))]
    public void A_closed_form_gives_the_same_answers(string name)
    {
        using Predictor predictor = TwoLessons.Learn(ClosedForms[name]);

        using Exported exported = Exported.Of(predictor);

        exported.AssertAnswersAs(predictor, TwoLessons.Samples(1000, 5, [6]));
        exported.AssertAnswersAs(predictor, TwoLessons.Samples(1, 6, [6]));
    }

    [Theory]
    [InlineData("lesson 1")]
    [InlineData("lesson 2")]
    public void In_the_task_scenario_the_classes_of_the_task_compete(string task)
    {
        using Predictor predictor = TwoLessons.Learn(scenario: Scenario.Task);
        float[][] samples = TwoLessons.Samples(100, 5, [6]);

        using Exported exported = Exported.Of(predictor, new() { Task = task });

        exported.AssertAnswersAs(predictor, samples, task);
        using OrtValue rows = Exported.Rows(samples, 6);
        Assert.All(exported.Numbers("probabilities", ("input", rows)), row => Assert.Equal(2, row.Count(one => one == 0)));
    }

    [Theory]
    [InlineData("slda", "lesson 1")]
    [InlineData("ranpac", "lesson 2")]
    public void A_closed_form_heeds_the_task(string name, string task)
    {
        using Predictor predictor = TwoLessons.Learn(ClosedForms[name], scenario: Scenario.Task);

        using Exported exported = Exported.Of(predictor, new() { Task = task });

        exported.AssertAnswersAs(predictor, TwoLessons.Samples(100, 5, [6]), task);
    }

    [Fact]
    public void Classes_that_were_never_learned_do_not_compete_and_those_without_samples_lose()
    {
        string[] names = ["never", .. TwoLessons.Classes];
        using Learner learner = new(new() { Method = new("slda", new StreamingDiscriminant.Options { KeepLessons = true }), Training = new() { Batch = 20 } }, new OneOf(names));
        learner.Learn("b", TwoLessons.Samples(40, 1, [6], [.. Enumerable.Repeat(3, 40)]), [.. Enumerable.Repeat(names[4], 40)], cancellation: TestContext.Current.CancellationToken);
        learner.Learn("a", TwoLessons.Samples(40, 2, [6], [.. Enumerable.Range(0, 40).Select(i => i % 2)]), [.. Enumerable.Range(0, 40).Select(i => names[1 + i % 2])], cancellation: TestContext.Current.CancellationToken);
        using Predictor predictor = learner.ToPredictor();
        float[][] samples = TwoLessons.Samples(200, 5, [6]);

        using Exported exported = Exported.Of(predictor);

        exported.AssertAnswersAs(predictor, samples);
        using OrtValue rows = Exported.Rows(samples, 6);
        Assert.All(exported.Numbers("probabilities", ("input", rows)), row => Assert.True(row[0] == 0 && row[3] == 0 && row[4] > 0));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Labels_and_numbers_are_answered(bool labels)
    {
        Answers answers = labels ? new AnyOf("left", "low") : new Numbers("x", "y");
        float[][] points = TwoLessons.Samples(60, 3, [4]), more = TwoLessons.Samples(100, 4, [4]);
        using Learner learner = new(new() { Method = new("replay", new ExperienceReplay.Options()), Training = new() { Iterations = 30, Batch = 20 }, Scenario = Scenario.Domain }, answers);
        learner.Learn("one", points, [.. points.Select(point => labels ? new[] { point[0] < 0 ? 1f : 0, point[1] < 0 ? 1f : 0 } : point[..2])], cancellation: TestContext.Current.CancellationToken);
        using Predictor predictor = learner.ToPredictor();

        using Exported exported = Exported.Of(predictor);

        using OrtValue rows = Exported.Rows(more, 4);
        float[][] found = exported.Numbers(labels ? "probabilities" : "numbers", ("input", rows));
        Assert.Equal(0, predictor.Predict(more).Zip(found).Max(pair => pair.First.Values.Zip(pair.Second).Max(one => Math.Abs(one.First - one.Second))), 1e-5);
        Assert.Equal([labels ? "probabilities" : "numbers"], exported.Outputs);
    }

    [Fact]
    public void A_closed_form_that_forgot_everything_is_answered_by_its_network_or_refused()
    {
        using Predictor onNetwork = TwoLessons.Learn(new("slda", new StreamingDiscriminant.Options { Features = FeatureSource.Network, KeepLessons = true })), onInput = TwoLessons.Learn(new("slda", new StreamingDiscriminant.Options { KeepLessons = true }));
        using LearnerState answered = WithoutLessons(onNetwork), refused = WithoutLessons(onInput);

        Graph graph = GraphOf(answered);

        Assert.Equal(["Flatten", "Gemm", "Relu", "Gemm", "Softmax", "ArgMax", "Gather"], graph.Nodes.Select(node => node.Operation));
        Assert.Equal("nothing-learned", Assert.Throws<EngramException>(() => GraphOf(refused)).Code);
        Assert.Equal("nothing-learned", Assert.Throws<EngramException>(() => ((IMeasuresDistance)refused.Method).DescribeDistance(new(), default)).Code);
    }

    [Fact]
    public void The_nearest_mean_of_exemplars_is_answered()
    {
        using Predictor predictor = TwoLessons.Learn(new("icarl", new Icarl.Options { Memory = new() { Samples = 20 } }));

        using Exported exported = Exported.Of(predictor);

        exported.AssertAnswersAs(predictor, TwoLessons.Samples(200, 5, [6]));
    }

    [Fact]
    public void A_combination_answers_by_the_part_that_does()
    {
        object options = new MethodCatalog().Find("icarl+ewc").Settings.Create();
        using Predictor predictor = TwoLessons.Learn(new("icarl+ewc", options));

        using Exported exported = Exported.Of(predictor);

        exported.AssertAnswersAs(predictor, TwoLessons.Samples(200, 5, [6]));
        Assert.Equal("icarl+ewc", exported.Metadata["method"]);
    }

    [Theory]
    [InlineData("lesson 1")]
    [InlineData("lesson 2")]
    public void Of_several_networks_the_one_of_the_task_is_written(string task)
    {
        using Predictor predictor = TwoLessons.Learn(new("separate", new SeparateNetworks.Options()), scenario: Scenario.Task);

        using Exported exported = Exported.Of(predictor, new() { Task = task });

        exported.AssertAnswersAs(predictor, TwoLessons.Samples(200, 5, [6]), task);
    }

    [Theory]
    [MemberData(nameof(ClosedFormNames))]
    public void How_far_an_input_is_and_whether_it_is_known_is_answered_too(string name)
    {
        using Predictor predictor = TwoLessons.Learn(ClosedForms[name]);
        float[][] samples = TwoLessons.Samples(200, 5, [6]);
        double[] expected = Distances(predictor, samples);
        double most = expected.Order().ElementAt(120) + 1e-3;

        using Exported exported = Exported.Of(predictor, new() { MostDistance = most });

        using OrtValue rows = Exported.Rows(samples, 6);
        float[] found = [.. exported.Numbers("distance", ("input", rows)).SelectMany(row => row)];
        bool[] known = exported.Truths("known", ("input", rows));
        Assert.Equal(0, expected.Zip(found).Max(pair => Math.Abs(pair.First - pair.Second) / (1 + pair.First)), 1e-5);
        Assert.Equal(found.Select(distance => distance <= most), known);
        Assert.InRange(known.Count(one => one), 115, 130);
        exported.AssertAnswersAs(predictor, samples);
    }

    [Fact]
    public void Without_a_distance_the_highest_probability_says_whether_an_input_is_known()
    {
        using Predictor predictor = TwoLessons.Learn();
        float[][] samples = TwoLessons.Samples(200, 5, [6]);

        using Exported exported = Exported.Of(predictor, new() { LeastProbability = .7 });

        using OrtValue rows = Exported.Rows(samples, 6);
        bool[] known = exported.Truths("known", ("input", rows));
        Assert.Equal(predictor.Predict(samples).Select(answer => answer.Probability >= .7), known);
        Assert.InRange(known.Count(one => one), 10, 190);
        Assert.Equal(["probabilities", "label", "known"], exported.Outputs);
    }

    [Fact]
    public void A_distance_that_nobody_measures_is_refused()
    {
        using Predictor predictor = TwoLessons.Learn();

        EngramException refused = Assert.Throws<EngramException>(() => OnnxExport.GraphOf(predictor, new() { MostDistance = 1 }));

        Assert.Contains("replay measures none; give a least probability", refused.Message);
    }

    [Fact]
    public void What_is_written_twice_is_there_once()
    {
        using Predictor predictor = TwoLessons.Learn(ClosedForms["slda on mlp"]);

        Graph graph = OnnxExport.GraphOf(predictor, new() { MostDistance = 1 });

        Assert.Equal(2, graph.Nodes.Count(node => node.Operation == "Gemm"));
        Assert.Equal(graph.Constants.Count, graph.Constants.Select(constant => (constant.Type, string.Join(' ', constant.Shape), Convert.ToHexString(constant.Bytes), string.Join('|', constant.Texts))).Distinct().Count());
    }

    [Fact]
    public void The_file_says_what_it_is()
    {
        using Predictor predictor = TwoLessons.Learn(ClosedForms["slda"]);

        using Exported exported = Exported.Of(predictor, new() { Features = "resnet18", Metadata = new Dictionary<string, string> { ["learner"] = "line3" } });

        Assert.Equal(TwoLessons.Classes, exported.Classes);
        Assert.Equal((EngramVersion.Current, "slda", "mlp", "class", "resnet18", "line3"), (exported.Metadata["engram"], exported.Metadata["method"], exported.Metadata["network"], exported.Metadata["scenario"], exported.Metadata["features"], exported.Metadata["learner"]));
        Assert.Equal(["lesson 1", "lesson 2"], JsonSerializer.Deserialize<string[]>(exported.Metadata["lessons"])!);
        Assert.Equal(["features"], exported.Inputs.Keys);
        Assert.Equal(["probabilities", "label"], exported.Outputs);
        exported.AssertAnswersAs(predictor, TwoLessons.Samples(10, 5, [6]), input: "features");
    }

    [Fact]
    public void What_no_output_needs_is_left_out()
    {
        using Predictor predictor = TwoLessons.Learn(ClosedForms["ncm on mlp"]);

        Graph graph = OnnxExport.GraphOf(predictor, new());

        var file = OnnxModelFile.Of(graph, "", new Dictionary<string, string>()).Graph;
        Assert.Equal(1, file.Node.Count(node => node.OpType == "Gemm"));
        Assert.DoesNotContain(file.Initializer, constant => constant.Dims is [4, 12]); // the output layer's
        Assert.Contains(graph.Constants, constant => constant.Shape is [4, 12]);
        Assert.Equal(2, graph.Nodes.Count(node => node.Operation == "Gemm"));
    }

    [Theory]
    [InlineData("fearnet")]
    [InlineData("expert-gate")]
    [InlineData("progressive")]
    public void A_method_that_does_not_write_itself_is_refused_by_name(string id)
    {
        Choice method = id switch { "fearnet" => new(id, new FearNet.Options()), "expert-gate" => new(id, new ExpertGate.Options()), _ => new(id, new ProgressiveNetworks.Options()) };
        using Predictor predictor = TwoLessons.Learn(method, scenario: id == "fearnet" ? Scenario.Class : Scenario.Task);
        using TemporaryFolder folder = new();

        EngramException refused = Assert.Throws<EngramException>(() => OnnxExport.Write(predictor, folder["a.onnx"]));

        Assert.Equal(("no-graph", ErrorKind.Input), (refused.Code, refused.Kind));
        Assert.Contains($"The method {id} answers in a way of its own", refused.Message);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_task_that_was_never_learned_is_refused()
    {
        using Predictor predictor = TwoLessons.Learn();

        EngramException refused = Assert.Throws<EngramException>(() => OnnxExport.GraphOf(predictor, new() { Task = "lesson 3" }));

        Assert.Equal("unknown-task", refused.Code);
    }

    [Fact]
    public void A_file_that_was_there_is_replaced()
    {
        using Predictor predictor = TwoLessons.Learn();
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["a.onnx"], "old");

        OnnxExport.Write(predictor, folder["a.onnx"]);

        using InferenceSession session = new(folder["a.onnx"]);
        Assert.Single(session.InputMetadata);
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Numbers_that_fill_more_than_a_file_are_refused()
    {
        Graph graph = new(mostBytes: 1000);
        using var scope = NewDisposeScope();
        graph.Constant(zeros(200));

        EngramException refused = Assert.Throws<EngramException>(() => graph.Constant(zeros(51)));

        Assert.Equal("too-large", refused.Code);
    }

    private static LearnerState WithoutLessons(Predictor predictor)
    {
        LearnerState copy = predictor.NewCopy();
        for (int lesson = 0; lesson < 2; lesson++) ((IForgetsLessons)copy.Method).Forget(lesson);
        return copy;
    }

    private static Graph GraphOf(LearnerState state)
    {
        Graph graph = new();
        state.Describe(graph, graph.Input("input", GraphType.Single, [6], ""), 1);
        return graph;
    }

    private static double[] Distances(Predictor predictor, float[][] samples)
    {
        using LearnerState copy = predictor.NewCopy();
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        Inputs batch = new(tensor(samples.SelectMany(row => row).ToArray(), samples.Length, 6), [1]);
        return [.. ((IMeasuresDistance)copy.Method).Distance(batch).cpu().data<float>().ToArray().Select(number => (double)number)];
    }
}
