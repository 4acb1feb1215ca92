using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Engram.Server;

/// <summary>What a server counts and times, under the name <c>Engram.Server</c> of <c>System.Diagnostics</c>.</summary>
internal static class ServerMetrics
{
    /// <summary>Name of the meter and of the source of traces.</summary>
    public const string Name = "Engram.Server";

    private static readonly Meter Meter = new(Name, EngramVersion.Current);

    /// <summary>Traces of lessons and of answers that are read from files.</summary>
    public static readonly ActivitySource Traces = new(Name, EngramVersion.Current);

    /// <summary>Inputs answered, by learner and version.</summary>
    public static readonly Counter<long> Answered = Meter.CreateCounter<long>("engram.answers", "{input}", "Inputs that were answered.");

    /// <summary>Requests that were answered by one call to a network.</summary>
    public static readonly Histogram<int> AnsweredTogether = Meter.CreateHistogram<int>("engram.answers.together", "{request}", "Requests that were answered by one call to a network.");

    /// <summary>Lessons that ended, by learner and state.</summary>
    public static readonly Counter<long> Lessons = Meter.CreateCounter<long>("engram.lessons", "{lesson}", "Lessons that ended.");

    /// <summary>Seconds from a lesson's beginning to its end.</summary>
    public static readonly Histogram<double> LessonSeconds = Meter.CreateHistogram<double>("engram.lesson.duration", "s", "Time from a lesson's beginning to its end.");

    /// <summary>Times another version came to answer, by learner.</summary>
    public static readonly Counter<long> Swaps = Meter.CreateCounter<long>("engram.swaps", "{swap}", "Times another version came to answer.");
}
