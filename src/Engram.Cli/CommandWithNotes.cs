using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Engram.Cli.Output;

namespace Engram.Cli;

/// <summary>A command whose help ends with notes: settings, examples.</summary>
/// <param name="name">What is typed.</param>
/// <param name="description">One line.</param>
/// <param name="writeNotes">Writes them, given the width of a line; called only when help is asked for.</param>
internal sealed class CommandWithNotes(string name, string description, Action<TextWriter, int> writeNotes) : Command(name, description)
{
    public void WriteNotes(TextWriter writer, int width) => writeNotes(writer, width);
}

/// <summary>The usual help and then the command's notes.</summary>
internal sealed class HelpWithNotes(HelpAction usual) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parse)
    {
        TextWriter writer = parse.InvocationConfiguration.Output;
        int width = Math.Min(120, TextColumns.Width);
        usual.MaxWidth = width;
        int exitCode = usual.Invoke(parse);
        if (parse.CommandResult.Command is CommandWithNotes command) command.WriteNotes(writer, width);
        return exitCode;
    }
}
