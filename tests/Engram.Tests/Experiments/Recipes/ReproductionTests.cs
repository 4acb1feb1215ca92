using System.Text.Json.Nodes;
using Engram.Experiments;
using Engram.Experiments.Recipes;

namespace Engram.Tests.Experiments.Recipes;

public sealed class ReproductionTests
{
    [Fact]
    public void Rows_with_equal_settings_share_their_runs_and_a_row_may_measure_anothers()
    {
        ReproductionPlan plan = MadeUp.Plan("""
            { "id": "none", "label": "a", "method": { "id": "fine-tuning" } },
            { "id": "same", "label": "b", "method": { "id": "fine-tuning" }, "stream": { "tasks": 2 } },
            { "id": "other", "label": "c", "method": { "id": "fine-tuning" }, "training": { "batch": 64 } },
            { "id": "first", "label": "d", "of": "other", "metric": "R[T,1]" }
            """);

        Assert.Equal(["none seed 1", "none seed 2", "other seed 1", "other seed 2"], plan.Trials.Select(trial => $"{trial.Label} seed {trial.Config.Machine.Seed}"));
        Assert.Equal(["none", "none", "other", "other"], plan.Rows.Select(plan.LabelOf));
        Assert.Equal(64, plan.Trials[2].Config.Training.Batch);
    }

    // Two tasks; the numbers are rows untrained, after task 1, after task 2.
    [Theory]
    [InlineData("\"band\": [0.70, 0.80]", true)]   // mean of .70 and .78 is .74
    [InlineData("\"band\": [0.75, null]", false)]
    [InlineData("\"band\": [null, 0.74]", true)]
    [InlineData("\"band\": [null, 0.73]", false)]
    [InlineData("\"paper\": 0.70, \"within\": 0.05", true)]
    [InlineData("\"paper\": 0.70, \"within\": 0.03", false)]
    [InlineData("\"metric\": \"forgetting\", \"band\": [0.27, 0.29]", true)]            // (.90 - .60) and (.90 - .64): .28
    [InlineData("\"metric\": \"backwardTransfer/T\", \"band\": [-0.15, -0.13]", true)]  // half of it, negative
    [InlineData("\"metric\": \"forwardTransfer\", \"band\": [0.19, 0.21]", true)]       // .30 - .10
    [InlineData("\"metric\": \"R[1,2]\", \"band\": [0.29, 0.31]", true)]
    [InlineData("\"metric\": \"R[T,T]\", \"band\": [0.90, null]", false)]               // .80 and .92: .86
    public void A_row_is_inside_when_its_mean_is(string asked, bool inside)
    {
        ReproductionPlan plan = MadeUp.Plan($$"""{ "id": "none", "label": "a", "method": { "id": "fine-tuning" }, {{asked}} }""");

        Reproduction result = Reproduction.Of(plan, MadeUp.Results(plan, (_, seed) => seed == 1 ? [[.1, .1], [.9, .3], [.60, .80]] : [[.1, .1], [.9, .3], [.64, .92]]));

        Assert.Equal(inside, Assert.Single(result.Rows).Inside);
        Assert.Equal(inside, result.Inside);
        Assert.Equal(2, result.Rows[0].N);
    }

    [Fact]
    public void Mean_and_standard_error_stand_beside_the_papers()
    {
        ReproductionPlan plan = MadeUp.Plan("""{ "id": "none", "label": "a", "method": { "id": "fine-tuning" }, "paper": 0.7, "deviation": 0.02 }""");

        RowOutcome row = Reproduction.Of(plan, MadeUp.Results(plan, (_, seed) => seed == 1 ? [[.1, .1], [.9, .3], [.60, .80]] : [[.1, .1], [.9, .3], [.64, .92]])).Rows[0];

        Assert.Equal(.74, row.Ours!.Value, 12);
        Assert.Equal(.04, row.StandardError!.Value, 12);      // |.78 - .70| / 2
        Assert.Equal(.01, row.PaperStandardError!.Value, 12); // .02 / sqrt(4 runs)
        Assert.Null(row.Band);
        Assert.Null(row.Inside);
    }

