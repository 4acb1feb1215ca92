using Engram.Durable;
using Engram.Reports;
using Engram.Reports.Learner;

namespace Engram.Server.Pages;

/// <summary>A learner on the page of all.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Number of the version that answers; 0 before there is one.</param>
/// <param name="Since">Since when it does; null before there is one.</param>
/// <param name="Accuracy">Share of all held-out samples that it answers rightly, in words; null where nothing tells.</param>
/// <param name="Lessons">Lessons that are learned or wait.</param>
/// <param name="Problem">Why it cannot answer; null where it can.</param>
internal sealed record LearnerLine(string Name, int Version, DateTimeOffset? Since, string? Accuracy, int Lessons, string? Problem)
{
    /// <summary>Those of all learners; one that cannot be read says why, and the others are shown.</summary>
    public static IReadOnlyList<LearnerLine> Of(ServedLearners learners) => [.. learners.Names.Select(name => Of(learners, name))];

    private static LearnerLine Of(ServedLearners learners, string name)
    {
        try
        {
            ServedLearner learner = learners.Find(name);
            int lessons = learner.Lessons.All.Count(job => !job.IsOver);
            if (learner.Version == 0) return new(name, 0, null, null, lessons, null);
            LearnerHistory history = learner.Learner.History();
            double? share = history.Versions.FirstOrDefault(version => version.Number == history.Current) is { } current ? LearnerWords.Overall(current) : null;
            return new(name, history.Current, LearnerWords.AnswersSince(history), share is null ? null : $"{Words.Percent(share.Value)} %", lessons, null);
        }
        catch (EngramException error)
        {
            return new(name, 0, null, null, 0, learners.Redacted(error.Message));
        }
    }
}
