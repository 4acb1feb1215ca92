using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Engram.Cli.Output;

namespace Engram.Cli;

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