    [Theory]
    [InlineData("joint - none >= 0.2", false, .21125, true)]  // (.95 + .9525) / 2 less (.70 + .78) / 2
    [InlineData("joint - none >= 0.2", true, .1725, false)]   // seed 2 alone
    [InlineData("joint - none <= 0.24", true, .25, false)]    // seed 1 alone
    [InlineData("none:forgetting > joint:forgetting", true, .26, true)]
    public void Conditions_hold_for_the_means_or_for_every_seed(string holds, bool everySeed, double left, bool verdict)
    {
        ReproductionPlan plan = MadeUp.Plan("""{ "id": "none", "label": "a", "method": { "id": "fine-tuning" } }, { "id": "joint", "label": "b", "method": { "id": "joint" } }""",
            $$"""{ "says": "so it is", "holds": "{{holds}}", "everySeed": {{(everySeed ? "true" : "false")}} }""");

        Reproduction result = Reproduction.Of(plan, MadeUp.Results(plan, (label, seed) => (label, seed) switch
        {
            ("none", 1) => [[.1, .1], [.9, .3], [.60, .80]],
            ("none", _) => [[.1, .1], [.9, .3], [.64, .92]],
            (_, 1) => [[.1, .1], [.93, .3], [.95, .95]],
            _ => [[.1, .1], [.93, .3], [.95, .955]],
        }));

        GateOutcome gate = Assert.Single(result.Gates);
        Assert.Equal(left, gate.Left!.Value, 12);
        Assert.Equal((verdict, verdict), (gate.Holds, result.Inside));
    }

    // Margins .02, .03, .04: mean .03, standard error .0058, t = 5.2 with 2 degrees; .02, .06, -.02 is a mean as large as chance allows.
    [Theory]
    [InlineData("joint - none > 0", .04, "holds", true)]
    [InlineData("none < joint", .04, "holds", true)]
    [InlineData("joint - none > 0", -.02, "not clear", false)]
    [InlineData("none - joint > 0", .04, "broken", false)]
    public void A_condition_may_have_to_hold_beyond_chance(string holds, double third, string word, bool verdict)
    {
        ReproductionPlan plan = MadeUp.Plan("""{ "id": "none", "label": "a", "method": { "id": "fine-tuning" } }, { "id": "joint", "label": "b", "method": { "id": "joint" } }""",
            $$"""{ "says": "so it is", "holds": "{{holds}}", "clear": true }""", new(Seeds: 3));
        double[] margins = [.02, third < 0 ? .06 : .03, third];

        Reproduction result = Reproduction.Of(plan, MadeUp.Results(plan, (label, seed) => [[.1, .1], [.9, .3], label == "none" ? [.7, .7] : [.7 + margins[seed - 1], .7 + margins[seed - 1]]]));

        GateOutcome gate = Assert.Single(result.Gates);
        Assert.Equal((word, verdict, verdict), (gate.Word, gate.Holds, result.Inside));
        Assert.NotNull(gate.P);
    }

    [Fact]
    public void With_one_seed_nothing_is_beyond_chance_and_nothing_is_broken()
    {
        ReproductionPlan plan = MadeUp.Plan("""{ "id": "none", "label": "a", "method": { "id": "fine-tuning" } }, { "id": "joint", "label": "b", "method": { "id": "joint" } }""",
            """{ "says": "so it is", "holds": "joint > none", "clear": true }""", new(Seeds: 1));

        Reproduction result = Reproduction.Of(plan, MadeUp.Results(plan, (label, _) => [[.1, .1], [.9, .3], label == "none" ? [.7, .7] : [.8, .8]]));

        Assert.Equal(("too few seeds", null, true), (result.Gates[0].Word, result.Gates[0].Holds, result.Inside));
        Assert.Equal("1 condition needs more seeds.", Engram.Reports.ReproductionWords.Verdict(result));
    }

