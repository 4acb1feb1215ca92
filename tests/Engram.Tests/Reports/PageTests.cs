using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Engram.Experiments;
using Engram.Methods;
using Engram.Reports;
using Engram.Tests.Experiments;

namespace Engram.Tests.Reports;

public sealed partial class PageTests : IDisposable
{
    private static readonly string[] Hostile =
        ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "a\u0001b\u0000c & ]]>", "日本語 🦓 \uD800", new string('w', 300), "}</style><b>"];

    private readonly string folder = Directory.CreateTempSubdirectory("engram-report-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Run_page_tells_the_story_with_its_numbers()
    {
        RunResult run = RunResults.Of("ewc", 7, [[.10, .12, .08], [.90, .30, .15], [.70, .92, .40], [.60, .80, .94]]) with { Kappa = [[0, 0, 0], [.8, .1, 0], [.4, .9, .2], [-.031, null, .877]] };

        string page = RunReport.Page(run);

        Assert.Contains("kappa in the end</th><td>−3.1</td><td><span class=\"none\">n/a</span></td><td>87.7</td>", page);

        Assert.Contains("After 3 tasks the network still knows 78.0&nbsp;% on average; permutation 1 fell from 90.0&nbsp;% to 60.0&nbsp;%.", page);
        foreach (string number in new[] { "60.0", "80.0", "94.0", "21.0", "−21.0", "+25.0", "92.0", "83.0", "30.0" }) Assert.Contains(number, page);
        foreach (string fact in new[] { "domain scenario", "seed 7", "untrained", "guessing", "478,410", "11.5 MB", "12.3 s", "engram run --config config.json", "&quot;lambda&quot;: 100", "Engram 0.1.0" })
            Assert.Contains(fact, page);
        Assert.Contains("needs a joint reference run", page);
    }

    [Fact]
    public void Tables_that_a_method_shows_are_on_the_page()
    {
        ExhibitTable table = new("who <answers>", "samples of", ["one", "two"], "went to", ["first", "second"], [[.25, null], [0, 1]], "Rows add up to 100.");

        string page = RunReport.Page(RunResults.Fading("ewc", 1, 2, .9) with { Tables = [table] });

        Assert.Contains("<h3>who &lt;answers&gt;</h3>", page);
        foreach (string part in new[] { "samples of", "went to, %", ">25.0</td>", ">100</td>", "<td></td>", "Rows add up to 100." }) Assert.Contains(part, page);
    }

    [Theory]
    [InlineData("task", "seen", "only that task&#39;s outputs compete")]
    [InlineData("domain", "seen", "all tasks share the same outputs")]
    [InlineData("class", "seen", "all classes seen so far compete")]
    [InlineData("class", "all", "all classes compete from the first task on")]
    public void Run_page_says_what_competes(string scenario, string active, string words)
    {
        RunResult run = RunResults.Fading("ewc", 1, 2, .9);

        Assert.Contains(words, RunReport.Page(run with { Scenario = scenario, Config = new() { ["stream"] = new JsonObject { ["activeClasses"] = active } } }));
    }

    [Fact]
    public void Run_page_and_results_file_tell_how_the_network_grew()
    {
        RunResult run = RunResults.Of("ewc", 7, [[.10, .12], [.90, .30], [.70, .92]]);
        Assert.All(new[] { "How the network grew", "Remarks" }, title => Assert.DoesNotContain(title, RunReport.Page(run)));

        RunResult grown = run with { Widths = [[16, 16], [32, 24]], Growth = [new(2, 1234, [16, 16], [32, 24])], Remarks = ["It stays there."] };
        string page = RunReport.Page(grown);

        foreach (string fact in new[] { "How the network grew", "Remarks", "1,234", "16-16", "32-24", "It stays there." }) Assert.Contains(fact, page);
        Assert.Contains("\"widths\":[[16,16],[32,24]],\"growth\":[{\"task\":2,\"step\":1234,\"from\":[16,16],\"to\":[32,24]}],\"remarks\":[\"It stays there.\"]", Settings.ToJson(grown).ToJsonString());
    }

    [Fact]
    public void Story_says_when_a_task_fell_to_guessing_or_nothing_was_lost()
    {
        Assert.Contains("no better than guessing", RunReport.Page(RunResults.Of("ewc", 1, [[.1, .1], [.9, .1], [.11, .9]])));
        Assert.Contains("no task lost more than one point", RunReport.Page(RunResults.Of("ewc", 1, [[.1, .1], [.9, .1], [.895, .9]])));
        Assert.Contains("task 1 (zebra) fell", RunReport.Page(RunResults.Of("ewc", 1, [[.1, .1], [.9, .1], [.5, .9]], tasks: ["zebra", "horse"])));
    }

    [Fact]
    public void Missing_forward_transfer_is_explained() =>
        Assert.Contains("outputs of future tasks are untrained in the class scenario", RunReport.Page(RunResults.Fading("ewc", 1, 3, .9, scenario: "class")));

    [Fact]
    public void Comparison_page_shows_verdict_bounds_statistics_and_links()
    {
        Comparison comparison = Compare("fine-tuning", "ewc", "joint");

        string page = ComparisonReport.Page(comparison, [.. comparison.Trials.Select(trial => $"{trial.Method}/seed {trial.Seed}")], "engram compare x");

        Assert.Contains("lower bound", page);
        Assert.Contains("upper bound", page);
        Assert.Contains("href=\"ewc/seed%202/report.html\"", page);
        Assert.Contains("engram compare x", page);
        Assert.Contains($"{100 * comparison.Summary[1].Accuracy.Mean:0.0}&nbsp;<small>±&nbsp;{100 * comparison.Summary[1].Accuracy.StandardError:0.0}", page);
        Assert.Equal(3, Regex.Count(page, "matrix small"));
        Assert.Contains("with ewc", page);
    }

    [Fact]
    public void What_all_methods_are_run_with_is_shown_once_and_what_each_is_set_to_beside_it()
    {
        Comparison alike = Compare("fine-tuning", "ewc", "joint");
        RunResult other = RunResults.Fading("si", 1, 3, .9);
        other.Config["stream"] = "split-digits";

        string page = ComparisonReport.Page(alike), mixed = ComparisonReport.Page(Comparison.Of([.. alike.Trials, other]));

        Assert.Single(Regex.Matches(page, "<summary>Configuration"));
        Assert.Single(Regex.Matches(page, "permuted-digits&quot;|permuted-digits\""));
        foreach (string method in new[] { "fine-tuning", "ewc", "joint" }) Assert.Matches($"{method}: [^\n]*lambda[^\n]*100", page);
        Assert.Contains("<summary>Configuration of fine-tuning, ewc, joint<", mixed);
        Assert.Contains("<summary>Configuration of si<", mixed);
    }

    [Fact]
    public void What_became_of_each_task_shows_the_method_that_knows_most_in_the_end()
    {
        string page = ComparisonReport.Page(Compare("fine-tuning", "si", "ewc", "joint"));

        Assert.Contains(">with ewc<", page);
        Assert.DoesNotContain(">with si<", page);
    }

    [Theory]
    [InlineData("fine-tuning")]
    [InlineData("joint")]
    [InlineData("fine-tuning", "joint")]
    public void Bounds_alone_have_a_page(params string[] methods) =>
        Assert.Equal(methods.Length == 2, ComparisonReport.Page(Compare(methods)).Contains("What became of each task"));

    [Fact]
    public void What_became_of_each_task_draws_the_method_in_its_colour_of_the_first_chart()
    {
        string page = ComparisonReport.Page(Compare("si", "ewc", "derpp", "fine-tuning", "joint")), fates = page[page.IndexOf("What became", StringComparison.Ordinal)..page.IndexOf("<h2>Results", StringComparison.Ordinal)];

        Assert.Contains(">with derpp<", fates);
        Assert.Contains(Palette.Lines[2], fates, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Palette.Lines[0], fates, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void The_course_of_one_task_runs_from_the_untrained_network_beside_what_joint_training_knows_of_it_in_the_end()
    {
        double[][] ewc = [[.1, .2], [.3, .8], [.5, .7]], joint = [[.1, .2], [.9, .1], [.6, .94]];
        Comparison comparison = Comparison.Of([RunResults.Of("ewc", 1, ewc), RunResults.Of("ewc", 2, [[.1, .4], [.3, .6], [.5, .9]]), RunResults.Of("fine-tuning", 1, ewc), RunResults.Of("joint", 1, joint)], "fine-tuning", "joint");

        LineChart chart = CoursePicture.Chart(comparison, 2);

        Assert.Equal("Accuracy on permutation 2 while 2 tasks are learned one after another", chart.Title);
        Assert.Equal(["ewc", "fine-tuning", "joint, in the end", "most frequent"], chart.Lines.Select(line => line.Label));
        Assert.Equal([(0, .3), (1, .7), (2, .8)], chart.Lines[0].Points.Select(point => (point.X, Math.Round(point.Y, 12))));
        Assert.Equal([.1, .1, .1], chart.Lines[0].Band!.Select(half => Math.Round(half, 12)));
        Assert.Equal([(0, .94), (2, .94)], chart.Lines[2].Points);
        Assert.Equal([(0, .1135), (2, .1135)], chart.Lines[3].Points);
        Assert.Equal((2, 2.0), (chart.Lines[0].FirstStrong, chart.Dividers.Single()));
        Assert.Equal([(0, .6), (2, .6)], CoursePicture.Chart(comparison, 1).Lines[2].Points); // not .9, which it was when learned
        string page = ComparisonReport.Page(comparison, course: 2);
        Assert.Contains("Accuracy on permutation 2 after each task", page);
        Assert.Contains("what joint training on all tasks knows of it in the end", page);
        Assert.Contains("Accuracy on permutation 1 after each task", ComparisonReport.Page(comparison));
        Assert.Throws<ArgumentOutOfRangeException>("task", () => CoursePicture.Of(comparison, 3));
    }

    [Fact]
    public void One_task_or_joint_training_alone_has_no_course()
    {
        Assert.DoesNotContain("The course of one task", ComparisonReport.Page(Comparison.Of([RunResults.Fading("ewc", 1, 1, .9)])));
        Assert.DoesNotContain("The course of one task", ComparisonReport.Page(Compare("joint")));
    }

    [Fact]
    public void Of_very_many_methods_the_course_shows_those_that_know_the_task_best_and_the_bounds()
    {
        string[] methods = [.. Enumerable.Range(1, Palette.Lines.Length + 2).Select(number => $"m{number}"), "fine-tuning", "joint"];

        LineChart chart = CoursePicture.Chart(Comparison.Of([.. methods.Select((method, i) => RunResults.Fading(method, 1, 3, .05 * (i + 1)))], "fine-tuning", "joint"), 1);

        Assert.Equal([.. methods[2..^2], "fine-tuning", "joint, in the end", "most frequent"], chart.Lines.Select(line => line.Label));
    }

    [Theory]
    [InlineData(.6, .9, "later tasks cost earlier ones 30.0 points", "mean drop from each task's best; less is better")]
    [InlineData(.995, .9, "later tasks gave earlier ones 9.5 points", "below 0 is a gain: earlier tasks end 9.5 points above the best they had been")]
    [InlineData(.9004, .9, "later tasks changed nothing for earlier ones", "mean drop from each task's best; less is better")]
    public void Signs_are_put_into_words(double end, double learned, string backward, string forgetting)
    {
        string page = RunReport.Page(RunResults.Of("ewc", 1, [[.1, .1], [learned, .1], [end, .9]]));

        Assert.Contains(backward, page);
        Assert.Contains(WebUtility.HtmlEncode(forgetting), page);
    }

    [Theory]
    [InlineData("gained -5.7 to 11.8 points", "gained -5.7&nbsp;to&nbsp;11.8 points")]
    [InlineData("−5.7 to −1", "−5.7&nbsp;to&nbsp;−1")]
    [InlineData("90.1 ± 0.4 % at p < 0.0001", "90.1&nbsp;&#177;&nbsp;0.4&nbsp;% at p&nbsp;&lt;&nbsp;0.0001")]
    [InlineData("task 2 to learn, p = 0.03", "task 2 to learn, p&nbsp;=&nbsp;0.03")]
    public void No_line_breaks_within_a_figure(string text, string html) => Assert.Equal(html, Html.Sentence(text));

    [Fact]
    public void A_column_in_which_no_row_has_anything_is_left_out()
    {
        string table = Html.Table("t", ["name", "empty", "none", "some", "words"], [["a", "", Html.None, "1", Html.List("x")], ["b", "", Html.None, "", Html.List("y")]]);

        Assert.Equal(["name", "some", "words"], Regex.Matches(table, "<th scope=\"col\"[^>]*>(.*?)</th>").Select(head => head.Groups[1].Value));
        Assert.Contains("<tr><th scope=\"row\">b</th><td></td><td>", table);
        Assert.Contains("<th scope=\"col\" class=\"text\">words</th>", table);
    }

    [Fact]
    public void A_comparison_with_one_seed_has_no_column_about_noise()
    {
        string page = ComparisonReport.Page(Comparison.Of([RunResults.Fading("ewc", 1, 3, .9), RunResults.Fading("fine-tuning", 1, 3, .5)], "fine-tuning"));

        Assert.Contains("Differences, seed by seed", page);
        foreach (string column in new[] { "interval", "p", "seeds needed" }) Assert.DoesNotContain($">{column}</th>", page);
    }

    [Fact]
    public void A_wide_table_fades_at_its_edge_and_keeps_its_row_names_in_place()
    {
        string page = RunReport.Page(RunResults.Fading("ewc", 1, 20, .9)), screen = page[..page.IndexOf("@media print", StringComparison.Ordinal)];

        Assert.Matches(@"\.scroll::after \{[^}]*position: sticky; right: 0;[^}]*linear-gradient\(to right, transparent, var\(--page\)\)", screen);
        Assert.Matches(@"th:first-child \{ position: sticky; left: 0;", screen);
        Assert.Matches("@media print[^$]*\\.scroll::after \\{ content: none; }", page);
    }

    [Fact]
    public void Folder_names_cannot_become_scripts() =>
        Assert.Contains("href=\"javascript%3Aalert%281%29/report.html\"", ComparisonReport.Page(Comparison.Of([RunResults.Fading("ewc", 1, 2, .9)]), ["javascript:alert(1)"]));

    [Fact]
    public void Wrong_number_of_folders_is_refused() =>
        Assert.Contains("1 folders for 6 trials", Assert.Throws<ArgumentException>(() => ComparisonReport.Page(Compare("a", "b", "c"), ["x"])).Message);

    [Fact]
    public void Hostile_names_stay_names()
    {
        double[][] matrix = RunResults.Fading("ewc", 1, Hostile.Length, .9).Matrix.ToRows();
        RunResult run = RunResults.Of("<i>ewc</i>", 1, matrix, tasks: Hostile) with { Stream = "<u>stream</u>", Network = "<s>", Engram = "<em>", Weights = "<q>" };
        run.Config["note"] = "</code></pre><script>";

        foreach (string page in new[] { RunReport.Page(run), ComparisonReport.Page(Comparison.Of([run]), ["<b>\"'"], "<script>") })
        {
            CheckPage(page);
            foreach (string tag in new[] { "<script", "<img", "<i>", "<u>", "<s>", "<em>", "<q>", "<b>" }) Assert.DoesNotContain(tag, page);
        }
        RunReport.Write(run, folder);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(20)]
    public void Pages_are_self_contained_for_any_number_of_tasks(int tasks)
    {
        RunResult run = RunResults.Fading("ewc", 1, tasks, .9, .05);

        CheckPage(RunReport.Page(run));
        CheckPage(ComparisonReport.Page(Comparison.Of([run])));
    }

    [Fact]
    public void Writing_leaves_exactly_the_documented_files_and_replaces_old_ones()
    {
        File.WriteAllText(Path.Combine(folder, "report.html"), "old");

        RunReport.Write(RunResults.Fading("ewc", 1, 3, .9), folder);
        ComparisonReport.Write(Compare("fine-tuning", "ewc", "joint"), Directory.CreateDirectory(Path.Combine(folder, "all")).FullName);

        Assert.Equal(["curves.png", "curves.svg", "matrix.png", "matrix.svg", "report.html"], Names(folder));
        Assert.Equal(["comparison.png", "comparison.svg", "course.png", "course.svg", "report.html", "size.png", "size.svg", "tasks.png", "tasks.svg"], Names(Path.Combine(folder, "all")));
        Assert.StartsWith("<!DOCTYPE html>", File.ReadAllText(Path.Combine(folder, "report.html")));
    }

    private static IEnumerable<string?> Names(string folder) => Directory.GetFiles(folder).Select(Path.GetFileName).Order();

    private static Comparison Compare(params string[] methods) => Comparison.Of(
        [.. methods.SelectMany((method, i) => new ulong[] { 1, 2 }.Select(seed => RunResults.Fading(method, seed, 3, .5 + .2 * i, .05)))], "fine-tuning", "joint");

    // Nothing may be fetched: no scheme but data:, no script, no import; and every tag that is opened is closed.
    internal static void CheckPage(string page)
    {
        Assert.DoesNotMatch(Fetches(), page);
        Assert.DoesNotContain("http:", page);
        Assert.DoesNotContain("https:", page);
        Assert.DoesNotContain("NaN", page);
        Assert.NotEmpty(new UTF8Encoding(false, throwOnInvalidBytes: true).GetBytes(page));
        foreach (string tag in new[] { "main", "section", "table", "tr", "th", "td", "svg", "details", "figure", "div", "dl", "pre", "p", "text", "g", "style" })
            Assert.Equal(Regex.Count(page, $"<{tag}[ >]"), Regex.Count(page, $"</{tag}>") + Regex.Count(page, $"<{tag} [^>]*/>"));
    }

    [GeneratedRegex("""(?i)<[^<>]*\s(src|srcset|poster|xlink:href)\s*=|@import|url\((?!data:)|<script|<iframe|<link""")]
    private static partial Regex Fetches();
}
