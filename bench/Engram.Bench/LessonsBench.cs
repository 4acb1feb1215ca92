using System.Diagnostics;
using Engram.Bench.Learners;
using Engram.Durable;
using Engram.Tables;
using ScottPlot;

namespace Engram.Bench;

/// <summary>
/// Two hundred lessons in one file: time of a lesson and bytes of a version, early and late, with all versions kept and with ten, by a method in closed form and by one with
/// a network. <c>lessons [FOLDER]</c> prints the table of <c>docs/performance.md</c> and writes its picture.
/// </summary>
internal static class LessonsBench
{
    private const int Lessons = 200, Rows = 500, Columns = 64, Classes = 10, Window = 20;

    /// <summary>Runs it.</summary>
    public static int Run(string folder)
    {
        using LearnerTables tables = new();
        string[] lessons = [.. Enumerable.Range(0, Lessons).Select(lesson => tables.Write($"lesson{lesson}", Rows, Columns, Classes, (ulong)lesson + 1))];
        Plot time = new(), size = new();
        Console.WriteLine("| method | versions kept | s per lesson, 2 to 21 | s per lesson, 181 to 200 | MB per lesson, 2 to 21 | MB per lesson, 181 to 200 | file, MB |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (string method in new[] { "slda", "replay" })
            foreach (int versions in new[] { 0, 10 })
            {
                string name = $"{method}, {(versions == 0 ? "all" : $"{versions}")} versions", path = tables[$"{method}{versions}.engram"];
                var (seconds, bytes) = Learn(path, method, versions, lessons);
                double[] grown = [.. bytes.Skip(1).Zip(bytes, (after, before) => (after - before) / 1e6)];
                Console.WriteLine($"| {method} | {(versions == 0 ? "all" : versions)} | {Median(seconds[1..(Window + 1)]):0.00} | {Median(seconds[^Window..]):0.00} | {grown[..Window].Average():0.00} | {grown[^Window..].Average():0.00} | {bytes[^1] / 1e6:0.0} |");
                double[] numbers = [.. Enumerable.Range(1, Lessons).Select(lesson => (double)lesson)];
                Add(time, numbers, seconds, name);
                Add(size, numbers, [.. bytes.Select(one => one / 1e6)], name);
            }
        Save(time, "seconds per lesson", Path.Combine(folder, "lessons-time.png"));
        Save(size, "file in MB", Path.Combine(folder, "lessons-size.png"));
        return 0;
    }

    private static (double[] Seconds, double[] Bytes) Learn(string path, string method, int versions, string[] lessons)
    {
        List<double> seconds = [], bytes = [];
        using DurableLearner learner = DurableLearner.OpenOrCreate(path, new()
        {
            Method = method, Assemblies = [typeof(CsvReader).Assembly], Settings = [("gate.maxDrop", "1"), ("gate.maxDropSinceLearned", "1"), ("versions", $"{versions}"), .. method == "slda" ? [] : (IEnumerable<(string, string)>)[("network.hidden", "64"), ("training.epochs", "3")]],
        });
        foreach (string lesson in lessons)
        {
            long begun = Stopwatch.GetTimestamp();
            learner.Learn(lesson);
            seconds.Add(Stopwatch.GetElapsedTime(begun).TotalSeconds);
            bytes.Add(learner.History().Bytes);
        }
        return ([.. seconds], [.. bytes]);
    }

    private static double Median(double[] numbers) => numbers.Order().ElementAt(numbers.Length / 2);

    private static void Add(Plot plot, double[] lessons, double[] values, string name)
    {
        var line = plot.Add.ScatterLine(lessons, values);
        (line.LegendText, line.LineWidth) = (name, 2);
    }

    private static void Save(Plot plot, string label, string path)
    {
        plot.XLabel("lesson");
        plot.YLabel(label);
        plot.Axes.SetLimitsY(0, plot.Axes.GetLimits().Top * 1.1);
        plot.ShowLegend(Alignment.UpperLeft);
        plot.SavePng(path, 900, 420);
        Console.WriteLine($"written to {path}");
    }
}
