using Engram.Experiments;
using ScottPlot;

namespace Engram.Reports;

/// <summary>
/// The lecture's picture (H.-Y. Lee 2019): the accuracy of every task while the tasks are learned one after another, beside what learning
/// them together reaches, and if wanted what a method makes of it.
/// </summary>
public static class FatesPicture
{
    /// <summary>Draws the picture.</summary>
    /// <param name="course">Runs of one method over seeds; their mean is drawn.</param>
    /// <param name="beside">Runs of another; the mean of their last rows is drawn.</param>
    /// <param name="best">Runs of a method against forgetting, whose mean is drawn over it; none for no such line.</param>
    public static Picture Of(IReadOnlyList<RunResult> course, IReadOnlyList<RunResult> beside, IReadOnlyList<RunResult> best) => Of(Chart(course, beside, best));

    internal static Picture Of(SmallMultiples chart)
    {
        using Canvas canvas = chart.Draw(860, hasTitle: true);
        return new Picture(canvas.ToSvg(chart.Title).ToFile(followsDarkMode: true), canvas.ToPng());
    }

    /// <summary>Whether the runs can be drawn together: there are some, of the same tasks, and more than one task.</summary>
    internal static bool Fits(IReadOnlyList<RunResult> course, IReadOnlyList<RunResult> beside) =>
        course.Count > 0 && beside.Count > 0 && course[0].Tasks.Length > 1 && course.Concat(beside).All(run => run.Tasks.SequenceEqual(course[0].Tasks));

    /// <param name="course">Runs of one method over seeds.</param>
    /// <param name="beside">Runs of another.</param>
    /// <param name="best">Runs of a method between these two; then these are grey as bounds are everywhere, and the colour is the method's.</param>
    /// <param name="bestLook">The look that the method has on the page; null for the first one.</param>
    internal static SmallMultiples Chart(IReadOnlyList<RunResult> course, IReadOnlyList<RunResult> beside, IReadOnlyList<RunResult> best, LineLook? bestLook = null)
    {
        if (!Fits(course, best)) best = [];
        bestLook ??= LineLook.Number(0);
        LineLook look = best.Count == 0 ? LineLook.Number(0) : LineLook.Bound(MarkerShape.FilledCircle) with { Dash = null };
        return new()
        {
            Title = $"What became of each task: {course[0].Stream}, one after another and together",
            Charts = [.. course[0].Tasks.Select((name, task) => new SmallChart(name, best.Count == 0 ? [Line(course, task, look)] : [Line(course, task, look), Line(best, task, bestLook)])
            {
                Moment = task + 1,
                Level = course.Average(run => run.Majority[task]),
                Bar = beside.Average(run => run.Matrix[run.Matrix.TaskCount, task + 1]),
            })],
            Key =
            [
                ($"one after another ({course[0].Method})", look),
                .. best.Count == 0 ? Array.Empty<(string, LineLook?)>() : [($"with {best[0].Method}", bestLook)],
                ($"in the end, together ({beside[0].Method})", null),
                ("most frequent class", LineLook.Level),
            ],
            BarColour = best.Count == 0 ? Palette.Lines[1] : Palette.Muted,
            Caption = $"each chart from untrained to {course[0].Tasks.Length} tasks learned; accuracy in %",
        };
    }

    private static ChartLine Line(IReadOnlyList<RunResult> runs, int task, LineLook look) =>
        new("", [.. Enumerable.Range(0, runs[0].Matrix.RowCount).Select(row => ((double)row, runs.Average(run => run.Matrix[row, task + 1])))], look) { FirstStrong = task + 1 };
}
