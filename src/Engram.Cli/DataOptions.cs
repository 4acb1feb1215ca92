using System.CommandLine;
using Engram.OwnData;

namespace Engram.Cli;

/// <summary>What a user says about columns and pictures of data of their own.</summary>
internal sealed class DataOptions
{
    private readonly Option<string?> label = new("--label") { HelpName = "COLUMN", Description = "column of the class [default: label, class, target or y]" };
    private readonly Option<string?> text = new("--text") { HelpName = "COLUMN", Description = "column of the text [default: text]" };
    private readonly Option<string?> ignore = new("--ignore") { HelpName = "A[,B..]", Description = "columns that are no input" };
    private readonly Option<bool> skipDamaged = new("--skip-damaged") { Description = "leave damaged pictures out, and name them, in place of an error" };
    private readonly Option<int?> size = GlobalOptions.OptionalWholeNumber("--picture-size", 1, "pixels of a side to which pictures are brought [default: chosen by what is there]");

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { label, text, ignore, size, skipDamaged }) command.Add(option);
    }

    /// <summary>What was given; null where nothing was.</summary>
    public RecordOptions? Given(ParseResult parse)
    {
        RecordOptions options = new()
        {
            Label = parse.GetValue(label), Text = parse.GetValue(text), Ignore = parse.GetValue(ignore)?.Split(',') ?? [], SkipDamaged = parse.GetValue(skipDamaged), PictureSize = parse.GetValue(size) ?? 0,
        };
        return options.Label is null && options.Text is null && options.Ignore.Count == 0 && !options.SkipDamaged && options.PictureSize == 0 ? null : options;
    }
}
