using Engram.TaskOrder;
using ScottPlot;

namespace Engram.Reports;

/// <summary>The gains of every task from every other as a heat map, tasks that help alike side by side.</summary>
public static class AffinityPicture
{
    private const double Margin = 16, CellHeight = 38, LabelSize = 13, WidestLabel = 150;

    /// <summary>Draws the gains.</summary>
    public static Picture Of(AffinityStudy study)
    {
        int[] order = study.Tree.Leaves;
        string[] tasks = [.. order.Select(task => Canvas.Fit(study.Tasks[task], LabelSize, WidestLabel))];
        string title = $"Which task of {study.Stream} helps which";
        double widest = tasks.Max(task => Canvas.Measure(task, LabelSize)), cell = Math.Clamp(560.0 / tasks.Length, 44, 104);
        bool isTurned = widest > cell - 6;
        double left = Margin + Math.Max(widest, Canvas.Measure("encoder learned on", LabelSize)) + 14, top = Margin + 62 + (isTurned ? widest * .71 + 8 : LabelSize);
        double width = Math.Max(left + tasks.Length * cell + Margin + (isTurned ? widest * .71 : 0), Canvas.Measure(title, 16) + 2 * Margin);
        using Canvas canvas = new(width, top + tasks.Length * CellHeight + 50 + Margin);
        canvas.Text(title, Margin, Margin - 4, Alignment.UpperLeft, 16);
        canvas.Text("gain of, %", left + 2, Margin + 28, Alignment.UpperLeft, LabelSize - 1, Palette.Muted);
        canvas.Text("encoder learned on", left - 12, top - 8, Alignment.LowerRight, LabelSize - 1, Palette.Muted);
        for (int j = 0; j < tasks.Length; j++)
        {
            double middle = left + (j + .5) * cell;
            if (isTurned) canvas.Text(tasks[j], middle - 4, top - 8, Alignment.LowerLeft, LabelSize, rotation: -45);
            else canvas.Text(tasks[j], middle, top - 8, Alignment.LowerCenter, LabelSize);
        }
        for (int i = 0; i < tasks.Length; i++)
        {
            double y = top + i * CellHeight;
            canvas.Text(tasks[i], left - 12, y + CellHeight / 2, Alignment.MiddleRight, LabelSize);
            for (int j = 0; j < tasks.Length; j++)
            {
                double? gain = study.Gains[order[i]][order[j]];
                string colour = Palette.Heat(gain ?? 0);
                canvas.Box(left + j * cell, y, cell, CellHeight, gain is null ? Palette.Paper : colour, Palette.Paper, 1);
                canvas.Text(Words.Gain(study.TransferOf(order[j], order[i])) ?? "n/a", left + (j + .5) * cell, y + CellHeight / 2, Alignment.MiddleCenter, LabelSize, gain is null ? Palette.Muted : Palette.TextOn(colour));
            }
        }
        double below = top + tasks.Length * CellHeight + 10;
        canvas.Text($"0: read-out of {study.Samples} samples on a random encoder; 100: full training.", left + 2, below, Alignment.UpperLeft, LabelSize - 1, Palette.Muted);
        canvas.Text($"Darker helps more; neighbours help alike. {Words.Brackets}", left + 2, below + 18, Alignment.UpperLeft, LabelSize - 1, Palette.Muted);
        return new Picture(canvas.ToSvg(title).ToFile(followsDarkMode: false), canvas.ToPng());
    }
}
