using Engram.TaskOrder;
using ScottPlot;

namespace Engram.Reports;

/// <summary>The order landscape: every order that was tried as a point, forgetting against accuracy at the end.</summary>
public static class LandscapePicture
{
    /// <summary>Draws the orders of a study.</summary>
    public static Picture Of(OrderStudy study)
    {
        LandscapeChart chart = Chart(study);
        using Canvas canvas = chart.Draw(860, hasTitle: true);
        return new Picture(canvas.ToSvg(chart.Title).ToFile(followsDarkMode: true), canvas.ToPng());
    }

    internal static LandscapeChart Chart(OrderStudy study)
    {
        OrderOutcome best = study.Orders.First(outcome => outcome.Order.SequenceEqual(study.Recommended)), worst = study.Orders[^1];
        return new()
        {
            Title = $"Orders of {study.Stream}, learned by {study.Method}",
            Points = [.. study.Orders.Select(outcome => new LandscapePoint(outcome.Forgetting.Mean, outcome.Accuracy.Mean, NameOf(outcome), LookOf(outcome)))],
        };

        string NameOf(OrderOutcome outcome)
        {
            string[] roles = [.. new[] { (outcome == best, "best"), (IsNatural(outcome), "natural"), (outcome == worst, "worst") }.Where(role => role.Item1).Select(role => role.Item2)];
            return roles.Length == 0 ? "" : $"{string.Join(", ", roles)}: {string.Join(" ", outcome.Order)}";
        }

        LineLook LookOf(OrderOutcome outcome) => outcome == best ? new(Palette.Lines[1], null, MarkerShape.FilledSquare)
            : IsNatural(outcome) ? new(Palette.Lines[2], null, MarkerShape.FilledDiamond)
            : outcome == worst ? new(Palette.Muted, null, MarkerShape.FilledTriangleDown)
            : new(Palette.Lines[0], null, MarkerShape.FilledCircle);

        bool IsNatural(OrderOutcome outcome) => outcome.Order.SequenceEqual(study.Numbers);
    }
}
