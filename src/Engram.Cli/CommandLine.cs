using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Engram.Cli;

/// <summary>Parses, runs a command and turns whatever happens into an exit code: 0 done, 1 failed, 2 wrong input, 3 refused by the gate, 130 interrupted.</summary>
internal static class CommandLine
{
    public const int Failed = 1, WrongInput = 2, Refused = 3, Interrupted = 130;

    public static int Run(RootCommand root, string[] args)
    {
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithNotes((HelpAction)help.Action!);
        help.Description = "show this help";
        root.Options.OfType<VersionOption>().Single().Description = "show the version";
        root.SetAction(parse => help.Action is SynchronousCommandLineAction action ? action.Invoke(parse) : Failed);

        ParseResult parse = root.Parse(args, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        bool json = IsGiven(args, GlobalOptions.Json);
        Terminal.IsForMachine = json;
        Terminal.IsQuiet = IsGiven(args, GlobalOptions.Quiet);
        ErrorReport errors = new(json, verbose: IsGiven(args, GlobalOptions.Verbose));
        if (SplitList(parse, args) is { } split) return errors.Write(WrongInput, "wrong-usage", split);
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
            return errors.Write(error.Kind == ErrorKind.Input ? WrongInput : Failed, error.Code, error.Message + Remedy(parse, error.Code), error);
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

    // Also where the command line cannot be understood.
    private static bool IsGiven(string[] args, Option<bool> option) => args.Any(text => text == option.Name || text == $"{option.Name}=true");

    // The library knows folders, the command how to name them.
    private static string Remedy(ParseResult parse, string code) =>
        code is "cannot-write" or "folder-in-use" or "folder-not-empty" or "folder-held" && parse.CommandResult.Command.Options.Any(option => option.Name == "--out") ? " --out names another folder." : "";

    // A list with spaces in it comes in pieces, and the second piece would be taken for something else.
    private static string? SplitList(ParseResult parse, string[] args)
    {
        string[] lists = [.. parse.CommandResult.Command.Options.Where(option => option.HelpName?.Contains(',') == true || option.Name == "--set").Select(option => option.Name)];
        for (int i = 1; i + 1 < args.Length; i++)
            if (lists.Contains(args[i - 1]) && args[i].EndsWith(',') && !args[i + 1].StartsWith('-'))
                return $"The list '{args[i]} {args[i + 1]}' has a space in it, so it comes in pieces; write it without spaces: {args[i - 1]} {args[i]}{args[i + 1]}";
        return null;
    }

    private static string Usage(ParseResult parse)
    {
        Command command = parse.CommandResult.Command;
        IEnumerable<Option> options = command.Options.Concat(command.Parents.OfType<Command>().SelectMany(parent => parent.Options));
        string[] known = [.. command.Subcommands.Select(one => one.Name), .. options.Select(one => one.Name)];
        string[] unknown = [.. parse.UnmatchedTokens.Distinct()];
        IEnumerable<string> problems = unknown.Length > 0
            ? unknown.Select(token => IsSetting(token) && known.Contains("--set") ? $"'{token}' has no --set before it, which every setting has: --set {token}." : $"'{token}' is unknown here{NearestNames.Suggest(token, known)}")
            : parse.Errors.Select(error => error.Message.EndsWith('?') ? error.Message : error.Message.TrimEnd('.') + ".").Distinct();
        return $"{string.Join(" ", problems)} '{PathOf(command)} --help' shows what there is.";
    }

    private static bool IsSetting(string token) => token.Contains('=') && !token.StartsWith('-');

    private static string PathOf(Command command) => command is RootCommand ? "engram" : $"{PathOf(command.Parents.OfType<Command>().First())} {command.Name}";
}
