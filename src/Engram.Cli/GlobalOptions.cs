using System.CommandLine;
using System.CommandLine.Parsing;

namespace Engram.Cli;

/// <summary>Options that several commands share.</summary>
internal static class GlobalOptions
{
    public static Option<bool> Json { get; } = new("--json") { Description = "one JSON document on standard output; an error is one on standard error", Recursive = true };

    public static Option<bool> Verbose { get; } = new("--verbose") { Description = "show where in the program an error happened", Recursive = true };

    public static Option<bool> Quiet { get; } = new("--quiet") { Description = "no progress and no notes on standard error, only errors", Recursive = true };

    public static Option<string?> Data { get; } = new("--data") { HelpName = "DIR", Description = "folder with data sets [default: ENGRAM_DATA, then the user's cache]" };

    public static Option<int> Jobs { get; } = WholeNumber("--jobs", 1, Environment.ProcessorCount, "trials at a time, one thread each; changes no result");

    /// <summary>An option that takes a whole number from a minimum on, with an error that says so.</summary>
    public static Option<int> WholeNumber(string name, int minimum, int standard, string description) => new(name)
    {
        HelpName = "N",
        Description = description,
        DefaultValueFactory = _ => standard,
        CustomParser = argument => Parse(argument, name, minimum),
    };

    /// <summary>The same without a default; null where it is not given.</summary>
    public static Option<int?> OptionalWholeNumber(string name, int minimum, string description) => new(name)
    {
        HelpName = "N",
        Description = description,
        CustomParser = argument => Parse(argument, name, minimum),
    };

    private static int Parse(ArgumentResult argument, string name, int minimum)
    {
        string text = argument.Tokens[^1].Value;
        if (!int.TryParse(text, out int value) || value < minimum) argument.AddError($"{name} is '{text}' but must be a whole number >= {minimum}.");
        return value;
    }
}
