using System.Text.Json.Nodes;
using Engram.Experiments;

namespace Engram.Cli.Output;

/// <summary>What a study of orders or affinities concludes, in its folder and on the terminal.</summary>
internal static class StudyDocument
{
    /// <summary>Writes document and page, and prints what they say; returns the exit code.</summary>
    /// <param name="terminal">Where it is printed.</param>
    /// <param name="study">A record.</param>
    /// <param name="folder">The study's folder.</param>
    /// <param name="command">The command that was typed; null where nobody knows.</param>
    /// <param name="writeReport">Writes pictures and page.</param>
    /// <param name="print">Prints it for people.</param>
    public static int Show<T>(Terminal terminal, T study, string folder, string? command, Action<T, string, string?> writeReport, Action<Terminal, T> print) where T : notnull
    {
        JsonObject document = Settings.ToJson(study);
        JsonFile.Write(Path.Combine(folder, "results.json"), document);
        writeReport(study, folder, command);
        terminal.ShowResults(document, folder, () => print(terminal, study));
        return 0;
    }
}
