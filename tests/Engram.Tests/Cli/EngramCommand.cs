using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;

[assembly: AssemblyFixture(typeof(Engram.Tests.Cli.EngramCommand))]

namespace Engram.Tests.Cli;

/// <summary>What a command left behind.</summary>
internal sealed record Outcome(int ExitCode, string Output, string Error)
{
    /// <summary>Standard output, which must be one JSON document.</summary>
    public JsonNode Json => JsonNode.Parse(Output)!;

    /// <summary>The document without the places of folder and page, which only the printed one names: as <c>results.json</c> keeps it.</summary>
    public JsonNode Results
    {
        get
        {
            JsonObject results = Json.AsObject();
            Assert.True(results.Remove("folder"));
            Assert.True(results.Remove("report"));
            return results;
        }
    }

    /// <summary>The error in JSON: all of standard error.</summary>
    public JsonNode ErrorJson => JsonNode.Parse(Error)!["error"]!;

    /// <summary>The error's line for people.</summary>
    public string ErrorLine => Error.Trim().Split('\n')[^1];
}

/// <summary>
/// Runs the real command, with a cache of its own that all tests share, so that digits are drawn once. Where a test needs no process of
/// its own, to kill or with variables, one that stays does it: see <see cref="CommandWorker"/>.
/// </summary>
public sealed partial class EngramCommand : IDisposable
{
    private const int Interrupt = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly TemporaryCache cache = new();
    private readonly ConcurrentBag<CommandWorker> idle = []; // as many as tests ran commands at a time

    /// <summary>Settings of a run that takes a blink.</summary>
    public static string[] Tiny { get; } = ["--tasks", "2", "--set", "stream.samples=256", "--set", "stream.testSamples=100", "--set", "network.hidden=16"];

    /// <summary>Where the command is.</summary>
    internal static string Program { get; } = FindProgram();

    /// <summary>
    /// Where the tests were started from the background of a shell, Control-C is ignored, and so it would be in every process started here:
    /// rightly for a user, who means another process by it, and wrongly for tests of what Control-C does.
    /// </summary>
    public EngramCommand()
    {
        if (OperatingSystem.IsLinux() && IsIgnored(Interrupt)) _ = Signal(Interrupt, 0);
    }

    public void Dispose()
    {
        foreach (CommandWorker worker in idle) worker.Dispose();
        cache.Dispose();
    }

    /// <summary>Runs to the end.</summary>
    internal Outcome Run(string folder, params string[] arguments) => RunWithInput(folder, "", arguments);

    /// <summary>Runs to the end with something to read on standard input.</summary>
    internal Outcome RunWithInput(string folder, string input, params string[] arguments)
    {
        if (!idle.TryTake(out CommandWorker? worker)) worker = Hire();
        try
        {
            Outcome outcome = worker.Run(new(folder, arguments, input), Patience);
            idle.Add(worker);
            return outcome;
        }
        catch
        {
            worker.Dispose(); // it ended, or nobody knows what it still has to say
            throw;
        }
    }

    /// <summary>Starts a process that stays, for the caller alone.</summary>
    internal CommandWorker Hire() => new(StartOf(cache.Path, [], readsInput: true));

    /// <summary>Runs to the end in a process of its own.</summary>
    internal Outcome RunProcess(string folder, params string[] arguments) => Finish(Start(folder, arguments));

    /// <summary>Runs to the end in a process of its own with one more environment variable.</summary>
    internal Outcome RunWithVariable(string name, string value, string folder, params string[] arguments) => Finish(StartWithVariable(name, value, folder, arguments));

    /// <summary>Starts it with one more environment variable and leaves it running.</summary>
    internal Process StartWithVariable(string name, string value, string folder, params string[] arguments)
    {
        ProcessStartInfo start = StartOf(folder, arguments);
        start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Runs something that must go wrong: in one line, without a stack trace, with an exit code of ours.</summary>
    internal Outcome RunWrong(int exitCode, string folder, params string[] arguments)
    {
        Outcome outcome = Run(folder, arguments);
        Assert.True(exitCode == outcome.ExitCode, $"exit code {outcome.ExitCode}: {outcome.Error}");
        Assert.DoesNotContain("   at ", outcome.Error + outcome.Output);
        Assert.DoesNotContain("unexpected", outcome.Error);
        return outcome;
    }

    /// <summary>Runs another program, which may run this one, to the end.</summary>
    internal Outcome RunOther(string folder, string program, params string[] arguments) => Finish(Process.Start(StartOf(folder, arguments, program: program))!);

    /// <summary>Starts it and leaves it running.</summary>
    internal Process Start(string folder, params string[] arguments) => Process.Start(StartOf(folder, arguments))!;

    private ProcessStartInfo StartOf(string folder, string[] arguments, bool readsInput = false, string? program = null)
    {
        ProcessStartInfo start = new(program ?? Program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = readsInput };
        start.Environment["XDG_CACHE_HOME"] = cache.Path;
        start.Environment["ENGRAM_DATA"] = "";
        start.Environment["DOTNET_TieredPGO"] = "0"; // as for the tests
        return start;
    }

    /// <summary>Waits for the end.</summary>
    internal static Outcome Finish(Process process)
    {
        using (process)
        {
            StringBuilder error = new();
            process.ErrorDataReceived += (_, line) => error.Append(line.Data is null ? "" : line.Data + "\n");
            process.BeginErrorReadLine();
            string output = process.StandardOutput.ReadToEnd();
            if (process.WaitForExit(Patience)) process.WaitForExit();
            else process.Kill();
            return new(process.ExitCode, output, error.ToString());
        }
    }

    // SigIgn is a mask with bit n - 1 for signal n.
    private static bool IsIgnored(int signal) =>
        (Convert.ToUInt64(File.ReadLines("/proc/self/status").Single(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)).Split('\t')[1], 16) >> (signal - 1) & 1) == 1;

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint Signal(int signal, nint handler);

    private static string FindProgram()
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        return Path.Combine(Repository.Root, "artifacts", "bin", "Engram.Cli", configuration, OperatingSystem.IsWindows() ? "engram.exe" : "engram");
    }

    private sealed class TemporaryCache : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("engram-cache-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
