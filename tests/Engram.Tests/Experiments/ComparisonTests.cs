using System.Text.Json;
using System.Text.Json.Nodes;
using Engram.Experiments;

namespace Engram.Tests.Experiments;

public sealed class ComparisonTests
{
    [Fact]
    public void Verdict_places_a_method_between_its_bounds()
    {
        Comparison comparison = Compare(("plain", [.77, .78, .79]), ("ewc", [.914, .921, .928]), ("joint", [.96, .963, .967]));

        // Standard error of the first .17; its p is the smallest of three, so the interval is that of .05 / 3: t = 7.65 with 2 degrees.
        Assert.Equal("ewc keeps 92.1 ± 0.4 % on average over 2 tasks (3 seeds): 14.1 points above plain (12.8 to 15.4, p = 0.0005) and 4.2 points below joint (3.4 to 5.1, p = 0.0023). "
            + "Paired over the 3 seeds that both have; Student's t, p and intervals corrected for 3 differences (Holm).", comparison.Verdict);
    }

    [Fact]
    public void Difference_within_noise_is_not_called_a_difference()
    {
        Comparison comparison = Compare(("plain", [.77, .78, .79]), ("ewc", [.78, .75, .82]), ("joint", [.96, .963, .967]));

        Assert.Contains("no clear difference from plain (+0.3 points, −7.3 to +7.9, p = 0.87)", comparison.Verdict);
        Assert.Contains("points below joint", comparison.Verdict);
        Assert.False(comparison.Summary[1].AgainstLowerBound!.IsClear);
    }

    [Fact]
    public void Two_standard_errors_are_not_enough_with_few_seeds()
    {
        Comparison comparison = Compare(("plain", [.70, .75]), ("ewc", [.74, .77])); // 3 points with a standard error of 1

        Assert.StartsWith("ewc keeps 75.5 ± 1.5 % on average over 2 tasks (2 seeds): no clear difference from plain (+3.0 points, −9.7 to +15.7, p = 0.20). Paired over the 2 seeds that both have; Student's t, interval of 95 %.", comparison.Verdict);
        Assert.EndsWith("If the difference between ewc and plain is as large as it looks, about 4 seeds would show it.", comparison.Verdict);
    }

