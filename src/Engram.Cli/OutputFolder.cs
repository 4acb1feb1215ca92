using Engram.Experiments;

namespace Engram.Cli;

/// <summary>Where results go when the user names no folder, and the commands that concern it.</summary>
internal static class OutputFolder
{
    /// <summary>The folder of that name in <c>runs</c>, with -2, -3 and so on where it is taken.</summary>
    public static string Free(string name)
    {
        string path = Path.Combine("runs", name);
        for (int number = 2; Directory.Exists(path) || File.Exists(path); number++) path = Path.Combine("runs", $"{name}-{number}");
        return path;
    }

    /// <summary>Says that work stopped, and how it goes on.</summary>
    /// <param name="path">Folder of the run or comparison; null where it had not begun.</param>
    /// <param name="data">What the user gave with <c>--data</c>.</param>
    public static string Stopped(string? path, string? data) => path is null
        ? "Stopped before anything was written."
        : $"Stopped; everything so far is saved. Go on with: engram resume {Quote(path)}{(data is null ? "" : $" --data {Quote(data)}")}";

    /// <summary>The command line that was typed.</summary>
    public static string Typed(IEnumerable<string> arguments) => string.Join(' ', arguments.Prepend("engram").Select(Quote));

    private static string Quote(string text) => text.Length == 0 || text.Any(letter => char.IsWhiteSpace(letter) || letter is '*' or '$' or ';' or '&' or '(' or '|') ? $"'{text}'" : text;
}
