using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Engram.Networks;
using Spectre.Console;

namespace Engram.Cli.Progress;

/// <summary>Does the work on a thread of its own and shows meanwhile where it stands.</summary>
internal static class Watch
{
    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(100), Line = TimeSpan.FromSeconds(10);

    /// <summary>Returns what the work returns and throws what it throws.</summary>
    /// <param name="board">Where the work reports.</param>
    /// <param name="work">The work.</param>
    public static T Until<T>(IBoard board, Func<T> work)
    {
        T? result = default;
        ExceptionDispatchInfo? error = null;
        Thread worker = new(() =>
        {
            try
            {
                result = work();
            }
            catch (Exception thrown)
            {
                error = ExceptionDispatchInfo.Capture(thrown);
            }
        }) { IsBackground = true, Name = "work" };
        worker.Start();
        if (Terminal.IsLive) Draw(Terminal.Progress, board, worker);
        else WriteLines(board, worker);
        if (NativeEngine.Remark is { } remark) Terminal.Note(remark);
        error?.Throw();
        return result!;
    }

    private static void Draw(IAnsiConsole console, IBoard board, Thread worker) => console.Live(board.Draw(console.Profile)).AutoClear(true).Start(context =>
    {
        while (!worker.Join(Redraw))
        {
            foreach (string note in board.TakeNotes()) console.WriteLine(note); // above the picture
            context.UpdateTarget(board.Draw(console.Profile));
        }
    });

    private static void WriteLines(IBoard board, Thread worker)
    {
        long last = Stopwatch.GetTimestamp();
        bool over, begun = false;
        do
        {
            over = worker.Join(Redraw);
            foreach (string line in board.TakeEvents()) Say(line);
            if (over || Stopwatch.GetElapsedTime(last) < Line) continue;
            Say(board.Status());
            last = Stopwatch.GetTimestamp();
        }
        while (!over);

        // What cannot begin leaves its error and nothing else.
        void Say(string line)
        {
            if (!begun) Terminal.Note(board.Title);
            begun = true;
            Terminal.Note(line);
        }
    }
}
