using Engram.Experiments;

namespace Engram.Reports;

/// <summary>The lecture's picture (H.-Y. Lee 2019): the accuracy of every task while the tasks are learned one after another, beside what learning them together reaches.</summary>
public static class FatesPicture
{
    /// <summary>Draws the picture.</summary>
    /// <param name="course">Runs of one method over seeds; their mean is drawn.</param>
    /// <param name="beside">Runs of another; the mean of their last rows is drawn.</param>
    public static Picture Of(IReadOnlyList<RunResult> course, IReadOnlyList<RunResult> beside)
    {
        FatesChart chart = Chart(course, beside);
        using Canvas canvas = chart.Draw(860, hasTitle: true);
        return new Picture(canvas.ToSvg(chart.Title).ToFile(followsDarkMode: true), canvas.ToPng());
    }

    /// <summary>Whether the runs can be drawn together: there are some, of the same tasks, and more than one task.</summary>
    internal static bool Fits(IReadOnlyList<RunResult> course, IReadOnlyList<RunResult> beside) =>
        course.Count > 0 && beside.Count > 0 && course[0].Tasks.Length > 1 && course.Concat(beside).All(run => run.Tasks.SequenceEqual(course[0].Tasks));

    internal static FatesChart Chart(IReadOnlyList<RunResult> course, IReadOnlyList<RunResult> beside) => new()
    {
        Title = $"What became of each task: {course[0].Stream}, one after another and together",
        Tasks = course[0].Tasks,
        Course = [.. course[0].Matrix.Select((_, row) => course[0].Tasks.Select((_, task) => course.Average(run => run.Matrix[row][task])).ToArray())],
        CourseName = $"one after another ({course[0].Method})",
        Beside = [.. beside[0].Tasks.Select((_, task) => beside.Average(run => run.Matrix[^1][task]))],
        BesideName = $"in the end, together ({beside[0].Method})",
    };
}