    // Methods that are all equal, with noise of their own and the seeds' in common: all that a comparison calls clear is a false alarm.
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(10)]
    public void Equal_methods_are_called_different_in_one_comparison_of_twenty_at_most(int seeds)
    {
        RandomSource random = new((ulong)seeds);
        const int Studies = 800;
        int alarms = Enumerable.Range(0, Studies).Count(_ => Simulate(random, seeds, ("plain", .8), ("ewc", .8), ("si", .8), ("mas", .8), ("joint", .8)).Differences.Any(one => one.Difference.IsClear));

        Assert.InRange(alarms / (double)Studies, 0, .065); // .05, and two standard errors of a share of 800; two standard errors of the difference, once called clear, gave .15 to .6
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void A_true_difference_is_found(int seeds)
    {
        RandomSource random = new((ulong)seeds);
        const int Studies = 200;
        int found = Enumerable.Range(0, Studies).Count(_ => Simulate(random, seeds, ("plain", .6), ("ewc", .8), ("joint", .8)).Summary[1].AgainstLowerBound!.IsClear);

        Assert.InRange(found / (double)Studies, .95, 1);
    }

    [Fact]
    public void Only_seeds_that_both_have_are_compared_and_their_number_is_said()
    {
        Comparison comparison = Compare(("plain", [.70, .71, .72]), ("ewc", [.80, .812, .818, .10, .95]));

        Assert.Equal(3, comparison.Summary[1].AgainstLowerBound!.Seeds);
        Assert.Contains("(5 seeds): 10.0 points above plain", comparison.Verdict);
        Assert.Contains("Paired over the 3 seeds that both have", comparison.Verdict);
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
        Comparison comparison = Compare(("si", [.90, .91, .92]), ("plain", [.70, .711, .723]), ("ewc", [.93, .941, .95]));

        Assert.StartsWith("ewc keeps 94.0", comparison.Verdict);
        Assert.Contains(". ewc leads si by 3.0 points (2.9 to 3.2, p = 0.0001). ", comparison.Verdict);
        Assert.Equal(["si", "plain", "ewc"], comparison.Summary.Select(method => method.Method));
        Assert.Equal("si", comparison.Summary[2].AgainstNext!.Other);
        Assert.Null(comparison.Summary[0].AgainstNext);
    }

    [Fact]
    public void Many_methods_do_not_make_a_long_verdict()
    {
        Comparison comparison = Compare([.. Enumerable.Range(1, 9).Select(i => ($"m{i}", new[] { i / 10.0, i / 10.0 + .02 + .001 * i }))]);

        Assert.Equal(7, comparison.Sentences.Count);
        Assert.Contains(" The other 5 methods keep 11.1 to 51.3 %. m9 leads m8 by 10.1 points", comparison.Verdict);
    }

    [Fact]
    public void Bounds_alone_say_what_there_is_to_save() =>
        Assert.Equal("plain keeps 78.0 ± 0.6 % on average over 2 tasks, joint keeps 96.3 ± 0.2 %. 18.3 points are there to be saved from forgetting (16.7 to 19.9, p = 0.0004). Paired over the 3 seeds that both have; Student's t, interval of 95 %.",
            Compare(("plain", [.77, .78, .79]), ("joint", [.96, .963, .967])).Verdict);

    [Fact]
    public void Bounds_that_noise_hides_are_not_said_to_leave_nothing_to_save() => // nor anything
        Assert.Contains("No clear difference between joint and plain (+1.0 points, −11.4 to +13.4, p = 0.76), so nothing shows that there is anything to be saved from forgetting.",
            Compare(("plain", [.77, .78, .79]), ("joint", [.83, .79, .75])).Verdict);

    [Fact]
    public void Two_seeds_with_much_noise_say_nothing_and_how_many_would_is_said()
    {
        Comparison comparison = Compare(("plain", [.5, .7]), ("ewc", [.9, .7]));

        Assert.Equal("ewc keeps 80.0 ± 10.0 % on average over 2 tasks (2 seeds): nothing can be said about a difference from plain. Paired over the 2 seeds that both have; Student's t, interval of 95 %. "
            + "If the difference between ewc and plain is as large as it looks, about 18 seeds would show it.", comparison.Verdict);
    }

    [Fact]
    public void What_cannot_be_said_of_both_bounds_is_said_once() => Assert.StartsWith(
        "ewc keeps 70.0 ± 20.0 % on average over 2 tasks (2 seeds): nothing can be said about differences from plain and joint. ", Compare(("plain", [.5, .5]), ("ewc", [.9, .5]), ("joint", [.95, .97])).Verdict);

    [Fact]
    public void One_seed_is_said_to_show_no_noise()
    {
        Comparison comparison = Compare(("plain", [.77]), ("ewc", [.90]));

        Assert.Equal("ewc keeps 90.0 % on average over 2 tasks (1 seed): 13.0 points above plain. One seed shows no noise, so nothing can be said about differences: 5 seeds would do.", comparison.Verdict);
        Assert.Null(comparison.Summary[0].Accuracy.StandardError);
    }

    [Fact]
    public void One_method_alone_has_a_verdict() => Assert.Equal("ewc keeps 90.0 % on average over 2 tasks (1 seed).", Compare(("ewc", [.90])).Verdict);

    [Fact]
    public void Words_and_page_agree()
    {
        Comparison comparison = Compare(("plain", [.77, .78, .79]), ("ewc", [.914, .921, .928]), ("joint", [.96, .963, .967]));

        string page = Engram.Reports.ComparisonReport.Page(comparison);

        Assert.All(comparison.Sentences, sentence => Assert.Contains(System.Net.WebUtility.HtmlEncode(sentence), page.Replace("&nbsp;", " ")));
        foreach (string cell in new[] { "<td>+14.1</td>", "<td>+12.8 to +15.4</td>", "<td>0.0005</td>", "<td>−4.2</td>", "<td>−5.1 to −3.4</td>", "<td>0.0023</td>", "<td>yes</td>" }) Assert.Contains(cell, page);
    }

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
        Assert.Equal(.25, summary.Metrics["forgetting"]!.Mean, 1e-12);
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

    // Accuracies of methods: their own mean, what a seed does to all of them, and noise of their own.
    private static Comparison Simulate(RandomSource random, int seeds, params (string Method, double Mean)[] methods)
    {
        double[] ofSeed = [.. Enumerable.Range(0, seeds).Select(_ => .03 * random.NextGaussian())];
        return Comparison.Of([.. methods.SelectMany(method => ofSeed.Select((common, seed) => RunResults.Of(method.Method, (ulong)seed, [[.1], [method.Mean + common + .01 * random.NextGaussian()]])))], "plain", "joint");
    }

    private static Comparison Compare(params (string Method, double[] Accuracies)[] methods) => Comparison.Of(
        [.. methods.SelectMany(method => method.Accuracies.Select((accuracy, seed) => RunResults.Of(method.Method, (ulong)seed + 1, [[.1, .1], [.97, .1], [accuracy, accuracy]])))],
        lowerBound: "plain", upperBound: "joint");
}
