using Engram.Durable;

namespace Engram.Reports.Learner;

/// <summary>The versions through time, as a section of the page.</summary>
internal static class VersionLine
{
    /// <summary>The section; empty where no held-out samples were kept.</summary>
    public static string Section(LearnerHistory history)
    {
        IReadOnlyList<VersionMoment> moments = VersionMoment.Of(history);
        VersionMoment[] judged = [.. moments.Where(moment => moment.Accuracy is not null)];
        if (judged.Length == 0) return "";
        VersionChart chart = new() { Title = Title(history, judged), Moments = judged, Current = VersionMoment.Current(judged, history.Current) };
        string[] marks =
        [
            "a circle is a lesson",
            .. judged.Any(moment => moment.Kind == MomentKind.Refused) ? ["a hollow circle off the line a version that the gate refused"] : Array.Empty<string>(),
            .. judged.Any(moment => moment.Kind == MomentKind.Returned) ? ["a diamond an older version that answered again"] : Array.Empty<string>(),
            .. judged.Any(moment => moment.Kind == MomentKind.ByHand) ? ["a triangle a version let through by hand"] : Array.Empty<string>(),
            .. judged.Any(moment => moment.Kind == MomentKind.Forgot) ? ["a square something forgotten"] : Array.Empty<string>(),
            .. chart.Current is not null ? ["a ring the version that answers now"] : Array.Empty<string>(),
        ];
        return Html.Section("Versions through time", Html.Chart(chart),
            Html.Note($"Share of all held-out samples that the version answered rightly that was current at the time: {string.Join(", ", marks)}. Each lesson adds samples of its own. Further apart means more time between; moments close together are drawn apart."));
    }

    private static string Title(LearnerHistory history, VersionMoment[] moments)
    {
        string life = $"Accuracy of {LearnerWords.Count(history.Versions.Count, "version")} from {LearnerWords.Day(moments[0].When)} to {LearnerWords.Day(moments[^1].When)}, at first {Words.Percent(moments[0].Accuracy ?? 0)} %";
        return VersionMoment.Current(moments, history.Current) is { } current ? $"{life}; version {current.Version.Number} answers now, with {Words.Percent(current.Accuracy ?? 0)} %" : life;
    }
}
