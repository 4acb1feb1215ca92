using Engram.Evaluation;
using ScottPlot;

namespace Engram.Reports;

/// <summary>The accuracy matrix as a heat map: a row per stage of learning, a column per task, numbers in per cent in the cells.</summary>
public static class MatrixPicture
{
    private const double Margin = 16, CellHeight = 34, LabelSize = 13, WidestLabel = 150, UntrainedGap = 6;

    /// <summary>Draws the matrix.</summary>
    /// <param name="matrix">Rows may be missing at the end.</param>
    /// <param name="title">A line above the picture.</param>
    public static Picture Of(AccuracyMatrix matrix, string title)
    {
        string[] tasks = [.. matrix.Tasks.Select(task => Canvas.Fit(task, LabelSize, WidestLabel))];
        double widest = tasks.Max(task => Canvas.Measure(task, LabelSize));
        double cell = Math.Clamp(520.0 / tasks.Length, 42, 104);
        bool isTurned = widest > cell - 6;
        double left = Margin + Math.Max(widest, Canvas.Measure("after learning", LabelSize)) + 14;
        double top = Margin + 62 + (isTurned ? widest * .71 + 8 : LabelSize);
        double width = Math.Max(left + tasks.Length * cell + Margin + (isTurned ? widest * .71 : 0), Canvas.Measure(title, 16) + 2 * Margin);
        double height = top + matrix.RowCount * CellHeight + UntrainedGap + 30 + Margin;
        using Canvas canvas = new(width, height);

        canvas.Text(title, Margin, Margin - 4, Alignment.UpperLeft, 16);
        canvas.Text("accuracy on, %", left + 2, Margin + 28, Alignment.UpperLeft, LabelSize - 1, Palette.Muted);
        canvas.Text("after learning", left - 12, top - 8, Alignment.LowerRight, LabelSize - 1, Palette.Muted);
        for (int j = 1; j <= tasks.Length; j++)
        {
            double middle = left + (j - .5) * cell;
            if (isTurned) canvas.Text(tasks[j - 1], middle - 4, top - 8, Alignment.LowerLeft, LabelSize, rotation: -45);
            else canvas.Text(tasks[j - 1], middle, top - 8, Alignment.LowerCenter, LabelSize);
        }
        for (int i = 0; i < matrix.RowCount; i++) DrawRow(canvas, matrix, tasks, i, left, top + i * CellHeight + (i > 0 ? UntrainedGap : 0), cell);
        for (int j = 1; j < matrix.RowCount; j++)
            canvas.Box(left + (j - 1) * cell + 1, top + j * CellHeight + UntrainedGap + 1, cell - 2, CellHeight - 2, null, Palette.Lines[1], 2.5);
        canvas.Text("Outlined: the task just learned. Darker is better.", left + 2, height - Margin, Alignment.LowerLeft, LabelSize - 1, Palette.Muted);
        return new Picture(canvas.ToSvg(title).ToFile(followsDarkMode: false), canvas.ToPng());
    }

    private static void DrawRow(Canvas canvas, AccuracyMatrix matrix, string[] tasks, int row, double left, double y, double cell)
    {
        canvas.Text(row == 0 ? "untrained" : tasks[row - 1], left - 12, y + CellHeight / 2, Alignment.MiddleRight, LabelSize, row == 0 ? Palette.Muted : Palette.Ink);
        for (int j = 1; j <= tasks.Length; j++)
        {
            string colour = Palette.Heat(matrix[row, j]);
            canvas.Box(left + (j - 1) * cell, y, cell, CellHeight, colour, Palette.Paper, 1);
            canvas.Text(Words.Percent(matrix[row, j]), left + (j - .5) * cell, y + CellHeight / 2, Alignment.MiddleCenter, LabelSize, Palette.TextOn(colour));
        }
    }
}