    [Fact]
    public void A_row_that_cannot_tell_the_method_from_nothing_says_so()
    {
        ReproductionPlan plan = MadeUp.Plan("""{ "id": "none", "label": "a", "method": { "id": "fine-tuning" }, "band": [0.7, 0.8], "decides": false }, { "id": "joint", "label": "b", "method": { "id": "joint" }, "band": [0.7, 0.8] }""");

        Reproduction result = Reproduction.Of(plan, MadeUp.Results(plan, (_, _) => [[.1, .1], [.9, .3], [.7, .8]]));

        Assert.Equal("2 of 2 rows are inside their bands, 1 of them where doing nothing is inside too.", Engram.Reports.ReproductionWords.Verdict(result));
        Assert.Contains("inside, as doing nothing", Engram.Reports.ReproductionReport.Page(result, []));
        Assert.Contains("decides is false but there is no band", Assert.Throws<EngramException>(() => MadeUp.Plan("""{ "id": "none", "label": "a", "method": { "id": "fine-tuning" }, "decides": false }""")).Message);
    }

    [Fact]
    public void Conditions_of_rows_that_were_not_asked_for_are_left_out_and_of_runs_that_failed_are_broken()
    {
        const string rows = """{ "id": "none", "label": "a", "method": { "id": "fine-tuning" }, "band": [0.5, null] }, { "id": "joint", "label": "b", "method": { "id": "joint" } }""";
        const string gate = """{ "says": "so it is", "holds": "joint - none >= 0" }""";
        ReproductionPlan few = MadeUp.Plan(rows, gate, new(Rows: ["none"])), all = MadeUp.Plan(rows, gate);

        Reproduction some = Reproduction.Of(few, MadeUp.Results(few, (_, _) => [[.1, .1], [.9, .3], [.6, .8]]));
        TrialResults results = MadeUp.Results(all, (_, _) => [[.1, .1], [.9, .3], [.6, .8]]);
        TrialResults half = new([.. results.Finished.Where(one => one.Trial.Label == "joint")],
            [.. results.Finished.Where(one => one.Trial.Label == "none").Select(one => new FailedTrial(one.Trial, EngramException.Failure("diverged", "Training diverged.")))]);
        Reproduction failed = Reproduction.Of(all, half);

        Assert.Empty(some.Gates);
        Assert.True(some.Inside);
        Assert.False(failed.Inside);
        Assert.False(failed.Gates[0].Holds);
        Assert.Null(failed.Gates[0].Left);
        Assert.False(failed.Rows[0].Inside);
        Assert.Equal("none seed 1: Training diverged.", failed.Failed[0]);
    }

    [Fact]
    public void The_quick_profile_replaces_settings_seeds_and_conditions_and_asks_for_no_bands()
    {
        ReproductionPlan plan = MadeUp.Plan("""{ "id": "none", "label": "a", "method": { "id": "fine-tuning" }, "training": { "epochs": [7] }, "band": [0.99, null] }""", scope: new(Quick: true),
            quick: """{ "seeds": 1, "config": { "training": { "epochs": [3] } }, "gates": [{ "says": "more than nothing", "holds": "none > 0.1" }] }""");

        Reproduction result = Reproduction.Of(plan, MadeUp.Results(plan, (_, _) => [[.1, .1], [.9, .3], [.6, .8]]));

        Assert.Equal([3], Assert.Single(plan.Trials).Config.Training.Epochs);
        Assert.Null(result.Rows[0].Band);
        Assert.True(result.Gates[0].Holds);
        Assert.True(result.Inside);
    }

