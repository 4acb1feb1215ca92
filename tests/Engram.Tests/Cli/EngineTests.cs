using System.Text.Json.Nodes;
using Engram.Tests.Datasets;

namespace Engram.Tests.Cli;

public sealed class EngineTests(EngramCommand engram) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_switched_off_is_said_once_and_recorded_where_the_network_has_use_for_it()
    {
        Outcome convolutions = Run("cnn", "network.channels=2,2"), dense = Run("mlp", "network.hidden=8");

        Assert.Equal((0, 0), (convolutions.ExitCode, dense.ExitCode));
        Assert.Single(convolutions.Error.Split('\n'), line => line.StartsWith("oneDNN is switched off", StringComparison.Ordinal));
        Assert.DoesNotContain("NNPACK", convolutions.Error); // what libtorch would say for every batch
        Assert.EndsWith(", oneDNN off", EngineOf("cnn"));
        Assert.DoesNotContain("oneDNN", dense.Error);
        Assert.Matches("^libtorch [0-9.]+$", EngineOf("mlp"));

        Outcome Run(string network, string size) => engram.RunWithVariable("ENGRAM_ONEDNN", "off", folder.Path,
            ["run", "split-digits", "--tasks", "2", "--set", "stream.samples=64", "--set", "stream.testSamples=32", "--iterations", "2", "--network", network, "--set", size, "--out", network]);

        string EngineOf(string network) => JsonNode.Parse(File.ReadAllText(folder[network, "results.json"]))!["engine"]!.ToString();
    }

    [Theory]
    [InlineData("DOTNET_EnableAVX512", "0")]
    [InlineData("DOTNET_PROCESSOR_COUNT", "1")]
    [InlineData("DOTNET_PROCESSOR_COUNT", "4")]
    public void A_dense_network_learns_the_same_bits_on_another_processor(string variable, string value)
    {
        string[] run = ["run", "permuted-digits", .. EngramCommand.Tiny, "--set", "network.hidden=200", "--set", "stream.samples=2000", "--method", "si", "--out"];

        Outcome here = engram.Run(folder.Path, [.. run, "here"]), there = engram.RunWithVariable(variable, value, folder.Path, [.. run, "there"]);

        Assert.Equal((0, 0), (here.ExitCode, there.ExitCode));
        Assert.Equal(WeightsOf("here"), WeightsOf("there"));

        string WeightsOf(string name) => JsonNode.Parse(File.ReadAllText(folder[name, "results.json"]))!["weights"]!.ToString();
    }

    [Fact]
    public void Doctor_tells_what_is_switched_off() =>
        Assert.Contains("oneDNN is switched off", string.Join(' ', engram.RunWithVariable("ENGRAM_ONEDNN", "off", folder.Path, "doctor").Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
}
