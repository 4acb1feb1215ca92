using System.Text.Json.Nodes;
using Engram.Durable;

namespace Engram.Reports.Learner;

/// <summary>Who did what, when and why, the newest first.</summary>
internal static class EventTable
{
    private const int Most = 24;

    /// <summary>The section.</summary>
    public static string Section(IReadOnlyList<PastEvent> events)
    {
        PastEvent[] newest = [.. events.Reverse()];
        return Html.Section("What was done", Table(newest.Take(Most)), newest.Length > Most ? Html.Folded($"The {newest.Length - Most} before", Table(newest.Skip(Most))) : "");
    }

    /// <summary>An event in words.</summary>
    internal static string Sentence(PastEvent one)
    {
        JsonObject detail = LearnerWords.Detail(one);
        int? version = LearnerWords.Number(detail, "version");
        return one.What switch
        {
            "learn" => $"Lesson '{Quote.Of(LearnerWords.Text(detail, "lesson") ?? "")}' was learned from {Quote.Of(LearnerWords.Text(detail, "source") ?? "")} into version {version}, which {(detail["promoted"]?.ToString() == "true" ? "answered from then on" : "the gate refused")}.",
            "rollback" => $"Version {version} was gone back to from version {LearnerWords.Number(detail, "before")}.",
            "promote" => $"Version {version} was promoted by hand, in place of version {LearnerWords.Number(detail, "before")}: {LearnerWords.Text(detail, "reason")}",
            "forget" => LearnerWords.Text(detail, "sentence") ?? $"{LearnerWords.Text(detail, "what")} was forgotten.",
            "prune" => $"The state of {((detail["removed"] as JsonArray)?.Count == 1 ? "version" : "versions")} {string.Join(", ", (detail["removed"] as JsonArray)?.Select(number => number?.ToString()) ?? [])} was removed.",
            "add-key" => $"Key '{Quote.Of(LearnerWords.Text(detail, "name") ?? "")}' was added, which may {LearnerWords.Text(detail, "role")}.",
            "revoke-key" => $"Key '{Quote.Of(LearnerWords.Text(detail, "name") ?? "")}' was revoked.",
            _ => $"{Words.Short(one.What)}: {Quote.Of(one.Detail, 200)}",
        };
    }

    private static string Table(IEnumerable<PastEvent> events) => Html.Table("What was done", ["when", "what", "who"], events.Select(one => new[]
    {
        LearnerWords.Time(one.When), Html.List(Sentence(one)), Html.List($"{Words.Short(one.Who)} on {Words.Short(one.From)}"),
    }));
}
