using System.Xml.Linq;
using Engram.Evaluation;
using Engram.Experiments;
using Engram.Reports;
using Engram.Tests.Experiments;

namespace Engram.Tests.Reports;

public sealed class PictureTests
{
    private static readonly byte[] PngHeader = [0x89, (byte)'P', (byte)'N', (byte)'G'];

    [Fact]
    public void Matrix_shows_every_number_and_the_untrained_row()
    {
        RunResult run = RunResults.Fading("ewc", 1, 4, .8, .03);

        string[] words = Words(MatrixPicture.Of(run.Matrix, "ewc on permuted-digits"));

        Assert.Contains("untrained", words);
        Assert.Contains("ewc on permuted-digits", words);
        foreach (double accuracy in run.Matrix.ToRows().SelectMany(row => row)) Assert.Contains($"{100 * accuracy:0.0}", words);
        foreach (string task in run.Tasks) Assert.Equal(2, words.Count(word => word == task));
    }

    [Fact]
    public void Matrix_may_be_unfinished()
    {
        AccuracyMatrix matrix = new(["a", "b"], [[.5, .5]]);

        Assert.Contains("50.0", Words(MatrixPicture.Of(matrix, "so far")));
    }

    [Fact]
    public void Fates_show_every_task_along_the_sequence_and_beside_it_the_other_runs_end()
    {
        RunResult[] course = [RunResults.Fading("fine-tuning", 1, 7, .5), RunResults.Fading("fine-tuning", 2, 7, .5)], beside = [RunResults.Fading("joint", 1, 7, 1)];

        SmallMultiples chart = FatesPicture.Chart(course, beside, []);

        Assert.Equal(course[0].Tasks, chart.Charts.Select(task => task.Title));
        Assert.Equal((course[0].Matrix[3, 3] + course[1].Matrix[3, 3]) / 2, Assert.Single(chart.Charts[2].Lines).Points[3].Y, 12);
        Assert.Equal(3, chart.Charts[2].Moment);
        Assert.Equal(course[0].Majority[2], chart.Charts[2].Level!.Value, 12);
        Assert.Equal(beside[0].Matrix.ToRows()[^1], chart.Charts.Select(task => task.Bar!.Value));
        string[] words = Words(FatesPicture.Of(course, beside, []));
        Assert.All(course[0].Tasks, task => Assert.Contains(task, words));
        Assert.Contains("one after another (fine-tuning)", words);
        Assert.Contains("in the end, together (joint)", words);
        Assert.False(FatesPicture.Fits(course, []));
        Assert.False(FatesPicture.Fits(course, [RunResults.Fading("joint", 1, 6, 1)]));
    }

    [Fact]
    public void Fates_show_what_the_best_method_makes_of_every_task()
    {
        RunResult[] course = [RunResults.Fading("fine-tuning", 1, 7, .5)], beside = [RunResults.Fading("joint", 1, 7, 1)], best = [RunResults.Fading("replay", 1, 7, .9), RunResults.Fading("replay", 2, 7, .8)];

        SmallMultiples chart = FatesPicture.Chart(course, beside, best);

        Assert.Equal((best[0].Matrix[5, 2] + best[1].Matrix[5, 2]) / 2, chart.Charts[1].Lines[1].Points[5].Y, 12);
        Assert.Equal(course[0].Matrix[5, 2], chart.Charts[1].Lines[0].Points[5].Y);
        Assert.Contains("with replay", Words(FatesPicture.Of(course, beside, best)));
        Assert.All(FatesPicture.Chart(course, beside, [RunResults.Fading("replay", 1, 6, .9)]).Charts, task => Assert.Single(task.Lines));
    }

    [Fact]
    public void Fates_draw_bounds_in_grey_beside_a_method_in_its_own_colour_and_without_one_in_colours()
    {
        RunResult[] course = [RunResults.Fading("fine-tuning", 1, 3, .5)], beside = [RunResults.Fading("joint", 1, 3, 1)];
        LineLook look = LineLook.Number(3);

        SmallMultiples with = FatesPicture.Chart(course, beside, [RunResults.Fading("replay", 1, 3, .9)], look), without = FatesPicture.Chart(course, beside, []);

        Assert.Equal([Palette.Muted, look.Colour], with.Charts[0].Lines.Select(line => line.Look.Colour));
        Assert.Equal(Palette.Muted, with.BarColour);
        Assert.Equal(LineLook.Number(0), Assert.Single(without.Charts[0].Lines).Look);
        Assert.NotEqual(Palette.Muted, without.BarColour);
    }

