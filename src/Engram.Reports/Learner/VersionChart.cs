using ScottPlot;

namespace Engram.Reports.Learner;

/// <summary>A line through time of the accuracy of the version that answered; versions that were refused stand beside it.</summary>
internal sealed record VersionChart : IChart
{
    private const double Top = 44, Bottom = 62, Left = 44, Right = 26, Label = 12;

    /// <inheritdoc/>
    public required string Title { get; init; }

    /// <summary>Moments with an accuracy, in their order; one at least.</summary>
    public required IReadOnlyList<VersionMoment> Moments { get; init; }

    /// <summary>The moment since which the current version answers; null where it has no accuracy.</summary>
    public VersionMoment? Current { get; init; }

    /// <inheritdoc/>
    public Canvas Draw(double width, bool hasTitle)
    {
        double top = Top + (hasTitle ? 32 : 0), height = (width < 500 ? 300 : 340) + top - Top;
        double lowest = Math.Max(0, (Math.Floor((Moments.Min(Accuracy) * 10) - .2) / 10) - .001);
        PlotFrame frame = new(Left, top, width - Right, height - Bottom, 0, 1, lowest < .002 ? 0 : Math.Round(lowest, 1));
        double[] places = Places(frame.Right - frame.Left - 36);
        (double X, double Y)[] points = [.. Moments.Select((moment, i) => (frame.Left + 18 + places[i], frame.Y(Accuracy(moment))))];
        Canvas canvas = new(width, height);
        if (hasTitle) canvas.Text(Canvas.Fit(Title, 16, width - 12), 6, 8, Alignment.UpperLeft, 16);
        DrawAxis(canvas, frame);
        DrawLine(canvas, points);
        DrawMarks(canvas, points);
        DrawNames(canvas, frame, points);
        DrawLessons(canvas, frame, points);
        return canvas;
    }

    private static double Accuracy(VersionMoment moment) => moment.Accuracy ?? 0;

    // In proportion to time, but never closer than an equal share of half the room.
    private double[] Places(double room)
    {
        double[] places = new double[Moments.Count];
        if (places.Length == 1) return [room / 2];
        double apart = Math.Min(40, .5 * room / (places.Length - 1)), rest = room - apart * (places.Length - 1);
        double all = (Moments[^1].When - Moments[0].When).TotalSeconds;
        for (int i = 1; i < places.Length; i++)
            places[i] = places[i - 1] + apart + (all > 0 ? rest * (Moments[i].When - Moments[i - 1].When).TotalSeconds / all : rest / (places.Length - 1));
        return places;
    }

    private static void DrawAxis(Canvas canvas, PlotFrame frame)
    {
        double step = frame.Lowest switch { > .75 => .05, > .3 => .1, _ => .2 };
        for (int i = 0; i <= (int)Math.Round((1 - frame.Lowest) / step, MidpointRounding.ToZero); i++)
        {
            double accuracy = 1 - i * step;
            canvas.Line([(frame.Left, frame.Y(accuracy)), (frame.Right + 8, frame.Y(accuracy))], Palette.Rule, 1);
            canvas.Text($"{100 * accuracy:0}", frame.Left - 6, frame.Y(accuracy), Alignment.MiddleRight, Label, Palette.Muted);
        }
        canvas.Text("right on all held out, %", 6, frame.Top - 26, Alignment.LowerLeft, Label, Palette.Muted);
    }

    private void DrawLine(Canvas canvas, (double X, double Y)[] points)
    {
        for (int i = 0; i < points.Length; i++)
            if (!Moments[i].Answers && LastAnswering(i) is { } before) canvas.Line([points[before], points[i]], Palette.Muted, 1.2, (3, 3));
        canvas.Line([.. points.Where((_, i) => Moments[i].Answers)], Palette.Lines[0], 2.2);
    }

    private int? LastAnswering(int place) => Enumerable.Range(0, place).Reverse().Where(i => Moments[i].Answers).Select(i => (int?)i).FirstOrDefault();

    private void DrawMarks(Canvas canvas, (double X, double Y)[] points)
    {
        double size = points.Length > 60 ? 6 : 10;
        for (int i = 0; i < points.Length; i++)
        {
            if (ReferenceEquals(Moments[i], Current)) canvas.Marker(points[i].X, points[i].Y, MarkerShape.FilledCircle, size + 12, Palette.Lines[1]);
            if (ReferenceEquals(Moments[i], Current)) canvas.Marker(points[i].X, points[i].Y, MarkerShape.FilledCircle, size + 7, Palette.Paper);
            canvas.Marker(points[i].X, points[i].Y, MarkOf(Moments[i].Kind), size, Moments[i].Answers ? Palette.Lines[0] : Palette.Muted);
        }
    }

