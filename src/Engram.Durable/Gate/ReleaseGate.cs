using Engram.Durable.Statistics;
using Engram.Evaluation;

namespace Engram.Durable.Gate;

/// <summary>
/// Whether a candidate may become current: no lesson's and no class's accuracy is shown to have fallen by more than is allowed, with this lesson or
/// since it was learned, and the new lesson is known better than by somebody who has learned nothing.
/// </summary>
public static class ReleaseGate
{
    /// <summary>Judges a candidate.</summary>
    /// <param name="evidence">How held-out samples were answered.</param>
    /// <param name="options">What is asked.</param>
    public static GateVerdict Judge(GateEvidence evidence, GateOptions options)
    {
        SettingsShape.RequireInRange(options);
        GateGroup[] groups =
        [
            .. Drops(GateGroupKind.Lesson, evidence.Lessons, options.MaxDrop, options),
            .. Drops(GateGroupKind.Class, evidence.Classes, options.MaxDrop, options),
            .. Drops(GateGroupKind.SinceLearned, evidence.SinceLearned, options.MaxDropSinceLearned, options),
            .. evidence.NewLesson is { } lesson ? [New(lesson, options)] : Array.Empty<GateGroup>(),
        ];
        GateOutcome outcome = Overall(groups);
        bool isPromoted = outcome != GateOutcome.Failed && (outcome != GateOutcome.CannotTell || options.Doubt == GateDoubt.Pass);
        return new(outcome, isPromoted, new GateWords(groups, options).Sentence(outcome), options, groups);
    }

    private static GateOutcome Overall(GateGroup[] groups)
    {
        foreach (GateOutcome first in (GateOutcome[])[GateOutcome.Failed, GateOutcome.CannotTell, GateOutcome.Passed])
            if (groups.Any(group => group.Verdict == first)) return first;
        return GateOutcome.NotJudged;
    }

    private static GateGroup[] Drops(GateGroupKind kind, IReadOnlyList<PairedGroup> groups, double limit, GateOptions options)
    {
        PairedOutcome[] judged = [.. groups.Select(group => group.Outcome).Where(outcome => outcome.Samples > 0)];
        double[] beyond = Holm.Correct([.. judged.Select(outcome => DropInterval.Probability(outcome, limit))]);
        double[] differs = Holm.Correct([.. judged.Select(outcome => McNemar.Probability(outcome.Lost, outcome.Gained))]);
        int next = 0;
        return [.. groups.Select(group => group.Outcome.Samples == 0
            ? new GateGroup(kind, group.Name, 0, null, null, null, null, null, limit, null, null, GateOutcome.NotJudged)
            : Drop(kind, group, limit, beyond[next], differs[next++], options.Confidence))];
    }

    private static GateGroup Drop(GateGroupKind kind, PairedGroup group, double limit, double beyond, double differs, double confidence)
    {
        PairedOutcome outcome = group.Outcome;
        DropInterval interval = DropInterval.Of(outcome, confidence);
        bool isBeyond = beyond < (1 - confidence) / 2 && differs < 1 - confidence;
        GateOutcome verdict = isBeyond ? GateOutcome.Failed : interval.High <= limit ? GateOutcome.Passed : GateOutcome.CannotTell;
        return new(kind, group.Name, outcome.Samples, Share(outcome.RightBefore, outcome.Samples), Share(outcome.RightAfter, outcome.Samples), outcome.Drop, interval.Low, interval.High, limit, beyond, differs, verdict);
    }

    // Against somebody who has learned nothing, equal is not enough; a bar that the user has set is reached by an accuracy that equals it.
    private static GateGroup New(NewLessonOutcome lesson, GateOptions options)
    {
        if (lesson.Samples == 0 || (options.MinNew is null && lesson.Unlearned >= 1))
            return new(GateGroupKind.NewLesson, lesson.Name, lesson.Samples, null, lesson.Samples == 0 ? null : Share(lesson.Right, lesson.Samples), null, null, null, options.MinNew ?? 1, null, null, GateOutcome.NotJudged);
        double bar = options.MinNew ?? lesson.Unlearned, accuracy = Share(lesson.Right, lesson.Samples);
        var (low, high) = Binomial.Interval(lesson.Right, lesson.Samples, (1 - options.Confidence) / 2);
        bool isBelow = accuracy < bar || (accuracy == bar && options.MinNew is null);
        GateOutcome verdict = bar == 0 ? GateOutcome.Passed : isBelow ? GateOutcome.Failed : low > bar ? GateOutcome.Passed : GateOutcome.CannotTell;
        return new(GateGroupKind.NewLesson, lesson.Name, lesson.Samples, null, accuracy, null, low, high, bar, Binomial.AtLeast(lesson.Right, lesson.Samples, bar), null, verdict);
    }

    private static double Share(int part, int whole) => (double)part / whole;
}
