using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Engram.Experiments.Recipes;

/// <summary>Reads a recipe and collects everything that is wrong with it. Keys that it does not know are errors.</summary>
internal sealed partial class RecipeReader
{
    private const int Most = 1000; // rows, sweeps or gates

    private readonly List<string> problems = [];

    /// <summary>The recipe of a file.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="json">The file's content.</param>
    /// <param name="source">What messages call the file.</param>
    /// <exception cref="EngramException">Something is wrong; the message names all of it.</exception>
    public static Recipe Read(string id, JsonObject json, string source)
    {
        RecipeReader reader = new();
        Recipe? recipe = reader.Read(id, json);
        return recipe is not null && reader.problems.Count == 0 ? recipe
            : throw EngramException.Input("invalid-recipe", $"{source}: {string.Join(" ", reader.problems)}");
    }

    private Recipe? Read(string id, JsonObject json)
    {
        JsonObject rest = (JsonObject)json.DeepClone();
        JsonNode? quickPart = Take(rest, "quick");
        RecipeSource source = Bind<RecipeSource>(Take(rest, "source"), "source");
        RecipeRow[] rows = Many<RecipeRow>(rest, "rows", "");
        RecipeSweep[] sweeps = Many<RecipeSweep>(rest, "sweeps", "");
        RecipeGate[] gates = Many<RecipeGate>(rest, "gates", "");
        Head head = Bind<Head>(rest, "");
        QuickProfile? quick = quickPart is null ? null : Quick(quickPart);
        if (head.Schema != RunConfig.Schema) problems.Add($"schema is {head.Schema} but this Engram reads schema {RunConfig.Schema}.");
        if (head.Title.Length == 0) problems.Add("title is missing; say in one line what the recipe reproduces.");
        if (source.Authors.Length == 0) problems.Add("source.authors is missing; say whose numbers they are.");
        if (problems.Count > 0) return null;

        foreach (var (index, row) in rows.Index()) problems.AddRange(row.Problems(PathOf("rows", index, row)));
        foreach (var (index, sweep) in sweeps.Index()) problems.AddRange(sweep.Problems(PathOf("sweeps", index, sweep)));
        if (problems.Count > 0) return null;
        RecipeRow[] all = [.. rows, .. sweeps.SelectMany(sweep => sweep.Points())];
        if (all.Length > Most) problems.Add($"There are {all.Length} rows with those of the sweeps but may be {Most}; leave some out.");
        if (problems.Count > 0) return null;
        string[] ids = [.. all.Select(row => row.Id)];
        CheckIds(ids, rows, head.Reference);
        if (head.Fates.Length is not (0 or 2 or 3) || head.Fates.Except(ids).Any()) problems.Add($"fates is {Quote.Of(string.Join(",", head.Fates))} but must name two rows, or three: one whose tasks are followed, one that stands beside, and a method whose tasks are followed, too.");
        CheckGates(gates, ids, "gates");
        CheckGates(quick?.Gates ?? [], ids, "quick.gates");
        foreach (string pattern in (quick?.Rows ?? []).Where(pattern => !ids.Any(row => GateCondition.Fits(pattern, row))))
            problems.Add($"quick.rows names '{Quote.Of(pattern)}', which is no row{NearestNames.Suggest(pattern, ids)}");
        return new()
        {
            Id = id, Title = head.Title, Source = source, Duration = head.Duration, Note = head.Note, Seeds = head.Seeds, Config = head.Config,
            Reference = head.Reference, Fates = head.Fates, Rows = all, Sweeps = sweeps, Gates = gates, Quick = quick, Json = (JsonObject)json.DeepClone(),
        };
    }

    private QuickProfile Quick(JsonNode part)
    {
        JsonObject rest = part as JsonObject ?? [];
        if (part is not JsonObject) problems.Add("quick must be an object with seeds, config, rows and gates.");
        RecipeGate[] gates = Many<RecipeGate>(rest, "gates", "quick.");
        QuickHead head = Bind<QuickHead>(rest, "quick");
        return new() { Duration = head.Duration, Seeds = head.Seeds, Config = head.Config, Rows = head.Rows, Gates = gates };
    }

    private static JsonNode? Take(JsonObject from, string name)
    {
        JsonNode? node = from[name];
        from.Remove(name);
        return node;
    }

