using Engram.Experiments;

namespace Engram.Reports;

/// <summary>
/// The accuracy of every task while learning goes on: faint before the task is learned, strong afterwards. Over training steps where
/// the run has such points, otherwise over the rows of the matrix.
/// </summary>
public static class CurvesPicture
{
    /// <summary>Draws the curves.</summary>
    /// <param name="result">The run.</param>
    public static Picture Of(RunResult result)
    {
        using Canvas canvas = Chart(result).Draw(860, hasTitle: true);
        return new Picture(canvas.ToSvg(Words.Title(result)).ToFile(followsDarkMode: true), canvas.ToPng());
    }

    internal static LineChart Chart(RunResult result) => result.Curves.Length > 1 ? OverSteps(result) : OverTasks(result);

    private static LineChart OverTasks(RunResult result) => new()
    {
        Title = Words.Title(result),
        XLabel = "tasks learned",
        Ticks = [.. result.Matrix.Select((_, row) => ((double)row, row == 0 && result.Tasks.Length <= 10 ? "untrained" : $"{row}"))],
        Lines = [.. result.Tasks.Select((name, task) => new ChartLine(name, [.. result.Matrix.Select((row, i) => ((double)i, row[task]))], LineLook.Number(task))
        {
            FirstStrong = task + 1,
        })],
    };

    private static LineChart OverSteps(RunResult result)
    {
        CurvePoint[] points = result.Curves;
        double[] ends = [.. Enumerable.Range(1, result.Tasks.Length).Select(task => (double)points.Where(point => point.Task <= task).Select(point => point.Step).DefaultIfEmpty().Max())];
        double[] starts = [points[0].Step, .. ends[..^1]];
        return new LineChart
        {
            Title = Words.Title(result),
            XLabel = $"task being learned ({points[^1].Step - points[0].Step:#,0} training steps in all)",
            Ticks = [.. ends.Select((end, task) => ((starts[task] + end) / 2, $"{task + 1}"))],
            Dividers = starts,
            Lines = [.. result.Tasks.Select((name, task) => new ChartLine(name, [.. points.Select(point => ((double)point.Step, point.Accuracies[task]))], LineLook.Number(task))
            {
                FirstStrong = Math.Max(Array.FindLastIndex(points, point => point.Step <= starts[task]), 0),
                MarksPoints = false,
            })],
        };
    }
}
