using System.CommandLine;
using System.Text.Json.Nodes;
using Engram.Cli.Output;
using Engram.Cli.Runners;
using Engram.Experiments;
using Engram.TaskOrder;

namespace Engram.Cli.Commands;

/// <summary><c>engram affinity STREAM</c>: which task helps which, and which to supervise.</summary>
internal static class AffinityCommand
{
    private const string Prefix = "affinity.";

    public static Command Create()
    {
        Option<int> seeds = GlobalOptions.WholeNumber("--seeds", 1, 3, "seeds, counted up from --seed");
        Option<bool> pairs = new("--pairs") { Description = "also transfer from two sources at once (second order)" };
        Option<int?> budget = GlobalOptions.OptionalWholeNumber("--budget", 1, "how many tasks can be supervised: choose them, and from which of them every other task is read out");
        RunOptions options = new("runs/affinity-STREAM; the same again goes on in it");
        CommandWithNotes command = new("affinity", "find out which task helps which, and which tasks to supervise", WriteNotes) { seeds, pairs, budget };
        RunnerOptions runner = new();
        runner.AddTo(command);
        options.AddTo(command);
        command.SetAction(parse =>
        {
            AffinitySession session = new(new(parse.GetValue(GlobalOptions.Json)), parse.GetValue(GlobalOptions.Data), runner.Choice(parse));
            JsonObject? file = options.Config(parse);
            file?.Remove("method"); // one task alone is learned alike by all methods
            RunConfigBuilder builder = new(session.Catalogs, options.Stream(parse), null, options.Network(parse), file);
            SettingsShape measured = SettingsShape.Of(typeof(AffinityOptions));
            JsonObject measuring = [];
            foreach (var (path, text) in options.Settings(parse))
            {
                if (!path.StartsWith(Prefix, StringComparison.Ordinal)) builder.Set(path, text);
                else Settings.Assign(measuring, path[Prefix.Length..], Settings.Parse(measured.Find(path[Prefix.Length..])?.Type ?? typeof(string), text));
            }
            if (parse.GetValue(pairs)) measuring["pairs"] = true;
            session.Begin(new() { Config = session.Counted(builder.Build()), Options = AffinityPlan.Bind(measuring), Seeds = parse.GetValue(seeds), Budget = parse.GetValue(budget) },
                options.Output(parse), OutputFolder.Typed(parse.Tokens.Select(token => token.Value)));
        });
        return command;
    }

    private static void WriteNotes(TextWriter writer, int width)
    {
        writer.WriteLine("Measuring (--set PATH=VALUE):");
        TextColumns.Write(writer, [.. SettingsTable.Rows(SettingsShape.Of(typeof(AffinityOptions)), Prefix)], width);
        writer.WriteLine();
        RunOptions.WriteNotes(writer, width,
            "engram affinity digit-kinds-digits",
            "engram affinity digit-kinds-mnist --pairs --budget 2 --seeds 5 --jobs 2",
            "engram affinity split-digits --set affinity.samples=100 --set network.hidden=100,50,20");
    }
}
