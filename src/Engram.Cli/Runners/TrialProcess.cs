using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Engram.Experiments;

namespace Engram.Cli.Runners;

/// <summary>A process that runs one trial of a study.</summary>
internal sealed partial class TrialProcess : IDisposable
{
    /// <summary>Exit code of a process that was ended by SIGKILL.</summary>
    public const int KilledBySystem = 128 + 9;

    private const int Terminate = 15;
    private readonly Process process;
    private string lastLine = "";

    private TrialProcess(Process process, StudyTrial trial)
    {
        (this.process, Trial) = (process, trial);
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) => lastLine = string.IsNullOrWhiteSpace(line.Data) ? lastLine : line.Data;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What it runs.</summary>
    public StudyTrial Trial { get; }

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => process.HasExited;

    /// <summary>What it ended with.</summary>
    public int ExitCode => process.ExitCode;

    /// <summary>Whether somebody or something ended it, rather than an error of its own.</summary>
    public bool WasKilled => ExitCode is < 0 or > 128;

    /// <summary>Whether another process had the trial in hand.</summary>
    public bool IsHeldByAnother => Error.Code == "folder-held";

    /// <summary>What it said at the end.</summary>
    public EngramException Error
    {
        get
        {
            process.WaitForExit(); // until all that it said is read
            try
            {
                if (JsonNode.Parse(lastLine)?["error"] is JsonObject error) return EngramException.Failure(error["code"]!.ToString(), error["message"]!.ToString());
            }
            catch (JsonException)
            {
                // Something else than the program had the last word.
            }
            return EngramException.Failure("trial-ended", $"Its process ended with exit code {ExitCode}{(lastLine.Length == 0 ? " and without a word" : $" and said: {lastLine.Trim()}")}. Run it alone to see more, by 'engram trial' with the study's folder and {Trial.Number}.");
        }
    }

    /// <summary>Starts one.</summary>
    /// <param name="path">The study's folder.</param>
    /// <param name="trial">The trial.</param>
    /// <param name="data">What the user gave with <c>--data</c>.</param>
    /// <param name="cores">How many it may use.</param>
    public static TrialProcess Start(string path, StudyTrial trial, string? data, int cores)
    {
        string[] arguments = [.. ThisProgram.Command.Skip(1), "trial", path, $"{trial.Number}", "--json", .. data is null ? (string[])[] : ["--data", data]];
        ProcessStartInfo start = new(ThisProgram.Command[0], arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[ThisProgram.Cores] = $"{cores}";
        return new(Process.Start(start)!, trial);
    }

    /// <summary>Asks it to end with everything saved.</summary>
    public void Stop()
    {
        if (process.HasExited) return;
        if (OperatingSystem.IsWindows()) return; // all processes of a console hear of Ctrl-C themselves
        _ = Signal(process.Id, Terminate);
    }

    /// <summary>Waits until it has ended.</summary>
    public void WaitForEnd() => process.WaitForExit();

    /// <inheritdoc/>
    public void Dispose() => process.Dispose();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
