using Engram.Experiments;
using Engram.TaskOrder;

namespace Engram.Reports;

/// <summary>The pictures and the page of a study of affinities.</summary>
public static class AffinityReport
{
    /// <summary>Writes the pictures as <c>.svg</c> and <c>.png</c>, and <c>report.html</c>, each complete or not at all.</summary>
    /// <param name="study">What was found.</param>
    /// <param name="folder">An existing folder.</param>
    /// <param name="command">The command that repeats the study, if known.</param>
    public static void Write(AffinityStudy study, string folder, string? command = null) => AtomicFile.Write(Path.Combine(folder, "report.html"), Page(study, command));

    /// <summary>The text of <c>report.html</c>: a single file without scripts that asks for nothing from the network.</summary>
    /// <param name="study">What was found.</param>
    /// <param name="command">The command that repeats the study, if known.</param>
    public static string Page(AffinityStudy study, string? command = null) => ReportPage.Of("Engram task affinity", $"Which task of {study.Stream} helps which", [study.Verdict], [$"network {study.Network}"], study.Engram,
        Html.Section("Repeat it", command is null ? "" : Html.Code(command), Html.Folded("Configuration", Html.Code(RunReport.Json(study.Config)))));
}
