using Engram.Durable;
using Engram.Durable.Gate;

namespace Engram.Reports.Learner;

/// <summary>What the gate said last, in plain words.</summary>
internal static class VerdictTable
{
    private const int Width = 150, Middle = 75, Reach = 69, Most = 24;

    /// <summary>The section.</summary>
    /// <param name="version">The version that was judged last.</param>
    public static string Section(PastVersion version)
    {
        GateVerdict verdict = version.Verdict;
        GateGroup[] shown = [.. verdict.Groups.Where(IsShown).OrderBy(group => Urgency(group.Verdict)).ThenBy(group => group.Kind)];
        int well = verdict.Groups.Count(group => group.Kind == GateGroupKind.Class && group.Verdict == GateOutcome.Passed);
        double extent = shown.Where(group => group.Kind != GateGroupKind.NewLesson).SelectMany(group => new[] { Math.Abs(group.Low ?? 0), Math.Abs(group.High ?? 0), group.Limit }).DefaultIfEmpty(.02).Max();
        return Html.Section($"What the gate said last: version {version.Number}",
            $"<p class=\"verdict\">{Html.Sentence(verdict.Sentence)}</p>\n",
            shown.Length == 0 ? "" : Table(verdict, shown.Take(Most), extent),
            shown.Length > Most ? Html.Folded($"The other {shown.Length - Most}", Table(verdict, shown.Skip(Most), extent)) : "",
            shown.Length == 0 ? "" : Html.Note(HowToRead(verdict) + (well == 0 ? "" : $" Classes shown to be within the limit are left out: {well}.")));
    }

    private static string HowToRead(GateVerdict verdict) =>
        $"Accuracy in per cent, change in points with its {100 * verdict.Options.Confidence:0.###} % interval. The bar is the interval, the dot what was measured, the thin line no change, the dashed line the limit: a bar wholly to its right is within the limit, one wholly to its left has fallen too far. "
        + "For a new lesson the bar is its accuracy from 0 to 100 %, and the dashed line what it must exceed.";

    private static bool IsShown(GateGroup group) => group.Kind is GateGroupKind.Lesson or GateGroupKind.NewLesson || group.Verdict is GateOutcome.Failed or GateOutcome.CannotTell;

    private static int Urgency(GateOutcome outcome) => outcome switch { GateOutcome.Failed => 0, GateOutcome.CannotTell => 1, _ => 2 };

    private static string Table(GateVerdict verdict, IEnumerable<GateGroup> groups, double extent) => Html.Table("What the gate judged", ["what", "verdict", "held out", "before", "after", "change", "interval"], groups.Select(group => new[]
    {
        $"<span class=\"label\">{Html.Text(Words.Short(group.Name))} <small>{KindOf(group.Kind)}</small></span>", Outcome(group), $"{group.Samples:#,0}",
        group.Before is { } before ? Words.Percent(before) : "", group.After is { } after ? Words.Percent(after) : "", group.Drop is { } drop ? Words.Points(-drop) : "",
        group is { Low: { } low, High: { } high } ? Bar(verdict, group, low, high, extent) : "",
    }));

    private static string KindOf(GateGroupKind kind) => kind switch
    {
        GateGroupKind.Lesson => "lesson",
        GateGroupKind.Class => "class",
        GateGroupKind.SinceLearned => "lesson, since it was learned",
        _ => "new lesson",
    };

    private static string Outcome(GateGroup group) => (group.Verdict, group.Kind) switch
    {
        (GateOutcome.Failed, GateGroupKind.NewLesson) => "<span class=\"bad\">not learned</span>",
        (GateOutcome.Failed, _) => "<span class=\"bad\">fell too far</span>",
        (GateOutcome.Passed, GateGroupKind.NewLesson) => "<span class=\"good\">learned</span>",
        (GateOutcome.Passed, _) => "<span class=\"good\">within the limit</span>",
        (GateOutcome.CannotTell, _) => "<span>too few to tell</span>",
        _ => "<span>not judged</span>",
    };

    private static string Bar(GateVerdict verdict, GateGroup group, double low, double high, double extent)
    {
        bool isNew = group.Kind == GateGroupKind.NewLesson;
        double At(double value) => isNew ? Middle - Reach + 2 * Reach * value : Middle + Reach * value / extent;
        (double from, double to, double at, double limit) = isNew ? (low, high, group.After ?? low, group.Limit) : (-high, -low, -(group.Drop ?? 0), -group.Limit);
        string words = isNew ? $"{Words.Percent(from)} to {Words.Percent(to)} %" : $"{Words.Points(from)} to {Words.Points(to)}";
        string label = $"{100 * verdict.Options.Confidence:0.###} % interval {words}; {(isNew ? $"must exceed {Words.Percent(limit)} %" : $"limit {Words.Points(limit)} points")}";
        return $"<span class=\"interval\"><svg class=\"bar{(group.Verdict == GateOutcome.Failed ? " beyond" : "")}\" viewBox=\"0 0 {Width} 20\" role=\"img\" aria-label=\"{Html.Text(label)}\">{(isNew ? "" : Line("zero", Middle, 2, Middle, 18))}"
            + $"{Line("span", At(from), 10, At(to), 10)}{Line("limit", At(limit), 1, At(limit), 19)}<circle class=\"at\" cx=\"{At(at):0.0}\" cy=\"10\" r=\"3.6\"/></svg><small>{Html.Sentence(words)}</small></span>";
    }

    private static string Line(string cssClass, double x1, double y1, double x2, double y2) => $"<line class=\"{cssClass}\" x1=\"{x1:0.0}\" y1=\"{y1:0.0}\" x2=\"{x2:0.0}\" y2=\"{y2:0.0}\"/>";
}
