using Engram.Server.Lessons;

namespace Engram.Server.Pages;

/// <summary>Facts of the page in words.</summary>
internal static class PageWords
{
    /// <summary>A moment as people say it, such as <c>5 minutes ago</c>.</summary>
    public static string Ago(DateTimeOffset when, DateTimeOffset now) => (now - when).TotalSeconds switch
    {
        < 45 => "a moment ago",
        < 90 => "a minute ago",
        < 45 * 60 and var seconds => $"{Math.Round(seconds / 60)} minutes ago",
        < 90 * 60 => "an hour ago",
        < 36 * 3600 and var seconds => $"{Math.Round(seconds / 3600)} hours ago",
        var seconds => $"{Math.Max(2, Math.Round(seconds / 86400))} days ago",
    };

    /// <summary>Where a lesson stands, in one or two words.</summary>
    public static string State(LessonJob job) => job switch
    {
        { State: LessonState.Learning, Stage: { } stage } => stage,
        { State: LessonState.Promoted, WasLearned: true } => "was known",
        { State: LessonState.Promoted } => "learned",
        _ => job.State.ToString().ToLowerInvariant(),
    };

    /// <summary>How far a lesson has come, such as <c>learning, 120 of 400</c>.</summary>
    public static string Progress(LessonJob job) => job.Total > 0 ? $"{State(job)}, {job.Done:#,0} of {job.Total:#,0}" : State(job);

    /// <summary>What was done, to be said above the page; null for nothing.</summary>
    public static string? Done(string? what, int version) => what switch
    {
        "taken" => "The lesson was taken in. It is learned beside answering, and survives a stop of the server.",
        "told" => "The right answer is kept, and is learned with the next lesson of such answers.",
        "known-cancelled" => "The lesson had ended before it could be cancelled.",
        "cancelled" => "The lesson is cancelled; nothing of it stays.",
        "promoted" => $"Version {version} answers now, promoted by hand; the reason is kept with what was done.",
        "back" => $"Version {version} answers again; the next lesson goes on from there.",
        _ => null,
    };
}
