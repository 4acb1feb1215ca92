namespace Engram.Reports;

/// <summary>Room that a label or a point takes in a picture; the top is smaller than the bottom.</summary>
internal sealed record LabelBox(double Left, double Top, double Right, double Bottom)
{
    public static LabelBox Around(double x, double y, double width, double height) => new(x - width / 2, y - height / 2, x + width / 2, y + height / 2);

    public bool Meets(LabelBox other) => Left < other.Right && other.Left < Right && Top < other.Bottom && other.Top < Bottom;
}
