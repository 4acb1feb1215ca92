using System.CommandLine;

namespace Engram.Cli;

/// <summary>A command whose help ends with notes: settings, examples.</summary>
/// <param name="name">What is typed.</param>
/// <param name="description">One line.</param>
/// <param name="writeNotes">Writes them, given the width of a line; called only when help is asked for.</param>
internal sealed class CommandWithNotes(string name, string description, Action<TextWriter, int> writeNotes) : Command(name, description)
{
    public void WriteNotes(TextWriter writer, int width) => writeNotes(writer, width);
}
