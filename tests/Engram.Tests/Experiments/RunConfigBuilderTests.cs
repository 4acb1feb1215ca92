using System.Text.Json.Nodes;
using Engram.Experiments;
using Engram.Networks;
using Engram.Streams;
using Engram.Training;

namespace Engram.Tests.Experiments;

public sealed class RunConfigBuilderTests
{
    private static readonly Catalogs Catalogs = new();

    [Fact]
    public void Later_layers_win_defaults_then_the_stream_then_the_file_then_single_settings()
    {
        JsonObject file = JsonNode.Parse("""{"training":{"batch":64,"learningRate":0.5},"seed":5}""")!.AsObject();

        RunConfig config = new RunConfigBuilder(Catalogs, "two-image-tasks", file: file).Set("training.learningRate", "0.25").Build();

        Assert.Equal([50, 50, 50], ((Mlp.Options)config.Network.Options).Hidden);
        Assert.Equal([10, 3], config.Training.Epochs);
        Assert.Equal((64, 0.25, new TrainingOptions().LogEvery), (config.Training.Batch, config.Training.LearningRate, config.Training.LogEvery));
        Assert.Equal((5UL, "fine-tuning", "mlp"), (config.Machine.Seed, config.Method.Id, config.Network.Id));
    }

    [Fact]
    public void What_a_stream_suggests_for_one_network_says_nothing_about_another()
    {
        RunConfig config = new RunConfigBuilder(Catalogs, "two-image-tasks", network: "cnn").Build();

        Assert.Equal([10, 3], config.Training.Epochs);
        Assert.Equal(new Cnn.Options().Channels, ((Cnn.Options)config.Network.Options).Channels);
    }

    [Fact]
    public void A_network_that_the_stream_does_not_suggest_brings_the_training_it_suggests_itself()
    {
        TrainingOptions training = new RunConfigBuilder(Catalogs, "babi", network: "word-gru").Set("training.batch", "16").Build().Training;

        Assert.Equal(("adam", 0.003, 16, 0, 0.0, 0.0), (training.Optimizer.Id, training.LearningRate, training.Batch, training.HalveEvery, training.ClipNorm, training.WeightDecay));
        Assert.Equal([10], training.Epochs);
        Assert.Equal("sgd", new RunConfigBuilder(Catalogs, "babi").Build().Training.Optimizer.Id);
    }

    [Fact]
    public void A_written_configuration_reads_as_the_same_one()
    {
        foreach (NamedStream stream in Catalogs.Streams.Streams)
            foreach (var method in Catalogs.Methods.Entries)
                foreach (var network in Catalogs.Networks.Entries)
                {
                    if (method.Attribute.Scenarios.Intersect(stream.Entry.Attribute.Scenarios).ToArray() is not [var scenario, ..]) continue;
                    RunConfig config = new RunConfigBuilder(Catalogs, stream.Id, method.Attribute.Id, network.Attribute.Id)
                        .Set("stream.scenario", scenario.ToString().ToLowerInvariant()).Set("seed", "18446744073709551615").Set("training.iterations", "7").Build();

                    RunConfig read = new RunConfigBuilder(Catalogs, file: JsonNode.Parse(config.ToJson().ToJsonString())!.AsObject()).Build();

                    Assert.Equal(config.ToJson().ToJsonString(), read.ToJson().ToJsonString());
                }
    }

    [Fact]
    public void All_unknown_names_are_told_at_once()
    {
        EngramException error = Assert.Throws<EngramException>(() => new RunConfigBuilder(Catalogs, "permuted-digts", "ewcc", "mpl").Build());

        Assert.Equal((ErrorKind.Input, "unknown-name"), (error.Kind, error.Code));
        foreach (string name in new[] { "permuted-digits", "'ewc'", "'mlp'" }) Assert.Contains(name, error.Message);
    }

    [Fact]
    public void All_wrong_settings_are_told_at_once()
    {
        EngramException error = Assert.Throws<EngramException>(() => new RunConfigBuilder(Catalogs, "permuted-digits", "ewc", file: JsonNode.Parse("""{"sede":3,"training":{"batch":0}}""")!.AsObject())
            .Set("method.lambda", "nan").Set("method.lamda", "1").Set("network.hidden", "400,x").Set("stream.tasks", "0").Set("training.learningRate", "-1").Set("colour", "red").Build());

        Assert.Equal("invalid-setting", error.Code);
        foreach (string part in new[]
        {
            "There is no setting 'sede'; did you mean 'seed'?", "training.batch is 0 but must be", """method.lambda is "nan" but must be a number >= 0.""",
            "There is no setting 'method.lamda' for permuted-digits, ewc and mlp; did you mean 'method.lambda'?", """network.hidden is [400,"x"] but must be a list""",
            "stream.tasks is 0 but must be", "training.learningRate is -1 but must be", "There is no setting 'colour'",
        }) Assert.Contains(part, error.Message);
    }

    [Fact]
    public void Settings_of_another_method_in_a_file_are_left_aside()
    {
        JsonObject file = new RunConfigBuilder(Catalogs, "permuted-digits", "ewc").Set("method.lambda", "7").Build().ToJson();

        RunConfig config = new RunConfigBuilder(Catalogs, method: "l2", file: file).Build(), same = new RunConfigBuilder(Catalogs, method: "ewc", file: file).Build();

        Assert.Equal("1", Settings.ToJson(config.Method.Options)["lambda"]!.ToJsonString());
        Assert.Equal("7", Settings.ToJson(same.Method.Options)["lambda"]!.ToJsonString());
    }

