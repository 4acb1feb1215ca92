using Engram.Evaluation;
using Engram.Experiments;
using ScottPlot;

namespace Engram.Reports;

/// <summary>
/// The lecture's curve (H.-Y. Lee 2019): the accuracy of one task while all tasks are learned one after another, from the untrained network on, a
/// line per method with a band of one standard error over its seeds, beside what joint training reaches on the same task in the end.
/// </summary>
public static class CoursePicture
{
    /// <summary>Draws the picture.</summary>
    /// <param name="comparison">Methods on the same stream.</param>
    /// <param name="task">Number of the task, from 1.</param>
    public static Picture Of(Comparison comparison, int task)
    {
        LineChart chart = Chart(comparison, task);
        using Canvas canvas = chart.Draw(860, hasTitle: true);
        return new Picture(canvas.ToSvg(chart.Title).ToFile(followsDarkMode: true), canvas.ToPng());
    }

    /// <summary>Whether there is a course to be drawn: more than one task, and a method that learns one after another.</summary>
    internal static bool Fits(Comparison comparison) => comparison.Tasks.Count > 1 && comparison.Summary.Any(method => method.Method != comparison.UpperBound);

    /// <inheritdoc cref="Of"/>
    /// <remarks>Of more methods than there are colours those are drawn that know the task best in the end.</remarks>
    internal static LineChart Chart(Comparison comparison, int task)
    {
        if (task < 1 || task > comparison.Tasks.Count) throw new ArgumentOutOfRangeException(nameof(task), task, $"There are tasks 1 to {comparison.Tasks.Count}.");
        (MethodSummary Method, LineLook Look)[] courses = [.. ComparisonPicture.Looks(comparison).Where(one => one.Method.Method != comparison.UpperBound)];
        string[] best = [.. courses.Where(one => one.Method.Method != comparison.LowerBound).OrderByDescending(one => one.Method.MeanMatrix[^1][task - 1]).Take(Palette.Lines.Length).Select(one => one.Method.Method)];
        int last = comparison.Tasks.Count;
        List<ChartLine> lines = [.. courses.Where(one => one.Method.Method == comparison.LowerBound || best.Contains(one.Method.Method)).Select(one => Course(comparison, one.Method.Method, one.Look, task))];
        if (comparison.UpperBound is { } together) lines.Add(Level($"{together}, in the end", comparison.Trials.Where(run => run.Method == together).Average(run => run.Matrix[last, task]), LineLook.Bound(MarkerShape.None) with { Dash = null }, last));
        lines.Add(Level("most frequent", comparison.Trials.Average(run => run.Majority[task - 1]), LineLook.Level, last));
        return new()
        {
            Title = $"Accuracy on {Words.InSentence(comparison.Tasks[task - 1], task - 1)} while {last} tasks are learned one after another",
            XLabel = "tasks learned",
            Ticks = [.. Enumerable.Range(0, last + 1).Select(row => ((double)row, row == 0 && last <= 10 ? "untrained" : $"{row}"))],
            Dividers = [task],
            Lines = lines,
        };
    }

    private static ChartLine Course(Comparison comparison, string method, LineLook look, int task)
    {
        RunResult[] runs = [.. comparison.Trials.Where(run => run.Method == method)];
        SampleStatistics[] course = [.. Enumerable.Range(0, runs[0].Matrix.RowCount).Select(row => SampleStatistics.Of(runs.Select(run => run.Matrix[row, task])))];
        return new(method, [.. course.Select((one, row) => ((double)row, one.Mean))], look) { FirstStrong = task, Band = [.. course.Select(one => one.StandardError ?? 0)] };
    }

    private static ChartLine Level(string name, double accuracy, LineLook look, int last) => new(name, [(0, accuracy), (last, accuracy)], look) { MarksPoints = false };
}