    [Fact]
    public void A_sweep_is_traced_by_strength_against_the_reference()
    {
        ReproductionPlan plan = MadeUp.SweepPlan();

        SweepOutcome sweep = Assert.Single(Reproduction.Of(plan, MadeUp.SweepResults(plan)).Sweeps);

        Assert.Equal([.1, 10, 1000], sweep.Points.Select(point => point.Value));
        Assert.Equal([.3, .1, 0], sweep.Points.Select(point => Math.Round(point.Forgetting!.Mean, 12)));
        Assert.Equal([0, .05, .25], sweep.Points.Select(point => Math.Round(point.Intransigence!.Mean, 12)));
    }

    [Fact]
    public void Methods_that_are_missing_are_named_unless_other_rows_are_asked_for()
    {
        const string rows = """{ "id": "none", "label": "a", "method": { "id": "fine-tuning" } }, { "id": "magic", "label": "b", "method": { "id": "never-forget", "wand": 3 } }""";

        EngramException error = Assert.Throws<EngramException>(() => MadeUp.Plan(rows));

        Assert.Equal("missing-methods", error.Code);
        Assert.Contains("does not have never-forget, which row magic of 'made-up' need", error.Message);
        Assert.Contains("--rows none", error.Message);
        Assert.Contains("magic", Assert.Throws<EngramException>(() => MadeUp.Plan(rows, scope: new(Rows: ["magic"]))).Message);
        Assert.Single(MadeUp.Plan(rows, scope: new(Rows: ["none"])).Rows);
        Assert.Equal("unknown-row", Assert.Throws<EngramException>(() => MadeUp.Plan(rows, scope: new(Rows: ["nine"]))).Code);
        Assert.Equal("no-quick-profile", Assert.Throws<EngramException>(() => MadeUp.Plan(rows, scope: new(Quick: true))).Code);
    }

    [Fact]
    public void Settings_that_do_not_fit_are_named_with_their_row() =>
        Assert.Contains("Row 'none': There is no setting 'training.epoch'; did you mean 'epochs'?",
            Assert.Throws<EngramException>(() => MadeUp.Plan("""{ "id": "none", "label": "a", "method": { "id": "fine-tuning" }, "training": { "epoch": [7] } }""")).Message);
}

/// <summary>Recipes and results for tests.</summary>
internal static class MadeUp
{
    public static ReproductionPlan Plan(string rows, string gates = "", ReproductionScope? scope = null, string? quick = null, string more = "") => ReproductionPlan.Make(
        RecipeCatalog.Read("made-up", (JsonObject)JsonNode.Parse($$"""
            {
              "title": "Made up", "source": { "authors": "Nobody", "year": 2020, "runs": 4 }, "seeds": 2, "config": { "stream": { "id": "permuted-digits", "tasks": 2 } },
              {{more}} "rows": [{{rows}}], "gates": [{{gates}}]{{(quick is null ? "" : $", \"quick\": {quick}")}}
            }
            """)!), new Catalogs(), scope ?? new());

    public static TrialResults Results(ReproductionPlan plan, Func<string, ulong, double[][]> matrix) =>
        new([.. plan.Trials.Select(trial => (trial, RunResults.Of(trial.Config.Method.Id, trial.Config.Machine.Seed, matrix(trial.Label, trial.Config.Machine.Seed))))], []);

    public static ReproductionPlan SweepPlan() => Plan("""{ "id": "joint", "label": "joint", "method": { "id": "joint" } }""", scope: new(Rows: ["ewc@*"]),
        more: """ "reference": "joint", "sweeps": [{ "id": "ewc", "label": "EWC <b>", "method": { "id": "ewc" }, "values": [1000, 0.1, 10] }], """);

    // The reference learns both tasks to .95; forgetting .3, .1, 0 and intransigence 0, .05, .25 from weak to strong.
    public static TrialResults SweepResults(ReproductionPlan plan) => Results(plan, (label, _) => label switch
    {
        "joint" => [[.1, .1], [.95, .3], [.95, .95]],
        "ewc@0.1" => [[.1, .1], [.95, .3], [.65, .95]],
        "ewc@10" => [[.1, .1], [.95, .3], [.85, .85]],
        _ => [[.1, .1], [.95, .3], [.95, .45]],
    });
}
