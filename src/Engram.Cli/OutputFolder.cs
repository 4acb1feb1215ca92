using System.Diagnostics;
using Engram.Experiments;

namespace Engram.Cli;

/// <summary>
/// The folder of a command's results: found once the data are there, said at once, and held against other processes until everything is
/// written. One rule for all commands: the same command again goes on in the folder it made, and a folder with anything else in it is left alone.
/// </summary>
internal sealed class OutputFolder : IDisposable
{
    private const string StandardPlace = "runs";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);
    private readonly Func<(string Path, FolderLock Held)> find;
    private FolderLock? held;

    private OutputFolder(Func<(string, FolderLock)> find) => this.find = find;

    /// <summary>Where it is; empty before <see cref="Claim"/>.</summary>
    public string Path { get; private set; } = "";

    /// <summary>Whether work was begun there before.</summary>
    public bool GoesOn { get; private set; }

    /// <summary>The folder that the user named, or one in <c>runs</c>: of a standard name, with -2, -3 and so on where that is taken.</summary>
    /// <param name="asked">What the user gave with <c>--out</c>; null for nothing.</param>
    /// <param name="standard">Name where the user gave none.</param>
    /// <param name="difference">How work of Engram's in a folder differs from this, as the end of a sentence; null where it is the same.</param>
    /// <exception cref="EngramException">The folder that the user named holds something else; said before any data are loaded.</exception>
    public static OutputFolder For(string? asked, string standard, Func<string, string?> difference)
    {
        if (asked is null) return new(() => FindStandard(FolderPath.Checked(standard), difference));
        if (string.IsNullOrWhiteSpace(asked)) throw EngramException.Input("missing-folder", "The folder for results is an empty name; give a path with --out, or leave it out.");
        RequireOurs(asked, difference);
        return new(() => FindNamed(asked, difference));
    }

    /// <summary>A folder to go on in.</summary>
    /// <param name="path">Where.</param>
    /// <param name="patience">How long to wait for somebody else who holds it.</param>
    public static OutputFolder Of(string path, TimeSpan patience = default) => new(() => (path, Hold(path, patience, CancellationToken.None)));

    /// <summary>Finds and holds the folder.</summary>
    /// <param name="say">Told where it is.</param>
    /// <exception cref="EngramException">The folder that the user named is in use, or cannot be written.</exception>
    public void Claim(Action<string> say)
    {
        (Path, held) = find();
        GoesOn = WorkFolder.KindOf(Path) is not null;
        say(GoesOn ? $"Goes on in {Path}, where the same was begun; what is done is not repeated." : $"Results go to {Path}");
    }

    /// <summary>Says that work stopped, and how it goes on.</summary>
    /// <param name="data">What the user gave with <c>--data</c>.</param>
    public string Stopped(string? data) => held is null
        ? "Stopped before anything was written."
        : $"Stopped; everything so far is saved. Go on with: engram resume {Quote(Path)}{(data is null ? "" : $" --data {Quote(data)}")}";

    /// <summary>The command line that was typed.</summary>
    public static string Typed(IEnumerable<string> arguments) => string.Join(' ', arguments.Prepend("engram").Select(Quote));

    /// <summary>Lets the folder go.</summary>
    public void Dispose() => held?.Dispose();

    /// <summary>Holds the folder again that was let go, as soon as nobody else does.</summary>
    public void HoldAgain(CancellationToken cancellation) => held = Hold(Path, Timeout.InfiniteTimeSpan, cancellation);

    /// <summary>Holds a folder as soon as nobody else does.</summary>
    /// <param name="path">Where.</param>
    /// <param name="patience">How long to wait; infinite for any time.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="EngramException">Somebody else holds it still, or it cannot be written.</exception>
    public static FolderLock Hold(string path, TimeSpan patience, CancellationToken cancellation)
    {
        long begun = Stopwatch.GetTimestamp();
        while (patience == Timeout.InfiniteTimeSpan || Stopwatch.GetElapsedTime(begun) < patience)
        {
            if (FolderLock.TryTake(path, out _) is { } taken) return taken;
            cancellation.WaitHandle.WaitOne(Pause);
            cancellation.ThrowIfCancellationRequested();
        }
        return FolderLock.Take(path);
    }

    private static (string, FolderLock) FindNamed(string path, Func<string, string?> difference)
    {
        RequireOurs(path, difference);
        FolderLock taken = FolderLock.Take(path);
        try
        {
            RequireOurs(path, difference); // somebody may have begun and ended meanwhile
            return (path, taken);
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    private static void RequireOurs(string path, Func<string, string?> difference)
    {
        if (WorkFolder.KindOf(path) is not { } kind) WorkFolder.RequireFree(path);
        else if (difference(path) is { } other) throw WorkFolder.InUse(path, kind, other);
    }

    // Only with the lock in hand it is sure what is in a folder; without a look before, the lock would leave its mark in strangers' folders.
    private static (string, FolderLock) FindStandard(string name, Func<string, string?> difference)
    {
        for (int number = 1; ; number++)
        {
            string path = System.IO.Path.Combine(StandardPlace, number == 1 ? name : $"{name}-{number}");
            if (!IsOurs(path) || FolderLock.TryTake(path, out _) is not { } taken) continue;
            if (IsOurs(path)) return (path, taken);
            taken.Dispose();
        }

        bool IsOurs(string path) => WorkFolder.KindOf(path) is null ? WorkFolder.IsFree(path) : difference(path) is null;
    }

    /// <summary>A word as a shell takes it.</summary>
    public static string Quote(string text) => text.Length == 0 || text.Any(letter => char.IsWhiteSpace(letter) || letter is '*' or '$' or ';' or '&' or '(' or '|') ? $"'{text}'" : text;
}
