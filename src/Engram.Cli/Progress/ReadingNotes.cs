using System.Diagnostics;
using Engram.OwnData;

namespace Engram.Cli.Progress;

/// <summary>Says every few seconds how far reading a user's own data has come; of what is read at once, nothing.</summary>
internal sealed class ReadingNotes : IProgress<ReadProgress>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private readonly Lock one = new();
    private long begun, said;
    private ReadProgress last;

    /// <summary>Where notes go: above the board of the work under way, where there is one.</summary>
    public Action<string> Say { get; set; } = Terminal.Note;

    /// <inheritdoc/>
    public void Report(ReadProgress value)
    {
        lock (one)
        {
            if (value.Unit != last.Unit || value.Total != last.Total || value.Done < last.Done) begun = said = Stopwatch.GetTimestamp();
            last = value;
            if (Stopwatch.GetElapsedTime(said) < Pause || value.Done >= value.Total) return;
            said = Stopwatch.GetTimestamp();
            Say(InWords(value, Stopwatch.GetElapsedTime(begun)));
        }
    }

    /// <summary>Where reading stands.</summary>
    /// <param name="progress">What is done.</param>
    /// <param name="spent">Since it began.</param>
    internal static string InWords(ReadProgress progress, TimeSpan spent)
    {
        bool isBytes = progress.Unit == "bytes";
        string done = isBytes ? Reports.Words.Bytes(progress.Done) : $"{progress.Done:n0}", total = isBytes ? Reports.Words.Bytes(progress.Total) : $"{progress.Total:n0} {progress.Unit}";
        return $"Looked at {done} of {total}{(progress.Done > 0 ? $", about {Math.Ceiling(spent.TotalSeconds * (progress.Total - progress.Done) / progress.Done):n0} s left" : "")}";
    }
}