    // One that names no other: what a file says about sgd, however it says it, holds for sgd alone.
    [Theory]
    [InlineData("""{"training":{"optimizer":"sgd"}}""", "", "Options { Id = sgd, Momentum = 0 }")]
    [InlineData("""{"training":{"optimizer":{"id":"sgd","momentum":0.9}}}""", "", "Options { Id = sgd, Momentum = 0.9 }")]
    [InlineData("""{"training":{"optimizer":"sgd","momentum":0.9}}""", "", "Options { Id = sgd, Momentum = 0.9 }")]
    [InlineData("""{"training":{"optimizer":"sgd","momentum":0.9}}""", "training.optimizer=adamw", "Options { Id = adamw, Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1E-08 }")]
    [InlineData("""{"training":{"optimizer":{"id":"sgd","momentum":0.9}}}""", "training.optimizer.beta1=0.5 training.optimizer=adam", "Options { Id = adam, Beta1 = 0.5, Beta2 = 0.999, Epsilon = 1E-08 }")]
    [InlineData("""{"training":{"optimizer":"adam","momentum":0.0}}""", "training.optimizer.epsilon=0.1", "Options { Id = adam, Beta1 = 0.9, Beta2 = 0.999, Epsilon = 0.1 }")]
    [InlineData("{}", "training.momentum=0.9 training.optimizer=sgd", "Options { Id = sgd, Momentum = 0.9 }")]
    [InlineData("{}", "training.optimizer=adagrad training.optimizer=sgd training.optimizer.momentum=0.5", "Options { Id = sgd, Momentum = 0.5 }")]
    public void The_optimizer_that_is_chosen_has_the_settings_that_were_given_for_it(string file, string settings, string expected)
    {
        RunConfigBuilder builder = new(Catalogs, "permuted-digits", file: JsonNode.Parse(file)!.AsObject());
        foreach (string[] setting in settings.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(setting => setting.Split('='))) builder.Set(setting[0], setting[1]);

        RunConfig config = builder.Build(), read = new RunConfigBuilder(Catalogs, file: config.ToJson()).Build();

        Assert.Equal(expected, config.Training.Optimizer.ToString());
        Assert.Equal(config.Training.Optimizer, read.Training.Optimizer);
    }

    [Theory]
    [InlineData("""{"optimizer":"adma"}""", "There is no optimizer 'adma'; did you mean 'adam'")]
    [InlineData("""{"optimizer":null}""", "There is no optimizer 'null'")]
    [InlineData("""{"optimizer":["sgd"]}""", "There is no optimizer '")]
    [InlineData("""{"optimizer":{"id":5}}""", "There is no optimizer '5'")]
    [InlineData("""{"optimizer":{"beta1":0.5}}""", """training.optimizer is {"beta1":0.5} but must say whose settings they are, such as {"id": "adam", ...}.""")]
    [InlineData("""{"optimizer":{"id":"adam","momentum":0.5}}""", "There is no setting 'training.optimizer.momentum'")]
    [InlineData("""{"optimizer":"adam","momentum":0.5}""", "There is no setting 'training.optimizer.momentum'")]
    [InlineData("""{"optimizer":"sgd","momentum":1}""", "training.optimizer.momentum is 1 but must be a number >= 0 and < 1")]
    public void What_is_wrong_about_an_optimizer_is_told(string training, string part) =>
        Assert.Contains(part, Assert.Throws<EngramException>(() => new RunConfigBuilder(Catalogs, "permuted-digits", file: new() { ["training"] = JsonNode.Parse(training) }).Build()).Message);

    [Theory]
    [InlineData("""{"schema":2,"engram":"9.9.9"}""", "other-version", "9.9.9")]
    [InlineData("""{"schema":"1"}""", "other-version", "schema")]
    [InlineData("""{"training":5}""", "invalid-setting", "training is 5")]
    [InlineData("""{"method":null}""", "invalid-setting", "method is null")]
    [InlineData("""{"training":{"epochs":[1,2,3]}}""", "invalid-setting", "training.epochs has 3 numbers but the stream has 5 tasks")]
    [InlineData("""{"training":{"epochs":[]}}""", "invalid-setting", "training.epochs is empty")]
    [InlineData("""{"training":{"evaluateEvery":10}}""", "invalid-setting", "stream.validation")]
    [InlineData("""{"stream":{"scenario":"task,domain"}}""", "invalid-setting", "stream.scenario")]
    public void A_file_that_does_not_fit_is_refused(string file, string code, string part)
    {
        EngramException error = Assert.Throws<EngramException>(() => new RunConfigBuilder(Catalogs, "permuted-digits", file: JsonNode.Parse(file)!.AsObject()).Build());

        Assert.Equal((ErrorKind.Input, code), (error.Kind, error.Code));
        Assert.Contains(part, error.Message);
    }

    [Fact]
    public void Without_a_stream_there_is_no_run() =>
        Assert.Equal("missing-stream", Assert.Throws<EngramException>(() => new RunConfigBuilder(Catalogs, file: JsonNode.Parse("""{"stream":{"id":5}}""")!.AsObject())).Code);
}
