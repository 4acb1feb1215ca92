using System.Collections.Concurrent;
using Engram.Durable;
using Engram.Reports.Learner;

namespace Engram.Server.Pages;

/// <summary>How the version that answers now answers what is held out, read once for each change of a learner and not with each visit.</summary>
internal sealed class RememberedReports
{
    private readonly ConcurrentDictionary<string, (int Current, int Events, LearnerAnswers Answers)> known = new(StringComparer.Ordinal);

    /// <summary>Those of a learner at a moment of its history.</summary>
    public LearnerAnswers Of(ServedLearner learner, LearnerHistory history)
    {
        if (known.TryGetValue(learner.Name, out var last) && last.Current == history.Current && last.Events == history.Events.Count) return last.Answers;
        LearnerAnswers answers = LearnerAnswers.Of(learner.Learner, history);
        known[learner.Name] = (history.Current, history.Events.Count, answers);
        return answers;
    }
}
