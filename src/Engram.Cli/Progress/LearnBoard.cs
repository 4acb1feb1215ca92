using Engram.Durable;
using Engram.OwnData;
using Engram.Reports;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Engram.Cli.Progress;

/// <summary>How far a learner has come with a lesson: reading, features, learning, scoring.</summary>
internal sealed class LearnBoard(string title) : IBoard, IProgress<LearnStage>, IProgress<ReadProgress>
{
    private readonly Lock gate = new();
    private readonly List<string> events = [];
    private LearnStage latest;
    private string unit = "";

    public string Title => title;

    public void Report(LearnStage value)
    {
        lock (gate)
        {
            if (value.Stage != latest.Stage) events.Add(value.Stage);
            (latest, unit) = (value, value.Stage.StartsWith("learning", StringComparison.Ordinal) ? "steps" : "samples");
        }
    }

    public void Report(ReadProgress value)
    {
        lock (gate) (latest, unit) = (new("reading", value.Done, value.Total, null), value.Unit);
    }

    public IRenderable Draw(Profile console)
    {
        LearnStage now = Now();
        return now.Total > 0 ? LiveViews.Bar(Math.Min(1, (double)now.Done / now.Total), console, Status()) : new Text(Status());
    }

    public string Status()
    {
        LearnStage now = Now();
        if (now.Total <= 0) return now.Stage is { Length: > 0 } stage ? $"{title}: {stage}" : title;
        string count = unit == "bytes" ? $"{Words.Bytes(now.Done)} of {Words.Bytes(now.Total)}" : $"{now.Done:#,0} of {now.Total:#,0} {unit}";
        return $"{title}: {now.Stage}, {count}{(now.Loss is { } loss ? $", loss {loss:0.000}" : "")}";
    }

    public IReadOnlyList<string> TakeEvents()
    {
        lock (gate)
        {
            string[] taken = [.. events];
            events.Clear();
            return taken;
        }
    }

    private LearnStage Now()
    {
        lock (gate) return latest;
    }
}
