using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Engram.Datasets;
using Engram.Experiments;
using Engram.Networks;
using Engram.Reports;
using ScottPlot;

namespace Engram.Bench;

/// <summary>
/// Where the time of a whole process goes: five permuted tasks of MNIST (of digits where <c>ENGRAM_DATA</c> names none), every row of the matrix, checkpoints and the page.
/// <c>whole [FOLDER]</c> prints the table of <c>docs/performance.md</c>, medians of five processes, and writes its picture.
/// </summary>
internal static class WholeRun
{
    private static readonly string[] Parts = ["start of .NET", "engine", "data", "training", "consolidation", "scoring", "checkpoints and records", "page and pictures"];

    /// <summary>Runs the processes.</summary>
    public static int Run(string folder)
    {
        Directory.CreateDirectory(folder);
        Plot plot = new();
        Console.WriteLine($"| seconds | {string.Join(" | ", Parts)} | whole process |");
        Console.WriteLine($"|---|{string.Concat(Parts.Select(_ => "---|"))}---|");
        int[] cores = [.. new[] { 1, Environment.ProcessorCount }.Distinct()];
        for (int row = 0; row < cores.Length; row++)
        {
            double[][] runs = [.. Enumerable.Range(0, 5).Select(_ => Start(cores[row]))];
            double[] medians = [.. Enumerable.Range(0, Parts.Length + 1).Select(part => runs.Select(run => run[part]).Order().ElementAt(2))];
            string name = cores[row] == 1 ? "one core" : $"{cores[row]} cores";
            Console.WriteLine($"| {name} | {string.Join(" | ", medians.Select(seconds => seconds.ToString("0.00", CultureInfo.InvariantCulture)))} |");
            double before = 0;
            for (int part = 0; part < Parts.Length; part++)
            {
                Bar bar = new() { Position = row, ValueBase = before, Value = before += medians[part], FillColor = plot.Add.Palette.GetColor(part), Orientation = Orientation.Horizontal };
                ScottPlot.Plottables.BarPlot bars = plot.Add.Bar(bar);
                bars.Horizontal = true;
                if (row == 0) bars.LegendText = Parts[part];
            }
        }
        plot.Axes.Left.SetTicks([.. cores.Select((_, row) => (double)row)], [.. cores.Select(count => count == 1 ? "one core" : $"{count} cores")]);
        plot.Axes.Bottom.Label.Text = "seconds";
        plot.Axes.Margins(left: 0);
        plot.ShowLegend(Alignment.UpperRight);
        plot.SavePng(Path.Combine(folder, "limits.png"), 1000, 380);
        return 0;
    }

    /// <summary>One run, in a process of its own; prints its parts.</summary>
    public static int RunOnce()
    {
        double started = (DateTime.Now - Process.GetCurrentProcess().StartTime).TotalSeconds;
        string folder = Directory.CreateTempSubdirectory("engram-bench-").FullName;
        try
        {
            Stopwatch clock = Stopwatch.StartNew();
            Laboratory laboratory = new(DataFolders.FromEnvironment(null));
            NativeEngine.Lend(Environment.ProcessorCount);
            NativeEngine.Start();
            double engine = clock.Elapsed.TotalSeconds;
            clock.Restart();
            RunConfigBuilder builder = new(laboratory.Catalogs, Environment.GetEnvironmentVariable("ENGRAM_DATA") is null ? "permuted-digits" : "permuted-mnist", "fine-tuning");
            builder.Set("stream.tasks", "5");
            RunConfig config = builder.Build();
            var stream = laboratory.Prepare(config);
            double data = clock.Elapsed.TotalSeconds;
            clock.Restart();
            RunResult result = RunTrial.Study(laboratory, config, folder).Run(new TrialThreads(1));
            double run = clock.Elapsed.TotalSeconds;
            clock.Restart();
            RunReport.Write(result, folder);
            double page = clock.Elapsed.TotalSeconds;
            double rest = run - result.Seconds.Train - result.Seconds.Consolidate - result.Seconds.Evaluate;
            Console.WriteLine(JsonSerializer.Serialize(new[] { started, engine, data, result.Seconds.Train, result.Seconds.Consolidate, result.Seconds.Evaluate, rest, page }));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double[] Start(int cores)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!, ["whole-once"]) { RedirectStandardOutput = true };
        start.Environment["DOTNET_PROCESSOR_COUNT"] = $"{cores}";
        long begun = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        string parts = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return [.. JsonSerializer.Deserialize<double[]>(parts)!, Stopwatch.GetElapsedTime(begun).TotalSeconds];
    }
}
