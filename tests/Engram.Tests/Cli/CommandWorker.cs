using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Engram.Tests.Cli;

/// <summary>What a <see cref="CommandWorker"/> is asked to do.</summary>
/// <param name="Folder">The current directory.</param>
/// <param name="Arguments">What stands behind <c>engram</c>.</param>
/// <param name="Input">All of standard input.</param>
internal sealed record CommandRequest(string Folder, string[] Arguments, string Input);

/// <summary>
/// The command in a process that stays for the next request: nearly all that a short command takes is loading libtorch and compiling. The
/// program, its standard output and its standard error are the real ones; <see cref="StartupHook"/> calls its entry.
/// </summary>
internal sealed class CommandWorker : IDisposable
{
    /// <summary>With what .NET is told to call <see cref="StartupHook"/>.</summary>
    public const string HookVariable = "DOTNET_STARTUP_HOOKS";

    /// <summary>Stands behind all output and all errors of a request; on standard output, the exit code and the end of the line follow.</summary>
    public const char End = '\u0004';

    private readonly Process process;

    /// <summary>Starts one.</summary>
    /// <param name="start">How the command is started, with all three streams redirected.</param>
    public CommandWorker(ProcessStartInfo start)
    {
        start.Environment[HookVariable] = typeof(CommandWorker).Assembly.Location;
        process = Process.Start(start)!;
    }

    /// <summary>Runs the command to its end.</summary>
    /// <param name="request">What to run.</param>
    /// <param name="patience">After what time the process is killed.</param>
    /// <returns>What came of it.</returns>
    /// <exception cref="InvalidOperationException">The process ended instead, and can be asked no more; the message has what it said.</exception>
    public Outcome Run(CommandRequest request, TimeSpan patience)
    {
        try
        {
            process.StandardInput.WriteLine(JsonSerializer.Serialize(request));
        }
        catch (IOException)
        {
            // It has ended meanwhile; what it said is read below.
        }
        using Timer late = new(_ => process.Kill(), null, patience, Timeout.InfiniteTimeSpan);
        Task<string> reading = Task.Run(() => ReadToEnd(process.StandardError));
        string output = ReadToEnd(process.StandardOutput), error = reading.GetAwaiter().GetResult();
        if (process.StandardOutput.ReadLine() is { } exitCode) return new(int.Parse(exitCode, CultureInfo.InvariantCulture), output, error);
        process.WaitForExit();
        throw new InvalidOperationException($"The process of 'engram {string.Join(' ', request.Arguments)}' ended with {process.ExitCode}, or was killed after {patience}: {error}{output}");
    }

    public void Dispose()
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended before.
        }
        if (!process.WaitForExit(TimeSpan.FromSeconds(5))) process.Kill();
        process.Dispose();
    }

    // To the end of what belongs to the request, or of all.
    private static string ReadToEnd(StreamReader reader)
    {
        StringBuilder text = new();
        for (int letter = reader.Read(); letter is not (-1 or End); letter = reader.Read()) text.Append((char)letter);
        return text.ToString();
    }
}
