using Engram.Experiments;
using Engram.Networks;
using Engram.Streams;
using Engram.Tests.Datasets;

namespace Engram.Tests.Methods;

/// <summary>Runs that draw what they learned, each of them run again from where it was stopped.</summary>
public sealed class InterruptedGenerationTests
{
    public InterruptedGenerationTests() => NativeEngine.PrepareThread(1);

    [Theory]
    [InlineData("mlp", "raw", "1", "false", "false")]
    [InlineData("mlp", "raw", "2", "true", "true")]
    [InlineData("mlp", "features", "1", "false", "true")]
    [InlineData("cnn", "features", "2", "true", "false")]
    public void A_stopped_run_goes_on_with_the_same_bits_through_sleep(string network, string inputs, string every, string diagonal, string redraw)
    {
        RunConfigBuilder builder = Toy.Laboratory.Configure("toy", "fearnet", network).Set("stream.scenario", "class").Set("stream.tasks", "3").Set("method.inputs", inputs)
            .Set("method.sleepEvery", every).Set("method.diagonal", diagonal).Set("method.redraw", redraw).Set("method.sleepEpochs", "2").Set("method.hidden", "8,5")
            .Set("training.batch", "10").Set("training.iterations", "4").Set("training.checkpointEvery", "1").Set("training.logEvery", "1");
        RunConfig config = (network == "mlp" ? builder.Set("network.hidden", "12,7") : builder.Set("network.channels", "2")).Build();
        int moments = 0;
        RunResult straight = Toy.Run(config, progress: _ => moments++);

        for (int moment = 1; moment <= moments; moment += 3)
        {
            using TemporaryFolder temporary = new();
            RunFolder folder = RunFolder.Create(temporary["run"], config);
            int passed = 0;
            Assert.Throws<PowerCut>(() => Toy.Run(config, folder, _ => { if (++passed == moment) throw new PowerCut(); }));

            Toy.AssertSame(straight, Toy.Run(config, folder));
        }
    }

    [Fact]
    public void A_stopped_run_on_normalised_images_keeps_their_range()
    {
        RunConfig config = Toy.Config("dgr", Scenario.Class, ("method.hidden", "12"), ("stream.mean", "0.1"), ("stream.deviation", "0.25"));
        using TemporaryFolder temporary = new();
        RunFolder folder = RunFolder.Create(temporary["run"], config);
        using CancellationTokenSource stop = new();
        int passed = 0;
        Assert.Throws<OperationCanceledException>(() => Toy.Run(config, folder, _ => { if (++passed == 12) stop.Cancel(); }, stop));

        Toy.AssertSame(Toy.Run(config), Toy.Run(config, folder));
    }

    [Theory]
    [InlineData("vae", "distilled", Scenario.Class)]
    [InlineData("wgan-gp", "hard", Scenario.Class)]
    [InlineData("wgan-gp", "distilled", Scenario.Task)]
    public void A_stopped_run_goes_on_with_the_same_bits_with_any_generator_and_labels(string generator, string labels, Scenario scenario)
    {
        RunConfig config = Toy.Config("dgr", scenario, ("method.generator", generator), ("method.labels", labels), ("method.hidden", "12"));
        using TemporaryFolder temporary = new();
        RunFolder.Create(temporary["run"], config);
        RunResult straight = Toy.Run(config);
        for (int sessions = 0; sessions < 3; sessions++)
        {
            using CancellationTokenSource stop = new();
            int passed = 0;
            Assert.Throws<OperationCanceledException>(() => Toy.Run(config, RunFolder.Open(temporary["run"], Toy.Catalogs).Folder, _ => { if (++passed == 4) stop.Cancel(); }, stop));
        }

        Toy.AssertSame(straight, Toy.Run(config, RunFolder.Open(temporary["run"], Toy.Catalogs).Folder));
    }

    private sealed class PowerCut : Exception;
}
