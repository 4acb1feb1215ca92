using System.Xml.Linq;
using Engram.Experiments;
using Engram.Experiments.Recipes;
using Engram.Reports;
using Engram.Tests.Experiments.Recipes;

namespace Engram.Tests.Reports;

public sealed class ReproductionPageTests
{
    [Fact]
    public void The_page_shows_paper_and_ours_the_conditions_and_how_strengths_were_chosen()
    {
        ReproductionPlan plan = MadeUp.Plan("""
            { "id": "none", "label": "None <i>", "method": { "id": "fine-tuning" }, "paper": 0.7, "deviation": 0.02, "within": 0.05, "note": "a & b" },
            { "id": "none-forgetting", "label": "Forgetting", "of": "none", "metric": "forgetting", "band": [null, 0.1] }
            """, """{ "says": "nothing is lost", "holds": "none:forgetting <= 0.1" }""");
        TrialResults results = MadeUp.Results(plan, (_, seed) => seed == 1 ? [[.1, .1], [.9, .3], [.60, .80]] : [[.1, .1], [.9, .3], [.64, .92]]);

        string page = Page(plan, results);

        foreach (string text in new[] { "70.00", "1.00", "74.00", "4.00", "65.00 to 75.00", "28.00", "≤ 10.00", "None &lt;i&gt;", "a &amp; b", "nothing is lost", "broken", "inside", "outside",
            "1 of 2 rows are inside their bands; 0 of 1 condition holds. Outside: Forgetting.", "tunes on the first 3 tasks", "engram reproduce made-up", "href=\"trials/none-seed1/report.html\"" })
            Assert.Contains(text, page);
        PageTests.CheckPage(page);
    }

    [Fact]
    public void Sweeps_have_a_picture_with_every_strength_and_a_table()
    {
        ReproductionPlan plan = MadeUp.SweepPlan();
        TrialResults results = MadeUp.SweepResults(plan);

        Picture picture = StrengthPicture.Of(Reproduction.Of(plan, results))!;
        string[] words = [.. XDocument.Parse(picture.Svg).Descendants().Where(element => element.Name.LocalName == "text").Select(text => text.Value)];

        foreach (string word in new[] { "0.1", "10", "1000", "EWC <b>", "forgetting, points", "intransigence, points" }) Assert.Contains(word, words);
        Assert.Equal(0x89, picture.Png[0]);
        PageTests.CheckPage(Page(plan, results));
        Assert.Contains("What a strength buys", Page(plan, results));
    }

    [Fact]
    public void Conditions_are_a_list_whose_sentences_wrap()
    {
        ReproductionPlan plan = MadeUp.Plan("""{ "id": "none", "label": "a", "method": { "id": "fine-tuning" } }""", """{ "says": "nothing is lost", "holds": "none:forgetting <= 0.1" }""");

        string page = Page(plan, MadeUp.Results(plan, (_, _) => [[.1, .1], [.9, .3], [.60, .80]]));

        Assert.Contains("""<li><span class="bad">broken</span><div>nothing is lost<code>none:forgetting &lt;= 0.1</code></div><span class="sides">30.00 ≤ 10.00</span></li>""", page);
    }

    [Fact]
    public void A_quick_profile_has_no_columns_of_bands_and_verdicts()
    {
        ReproductionPlan plan = MadeUp.Plan("""{ "id": "none", "label": "a", "method": { "id": "fine-tuning" }, "band": [0.99, null] }""", scope: new(Quick: true), quick: """{ "seeds": 1 }""");

        string page = Page(plan, MadeUp.Results(plan, (_, _) => [[.1, .1], [.9, .3], [.60, .80]]));

        Assert.Contains("<th scope=\"col\">row</th><th scope=\"col\">ours</th></tr>", page);
        Assert.DoesNotContain("in the band", page);
        Assert.Contains("<h2>Results</h2>", page);
        Assert.DoesNotContain("standard error", page);
    }

    [Fact]
    public void Of_many_rows_outside_the_first_are_named_and_the_others_counted()
    {
        ReproductionPlan plan = MadeUp.Plan(string.Join(", ", Enumerable.Range(1, 9).Select(i => $$"""{ "id": "r{{i}}", "label": "row {{i}}", "method": { "id": "fine-tuning" }, "band": [0.99, null] }""")));

        string page = Page(plan, MadeUp.Results(plan, (_, _) => [[.1, .1], [.9, .3], [.60, .80]]));

        Assert.Contains("Outside: row 1; row 2; row 3; row 4; row 5; row 6; and 3 more.", page);
    }

    [Theory]
    [InlineData("[]", false, false)]
    [InlineData("""["none", "joint"]""", true, false)]
    [InlineData("""["none", "joint", "kept"]""", true, true)]
    public void What_became_of_each_task_is_drawn_of_the_rows_that_the_recipe_names(string fates, bool isDrawn, bool showsMethod)
    {
        ReproductionPlan plan = MadeUp.Plan("""
            { "id": "none", "label": "a", "method": { "id": "fine-tuning" } }, { "id": "joint", "label": "b", "method": { "id": "joint" } }, { "id": "kept", "label": "c", "method": { "id": "replay" } }
            """, more: $""" "fates": {fates}, """);

        string page = Page(plan, MadeUp.Results(plan, (_, _) => [[.1, .1], [.9, .3], [.60, .80]]));

        Assert.Equal((isDrawn, isDrawn, showsMethod), (page.Contains("What became of each task"), page.Contains(">in the end, together (joint)<"), page.Contains(">with replay<")));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.001, "0.001")]
    [InlineData(0.00001, "1e-5")]
    [InlineData(250, "250")]
    [InlineData(1e6, "1e6")]
    public void Strengths_are_short(double value, string text) => Assert.Equal(text, Words.Strength(value));

    [Fact]
    public void Points_that_all_coincide_are_drawn()
    {
        StrengthChart chart = new() { Title = "flat", Lines = [new("a", [new("1", 0, 0), new("10", 0, 0), new("100", 0, 0)], LineLook.Number(0))] };

        using Canvas canvas = chart.Draw(360, hasTitle: true);

        Assert.DoesNotContain("NaN", canvas.ToSvg("flat").ToFile(followsDarkMode: true));
    }

    private static string Page(ReproductionPlan plan, TrialResults results) =>
        ReproductionReport.Page(Reproduction.Of(plan, results), [.. results.Finished.Select(one => new TrialLink(one.Result, $"trials/{one.Trial.FolderName}", one.Trial.Label))]);
}
