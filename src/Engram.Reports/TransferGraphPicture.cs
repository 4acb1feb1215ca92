using Engram.TaskOrder;

namespace Engram.Reports;

/// <summary>Which tasks to supervise, and from which of them the others are read out.</summary>
public static class TransferGraphPicture
{
    /// <summary>Draws the chosen transfers; null where there are too many tasks to choose among.</summary>
    public static Picture? Of(AffinityStudy study)
    {
        if (Chart(study) is not { } chart) return null;
        using Canvas canvas = chart.Draw(860, hasTitle: true);
        return new Picture(canvas.ToSvg(chart.Title).ToFile(followsDarkMode: true), canvas.ToPng());
    }

    internal static TransferGraphChart? Chart(AffinityStudy study) => study.Chosen() is not { } chosen ? null : new()
    {
        Title = $"The {chosen.Tasks.Length} tasks of {study.Stream} to supervise",
        Tasks = study.Tasks,
        Chosen = chosen,
        LabelOf = edge => Words.Gain(study.TransferOf(edge.Target, edge.Sources)) is { } gain ? $"gain {gain} %" : "",
    };
}
