using System.Text.Json.Nodes;
using Engram.Methods;

namespace Engram.Experiments.Recipes;

/// <summary>The rows that are measured, and the runs behind them: rows with equal configurations share their runs.</summary>
public sealed class ReproductionPlan
{
    private readonly Dictionary<string, string> labels = [];

    private ReproductionPlan(Recipe recipe, ReproductionScope scope, IReadOnlyList<RecipeRow> rows) => (Recipe, Scope, Rows) = (recipe, scope, rows);

    /// <summary>The recipe.</summary>
    public Recipe Recipe { get; }

    /// <summary>What of it is run.</summary>
    public ReproductionScope Scope { get; }

    /// <summary>The rows that are measured.</summary>
    public IReadOnlyList<RecipeRow> Rows { get; }

    /// <summary>The runs, each named after the first row that needs it.</summary>
    public IReadOnlyList<Trial> Trials { get; private set; } = [];

    /// <summary>The conditions of the chosen profile.</summary>
    public IReadOnlyList<RecipeGate> Gates => Scope.Quick ? Recipe.Quick!.Gates : Recipe.Gates;

    /// <summary>Label of the trials behind a row.</summary>
    public string LabelOf(RecipeRow row) => labels[row.Of ?? row.Id];

    /// <summary>Label of the trials that intransigence is measured against; null for none.</summary>
    public string? ReferenceLabel => Recipe.Reference is { } reference ? labels.GetValueOrDefault(reference) : null;

    /// <summary>Ids of methods that the recipe names and this build does not have.</summary>
    public static IReadOnlyList<string> MissingMethods(Recipe recipe, Catalogs catalogs) =>
        [.. recipe.Rows.Select(row => MethodOf(recipe, row)).Distinct().Where(method => MethodCatalog.PartsOf(method).Except(catalogs.Methods.Entries.Select(entry => entry.Attribute.Id)).Any())];

    /// <summary>Id of the method behind a row.</summary>
    public static string MethodOf(Recipe recipe, RecipeRow row) => Owner(recipe, row).Method!["id"]!.ToString();

    /// <summary>Chooses the rows and makes and checks every run's configuration before anything is loaded.</summary>
    /// <exception cref="EngramException">Something is wrong or missing; the message names all of it.</exception>
    public static ReproductionPlan Make(Recipe recipe, Catalogs catalogs, ReproductionScope scope)
    {
        if (scope.Quick && recipe.Quick is null) throw EngramException.Input("no-quick-profile", $"The recipe '{recipe.Id}' has no quick profile; leave --quick out.");
        ReproductionPlan plan = new(recipe, scope, Choose(recipe, scope));
        plan.RequireMethods(catalogs);
        plan.AddTrials(catalogs);
        return plan;
    }

    private static IReadOnlyList<RecipeRow> Choose(Recipe recipe, ReproductionScope scope)
    {
        if (scope.Rows is []) throw EngramException.Input("unknown-row", $"No row is named; give some, such as --rows {recipe.Rows[0].Id}, or leave --rows out.");
        string[] ids = [.. recipe.Rows.Select(row => row.Id)];
        string[] unknown = [.. (scope.Rows ?? []).Where(pattern => !ids.Any(id => GateCondition.Fits(pattern, id)))];
        if (unknown.Length > 0)
            throw EngramException.Input("unknown-row", $"{string.Join(" ", unknown.Select(row => $"The recipe '{recipe.Id}' has no row '{row}'{NearestNames.Suggest(row, ids)}"))} 'engram recipes {recipe.Id}' lists them.");
        IReadOnlyList<string> patterns = scope.Rows ?? (scope.Quick && recipe.Quick!.Rows is { Length: > 0 } few ? few : ["*"]);
        return [.. recipe.Rows.Where(row => patterns.Any(pattern => GateCondition.Fits(pattern, row.Id)))];
    }

