using System.Globalization;

namespace Engram.Durable.Gate;

/// <summary>Says in one sentence what decided.</summary>
/// <param name="groups">All groups that were judged, or could not be.</param>
/// <param name="options">What was asked.</param>
internal sealed class GateWords(IReadOnlyList<GateGroup> groups, GateOptions options)
{
    /// <summary>The sentence.</summary>
    public string Sentence(GateOutcome outcome) => outcome switch
    {
        GateOutcome.Failed => $"Refused: {Failure(Worst(outcome))}{More(outcome)}.",
        GateOutcome.CannotTell => $"Cannot tell: {Doubt(Worst(outcome))}{More(outcome)}; {(options.Doubt == GateDoubt.Pass ? "let through because gate.doubt=pass" : "refused because gate.doubt=fail")}.",
        GateOutcome.Passed => $"Passed: {Success()}.{Unjudged()}",
        _ => "Nothing was judged: there are no held-out samples, or none that could be answered wrongly.",
    };

    private GateGroup Worst(GateOutcome verdict) => groups.Where(group => group.Verdict == verdict).OrderByDescending(Excess).First();

    // How far beyond the limit, so that the worst is named first; in doubt, how far it may be.
    private static double Excess(GateGroup group) => group switch
    {
        { Kind: GateGroupKind.NewLesson, Verdict: GateOutcome.Failed } => group.Limit - group.After.GetValueOrDefault(),
        { Kind: GateGroupKind.NewLesson } => group.Limit - group.Low.GetValueOrDefault(),
        { Verdict: GateOutcome.Failed } => group.Drop.GetValueOrDefault() - group.Limit,
        _ => group.High.GetValueOrDefault() - group.Limit,
    };

    private string More(GateOutcome verdict)
    {
        int others = groups.Count(group => group.Verdict == verdict) - 1;
        return others == 0 ? "" : $" (and {others} more)";
    }

    private string Failure(GateGroup group) => group.Kind == GateGroupKind.NewLesson
        ? $"the new lesson {Name(group)} is known to {Percent(group.After)} on {Count(group.Samples)}, and {Percent(group.Limit)} {(group.After < group.Limit ? "was asked for" : "is what one reaches who has learned nothing")}"
        : $"{Fall(group)} (drop {Figure(group.Drop)} points, {Interval(group)}), more than {Allowed(group)}";

    private string Doubt(GateGroup group) => group switch
    {
        { Kind: GateGroupKind.NewLesson } => $"the new lesson {Name(group)} is known to {Percent(group.After)} on {Count(group.Samples)} (at least {Percent(group.Low)}), which does not show more than {Percent(group.Limit)}",
        { Drop: > 0 } => $"{Fall(group)} on {Count(group.Samples)} (drop {Figure(group.Drop)} points, {Interval(group)}), which may or may not be more than {Allowed(group)}",
        _ => $"with {Count(group.Samples)} a drop of {Points(group.Limit)} points in {Name(group)}{Since(group)} cannot be seen",
    };

    private string Success()
    {
        GateGroup[] drops = [.. groups.Where(group => group is { Kind: GateGroupKind.Lesson or GateGroupKind.Class, Verdict: GateOutcome.Passed })];
        string fresh = groups.FirstOrDefault(group => group is { Kind: GateGroupKind.NewLesson, Verdict: GateOutcome.Passed }) is { } lesson
            ? $"the new lesson {Name(lesson)} is known to {Percent(lesson.After)} on {Count(lesson.Samples)}" : "";
        string kept = drops.Length > 0 ? $"no lesson and no class fell by more than {Points(options.MaxDrop)} points" : "";
        return string.Join(", and ", new[] { kept, fresh }.Where(part => part.Length > 0));
    }

    private string Unjudged()
    {
        int lessons = groups.Count(group => group is { Kind: GateGroupKind.Lesson, Verdict: GateOutcome.NotJudged });
        return lessons == 0 ? "" : $" {lessons} earlier {(lessons == 1 ? "lesson has" : "lessons have")} no held-out samples and could not be judged.";
    }

    private static string Fall(GateGroup group) => $"{Name(group)} fell from {Percent(group.Before)}{Since(group)} to {Percent(group.After)}";

    private static string Since(GateGroup group) => group.Kind == GateGroupKind.SinceLearned ? " right after it was learned" : "";

    private static string Name(GateGroup group) => $"{(group.Kind switch { GateGroupKind.Class => "class ", GateGroupKind.NewLesson => "", _ => "lesson " })}'{Quote.Of(group.Name)}'";

    private static string Allowed(GateGroup group) => $"{Points(group.Limit)} points allowed{(group.Kind == GateGroupKind.SinceLearned ? " since it was learned" : "")}";

    private string Interval(GateGroup group) => $"{Number(options.Confidence * 100, "0.###")} % interval {Figure(group.Low)} to {Figure(group.High)}";

    private static string Count(int samples) => $"{samples.ToString("#,0", CultureInfo.InvariantCulture)} held-out {(samples == 1 ? "sample" : "samples")}";

    private static string Percent(double? share) => $"{Number(share.GetValueOrDefault() * 100, "0.0")} %";

    private static string Figure(double? drop) => Number(drop.GetValueOrDefault() * 100, "0.0");

    private static string Points(double limit) => Number(limit * 100, "0.##");

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
