using System.Text.Json;
using System.Text.Json.Nodes;
using Engram.Experiments;

namespace Engram.Tests.Experiments;

public sealed class ComparisonTests
{
    [Fact]
    public void Verdict_places_a_method_between_its_bounds()
    {
        Comparison comparison = Compare(("plain", [.77, .78, .79]), ("ewc", [.915, .921, .927]), ("joint", [.96, .963, .966]));

        Assert.Equal("ewc keeps 92.1 ± 0.3 % on average over 2 tasks: 14.1 points above plain and 4.2 points below joint (3 seeds, paired difference).", comparison.Verdict);
    }

    [Fact]
    public void Difference_within_noise_is_not_called_a_difference()
    {
        Comparison comparison = Compare(("plain", [.77, .78, .79]), ("ewc", [.78, .75, .82]), ("joint", [.96, .963, .966]));

        Assert.Contains("no clear difference from plain (+0.3 ± 1.8 points)", comparison.Verdict);
        Assert.Contains("points below joint", comparison.Verdict);
        Assert.False(comparison.Summary[1].AgainstLowerBound!.IsClear);
    }

    [Fact]
    public void Pairing_by_seed_finds_a_small_steady_difference_under_large_noise()
    {
        Comparison comparison = Compare(("plain", [.50, .70, .90]), ("ewc", [.52, .721, .92]));

        Assert.Contains("ewc keeps 72.0 ± 11.5 %", comparison.Verdict);
        Assert.Contains("2.0 points above plain", comparison.Verdict);
    }

    [Fact]
    public void Methods_are_ranked_and_the_lead_is_stated()
    {
        Comparison comparison = Compare(("si", [.90, .91, .92]), ("plain", [.70, .71, .72]), ("ewc", [.93, .94, .95]));

        Assert.StartsWith("ewc keeps 94.0", comparison.Verdict);
        Assert.EndsWith("; ewc leads si by 3.0 points.", comparison.Verdict);
        Assert.Equal(["si", "plain", "ewc"], comparison.Summary.Select(method => method.Method));
    }

    [Fact]
    public void Many_methods_do_not_make_a_long_verdict()
    {
        Comparison comparison = Compare([.. Enumerable.Range(1, 9).Select(i => ($"m{i}", new[] { i / 10.0, i / 10.0 + .02 }))]);

        Assert.Equal(5, comparison.Verdict.Count(c => c == ';'));
        Assert.Contains("; the other 5 methods keep 11.0 to 51.0 %; m9 leads m8 by 10.0 points.", comparison.Verdict);
    }

    [Fact]
    public void Bounds_alone_say_what_there_is_to_save() =>
        Assert.Equal("plain keeps 78.0 ± 0.6 % on average over 2 tasks, joint keeps 96.3 ± 0.2 %; 18.3 points are there to be saved from forgetting.",
            Compare(("plain", [.77, .78, .79]), ("joint", [.96, .963, .966])).Verdict);

    [Fact]
    public void One_seed_is_said_to_show_no_noise()
    {
        Comparison comparison = Compare(("plain", [.77]), ("ewc", [.90]));

        Assert.StartsWith("ewc keeps 90.0 % on average over 2 tasks: 13.0 points above plain (1 seed).", comparison.Verdict);
        Assert.Contains("repeat with more seeds", comparison.Verdict);
        Assert.Null(comparison.Summary[0].Accuracy.StandardError);
    }

    [Fact]
    public void One_method_alone_has_a_verdict() => Assert.Equal("ewc keeps 90.0 % on average over 2 tasks (1 seed).", Compare(("ewc", [.90])).Verdict);

    [Fact]
    public void Bound_that_did_not_take_part_is_ignored() => Assert.Null(Compare(("ewc", [.9])).LowerBound);

    [Fact]
    public void Curves_and_matrix_are_means_over_seeds()
    {
        RunResult first = RunResults.Of("ewc", 1, [[.1, .1], [.9, .2], [.7, .9]]), second = RunResults.Of("ewc", 2, [[.2, .1], [.8, .2], [.5, .9]]);

        MethodSummary summary = Comparison.Of([first, second]).Summary[0];

        Assert.Equal(.15, summary.MeanMatrix[0][0], 1e-12);
        Assert.Equal(.6, summary.MeanMatrix[2][0], 1e-12);
        Assert.Equal(.85, summary.AccuracyCurve[0].Mean, 1e-12);
        Assert.Equal(.75, summary.AccuracyCurve[1].Mean, 1e-12);
        Assert.Equal(.25, summary.Forgetting!.Mean, 1e-12);
    }

    [Fact]
    public void Json_has_the_documented_names()
    {
        JsonNode json = JsonSerializer.SerializeToNode(Compare(("plain", [.7, .8]), ("ewc", [.9, .92])), JsonSerializerOptions.Web)!;

        Assert.Equal(1, (int)json["schema"]!);
        Assert.Equal(4, json["trials"]!.AsArray().Count);
        JsonNode ewc = json["summary"]![1]!;
        Assert.Equal("ewc", (string)ewc["method"]!);
        Assert.Equal(2, (int)ewc["n"]!);
        foreach (string name in new[] { "accuracy", "forgetting", "backwardTransfer", "seconds" })
            Assert.Equal(["mean", "standardError"], ewc[name]!.AsObject().Select(pair => pair.Key));
    }

    [Fact]
    public void Task_names_that_differ_between_seeds_become_numbers()
    {
        double[][] matrix = [[.1, .1], [.9, .2], [.7, .9]];

        Comparison comparison = Comparison.Of([RunResults.Of("ewc", 1, matrix, tasks: ["3 and 7", "0 and 1"]), RunResults.Of("ewc", 2, matrix, tasks: ["0 and 1", "3 and 7"])]);

        Assert.Equal(["task 1", "task 2"], comparison.Tasks);
    }

    [Fact]
    public void Task_names_that_measure_one_thing_differently_name_all_measures()
    {
        double[][] matrix = [[.1, .1], [.9, .2], [.7, .9]];

        Comparison comparison = Comparison.Of([.. Enumerable.Range(1, 4).Select(seed => RunResults.Of("ewc", (ulong)seed, matrix, tasks: [$"{seed}.5 degrees", "90 degrees"]))]);

        Assert.Equal(["1.5, 2.5, 3.5, .. degrees", "90 degrees"], comparison.Tasks);
    }

    [Fact]
    public void Runs_that_do_not_belong_together_are_refused()
    {
        RunResult run = RunResults.Fading("ewc", 1, 3, .9);

        Assert.Contains("at least one run", Assert.Throws<ArgumentException>(() => Comparison.Of([])).Message);
        Assert.Contains("appears 2 times with seed 1", Assert.Throws<ArgumentException>(() => Comparison.Of([run, run])).Message);
        Assert.Contains("learned 4 tasks of 'permuted-digits' (domain scenario), but 'ewc' learned 3 tasks",
            Assert.Throws<ArgumentException>(() => Comparison.Of([run, RunResults.Fading("si", 1, 4, .9)])).Message);
    }

    private static Comparison Compare(params (string Method, double[] Accuracies)[] methods) => Comparison.Of(
        [.. methods.SelectMany(method => method.Accuracies.Select((accuracy, seed) => RunResults.Of(method.Method, (ulong)seed + 1, [[.1, .1], [.97, .1], [accuracy, accuracy]])))],
        lowerBound: "plain", upperBound: "joint");
}