    [Fact]
    public void Curves_name_every_task_at_its_line()
    {
        RunResult run = RunResults.Fading("ewc", 1, 5, .8);

        string[] words = Words(CurvesPicture.Of(run));

        Assert.All(run.Tasks, task => Assert.Contains(task, words));
        Assert.Contains("untrained", words);
        Assert.Contains("tasks learned", words);
    }

    [Fact]
    public void Curves_run_over_steps_where_the_run_has_such_points()
    {
        RunResult run = RunResults.Fading("ewc", 1, 2, .8) with
        {
            Curves = [new(0, 0, [.1, .1]), new(500, 1, [.8, .1]), new(1000, 1, [.9, .1]), new(1500, 2, [.7, .8]), new(2000, 2, [.6, .9])],
        };

        LineChart chart = Assert.IsType<LineChart>(CurvesPicture.Chart(run));

        Assert.Equal([0, 1000], chart.Dividers);
        Assert.Equal([500, 1500], chart.Ticks.Select(tick => tick.X));
        Assert.Equal([0, 2], chart.Lines.Select(line => line.FirstStrong));
        Assert.Contains("task being learned (2,000 training steps in all)", Words(CurvesPicture.Of(run)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Each_of_more_tasks_than_colours_has_a_chart_with_the_moment_it_was_learned_and_its_majority_level(bool overSteps)
    {
        RunResult run = RunResults.Fading("ewc", 1, 8, .8);
        if (overSteps) run = run with { Curves = [.. run.Matrix.ToRows().Select((row, i) => new CurvePoint(100 * i, i, row))] };

        SmallMultiples chart = Assert.IsType<SmallMultiples>(CurvesPicture.Chart(run));

        Assert.Equal(run.Tasks, chart.Charts.Select(task => task.Title));
        Assert.Equal(run.Tasks.Select((_, task) => (overSteps ? 100.0 : 1) * (task + 1)), chart.Charts.Select(task => task.Moment!.Value));
        Assert.Equal(run.Matrix.ToRows().Select(row => row[4]), Assert.Single(chart.Charts[4].Lines).Points.Select(point => point.Y));
        Assert.Equal(run.Majority, chart.Charts.Select(task => task.Level!.Value));
        string[] words = Words(CurvesPicture.Of(run));
        Assert.All(run.Tasks, task => Assert.Contains(task, words));
        Assert.Contains($"each chart {(overSteps ? "over 800 training steps" : "from untrained to 8 tasks learned")}; accuracy in %", words);
        Assert.IsType<LineChart>(CurvesPicture.Chart(RunResults.Fading("ewc", 1, 7, .8)));
    }

    [Fact]
    public void Comparison_names_every_method_at_its_line()
    {
        string[] methods = ["fine-tuning", "ewc", "joint"];

        Comparison comparison = Comparison.Of([.. methods.SelectMany(method => new ulong[] { 1, 2 }.Select(seed => RunResults.Fading(method, seed, 3, .8, .05)))], "fine-tuning", "joint");

        string[] words = Words(ComparisonPicture.Of(comparison));
        Assert.All(methods, method => Assert.Contains(method, words));
    }

    [Fact]
    public void Accuracy_against_size_names_every_method_and_the_sizes_in_megabytes()
    {
        string[] methods = ["fine-tuning", "ewc", "replay", "joint"];
        long[] kept = [0, 3_827_280, 1_000_000, 188_000_000];
        Comparison comparison = Comparison.Of([.. methods.SelectMany((method, i) => new ulong[] { 1, 2 }.Select(seed =>
            RunResults.Fading(method, seed, 3, .5 + .16 * i, .05) with { StoredBytes = [0, 0, kept[i]] }))], "fine-tuning", "joint");

        SizeChart chart = SizePicture.Chart(comparison);
        string[] words = Words(SizePicture.Of(comparison));

        Assert.Equal(kept.Select(bytes => 4 * 478_410.0 + bytes), chart.Points.Select(point => point.Bytes));
        Assert.All(methods, method => Assert.Contains(method, words));
        Assert.Contains("10", words);
        Assert.Contains("100", words);
        Assert.Contains("parameters and what is kept besides, MB", words);
        Assert.Equal(LineLook.Bound(ScottPlot.MarkerShape.FilledTriangleUp), chart.Points[3].Look);
    }

    [Fact]
    public void Many_methods_of_nearly_one_size_keep_their_names()
    {
        Comparison comparison = Comparison.Of([.. Enumerable.Range(1, 12).Select(i => RunResults.Fading($"method-{i}", 1, 3, .9, .01) with { StoredBytes = [0, 0, 1000 * i] })]);

        using Canvas narrow = SizePicture.Chart(comparison).Draw(360, hasTitle: false);
        string[] words = Words(SizePicture.Of(comparison));

        Assert.All(Enumerable.Range(1, 12), i => Assert.Contains($"method-{i}", words));
        string svg = narrow.ToSvg("narrow").ToHtml("narrow");
        Assert.All(Enumerable.Range(1, 12), i => Assert.Contains($">method-{i}<", svg));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public void One_task_and_twenty_tasks_can_be_drawn(int tasks)
    {
        RunResult run = RunResults.Fading("ewc", 3, tasks, .9, .1);

        Assert.NotEmpty(Words(CurvesPicture.Of(run)));
        Assert.NotEmpty(Words(MatrixPicture.Of(run.Matrix, "title")));
        Assert.NotEmpty(Words(ComparisonPicture.Of(Comparison.Of([run]))));
        Assert.NotEmpty(Words(SizePicture.Of(Comparison.Of([run]))));
    }

    [Fact]
    public void Each_of_more_methods_than_colours_has_a_chart_between_the_bounds_with_the_best_first()
    {
        string[] methods = [.. Enumerable.Range(1, 30).Select(i => $"method-{i}"), "joint", "fine-tuning"];
        Comparison comparison = Comparison.Of([.. methods.Select((method, i) => RunResults.Fading(method, 1, 3, i < 30 ? .5 + .01 * i : method == "joint" ? 1 : .2))], "fine-tuning", "joint");

        SmallMultiples chart = Assert.IsType<SmallMultiples>(ComparisonPicture.Chart(comparison));
        string[] words = Words(ComparisonPicture.Of(comparison));

        Assert.Equal(Enumerable.Range(1, 30).Select(rank => $"{rank}. method-{31 - rank}"), chart.Charts.Select(method => method.Title));
        Assert.All(chart.Charts, method => Assert.Equal(["joint", "fine-tuning", method.Title.Split(' ')[1]], method.Lines.Select(line => line.Label)));
        Assert.Equal($"{100 * comparison.Summary[29].Accuracy.Mean:0.0}", chart.Charts[0].Value);
        Assert.All(chart.Charts, method => Assert.Contains(method.Title, words));
        Assert.Contains("joint", words);
        Assert.Equal(30, comparison.Summary.Take(30).Select((_, i) => LineLook.Number(i)).Distinct().Count());
    }

    [Fact]
    public void Seven_methods_and_their_bounds_share_one_chart()
    {
        string[] methods = ["a", "b", "c", "d", "e", "f", "g", "fine-tuning", "joint"];

        LineChart chart = Assert.IsType<LineChart>(ComparisonPicture.Chart(Comparison.Of([.. methods.Select(method => RunResults.Fading(method, 1, 3, .9))], "fine-tuning", "joint")));

        Assert.Equal(methods, chart.Lines.Select(line => line.Label));
    }

    [Fact]
    public void A_key_goes_on_in_the_next_line_where_a_phone_has_no_room()
    {
        RunResult[] course = [RunResults.Fading("fine-tuning", 1, 7, .5)], beside = [RunResults.Fading("joint", 1, 7, 1)];
        SmallMultiples with = FatesPicture.Chart(course, beside, [RunResults.Fading("elastic-weight-consolidation", 1, 7, .9)]), without = with with { Key = with.Key.Take(1).ToArray() };

        using Canvas wide = with.Draw(860, false), wideShort = without.Draw(860, false), narrow = with.Draw(360, false), narrowShort = without.Draw(360, false);

        Assert.Equal(HeightOf(wideShort), HeightOf(wide));
        Assert.True(HeightOf(narrow) >= HeightOf(narrowShort) + 36);

        static double HeightOf(Canvas canvas) => double.Parse(XDocument.Parse(canvas.ToSvg("").ToFile(false)).Root!.Attribute("height")!.Value, System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Characters_that_the_font_lacks_stay_in_the_picture() =>
        Assert.Contains("日本語", Words(CurvesPicture.Of(RunResults.Fading("ewc", 1, 1, .8) with { Tasks = ["日本語"] })));

    [Fact]
    public void Labels_keep_their_gap_and_stay_inside()
    {
        double[] places = LineChart.Spread([10, 11, 12, 90, 95], gap: 15, low: 0, high: 100);

        Assert.Equal([10, 25, 40, 85, 100], places);
    }

    [Fact]
    public void Picture_carries_its_font_and_follows_dark_mode()
    {
        string svg = CurvesPicture.Of(RunResults.Fading("ewc", 1, 2, .8)).Svg;

        Assert.Contains("@font-face{font-family:\"Engram Sans\";src:url(data:font/otf;base64,", svg.Replace("&quot;", "\""));
        Assert.Contains("prefers-color-scheme:dark", svg);
        Assert.DoesNotContain("<image", svg);
    }

    [Fact]
    public void Pictures_drawn_side_by_side_equal_pictures_drawn_alone()
    {
        RunResult[] runs = [.. Enumerable.Range(1, 16).Select(i => RunResults.Fading("ewc", (ulong)(i % 4), 3, .8, .1))];
        string[] alone = [.. runs.Take(4).Select(run => CurvesPicture.Of(run).Svg)];

        string[] together = new string[runs.Length];
        Parallel.For(0, runs.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i => together[i] = CurvesPicture.Of(runs[i]).Svg);

        for (int i = 0; i < runs.Length; i++) Assert.Equal(alone[i % 4], together[i]);
    }

    [Fact]
    public void Cells_can_be_read_on_every_colour_in_both_modes() => Assert.All(Enumerable.Range(0, 201).Select(i => i / 200.0), accuracy =>
    {
        foreach (string colour in new[] { Palette.Heat(accuracy), Palette.HeatOnDark(accuracy) })
            Assert.True(Palette.Contrast(Palette.TextOn(colour), colour) >= 4.5, $"{accuracy} on {colour}");
    });

    [Fact]
    public void A_png_has_two_pixels_per_unit_on_paper()
    {
        using Canvas canvas = new(30, 20);
        canvas.Box(10, 5, 10, 10, "#1F77B4");

        using SkiaSharp.SKBitmap picture = SkiaSharp.SKBitmap.Decode(canvas.ToPng());

        Assert.Equal((60, 40), (picture.Width, picture.Height));
        Assert.Equal(SkiaSharp.SKColor.Parse(Palette.Paper), picture.GetPixel(0, 0));
        Assert.Equal(SkiaSharp.SKColor.Parse("#1F77B4"), picture.GetPixel(30, 20));
    }

    [Fact]
    public void Words_can_be_read_in_both_modes()
    {
        (string paper, string darkPaper) = Palette.Twins[0];
        Assert.All(Palette.Twins.Skip(1).Take(2), twin =>
        {
            Assert.True(Palette.Contrast(twin.Light, paper) >= 4.5);
            Assert.True(Palette.Contrast(twin.Dark, darkPaper) >= 4.5);
        });
    }

    private static string[] Words(Picture picture)
    {
        Assert.Equal(PngHeader, picture.Png[..4]);
        return [.. XDocument.Parse(picture.Svg).Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value)];
    }
}
