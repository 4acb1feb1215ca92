using Engram.Experiments;

namespace Engram.Reports;

/// <summary>
/// The accuracy of every task while learning goes on: faint before the task is learned, strong afterwards. Over training steps where
/// the run has such points, otherwise over the rows of the matrix. More tasks than there are colours get a small chart each.
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

    internal static IChart Chart(RunResult result)
    {
        LineChart chart = result.Curves.Length > 1 ? OverSteps(result) : OverTasks(result);
        return chart.Lines.Count > Palette.Lines.Length ? OnePerTask(result, chart) : chart;
    }

    private static LineChart OverTasks(RunResult result) => new()
    {
        Title = Words.Title(result),
        XLabel = "tasks learned",
        Ticks = [.. Enumerable.Range(0, result.Matrix.RowCount).Select(row => ((double)row, row == 0 && result.Tasks.Length <= 10 ? "untrained" : $"{row}"))],
        Lines = [.. result.Tasks.Select((name, task) => new ChartLine(name, [.. Enumerable.Range(0, result.Matrix.RowCount).Select(row => ((double)row, result.Matrix[row, task + 1]))], LineLook.Number(task))
        {
            FirstStrong = task + 1,
        })],
    };

    private static LineChart OverSteps(RunResult result)
    {
        CurvePoint[] points = result.Curves;
        double[] ends = Ends(result);
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

    // The step at which the learning of each task ended.
    private static double[] Ends(RunResult result) =>
        [.. Enumerable.Range(1, result.Tasks.Length).Select(task => (double)result.Curves.Where(point => point.Task <= task).Select(point => point.Step).DefaultIfEmpty().Max())];

    private static SmallMultiples OnePerTask(RunResult result, LineChart chart)
    {
        bool overSteps = result.Curves.Length > 1;
        double[] learned = overSteps ? Ends(result) : [.. Enumerable.Range(1, result.Tasks.Length)];
        return new SmallMultiples
        {
            Title = chart.Title,
            Charts = [.. chart.Lines.Select((line, task) => new SmallChart(line.Label, [line with { Look = LineLook.Number(0) }]) { Moment = learned[task], Level = result.Majority[task] })],
            Key = [("accuracy; dotted: just learned", LineLook.Number(0)), ("always answering its most frequent class", LineLook.Level)],
            Caption = $"each chart {(overSteps ? $"over {chart.Lines[0].Points[^1].X:#,0} training steps" : $"from untrained to {result.Tasks.Length} tasks learned")}; accuracy in %",
        };
    }
}
