using System.Text.Json;
using System.Text.Json.Nodes;
using Engram.Durable;
using Engram.Durable.Gate;
using Engram.Durable.Storage;

namespace Engram.Reports.Learner;

/// <summary>Facts of a learner in words, the same all over its page.</summary>
internal static class LearnerWords
{
    /// <summary>Name of a learner without its folder or database.</summary>
    public static string NameOf(string address) => PostgresAddress.Is(address) ? PostgresAddress.Parse(address).Name : Path.GetFileNameWithoutExtension(address);

    /// <summary>A moment to the minute.</summary>
    public static string Time(DateTimeOffset when) => $"{when.UtcDateTime:yyyy-MM-dd HH:mm} UTC";

    /// <summary>A day.</summary>
    public static string Day(DateTimeOffset when) => $"{when.UtcDateTime:yyyy-MM-dd}";

    /// <summary>A count with its noun, thousands apart.</summary>
    public static string Count(int count, string noun) => $"{count:#,0} {noun}{(count == 1 ? "" : noun.EndsWith('s') ? "es" : "s")}";

    /// <summary>Share of all held-out samples that a version answered rightly; null without any.</summary>
    public static double? Overall(PastVersion version) => version.Row.Values.Sum(one => one.Samples) is > 0 and int samples ? version.Row.Values.Sum(one => one.Right) / (double)samples : null;

    /// <summary>The version that a lesson made; null where there is none.</summary>
    public static PastVersion? MakerOf(LearnerHistory history, int lesson) =>
        history.Lessons.FirstOrDefault(one => one.Number == lesson) is { } own ? history.Versions.FirstOrDefault(version => version.Lesson == own.Name) : null;

    /// <summary>Since when the current version answers without a break.</summary>
    public static DateTimeOffset AnswersSince(LearnerHistory history)
    {
        PastVersion current = history.Versions.First(version => version.Number == history.Current);
        return history.Events.LastOrDefault(one => one.What is "rollback" or "promote" && Number(Detail(one), "version") == current.Number)?.When ?? current.Promoted ?? current.Created;
    }

    /// <summary>What the gate said of a version and what became of it.</summary>
    public static string Fate(PastVersion version) => (version.Verdict.Outcome, version.Promoted) switch
    {
        _ when version.Lesson is null => "",
        (GateOutcome.Failed, null) => "refused",
        (GateOutcome.Failed, _) => "refused, promoted by hand",
        (GateOutcome.CannotTell, null) => "refused in doubt",
        (GateOutcome.CannotTell, _) => "let through in doubt",
        (GateOutcome.Passed, _) => "passed",
        _ => "not judged",
    };

    /// <summary>The lesson that made a version, or how else it came to be.</summary>
    public static string Origin(PastVersion version) => version.Lesson ?? version.Made ?? "";

    /// <summary>What an event says besides its kind; empty where that cannot be read.</summary>
    public static JsonObject Detail(PastEvent one)
    {
        try
        {
            return JsonNode.Parse(one.Detail) as JsonObject ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <summary>A whole number of an event; null where it has none.</summary>
    public static int? Number(JsonObject detail, string name) => detail[name] is JsonValue value && value.TryGetValue(out int number) ? number : null;

    /// <summary>A text of an event; null where it has none.</summary>
    public static string? Text(JsonObject detail, string name) => detail[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
