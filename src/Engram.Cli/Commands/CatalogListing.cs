using System.CommandLine;
using System.Text.Json.Nodes;
using Engram.Cli.Output;

namespace Engram.Cli.Commands;

/// <summary>What <c>methods</c>, <c>streams</c>, <c>networks</c> and <c>optimizers</c> have in common: all entries, or one with its settings.</summary>
/// <param name="kind">Singular, such as <c>method</c>.</param>
/// <param name="description">One line of help.</param>
/// <param name="lines">The entries; asked for only when the command runs.</param>
/// <param name="find">The entry of an id; an error with suggestions for an unknown one.</param>
/// <param name="example">A command that uses an id.</param>
/// <param name="section">Where its settings stand in a configuration, where that is not under its kind's own name.</param>
internal sealed class CatalogListing(string kind, string description, Func<IEnumerable<CatalogLine>> lines, Func<string, CatalogLine> find, Func<string, string> example, string? section = null)
{
    private readonly Argument<string?> id = new("ID") { Arity = ArgumentArity.ZeroOrOne, Description = "show the settings of this one" };

    public Command CreateCommand(string exampleId)
    {
        string name = $"{kind}s";
        id.Offering(() => lines().Select(line => line.Id));
        CommandWithNotes command = new(name, description, (writer, _) => RunOptions.WriteExamples(writer, $"engram {name}", $"engram {name} {exampleId}", $"engram {name} --json")) { id };
        command.SetAction(parse => Show(parse.GetValue(id), parse.GetValue(GlobalOptions.Json)));
        return command;
    }

    private void Show(string? one, bool json)
    {
        CatalogLine[] chosen = one is null ? [.. lines()] : [find(one)];
        if (json) Terminal.WriteJson(new JsonArray([.. chosen.Select(ToJson)]));
        else if (one is null) ShowAll(chosen);
        else ShowOne(chosen.Single());
    }

    private void ShowAll(IEnumerable<CatalogLine> all)
    {
        int idWidth = all.Max(line => line.Id.Length);
        foreach (IGrouping<string, CatalogLine> family in all.GroupBy(line => line.Entry.Family))
        {
            Console.WriteLine(family.Key);
            TextColumns.Write(Console.Out, [.. family.Select(line => new[] { line.Id.PadRight(idWidth), Sentence(line) })], TextColumns.Width);
            Console.WriteLine();
        }
        Console.WriteLine($"'engram {kind}s ID' shows the settings of one.");
    }

    private static string Sentence(CatalogLine line) => line.Entry.Paper.Length == 0 ? line.Entry.Summary : $"{line.Entry.Summary} [{line.Entry.Paper}]";

    private void ShowOne(CatalogLine line)
    {
        Console.WriteLine($"{line.Id}: {line.Name}");
        (string Name, string Text)[] facts = [("summary", line.Entry.Summary), ("family", line.Entry.Family), ("paper", line.Entry.Paper), .. line.Facts];
        TextColumns.Write(Console.Out, [.. facts.Where(fact => fact.Text.Length > 0).Select(fact => new[] { fact.Name, fact.Text })], TextColumns.Width);
        Console.WriteLine();
        string[][] rows = [.. SettingsTable.Rows(line.Settings, $"{section ?? kind}.")];
        Console.WriteLine(rows.Length == 0 ? "It has no settings." : "Settings (--set PATH=VALUE), with defaults:");
        TextColumns.Write(Console.Out, rows, TextColumns.Width);
        Console.WriteLine();
        RunOptions.WriteExamples(Console.Out, example(line.Id) + (rows.FirstOrDefault(row => row[1] != "-") is { } row ? $" --set {row[0]}={row[1]}" : ""));
    }

    private static JsonObject ToJson(CatalogLine line)
    {
        JsonObject json = new()
        {
            ["id"] = line.Id, ["name"] = line.Name, ["family"] = line.Entry.Family, ["summary"] = line.Entry.Summary, ["paper"] = line.Entry.Paper,
            ["settings"] = new JsonArray([.. line.Settings.Describe().Select(setting => (JsonNode)new JsonObject
            {
                ["name"] = setting.Name, ["type"] = Settings.Noun(setting.Type), ["default"] = setting.Default, ["range"] = setting.Range, ["description"] = setting.Description,
            })]),
        };
        foreach (var (name, text) in line.Facts) json[name] = text;
        return json;
    }
}
