using Engram.Tests.Datasets;

namespace Engram.Tests.Cli;

public sealed class EngineTests(EngramCommand engram) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_switched_off_is_said_once_and_recorded_where_the_network_has_use_for_it()
    {
        Outcome convolutions = Run("--network", "cnn", "--set", "network.channels=2,2");
        Outcome dense = Run("--network", "mlp", "--set", "network.hidden=8");

        Assert.Equal((0, 0), (convolutions.ExitCode, dense.ExitCode));
        Assert.Single(convolutions.Error.Split('\n'), line => line.StartsWith("oneDNN is switched off", StringComparison.Ordinal));
        Assert.EndsWith(", oneDNN off", convolutions.Json["engine"]!.ToString());
        Assert.DoesNotContain("oneDNN", dense.Error);
        Assert.Matches("^libtorch [0-9.]+$", dense.Json["engine"]!.ToString());

        Outcome Run(params string[] network) => engram.RunWithVariable("ENGRAM_ONEDNN", "off", folder.Path,
            ["run", "split-digits", "--tasks", "2", "--set", "stream.samples=64", "--set", "stream.testSamples=32", "--iterations", "2", "--json", .. network]);
    }

    [Fact]
    public void Doctor_tells_what_is_switched_off() =>
        Assert.Contains("oneDNN is switched off", string.Join(' ', engram.RunWithVariable("ENGRAM_ONEDNN", "off", folder.Path, "doctor").Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
}