    private static MarkerShape MarkOf(MomentKind kind) => kind switch
    {
        MomentKind.Learned => MarkerShape.FilledCircle,
        MomentKind.Returned => MarkerShape.FilledDiamond,
        MomentKind.ByHand => MarkerShape.FilledTriangleUp,
        MomentKind.Forgot => MarkerShape.FilledSquare,
        _ => MarkerShape.OpenCircle,
    };

    // The current version first, then what is not a plain lesson, then the newest lessons; a name that would meet another is left out.
    private void DrawNames(Canvas canvas, PlotFrame frame, (double X, double Y)[] points)
    {
        List<LabelBox> taken = [.. points.Select(point => LabelBox.Around(point.X, point.Y, 10, 10))];
        foreach (int i in Enumerable.Range(0, points.Length).OrderBy(i => ReferenceEquals(Moments[i], Current) ? 0 : Moments[i].Kind != MomentKind.Learned ? 1 : 2).ThenByDescending(i => i))
        {
            bool isCurrent = ReferenceEquals(Moments[i], Current);
            string name = NameOf(Moments[i], isCurrent);
            double width = Canvas.Measure(name, Label), x = Math.Clamp(points[i].X, frame.Left + width / 2, frame.Right + Right - 4 - width / 2);
            LabelBox? box = new[] { -18, 18, -32, 32 }.Select(away => LabelBox.Around(x, points[i].Y + away * (isCurrent && Math.Abs(away) == 18 ? 1.2 : 1), width + 4, Label + 2))
                .FirstOrDefault(box => box.Bottom < frame.Bottom + 4 && box.Top > frame.Top - 24 && !taken.Any(box.Meets));
            if (box is null) continue;
            taken.Add(box);
            canvas.Text(name, (box.Left + box.Right) / 2, (box.Top + box.Bottom) / 2, Alignment.MiddleCenter, Label, isCurrent ? Palette.Lines[1] : Moments[i].Answers ? Palette.Lines[0] : Palette.Muted);
        }
    }

    private static string NameOf(VersionMoment moment, bool isCurrent) => moment.Kind switch
    {
        MomentKind.Returned => $"back to {moment.Version.Number}",
        MomentKind.Refused => $"{moment.Version.Number} refused",
        MomentKind.ByHand => $"{moment.Version.Number} by hand",
        MomentKind.Forgot => $"{moment.Version.Number} forgot",
        _ => $"{moment.Version.Number}",
    } + (isCurrent ? ", now" : "");

    private void DrawLessons(Canvas canvas, PlotFrame frame, (double X, double Y)[] points)
    {
        double nameFree = double.NegativeInfinity, dayFree = double.NegativeInfinity;
        string last = "";
        for (int i = 0; i < points.Length; i++)
        {
            bool isLesson = Moments[i].Kind is MomentKind.Learned or MomentKind.Refused;
            if (isLesson) canvas.Line([(points[i].X, frame.Bottom + 4), (points[i].X, frame.Bottom + 10)], Palette.Muted, 1);
            string name = isLesson ? Canvas.Fit(LearnerWords.Origin(Moments[i].Version), Label, 84) : "", day = LearnerWords.Day(Moments[i].When);
            if (name.Length > 0) nameFree = Write(canvas, name, points[i].X, frame.Bottom + 14, frame, nameFree, Palette.Ink);
            if (day == last) continue;
            double free = Write(canvas, day, points[i].X, frame.Bottom + 32, frame, dayFree, Palette.Muted);
            if (free != dayFree) last = day;
            dayFree = free;
        }
    }

    // The place from which on the next text may stand; the same as before where this one had no room.
    private static double Write(Canvas canvas, string text, double x, double y, PlotFrame frame, double free, string colour)
    {
        double half = Canvas.Measure(text, Label) / 2, middle = Math.Clamp(x, half + 4, frame.Right + Right - 4 - half);
        if (middle - half < free || Math.Abs(middle - x) > half) return free;
        canvas.Text(text, middle, y, Alignment.UpperCenter, Label, colour);
        return middle + half + 10;
    }
}
