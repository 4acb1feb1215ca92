using Engram.Experiments;
using Engram.Methods;
using Engram.Networks;
using Engram.Streams;
using Engram.Tests.Datasets;
using Engram.Tests.Streams;

namespace Engram.Tests.Methods;

/// <summary>Methods on stories: what learns images from samples, gradients and outputs learns words as well.</summary>
public sealed class StoryMethodsTests
{
    private static readonly Catalogs Catalogs = new();

    public static TheoryData<string, string> Able => new()
    {
        { "fine-tuning", "" }, { "joint", "" }, { "separate", "" }, { "ewc", "" }, { "online-ewc", "" }, { "si", "" }, { "mas", "" }, { "lwf", "" }, { "replay", "" }, { "derpp", "" },
        { "agem", "" }, { "gem", "memory.samples=40" }, { "replay+ewc", "" },
    };

    [Theory]
    [MemberData(nameof(Able))]
    public void A_run_stopped_after_any_step_ends_with_the_same_bits(string method, string setting)
    {
        using TemporaryFolder folder = new();
        RunConfig config = Config(method, setting);
        RunResult straight = Run(config, null, CancellationToken.None), resumed;
        RunFolder run = RunFolder.Create(folder["run"], config);
        using (CancellationTokenSource stop = new())
        {
            Assert.ThrowsAny<OperationCanceledException>(() => Run(config, run, stop.Token, progress =>
            {
                if (progress is { Phase: RunPhase.Training, Task: 2 }) stop.Cancel();
            }));
        }

        resumed = Run(config, run, CancellationToken.None);

        Assert.Equal(straight.Weights, resumed.Weights);
        Assert.Equal(straight.Matrix.ToRows(), resumed.Matrix.ToRows());
        Assert.Equal(straight.Tables.Select(table => table.Name), resumed.Tables.Select(table => table.Name));
        Assert.True(straight.Matrix[1, 1] > 0.8, $"{straight.Matrix[1, 1]}");
    }

    [Theory]
    [InlineData("dgr")]
    [InlineData("fearnet")]
    public void A_method_that_draws_images_is_refused_by_name(string method)
    {
        EngramException error = Assert.Throws<EngramException>(() => Run(Config(method, ""), null, CancellationToken.None));

        Assert.Equal(ErrorKind.Input, error.Kind);
        Assert.Contains(method, error.Message);
    }

    private static RunConfig Config(string method, string setting)
    {
        RunConfigBuilder builder = new RunConfigBuilder(Catalogs, "babi", method).Set("stream.tasks", "2").Set("stream.validation", "0").Set("network.embedding", "10").Set("network.linearEpochs", "2,0")
            .Set("training.batch", "5").Set("training.epochs", "40").Set("training.optimizer", "adam").Set("training.learningRate", "0.02").Set("training.logEvery", "7").Set("training.halveEvery", "0");
        if (method == "separate") builder.Set("stream.scenario", "task");
        if (setting.Length > 0) builder.Set("method." + setting.Split('=')[0], setting.Split('=')[1]);
        return builder.Build();
    }

    private static RunResult Run(RunConfig config, RunFolder? folder, CancellationToken cancellation, Action<RunProgress>? progress = null)
    {
        TaskStream stream = new BabiTasks((BabiTasks.Options)config.Stream.Options).Create(new("babi", "", _ => StandIn.Greys, new(config.Machine.Seed)) { Stories = _ => BabiTasksTests.Made });
        using Experiment experiment = new(config, stream, Catalogs.Networks.Create(config.Network.Id, config.Network.Options), Catalogs.Methods.Create(config.Method.Id, config.Method.Options), folder);
        return experiment.Run(progress, cancellation);
    }
}
