using System.Text.Json.Nodes;
using Engram.Evaluation;
using Engram.Reports;
using Engram.TaskOrder;
using Engram.Tests.TaskOrder;

namespace Engram.Tests.Reports;

/// <summary>Pages and pictures of orders and affinities.</summary>
public sealed class StudyPageTests
{
    private static readonly string[] Hostile = ["<script>alert(1)</script>", "\"><img src=x>", new string('w', 200)];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_page_of_orders_says_what_to_do_and_how_that_was_decided(bool matters)
    {
        OrderStudy study = Orders(matters, ["one", "two", "three"]);

        string page = OrderReport.Page(study, "engram order x");

        PageTests.CheckPage(page);
        Assert.Contains(matters ? "Learn three, then two, then one." : "No order is significantly better", page);
        foreach (string part in new[] { "Every order at a glance", "Learn one task, then another", "The orders", "Bonferroni", "engram order x", "natural" }) Assert.Contains(part, page);
        Assert.Equal(study.Orders.Length, System.Text.RegularExpressions.Regex.Count(page, "<tr><th scope=\"row\">\\d \\d \\d"));
    }

    [Fact]
    public void A_range_of_forgetting_is_one_figure_with_its_sign_in_words()
    {
        OrderStudy study = Orders(true, ["one", "two", "three"], gain: .05);

        string page = OrderReport.Page(study);

        Assert.Matches("<dd class=\"number range\">−\\d+\\.\\d&nbsp;to&nbsp;\\d+\\.\\d <small>points</small>", page);
        Assert.Contains("below 0 is a gain", page);
        Assert.Contains("below 0: gained", page);
        Assert.DoesNotContain(">seeds</th>", page);
    }

    [Fact]
    public void The_landscape_names_the_best_the_worst_and_the_natural_order()
    {
        string svg = LandscapePicture.Of(Orders(true, ["one", "two", "three"])).Svg;

        foreach (string name in new[] { "best: 3 2 1", "worst: 1 2 3", "forgetting, points", "accuracy at the end, %" }) Assert.Contains(name, svg);
    }

    [Fact]
    public void A_landscape_of_equal_orders_can_be_drawn()
    {
        OrderStudy study = Orders(false, ["one", "two", "three"], noise: 0);

        Assert.DoesNotContain("NaN", LandscapePicture.Of(study).Svg);
        PageTests.CheckPage(OrderReport.Page(study));
    }

    [Fact]
    public void The_page_of_affinities_shows_gains_tree_and_choice()
    {
        string page = AffinityReport.Page(Affinities(["one", "two", "three"]), "engram affinity x");

        PageTests.CheckPage(page);
        foreach (string part in new[] { "Who helps whom", "Which tasks are alike", "Which tasks to supervise", "In accuracies", "Affinities", "engram affinity x", ">50</td>", ">−20</td>", "supervised", "gain 50 %" }) Assert.Contains(part, page);
        Assert.DoesNotContain("Two sources at once", page);
    }

    [Fact]
    public void Rows_and_columns_stand_in_the_order_of_the_tree()
    {
        AffinityStudy study = Affinities(["one", "two", "three"]) with { Tree = new([new(0, 2, .1), new(3, 1, .5)], [0, 2, 1]) };

        string svg = AffinityPicture.Of(study).Svg;

        Assert.True(svg.IndexOf(">one<", StringComparison.Ordinal) < svg.IndexOf(">three<", StringComparison.Ordinal));
        Assert.True(svg.IndexOf(">three<", StringComparison.Ordinal) < svg.IndexOf(">two<", StringComparison.Ordinal));
    }

    [Fact]
    public void Hostile_names_stay_names()
    {
        foreach (string page in new[] { OrderReport.Page(Orders(true, Hostile), "<script>"), AffinityReport.Page(Affinities(Hostile), "<script>") })
        {
            PageTests.CheckPage(page);
            foreach (string tag in new[] { "<script", "<img" }) Assert.DoesNotContain(tag, page);
        }
        Assert.NotEmpty(AffinityPicture.Of(Affinities(Hostile)).Png);
        Assert.NotEmpty(TaskTreePicture.Of(Affinities(Hostile)).Png);
        Assert.NotEmpty(TransferGraphPicture.Of(Affinities(Hostile))!.Png);
    }

    [Fact]
    public void Without_a_choice_there_is_no_graph()
    {
        AffinityStudy study = Affinities(["one", "two", "three"]) with { Supervisions = [] };

        Assert.Null(TransferGraphPicture.Of(study));
        Assert.DoesNotContain("Which tasks to supervise", AffinityReport.Page(study));
    }

    private static OrderStudy Orders(bool matters, string[] names, double noise = .004, double gain = 0)
    {
        OrderPlan plan = OrderPlanTests.Plan(3) with { Seeds = 3 };
        RandomSource random = new(2);
        double[,] damage = matters ? new[,] { { 0, .3, .2 }, { .01, 0, .2 }, { .01 - 2 * gain, .02 - 2 * gain, 0 } } : new double[3, 3];
        return OrderConclusions.Of(plan, names, [.. Engram.TaskOrder.Orders.All([1, 2, 3]).SelectMany(order => plan.SeedNumbers.Select(seed => Runs.Of(order, seed, damage, .9 + noise * random.NextDouble())))]);
    }

    private static AffinityStudy Affinities(string[] names)
    {
        SampleStatistics half = SampleStatistics.Of([.5, .52]);
        double?[][] gains = [[.9, .5, -.2], [.4, .95, .1], [.2, null, 1]];
        Transfer[] transfers = [.. Enumerable.Range(0, 3).SelectMany(source => Enumerable.Range(0, 3).Select(target => new Transfer([source], target, half, gains[source][target], source == target ? null : .5)
        {
            P = source == target ? null : .01, GainLow = source == target ? null : gains[source][target] - .1, GainHigh = source == target ? null : gains[source][target] + .1,
        }))];
        TransferEdge[] edges = [.. transfers.Select(one => new TransferEdge(one.Target, one.Sources, one.Affinity ?? 1))];
        return new()
        {
            Stream = "made-up", Network = "mlp", Encoder = [100, 50], Decoder = [20], Seeds = [1, 2], Numbers = [1, 2, 3], Tasks = names, Samples = 500,
            RandomEncoder = [half, half, half], FullTraining = [half, half, half], Transfers = transfers, Gains = gains, Affinities = [[null, .5, .5], [.5, null, .5], [.5, .5, null]],
            Tree = TaskTree.Of([[.9, .5, -.2], [.4, .95, .1], [.2, 0, 1]]), Supervisions = [.. Enumerable.Range(1, 3).Select(budget => Supervision.Choose(3, edges, budget)[0])], Budget = 1,
            Config = new JsonObject { ["config"] = new JsonObject() },
        };
    }
}
