using Engram.Experiments;

namespace Engram.Cli;

/// <summary>Where results go when the user names no folder.</summary>
internal static class OutputFolder
{
    /// <summary>The folder of that name in <c>runs</c>, with -2, -3 and so on where it is taken.</summary>
    public static string Free(string name)
    {
        string path = Path.Combine("runs", name);
        for (int number = 2; Directory.Exists(path) || File.Exists(path); number++) path = Path.Combine("runs", $"{name}-{number}");
        return path;
    }

    /// <summary>What makes a stopped run or comparison go on.</summary>
    public static string ResumeCommand(string path, string? data) => $"engram resume {Quote(path)}{(data is null ? "" : $" --data {Quote(data)}")}";

    private static string Quote(string path) => path.Contains(' ') ? $"\"{path}\"" : path;
}