    private void RequireMethods(Catalogs catalogs)
    {
        IReadOnlyList<string> none = MissingMethods(Recipe, catalogs);
        string[] lacking = [.. Rows.Where(row => none.Contains(MethodOf(Recipe, row))).Select(row => row.Id)];
        if (lacking.Length == 0) return;
        string missing = string.Join(", ", Rows.Select(row => MethodOf(Recipe, row)).Distinct().Intersect(none));
        RecipeRow? other = Recipe.Rows.FirstOrDefault(row => !none.Contains(MethodOf(Recipe, row)));
        throw EngramException.Input("missing-methods", $"This build does not have {missing}, which {(lacking.Length == 1 ? "row" : "rows")} {string.Join(", ", lacking)} of '{Recipe.Id}' need; "
            + (other is null ? "take a build that has them." : $"name the rows it can do, such as --rows {other.Id} ('engram recipes {Recipe.Id}' lists them)."));
    }

    private void AddTrials(Catalogs catalogs)
    {
        List<string> problems = [];
        List<Trial> trials = [];
        Dictionary<string, string> labelOfConfig = [];
        int seeds = Scope.Seeds ?? (Scope.Quick ? Recipe.Quick!.Seeds : Recipe.Seeds);
        foreach (RecipeRow owner in Owners())
        {
            try
            {
                Trial[] own = [.. Enumerable.Range(1, seeds).Select(seed => new Trial(owner.Id, Configure(catalogs, owner, seed)))];
                labels[owner.Id] = labelOfConfig.TryAdd(own[0].Config.ToJson().ToJsonString(), owner.Id) ? owner.Id : labelOfConfig[own[0].Config.ToJson().ToJsonString()];
                if (labels[owner.Id] == owner.Id) trials.AddRange(own);
            }
            catch (EngramException wrong) when (wrong.Kind == ErrorKind.Input)
            {
                problems.Add($"Row '{owner.Id}': {wrong.Message}");
            }
        }
        if (problems.Count > 0) throw EngramException.Input("invalid-recipe", $"The recipe '{Recipe.Id}' does not fit this Engram. {string.Join(" ", problems)}");
        Trials = trials;
    }

    // The reference is run whenever something is measured against it.
    private IEnumerable<RecipeRow> Owners()
    {
        IEnumerable<RecipeRow> owners = Rows.Select(row => Owner(Recipe, row));
        bool needsReference = Rows.Any(row => RowMetric.NeedsReference(row.Metric) || row.Id.Contains('@')) && Recipe.Reference is not null;
        return (needsReference ? owners.Append(Recipe.Rows.Single(row => row.Id == Recipe.Reference)) : owners).DistinctBy(row => row.Id);
    }

    private RunConfig Configure(Catalogs catalogs, RecipeRow row, int seed)
    {
        JsonObject config = [];
        JsonObject own = [];
        foreach (var (name, part) in new (string, JsonObject?)[] { ("stream", row.Stream), ("method", row.Method), ("network", row.Network), ("training", row.Training) })
            if (part is not null) own[name] = part.DeepClone();
        foreach (JsonObject layer in new[] { Recipe.Config, own, Scope.Quick ? Recipe.Quick!.Config : [] }) Lay(layer, over: config);
        return new RunConfigBuilder(catalogs, file: config).Set("seed", $"{seed}").Build();
    }

    // Settings replace settings; another id replaces the whole part, for the old settings belong to something else.
    private static void Lay(JsonObject layer, JsonObject over)
    {
        foreach (var (name, value) in layer)
        {
            if (value is JsonObject part && over[name] is JsonObject below && (part["id"] is null || part["id"]!.ToJsonString() == below["id"]?.ToJsonString()))
                foreach (var (setting, content) in part) below[setting] = content?.DeepClone();
            else over[name] = value?.DeepClone();
        }
    }

    private static RecipeRow Owner(Recipe recipe, RecipeRow row) => row.Of is null ? row : recipe.Rows.Single(other => other.Id == row.Of);
}
