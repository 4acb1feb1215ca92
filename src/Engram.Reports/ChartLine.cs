namespace Engram.Reports;

/// <summary>One line of a chart. Accuracies are fractions.</summary>
/// <param name="Label">Name at the right end.</param>
/// <param name="Points">Places along x and accuracies.</param>
/// <param name="Look">Colour, dashes and marker.</param>
internal sealed record ChartLine(string Label, (double X, double Y)[] Points, LineLook Look)
{
    /// <summary>Points before this index are drawn faintly: the task was not learned yet.</summary>
    public int FirstStrong { get; init; }

    /// <summary>Half the height of the band around the line, per point.</summary>
    public double[]? Band { get; init; }

    /// <summary>Whether each point gets a marker; otherwise only the last one does.</summary>
    public bool MarksPoints { get; init; } = true;
}
