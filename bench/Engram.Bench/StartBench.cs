using System.Diagnostics;
using System.Globalization;
using Engram.Networks;

namespace Engram.Bench;

/// <summary>How long a user waits: for the help, and for the first training step of a warm run.</summary>
internal static class StartBench
{
    /// <summary>The built program.</summary>
    public static string Command { get; } = Path.Combine(Root(), "artifacts", "bin", "Engram.Cli", "release", OperatingSystem.IsWindows() ? "engram.exe" : "engram");

    public static IEnumerable<Figure> Run()
    {
        string folder = Path.Combine(Path.GetTempPath(), $"engram-bench-{Environment.ProcessId}");
        string[] oneStep = ["run", "permuted-digits", "--iterations", "1", "--tasks", "1", "--set", "stream.testSamples=1", "--out", folder];
        Time(Command, oneStep, folder);
        double help = Median(() => Time(Command, ["--help"], folder)), step = Median(() => Time(Command, oneStep, folder));
        yield return new("seconds of engram --help", help, 0.3, false, "whole process");
        yield return new("seconds of a run with one training step", step, 2, false, "whole process, so an upper bound of the time to the first step");
        yield return new("ms of the check of convolutions", Median(() => CheckOfANewProcess("convolutions")), 50, false, "against plain loops, once per process that uses them");
        yield return new("ms of the check of any module", Median(() => CheckOfANewProcess("modules")), 50, false, "the same with the LSTM");
    }

    /// <summary>What a process started for it measures: a second check in the same process would find everything compiled.</summary>
    public static int PrintCheck(string what)
    {
        NativeEngine.Start();
        long start = Stopwatch.GetTimestamp();
        if (what == "modules") NativeEngine.RequireModules();
        else NativeEngine.RequireConvolutions();
        Console.WriteLine(Stopwatch.GetElapsedTime(start).TotalMilliseconds.ToString(CultureInfo.InvariantCulture));
        return 0;
    }

    private static double CheckOfANewProcess(string what)
    {
        using Process process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["check", what]) { RedirectStandardOutput = true })!;
        string milliseconds = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return double.Parse(milliseconds, CultureInfo.InvariantCulture);
    }

    private static double Median(Func<double> time) => Enumerable.Range(0, 5).Select(_ => time()).Order().ElementAt(2);

    private static double Time(string command, string[] arguments, string folder)
    {
        long start = Stopwatch.GetTimestamp();
        using Process process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (process.ExitCode != 0) throw new InvalidOperationException($"engram {string.Join(' ', arguments)} ended with {process.ExitCode}: {errors}");
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        return seconds;
    }

    private static string Root()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Engram.slnx"))) return folder.FullName;
        throw new InvalidOperationException("The bench must run from within the repository.");
    }
}
