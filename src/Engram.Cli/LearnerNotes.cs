using Engram.Cli.Output;
using Engram.Durable;

namespace Engram.Cli;

/// <summary>The end of the help of <c>engram learn</c>.</summary>
internal static class LearnerNotes
{
    /// <summary>Settings that may change, and those for life.</summary>
    public static void WriteSettings(TextWriter writer, int width)
    {
        writer.WriteLine("Exit code: 0 the new version answers, 3 the gate refused it (it is kept as a candidate), 2 wrong input, 1 failed.");
        writer.WriteLine();
        writer.WriteLine("Settings that may change with any lesson (--set PATH=VALUE):");
        TextColumns.Write(writer, [.. SettingsTable.Rows(SettingsShape.Of(typeof(LearnerOptions)), "")], width);
        writer.WriteLine();
        writer.WriteLine("Settings of the first lesson, for life:");
        TextColumns.Write(writer, [.. RunOptions.LearnerRows()], width);
        writer.WriteLine();
    }
}
