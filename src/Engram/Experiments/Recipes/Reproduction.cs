using System.Text.Json.Serialization;
using Engram.Evaluation;

namespace Engram.Experiments.Recipes;

/// <summary>A recipe's rows and conditions beside what our runs gave: what <c>reproduce --json</c> prints and the page shows.</summary>
public sealed record Reproduction
{
    /// <summary>What stands next to every table of published numbers.</summary>
    public const string SelectionRule = "Strengths were tuned on all tasks' validation or test data in the papers, which a real stream does not allow; "
        + "the rule of A-GEM (arXiv 1812.00420) tunes on the first 3 tasks and discards them.";

    /// <summary>Version of the document's form.</summary>
    public int Schema { get; init; } = RunConfig.Schema;

    /// <summary>Version of Engram that did the work.</summary>
    public string Engram { get; init; } = EngramVersion.Current;

    /// <summary>Id of the recipe.</summary>
    public required string Recipe { get; init; }

    /// <summary>Whether the reduced profile was run.</summary>
    public required bool Quick { get; init; }

    /// <summary>The rows.</summary>
    public required IReadOnlyList<RowOutcome> Rows { get; init; }

    /// <summary>The conditions whose rows all took part.</summary>
    public required IReadOnlyList<GateOutcome> Gates { get; init; }

    /// <summary>The sweeps whose points took part.</summary>
    public required IReadOnlyList<SweepOutcome> Sweeps { get; init; }

    /// <summary>How strengths were chosen.</summary>
    public string Selection { get; init; } = SelectionRule;

    /// <summary>Whether nothing is outside: no row, no condition, no run that failed.</summary>
    public required bool Inside { get; init; }

    /// <summary>Trials that ended with an error.</summary>
    public required IReadOnlyList<string> Failed { get; init; }

    /// <summary>The plan behind it.</summary>
    [JsonIgnore]
    public ReproductionPlan Plan { get; }

    private Reproduction(ReproductionPlan plan) => Plan = plan;

    /// <summary>Whether a row is a point of a sweep, which has a table of its own.</summary>
    public bool IsPoint(RowOutcome row) => Plan.Recipe.Sweeps.Any(sweep => sweep.Values.Any(value => sweep.PointId(value) == row.Id));

    /// <summary>Judges what came of a plan's trials.</summary>
    public static Reproduction Of(ReproductionPlan plan, TrialResults results)
    {
        Measurements measured = new(plan, results);
        RowOutcome[] rows = [.. plan.Rows.Select(row => Judge(plan, row, measured))];
        string[] ids = [.. plan.Recipe.Rows.Select(row => row.Id)], chosen = [.. plan.Rows.Select(row => row.Id)];
        GateOutcome[] gates = [.. plan.Gates.Select(gate => (Gate: gate, Condition: GateCondition.Parse(gate.Holds, ids)))
            .Where(one => one.Condition.Names.All(name => chosen.Contains(name.Split(':')[0]))).Select(one => Judge(one.Gate, one.Condition, measured))];
        return new(plan)
        {
            Recipe = plan.Recipe.Id, Quick = plan.Scope.Quick, Rows = rows, Gates = gates,
            Sweeps = [.. plan.Recipe.Sweeps.Select(sweep => Trace(sweep, measured)).Where(sweep => sweep.Points.Count > 0)],
            Inside = results.Failed.Count == 0 && rows.All(row => row.Inside != false) && gates.All(gate => gate.Holds != false),
            Failed = [.. results.Failed.Select(failed => $"{failed.Trial.Label} seed {failed.Trial.Config.Machine.Seed}: {failed.Error.Message}")],
        };
    }

    private static RowOutcome Judge(ReproductionPlan plan, RecipeRow row, Measurements measured)
    {
        double[] values = [.. measured.Of(row.Id).Values];
        SampleStatistics? ours = values.Length == 0 ? null : SampleStatistics.Of(values);
        // Bands are for the full protocol; the reduced one has conditions of its own.
        double?[]? band = plan.Scope.Quick || (row.Low() ?? row.High()) is null ? null : [row.Low(), row.High()];
        return new()
        {
            Id = row.Id, Label = row.Label, Method = ReproductionPlan.MethodOf(plan.Recipe, row), Metric = row.Metric, Note = row.Note, Values = values,
            Scenario = measured.ScenarioOf(row.Id), Paper = row.Paper,
            PaperStandardError = row.StandardError ?? (plan.Recipe.Source.Runs is { } runs ? row.Deviation / Math.Sqrt(runs) : null),
            Ours = ours?.Mean, StandardError = ours?.StandardError, N = values.Length, Band = band, Decides = row.Decides,
            Inside = band is null ? null : ours is not null && !(ours.Mean < band[0]) && !(ours.Mean > band[1]),
        };
    }

    private static GateOutcome Judge(RecipeGate gate, GateCondition condition, Measurements measured)
    {
        Dictionary<string, IReadOnlyDictionary<ulong, double>> values = condition.Names.ToDictionary(name => name, measured.Of);
        ulong[] seeds = [.. values.Values.SelectMany(one => one.Keys).Distinct()];
        bool complete = seeds.Length > 0 && values.Values.All(one => gate.EverySeed || gate.Clear ? one.Count == seeds.Length : one.Count > 0);
        if (!complete) return new(gate.Says, gate.Holds, gate.EverySeed, gate.Clear, condition.Comparison, null, null, null, false);
        (double Left, double Right, bool Holds)[] each = gate.EverySeed || gate.Clear ? [.. seeds.Select(seed => condition.Evaluate(name => values[name][seed]))] : [];
        int sign = condition.Comparison[0] == '>' ? 1 : -1;
        if (gate.Clear)
        {
            DifferenceTest test = DifferenceTest.Of([.. each.Select(one => sign * (one.Left - one.Right))]);
            return new(gate.Says, gate.Holds, gate.EverySeed, true, condition.Comparison, each.Average(one => one.Left), each.Average(one => one.Right), test.P, test.P is null ? null : test is { IsClear: true, Mean: > 0 });
        }
        (double Left, double Right, bool Holds)[] all = gate.EverySeed ? each : [condition.Evaluate(name => values[name].Values.Average())];
        var worst = all.MinBy(one => sign * (one.Left - one.Right));
        return new(gate.Says, gate.Holds, gate.EverySeed, false, condition.Comparison, worst.Left, worst.Right, null, all.All(one => one.Holds));
    }

    private static SweepOutcome Trace(RecipeSweep sweep, Measurements measured)
    {
        double[] finished = [.. sweep.Values.Order().Where(value => measured.Of(sweep.PointId(value)).Count > 0)];
        return new(sweep.Id, sweep.Label, sweep.Setting, [.. finished.Select(value => new SweepPoint(value, Mean(value, "accuracy")!, Mean(value, "forgetting"), Mean(value, "intransigence")))]);

        SampleStatistics? Mean(double value, string metric) =>
            measured.Of($"{sweep.PointId(value)}:{metric}").Values.ToArray() is { Length: > 0 } values ? SampleStatistics.Of(values) : null;
    }
}
