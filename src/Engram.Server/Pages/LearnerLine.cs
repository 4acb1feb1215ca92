using Engram.Durable;
using Engram.Durable.Access;
using Engram.Durable.Storage;
using Engram.Reports;
using Engram.Reports.Learner;
using Engram.Server.Api;
using Microsoft.AspNetCore.Http;

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
    /// <summary>Those of all learners that a visitor may ask; one that cannot be read says why, and the others are shown.</summary>
    public static async Task<IReadOnlyList<LearnerLine>> Of(ServedLearners learners, HttpContext context)
    {
        List<LearnerLine> all = [];
        foreach (string name in learners.Names)
            if (await Of(learners, name, context) is { } line) all.Add(line);
        foreach (ListedLearner one in await AccessGuard.OfFleet(context, learners))
            if (!learners.Serves(one.Name)) all.Add(new(one.Name, one.Version, null, null, 0, null)); // another server knows more
            else if (await Of(learners, one.Name, context) is { } line) all.Add(line);
        return all;
    }

    private static async Task<LearnerLine?> Of(ServedLearners learners, string name, HttpContext context)
    {
        try
        {
            ServedLearner learner = await Task.Run(() => learners.Find(name));
            if (!await AccessGuard.May(context, learner, AccessRole.Read)) return null;
            int lessons = learner.Lessons.All.Count(job => !job.IsOver);
            if (learner.Version == 0) return new(name, 0, null, null, lessons, null);
            LearnerHistory history = learner.Learner.History();
            double? share = history.Versions.FirstOrDefault(version => version.Number == history.Current) is { } current ? LearnerWords.Overall(current) : null;
            return new(name, history.Current, LearnerWords.AnswersSince(history), share is null ? null : $"{Words.Percent(share.Value)} %", lessons, null);
        }
        catch (EngramException error)
        {
            // Whether a key would do cannot be told: who is on this machine sees it all the same.
            return !AccessGuard.IsLocal(context) ? null : new(name, 0, null, null, 0, learners.Redacted(error.Message));
        }
    }
}
