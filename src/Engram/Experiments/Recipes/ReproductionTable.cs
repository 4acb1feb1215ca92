using System.Globalization;
using System.Text.Json.Serialization;
using Engram.Evaluation;

namespace Engram.Experiments.Recipes;

/// <summary>All rows and conditions of all recipes, paper against ours: what <c>reproduce --all --json</c> prints and its page shows.</summary>
public sealed record ReproductionTable
{
    private const string MissingData = "missing-data";

    /// <summary>Version of the document's form.</summary>
    public int Schema { get; init; } = RunConfig.Schema;

    /// <summary>Version of Engram that did the work.</summary>
    public string Engram { get; init; } = EngramVersion.Current;

    /// <summary>Whether the reduced profiles were run.</summary>
    public required bool Quick { get; init; }

    /// <summary>Hours that were given.</summary>
    public required double Hours { get; init; }

    /// <summary>What the runs that are not done would take one after another, in seconds, without those that cannot be made here.</summary>
    public required double SecondsLeft { get; init; }

    /// <summary>The rows, recipe after recipe.</summary>
    public required IReadOnlyList<ReproducedRow> Rows { get; init; }

    /// <summary>The conditions, recipe after recipe.</summary>
    public required IReadOnlyList<ReproducedGate> Gates { get; init; }

    /// <summary>How strengths were chosen.</summary>
    public string Selection { get; init; } = Reproduction.SelectionRule;

    /// <summary>Whether nothing that was run is outside: no row, no condition, no run that failed.</summary>
    public bool Inside => Rows.All(row => row.State is not (ReproducedState.Outside or ReproducedState.Failed)) && Gates.All(gate => gate.State != ReproducedState.Outside);

    /// <summary>The runs behind it that are done.</summary>
    [JsonIgnore]
    public IReadOnlyList<(Trial Trial, RunResult Result)> Finished { get; init; } = [];

    /// <summary>The recipes.</summary>
    [JsonIgnore]
    public IReadOnlyList<Recipe> Recipes { get; init; } = [];

    /// <summary>The text of <c>table.csv</c>: a header and a line for each row; fractions, written so that reading gives them back exactly.</summary>
    public string ToCsv()
    {
        IEnumerable<string[]> lines = Rows.Select(one => new[]
        {
            one.Recipe, one.Row.Id, one.Row.Label, one.Row.Metric, Number(one.Row.Paper), Number(one.Row.PaperStandardError), Number(one.Row.Ours), Number(one.Row.StandardError), $"{one.Row.N}",
            Number(one.Row.Band?[0]), Number(one.Row.Band?[1]), Settings.ToJson(one)["state"]!.ToString(), one.Why, Number(one.SecondsLeft),
        });
        return string.Concat(lines.Prepend(["recipe", "row", "label", "metric", "paper", "paper standard error", "ours", "standard error", "seeds", "band from", "band to", "state", "why", "seconds left"])
            .Select(fields => string.Join(',', fields.Select(Csv.Quote)) + "\n"));

        static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";
    }

    /// <summary>Judges what came of the trials of all recipes.</summary>
    internal static ReproductionTable Of(TablePlan plan, IReadOnlyList<(TablePart Part, TableTrial[] Trials)> parts)
    {
        List<ReproducedRow> rows = [];
        List<ReproducedGate> gates = [];
        foreach (var (part, trials) in parts)
        {
            if (part.Plan is null)
            {
                rows.AddRange(part.Recipe.Rows.Select(row => new ReproducedRow(part.Recipe.Id, Unrun(part.Recipe, row), ReproducedState.Impossible, part.Problem!.Message, null)));
                continue;
            }
            Reproduction reproduction = Reproduction.Of(part.Plan, new([.. trials.Where(trial => trial.Result is not null).Select(trial => (trial.Trial, trial.Result!))], []));
            ReproducedRow[] own = [.. part.Plan.Rows.Zip(reproduction.Rows, (row, outcome) => Judge(part, outcome, [.. part.LabelsOf(row).Distinct().SelectMany(label => trials.Where(trial => trial.Trial.Label == label))]))];
            rows.AddRange(own);
            gates.AddRange(reproduction.Gates.Select(gate => new ReproducedGate(part.Recipe.Id, gate, StateOf(gate, part, own))));
        }
        return new()
        {
            Quick = plan.Quick, Hours = plan.Hours, SecondsLeft = parts.SelectMany(part => part.Trials).Where(trial => trial.Result is null && trial.Problem is null).Sum(trial => trial.Seconds), Recipes = plan.Recipes, Rows = rows, Gates = gates,
            Finished = [.. parts.SelectMany(part => part.Trials).Where(trial => trial.Result is not null).Select(trial => (trial.Trial, trial.Result!))],
        };
    }

    private static RowOutcome Unrun(Recipe recipe, RecipeRow row) =>
        new() { Id = row.Id, Label = row.Label, Method = ReproductionPlan.MethodOf(recipe, row), Metric = row.Metric, Paper = row.Paper, Values = [], Note = row.Note };

    private static ReproducedRow Judge(TablePart part, RowOutcome row, TableTrial[] trials)
    {
        TableTrial[] open = [.. trials.Where(trial => trial.Result is null)];
        if (open.Length == 0) return new(part.Recipe.Id, row, row.Inside switch { null => ReproducedState.Measured, true => ReproducedState.Inside, false => ReproducedState.Outside }, "", null);
        row = row with { Inside = null }; // some of its seeds say nothing yet
        if (open.FirstOrDefault(trial => trial.Error is not null) is { } failed) return new(part.Recipe.Id, row, ReproducedState.Failed, $"{failed.Name}: {failed.Error!.Message}", null);
        if (open.FirstOrDefault(trial => trial.Problem is not null) is { Problem: { } problem })
            return new(part.Recipe.Id, row, problem.Code == MissingData ? ReproducedState.NoData : ReproducedState.Impossible, problem.Message, null);
        return new(part.Recipe.Id, row, ReproducedState.NoTime, "", open.Sum(trial => trial.Seconds));
    }

    // A condition stands where the first of its rows stands that was not run.
    private static ReproducedState StateOf(GateOutcome gate, TablePart part, ReproducedRow[] rows)
    {
        HashSet<string> names = [.. GateCondition.Parse(gate.Condition, [.. part.Recipe.Rows.Select(row => row.Id)]).Names.Select(name => name.Split(':')[0])];
        ReproducedRow? open = rows.FirstOrDefault(row => names.Contains(row.Row.Id) && row.State is not (ReproducedState.Inside or ReproducedState.Outside or ReproducedState.Measured));
        return open?.State ?? gate.Holds switch { null => ReproducedState.Measured, true => ReproducedState.Inside, false => ReproducedState.Outside };
    }
}