    private T Bind<T>(JsonNode? node, string path) where T : new()
    {
        SettingsShape shape = SettingsShape.Of(typeof(T));
        if (node is JsonObject json) return (T)shape.Bind(json, path, problems);
        problems.Add($"{path} is {(node is null ? "missing" : Quote.Of(node.ToJsonString()))} but must be an object such as {{{string.Join(", ", shape.Describe().Take(3).Select(setting => $"\"{setting.Name}\": .."))}}}.");
        return new();
    }

    private T[] Many<T>(JsonObject from, string name, string prefix) where T : new()
    {
        switch (Take(from, name))
        {
            case null: return [];
            case JsonArray { Count: > Most } tooMany:
                problems.Add($"{prefix}{name} has {tooMany.Count} entries but may have {Most}; leave some out.");
                return [];
            case JsonArray list: return [.. list.Select((item, index) => Bind<T>(item, $"{prefix}{name}[{index + 1}]"))];
            case var other:
                problems.Add($"{prefix}{name} is {Quote.Of(other.ToJsonString())} but must be a list of objects.");
                return [];
        }
    }

    private void CheckIds(string[] ids, RecipeRow[] rows, string? reference)
    {
        if (ids.Length == 0) problems.Add("There are no rows; give rows or sweeps.");
        foreach (string id in ids.Where(id => !Name().IsMatch(id))) problems.Add($"'{Quote.Of(id)}' is no id for a row; use small letters, digits, dots and minus signs, a letter first.");
        foreach (IGrouping<string, string> twice in ids.GroupBy(id => id).Where(group => group.Count() > 1)) problems.Add($"There are {twice.Count()} rows '{Quote.Of(twice.Key)}'; ids must differ.");
        string[] owners = [.. rows.Where(row => row.Of is null).Select(row => row.Id)];
        foreach (RecipeRow row in rows.Where(row => row.Of is not null && !owners.Contains(row.Of)))
            problems.Add($"Row '{Quote.Of(row.Id)}' is of '{Quote.Of(row.Of)}', which is no row with runs of its own{NearestNames.Suggest(row.Of!, owners)}");
        if (reference is not null && !owners.Contains(reference)) problems.Add($"reference is '{Quote.Of(reference)}', which is no row with runs of its own{NearestNames.Suggest(reference, owners)}");
    }

    private void CheckGates(IEnumerable<RecipeGate> gates, string[] ids, string path)
    {
        foreach (var (index, gate) in gates.Index())
        {
            try
            {
                GateCondition.Parse(gate.Holds, ids);
            }
            catch (FormatException wrong)
            {
                problems.Add($"{path}[{index + 1}].holds {wrong.Message}");
            }
            if (gate.Says.Length == 0) problems.Add($"{path}[{index + 1}].says is missing; say in words what must hold.");
        }
    }

    private static string PathOf(string list, int index, RecipeTrial item) => item.Id.Length > 0 ? $"{list}[{index + 1}] ('{Quote.Of(item.Id)}')" : $"{list}[{index + 1}]";

    [GeneratedRegex(@"^[a-z][a-z0-9.@-]*\z")]
    private static partial Regex Name();

    /// <summary>The simple members of a recipe's file.</summary>
    private sealed record Head
    {
        [Description("version of the form")]
        public int Schema { get; init; } = RunConfig.Schema;

        [Description("one line")]
        public string Title { get; init; } = "";

        [Description("how long it takes")]
        public string Duration { get; init; } = "";

        [Description("what differs from the paper")]
        public string Note { get; init; } = "";

        [Description("seeds"), Range(1, 1000)]
        public int Seeds { get; init; } = 5;

        [Description("what all rows share")]
        public JsonObject Config { get; init; } = [];

        [Description("two rows: one whose tasks the page follows, and one that stands beside")]
        public string[] Fates { get; init; } = [];

        [Description("row that intransigence is measured against")]
        public string? Reference { get; init; }
    }

    /// <summary>The simple members of a quick profile.</summary>
    private sealed record QuickHead
    {
        [Description("how long it takes")]
        public string Duration { get; init; } = "";

        [Description("seeds"), Range(1, 1000)]
        public int Seeds { get; init; } = 1;

        [Description("settings that replace others")]
        public JsonObject Config { get; init; } = [];

        [Description("rows that it runs")]
        public string[] Rows { get; init; } = [];
    }
}
