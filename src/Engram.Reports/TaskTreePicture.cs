using Engram.TaskOrder;

namespace Engram.Reports;

/// <summary>The similarity tree of the tasks (after Zamir et al. 2018, arXiv 1804.08328, figure 13).</summary>
public static class TaskTreePicture
{
    /// <summary>Draws the tree.</summary>
    public static Picture Of(AffinityStudy study)
    {
        TaskTreeChart chart = Chart(study);
        using Canvas canvas = chart.Draw(860, hasTitle: true);
        return new Picture(canvas.ToSvg(chart.Title).ToFile(followsDarkMode: true), canvas.ToPng());
    }

    internal static TaskTreeChart Chart(AffinityStudy study) => new() { Title = $"Tasks of {study.Stream} that help other tasks alike", Tasks = study.Tasks, Tree = study.Tree };
}
