using ScottPlot;

namespace Engram.Reports.Learner;

/// <summary>A line through time of the accuracy of the version that answered; versions that were refused stand beside it.</summary>
internal sealed record VersionChart : IChart
{
    private const int MostNumbers = 20, MostLargeMarks = 60;
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
        List<Step> steps = Steps(frame, points);
        DrawLines(canvas, steps);
        DrawMarks(canvas, points);
        DrawNames(canvas, frame, points, steps);
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

    // A version answers until another does, so the line goes in steps; to a version that was refused a dashed line leads from where the learner stood.
    private static void DrawLines(Canvas canvas, IEnumerable<Step> steps)
    {
        foreach (Step step in steps) canvas.Line([step.From, step.To], step.Answers ? Palette.Lines[0] : Palette.Muted, step.Answers ? 2.2 : 1.2, step.Answers ? null : (3, 3));
    }

    private List<Step> Steps(PlotFrame frame, (double X, double Y)[] points)
    {
        List<Step> steps = [];
        (double X, double Y)? last = null;
        for (int i = 0; i < points.Length; i++)
        {
            if (last is { } before)
            {
                if (Moments[i].Answers) steps.Add(new(before, (points[i].X, before.Y), true));
                steps.Add(new((points[i].X, before.Y), points[i], Moments[i].Answers));
            }
            if (Moments[i].Answers) last = points[i];
        }
        if (last is { } end) steps.Add(new(end, (frame.Right + 8, end.Y), true));
        return steps;
    }

    private void DrawMarks(Canvas canvas, (double X, double Y)[] points)
    {
        double size = points.Length > MostLargeMarks ? 5 : 10;
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
    private void DrawNames(Canvas canvas, PlotFrame frame, (double X, double Y)[] points, IEnumerable<Step> steps)
    {
        List<LabelBox> taken = [.. points.Select(point => LabelBox.Around(point.X, point.Y, 10, 10)), .. steps.Select(step => step.Box)];
        int every = new[] { 1, 2, 5, 10, 20, 50, 100, 200, 500 }.FirstOrDefault(step => points.Length / step <= MostNumbers, 1000);
        bool IsNamed(int i) => ReferenceEquals(Moments[i], Current) || Moments[i].Kind != MomentKind.Learned || Moments[i].Version.Number % every == 0;
        foreach (int i in Enumerable.Range(0, points.Length).Where(IsNamed).OrderBy(i => ReferenceEquals(Moments[i], Current) ? 0 : Moments[i].Kind != MomentKind.Learned ? 1 : 2).ThenByDescending(i => i))
        {
            bool isCurrent = ReferenceEquals(Moments[i], Current);
            string name = NameOf(Moments[i], isCurrent);
            double width = Canvas.Measure(name, Label), away = isCurrent ? 22 : 17, beside = width / 2 + away - 5;
            LabelBox? box = (((double X, double Y)[])[(0, -away), (0, away), (beside, 0), (-beside, 0), (beside, -away), (-beside, -away), (beside, away), (-beside, away)])
                .Select(to => LabelBox.Around(points[i].X + to.X, points[i].Y + to.Y, width + 4, Label + 2))
                .FirstOrDefault(box => box.Left > frame.Left && box.Right < frame.Right + Right && box.Bottom < frame.Bottom + 4 && box.Top > frame.Top - 24 && !taken.Any(box.Meets));
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
        MomentKind.Forgot => Canvas.Fit($"forgot {moment.Forgotten}", Label, 150),
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

    private sealed record Step((double X, double Y) From, (double X, double Y) To, bool Answers)
    {
        public LabelBox Box => new(Math.Min(From.X, To.X) - 2, Math.Min(From.Y, To.Y) - 2, Math.Max(From.X, To.X) + 2, Math.Max(From.Y, To.Y) + 2);
    }
}
