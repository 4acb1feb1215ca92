using Engram.OwnData;
using Engram.Reports;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Engram.Cli.Progress;

/// <summary>How far the reading of own data has come.</summary>
internal sealed class ReadBoard(string path) : IBoard, IProgress<ReadProgress>
{
    private readonly Lock gate = new();
    private ReadProgress latest;

    public string Title => $"reading {path}";

    public void Report(ReadProgress value)
    {
        lock (gate) latest = value;
    }

    public IRenderable Draw(Profile console) => Now() is { Total: > 0 } known ? LiveViews.Bar((double)known.Done / known.Total, console, Status()) : new Text(Status());

    public string Status() => Now() is not { Total: > 0 } known ? Title : known.Unit == "bytes" ? $"{Title}: {Words.Bytes(known.Done)} of {Words.Bytes(known.Total)}" : $"{Title}: {known.Done:#,0} of {known.Total:#,0} {known.Unit}";

    public IReadOnlyList<string> TakeEvents() => [];

    private ReadProgress Now()
    {
        lock (gate) return latest;
    }
}
