namespace Engram.Reports;

/// <summary>A chart that can be drawn in any width.</summary>
internal interface IChart
{
    /// <summary>What it shows.</summary>
    string Title { get; }

    /// <summary>Draws the chart.</summary>
    /// <param name="width">Width in SVG units; below 500 everything is drawn for a phone.</param>
    /// <param name="hasTitle">Whether the title is written above; on a page the heading says it.</param>
    Canvas Draw(double width, bool hasTitle);
}
