using Engram.Cli.Runners;
using Engram.Experiments;

namespace Engram.Cli;

/// <summary>The one way from a folder to the study in it.</summary>
internal static class StudyKinds
{
    /// <summary>The study in a folder; a folder without any is told to hold no run.</summary>
    /// <exception cref="EngramException">There is none, or its plan is damaged or of another version.</exception>
    public static IStudyWork Open(string path, Terminal terminal, string? data, RunnerChoice on) => (WorkFolder.KindOf(path) ?? WorkFolder.NamedKindOf(path)) switch
    {
        "reproduction" => new ReproductionSession(terminal, data, on).Open(path),
        "study" when StudyFolder.KindOf(path) == AffinitySession.Kind => new AffinitySession(terminal, data, on).Open(path),
        "study" when StudyFolder.KindOf(path) == TableSession.Kind => new TableSession(terminal, data, on).Open(path),
        "study" => new OrderSession(terminal, data, on).Open(path),
        "comparison" => new ComparisonSession(terminal, data, on).Open(path),
        _ => new RunSession(terminal, data, on).Open(path),
    };
}
