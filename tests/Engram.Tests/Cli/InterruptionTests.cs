using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Engram.Tests.Datasets;

namespace Engram.Tests.Cli;

public sealed partial class InterruptionTests(EngramCommand engram) : IDisposable
{
    private const int Interrupt = 2, Terminate = 15;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_run_stopped_by_control_c_goes_on_to_the_same_end()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        string[] settings = ["--set", "stream.samples=256", "--set", "stream.testSamples=100", "--set", "network.hidden=16"];
        string[] arguments = ["run", "permuted-digits", "--method", "ewc", "--tasks", "3", "--iterations", "1000", .. settings];
        JsonNode straight = engram.Run(folder.Path, [.. arguments, "--json", "--out", "straight"]).Json;

        Outcome stopped = StopAfterFirstResult(Interrupt, [.. arguments, "--out", "stopped"]);
        Assert.Equal(130, stopped.ExitCode);
        Assert.Contains("engram resume stopped", stopped.ErrorLine);
        Assert.DoesNotContain("   at ", stopped.Error);
        Assert.False(File.Exists(folder["stopped", "results.json"]));

        Outcome resumed = engram.Run(folder.Path, "resume", "stopped", "--json");
        Assert.Equal(0, resumed.ExitCode);
        Assert.Equal(straight["weights"]!.ToString(), resumed.Json["weights"]!.ToString());
        Assert.Equal(straight["matrix"]!.ToJsonString(), resumed.Json["matrix"]!.ToJsonString());
        Assert.Equal(File.ReadAllText(folder["straight", "steps.csv"]), File.ReadAllText(folder["stopped", "steps.csv"]));
    }

    [Fact]
    public void A_comparison_asked_to_end_goes_on_to_the_same_end()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        string[] arguments = ["compare", "permuted-digits", "--methods", "fine-tuning,ewc", "--seeds", "2", .. EngramCommand.Tiny, "--iterations", "600"];
        JsonNode straight = engram.Run(folder.Path, [.. arguments, "--json", "--out", "straight"]).Json;

        Outcome stopped = StopAfterFirstResult(Terminate, [.. arguments, "--out", "stopped"]);
        Assert.Equal(130, stopped.ExitCode);
        Assert.Contains("engram resume stopped", stopped.ErrorLine);

        JsonNode resumed = engram.Run(folder.Path, "resume", "stopped", "--json").Json;
        foreach (var (left, right) in straight["trials"]!.AsArray().Zip(resumed["trials"]!.AsArray(), (left, right) => (left!, right!)))
            Assert.All(["method", "seed", "weights", "matrix", "metrics"], name => Assert.Equal(left[name]!.ToJsonString(), right[name]!.ToJsonString()));
    }

    [Fact]
    public void A_comparison_stopped_by_control_c_goes_on_by_the_same_command()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        string[] arguments = ["compare", "permuted-digits", "--methods", "fine-tuning,ewc", "--seeds", "2", .. EngramCommand.Tiny, "--iterations", "600"];

        Outcome stopped = StopAfterFirstResult(Interrupt, arguments);
        Outcome again = engram.Run(folder.Path, arguments);

        Assert.Equal((130, 0), (stopped.ExitCode, again.ExitCode));
        Assert.Contains($"Goes on in {Path.Combine("runs", "compare-permuted-digits")},", again.Error);
        Assert.Equal(["compare-permuted-digits"], Directory.GetDirectories(folder["runs"]).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("order", "permuted-digits", "runs")]
    [InlineData("affinity", "digit-kinds-digits", "transfers")]
    public void A_study_stopped_by_control_c_goes_on_to_the_same_end(string command, string stream, string part)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        string[] arguments = [command, stream, "--seeds", "2", .. EngramCommand.Tiny, "--iterations", "300"];
        JsonNode straight = engram.Run(folder.Path, [.. arguments, "--json", "--out", "straight"]).Json;

        Outcome stopped = StopAfterFirstResult(Interrupt, [.. arguments, "--out", "stopped"]);
        Assert.Equal(130, stopped.ExitCode);
        Assert.Contains("engram resume stopped", stopped.ErrorLine);
        Assert.False(File.Exists(folder["stopped", "results.json"]));

        JsonNode resumed = engram.Run(folder.Path, "resume", "stopped", "--json").Json;
        Assert.Equal(straight[part]!.ToJsonString(), resumed[part]!.ToJsonString());
        Assert.Equal(straight["verdict"]!.ToString(), resumed["verdict"]!.ToString());
    }

    [Fact]
    public void A_trial_stopped_by_control_c_goes_on_to_the_same_end()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        JsonNode straight = engram.Run(folder.Path, ["compare", "permuted-digits", "--methods", "ewc", "--seeds", "1", .. EngramCommand.Tiny, "--iterations", "600", "--out", "here", "--json"]).Json;
        Directory.Delete(folder["here", "trials"], recursive: true);

        Outcome stopped = StopAfterFirstResult(Interrupt, ["trial", "here", "1"]);
        Outcome resumed = engram.Run(folder.Path, "trial", "here", "1");

        Assert.Equal((130, 0), (stopped.ExitCode, resumed.ExitCode));
        Assert.Contains("everything so far is saved. Go on with: engram trial here 1", stopped.ErrorLine);
        Assert.Equal(straight["trials"]![0]!["weights"]!.ToString(), engram.Run(folder.Path, "collect", "here", "--json").Json["trials"]![0]!["weights"]!.ToString());
    }

    private Outcome StopAfterFirstResult(int signal, string[] arguments)
    {
        Process process = engram.Start(folder.Path, arguments);
        while (process.StandardError.ReadLine() is { } line && !line.Contains(" %")) { }
        Assert.Equal(0, Kill(process.Id, signal));
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        using (process) return new(process.ExitCode, "", error);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
