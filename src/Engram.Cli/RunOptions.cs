using System.CommandLine;
using System.Text.Json.Nodes;
using Engram.Cli.Output;
using Engram.Experiments;
using Engram.Training;

namespace Engram.Cli;

/// <summary>What <c>run</c> and <c>compare</c> share: the stream, the frequent settings by their own flag, and all others by <c>--set</c>.</summary>
internal sealed class RunOptions
{
    private readonly Argument<string?> stream = new("STREAM") { Arity = ArgumentArity.ZeroOrOne, Description = "what to learn: a name such as permuted-digits ('engram streams' lists them), or a path to data of your own" };
    private readonly Option<string?> network = new("--network") { HelpName = "ID", Description = "what learns ('engram networks' lists them) [default: what the stream suggests, or mlp]" };
    private readonly Option<string?> output;
    private readonly Option<string?> config = new("--config") { HelpName = "FILE", Description = "begin from a config.json; flags change it" };
    private readonly Option<string[]> set = new("--set") { HelpName = "PATH=VALUE", Description = "any other setting, such as training.batch=64; repeatable" };
    private readonly (string Path, Option<string?> Option)[] flags;

    /// <param name="standardFolder">Where results go when the user names no folder, for the help.</param>
    public RunOptions(string standardFolder = "one in runs/; the same command again goes on in it")
    {
        output = new("--out") { HelpName = "DIR", Description = $"folder for results [default: {standardFolder}]" };
        stream.Offering(Completions.Streams);
        network.Offering(Completions.Networks);
        set.Offering(Completions.SettingPaths);
        TrainingOptions training = new();
        MachineOptions machine = new();
        flags =
        [
            Flag("--scenario", "NAME", "stream.scenario", "task, domain or class: which outputs compete [default: the stream's own]"),
            Flag("--features", "ID", "stream.features", "frozen network that samples are seen through: resnet18, minilm, none or a file.onnx [default: for own pictures and texts the one that fits]"),
            Flag("--label", "COLUMN", "stream.label", "of data of your own: the column that says the class [default: label, class, target or y]"),
            Flag("--task", "COLUMN", "stream.task", "of data of your own: the column that says the task [default: task, or one file or folder each]"),
            Flag("--tasks", "N", "stream.tasks", "number of tasks [default: the stream's own]"),
            Flag("--epochs", "E[,E..]", "training.epochs", $"passes over the training data: one number, or one per task [default: {string.Join(",", training.Epochs)}]"),
            Flag("--iterations", "N", "training.iterations", "steps per task, in place of epochs"),
            Flag("--seed", "N", "seed", $"the number all randomness comes from [default: {machine.Seed}]"),
            Flag("--device", "NAME", "device", $"cpu, cuda or cuda:N [default: {machine.Device}]"),
        ];
    }

    /// <summary>Adds all of them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(stream);
        command.Add(network);
        foreach (var (path, option) in flags) command.Add(path == "stream.scenario" ? option.Offering(Completions.Scenarios) : option);
        command.Add(GlobalOptions.Data);
        command.Add(output);
        command.Add(config);
        command.Add(set);
    }

    public string? Stream(ParseResult parse) => parse.GetValue(stream);

    public string? Network(ParseResult parse) => parse.GetValue(network);

    public string? Output(ParseResult parse) => parse.GetValue(output);

    public JsonObject? Config(ParseResult parse) => parse.GetValue(config) is { } file ? JsonFile.Read(file) : null;

    /// <summary>Settings in the order of their strength: flags, then <c>--set</c>.</summary>
    /// <exception cref="EngramException">A <c>--set</c> is not of the form path=value.</exception>
    public IReadOnlyList<(string Path, string Text)> Settings(ParseResult parse)
    {
        return [.. flags.Select(flag => (flag.Path, Text: parse.GetValue(flag.Option)!)).Where(flag => flag.Text is not null), .. Pairs(parse.GetValue(set) ?? [])];
    }

    /// <summary>What was given with <c>--set</c>.</summary>
    /// <exception cref="EngramException">One is not of the form path=value.</exception>
    public static IEnumerable<(string Path, string Text)> Pairs(string[] texts)
    {
        string[] wrong = [.. texts.Where(text => text.IndexOf('=') < 1)];
        if (wrong.Length > 0)
            throw EngramException.Input("invalid-setting", $"--set '{string.Join("' and '", wrong.Select(text => Quote.Of(text)))}' is not of the form path=value; write for example --set training.batch=64.");
        return texts.Select(text => text.Split('=', 2)).Select(pair => (pair[0].Trim(), pair[1].Trim()));
    }

    /// <summary>The end of the help: where all settings are, and examples.</summary>
    public static void WriteNotes(TextWriter writer, int width, params string[] examples)
    {
        writer.WriteLine("Settings (--set PATH=VALUE):");
        TextColumns.Write(writer,
        [
            .. LearnerRows(),
            ["stream.*", "", "'engram streams ID' shows them"],
        ], width);
        writer.WriteLine();
        WriteExamples(writer, examples);
    }

    /// <summary>Settings of whatever learns.</summary>
    public static IEnumerable<string[]> LearnerRows() =>
    [
        .. SettingsTable.Rows(SettingsShape.Of(typeof(MachineOptions)), ""),
        .. SettingsTable.Rows(SettingsShape.Of(typeof(TrainingOptions)), "training."),
        ["method.*", "", "'engram methods ID' shows them"],
        ["network.*", "", "'engram networks ID' shows them"],
        ["training.optimizer.*", "", "'engram optimizers ID' shows them"],
    ];

    public static void WriteExamples(TextWriter writer, params string[] examples)
    {
        writer.WriteLine(examples.Length == 1 ? "Example:" : "Examples:");
        foreach (string example in examples) writer.WriteLine($"  {example}");
    }

    private static (string, Option<string?>) Flag(string name, string value, string path, string description) => (path, new(name) { HelpName = value, Description = description });
}
