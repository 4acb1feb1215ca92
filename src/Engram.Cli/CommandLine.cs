using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Engram.Cli;

/// <summary>Parses, runs a command and turns whatever happens into an exit code: 0 done, 1 failed, 2 wrong input, 130 interrupted.</summary>
internal static class CommandLine
{
    public const int Failed = 1, WrongInput = 2, Interrupted = 130;

    public static int Run(RootCommand root, string[] args)
    {
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithNotes((HelpAction)help.Action!);
        help.Description = "show this help";
        root.Options.OfType<VersionOption>().Single().Description = "show the version";
        root.SetAction(parse => help.Action is SynchronousCommandLineAction action ? action.Invoke(parse) : Failed);

        ParseResult parse = root.Parse(args, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        ErrorReport errors = new(json: args.Contains(GlobalOptions.Json.Name), verbose: args.Contains(GlobalOptions.Verbose.Name));
        if (parse.Action is ParseErrorAction) return errors.Write(WrongInput, "wrong-usage", Usage(parse));
        try
        {
            return parse.Invoke(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (OperationCanceledException stop)
        {
            return errors.Write(Interrupted, "interrupted", stop.Message, stop);
        }
        catch (EngramException error)
        {
            return errors.Write(error.Kind == ErrorKind.Input ? WrongInput : Failed, error.Code, error.Message, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return errors.Write(Failed, "input-output", $"A file cannot be read or written: {error.Message} Check rights and free space; what was saved before is kept.", error);
        }
        catch (Exception error)
        {
            return errors.Write(Failed, "unexpected", $"Something unexpected happened ({error.GetType().Name}): {error.Message} Add --verbose to see where; please report it.", error);
        }
    }

    private static string Usage(ParseResult parse)
    {
        Command command = parse.CommandResult.Command;
        IEnumerable<Option> options = command.Options.Concat(command.Parents.OfType<Command>().SelectMany(parent => parent.Options));
        string[] known = [.. command.Subcommands.Select(one => one.Name), .. options.Select(one => one.Name)];
        string[] unknown = [.. parse.UnmatchedTokens.Distinct()];
        IEnumerable<string> problems = unknown.Length > 0
            ? unknown.Select(token => $"'{token}' is unknown here{NearestNames.Suggest(token, known)}")
            : parse.Errors.Select(error => error.Message.TrimEnd('.') + ".").Distinct();
        return $"{string.Join(" ", problems)} '{PathOf(command)} --help' shows what there is.";
    }

    private static string PathOf(Command command) => command is RootCommand ? "engram" : $"{PathOf(command.Parents.OfType<Command>().First())} {command.Name}";
}
