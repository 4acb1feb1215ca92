using Engram.Datasets;
using Engram.Reports;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Engram.Cli.Progress;

/// <summary>Where a download stands.</summary>
internal sealed class DownloadBoard(string dataset) : IBoard, IProgress<DownloadProgress>
{
    private volatile DownloadProgress? latest;
    private string? file;

    public string Title => $"getting {dataset}";

    public void Report(DownloadProgress value) => latest = value;

    public IRenderable Draw(Profile console) => latest is { TotalBytes: > 0 and var total } known
        ? LiveViews.Bar((double)known.Bytes / total, console, Status())
        : new Text(Status());

    public string Status() => latest is not { } known ? Title
        : $"{known.File}: {Words.Bytes(known.Bytes)}{(known.TotalBytes is { } total ? $" of {Words.Bytes(total)}" : "")}";

    // One line per file.
    public IReadOnlyList<string> TakeEvents()
    {
        if (latest is not { } known || known.File == file) return [];
        file = known.File;
        return [Status()];
    }
}
