using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Engram.Durable;
using Engram.Durable.Gate;
using Engram.Durable.Storage;
using Engram.Reports.Learner;
using Engram.Tests.Durable;

namespace Engram.Tests.Reports;

/// <summary>The page of a learner that lasts.</summary>
public sealed class LearnerPageTests
{
    private static readonly DateTimeOffset First = new(2026, 1, 31, 8, 30, 0, TimeSpan.Zero);
    private static readonly string[] Sections =
        ["What it is made of", "Versions through time", "What each version knew", "What the gate said last", "The classes", "What is taken for what", "What is kept", "What was done", "How to go on"];

    [Fact]
    public void The_page_of_a_small_learner_has_every_section_and_names_stay_names()
    {
        using Months months = new();
        using DurableLearner learner = months.Open(Months.Small("fine-tuning"));
        learner.Teach(months.Table("<script>jan", 240, "ab", 1), "<script>jan</script>");
        learner.Teach(months.Table("b", 200, "ab", 2, shift: .3), "\"><img src=x onerror=y>");

        string page = LearnerReport.Page(learner);

        PageTests.CheckPage(page);
        foreach (string section in Sections) Assert.Contains($"<h2>{section}", page);
        foreach (string tag in new[] { "<script", "<img" }) Assert.DoesNotContain(tag, page);
        Assert.Contains("1. &lt;script&gt;jan&lt;/script&gt;", page);
        Assert.Contains("It knows 2 classes: a, b.", page);
        Assert.Contains($"1. &lt;script&gt;jan&lt;/script&gt;<br><small>{learner.History().Lessons[0].Held} held out</small>", page);
        Assert.Matches("<tr class=\"current\"><th scope=\"row\" aria-current=\"true\">2\\. [^\n]*answers now", page);
        Assert.Single(Regex.Matches(page, "aria-current"));
        Assert.Contains("engram learn line.engram DATA", page);
    }

    [Fact]
    public void A_refused_version_stands_off_the_line_with_a_way_to_let_it_through()
    {
        using Months months = new();
        using DurableLearner learner = months.Open(Months.Small("fine-tuning", ("training.epochs", "12")));
        learner.Teach(months.Table("jan", 300, "abc", 1));
        Lesson refused = learner.Teach(months.Table("feb", 200, "e", 2));

        string page = LearnerReport.Page(learner);

        Assert.False(refused.Promoted);
        Assert.Contains(">2 refused<", page);
        Assert.Matches("<tr class=\"current\"><th scope=\"row\" aria-current=\"true\">1\\. jan", page);
        Assert.Matches("2\\. feb<br><small>[0-9-]+, refused</small>", page);
        Assert.Contains("engram promote line.engram 2 --reason", page);
        Assert.Contains("<span class=\"bad\">fell too far</span>", page);
        Assert.Contains("It knows 3 classes: a, b, c.", page);
        Assert.Contains("Not known to the version that answers, only to others: e.", page);
    }

    [Fact]
    public void A_version_let_through_by_hand_joins_the_line_and_answers_since_then()
    {
        using Months months = new();
        using DurableLearner learner = months.Open(Months.Small("fine-tuning", ("training.epochs", "12")));
        learner.Teach(months.Table("jan", 300, "abc", 1));
        learner.Teach(months.Table("feb", 200, "e", 2));
        learner.Promote(2, "<i>only e is made</i>");
        LearnerHistory history = learner.History();

        string page = LearnerReport.Page(learner);

        Assert.Equal([MomentKind.Learned, MomentKind.Refused, MomentKind.ByHand], VersionMoment.Of(history).Select(moment => moment.Kind));
        Assert.Equal(history.Events[^1].When, LearnerWords.AnswersSince(history));
        Assert.Contains(">2 by hand, now<", page);
        Assert.Contains("refused, promoted by hand", page);
        Assert.Contains("&lt;i&gt;only e is made&lt;/i&gt;", page);
        Assert.Contains("engram rollback line.engram 1", page);
        Assert.DoesNotContain("engram promote", page);
    }

    [Fact]
    public void The_head_says_how_well_the_lessons_are_known()
    {
        LearnerHistory history = Long(3);

        LearnerHead head = new(history, ["a", "b"]);

        // Right of 50 now: 41, 35, 29; when learned: 43, 36, 29.
        Assert.Equal(["Version 3 has answered since 2026-02-03 08:30 UTC. It knows 2 classes: a, b.", "It answers 70.0 % of held-out samples rightly, as a mean over 3 lessons; the one it knows least is 'lesson 3' with 58.0 %."], head.Lead());
        Assert.Contains("<dd class=\"number\">−3.0 <small>points</small>", head.Tiles());
        Assert.Contains("It answers 86.0 % of held-out samples rightly (50 samples of lesson 'lesson 1').", new LearnerHead(Long(1), ["a"]).Lead());
    }

    [Fact]
    public void A_learner_whose_first_lesson_was_refused_has_a_page()
    {
        using Months months = new();
        using DurableLearner learner = months.Open(Months.Small("fine-tuning", ("gate.minNew", "1")));
        learner.Teach(months.Table("jan", 240, "abc", 1));

        string page = LearnerReport.Page(learner);

        PageTests.CheckPage(page);
        Assert.Equal(0, learner.Version);
        Assert.Contains("No version answers yet: the gate has let none through.", page);
        Assert.DoesNotContain("answers now", page);
        Assert.Contains("engram promote line.engram 1", page);
    }

    [Fact]
    public void Going_back_and_forgetting_are_seen()
    {
        using Months months = new();
        using DurableLearner learner = months.Open();
        learner.Teach(months.Table("jan", 240, "abc", 1));
        learner.Teach(months.Table("feb", 240, "abc", 2));
        learner.Teach(months.Table("mar", 240, "abc", 3));
        learner.Rollback(2);
        learner.Lose(new(Lesson: "jan"), relearn: true);

        string page = LearnerReport.Page(learner);

        Assert.Equal([MomentKind.Learned, MomentKind.Learned, MomentKind.Learned, MomentKind.Returned, MomentKind.Forgot], VersionMoment.Of(learner.History()).Select(moment => moment.Kind));
        Assert.Contains(">back to 2<", page);
        Assert.Contains("forgot lesson 'jan', now", page);
        Assert.Matches("<th scope=\"col\" class=\"forgotten\"><s>1\\. jan</s><br><small>forgotten <span class=\"day\">20", page);
        Assert.Matches("<tr class=\"faint\"><th scope=\"row\">3\\. mar<br><small>[^<]*, state removed</small>", page);
        Assert.Contains("Version 2 was gone back to from version 3.", page);
        Assert.DoesNotContain("engram rollback", page);
    }

    [Fact]
    public void Confused_pairs_and_classes_are_counted_as_the_version_that_answers_answers()
    {
        using Months months = new();
        using DurableLearner learner = months.Open(Months.Small("fine-tuning", ("training.epochs", "8")));
        learner.Teach(months.Table("jan", 400, "abc", 1));
        learner.Teach(months.Table("feb", 300, "abc", 2, shift: .1));
        learner.Teach(months.Table("mar", 300, "abc", 3));
        LearnerHistory history = learner.History();

        LearnerAnswers answers = LearnerAnswers.Of(learner, history);

        (int Truth, int Answer)[] own = learner.File.Store.Read(reader => reader.Lessons().SelectMany(lesson => reader.Held(lesson.Number, test: true)).ToArray())
            .Select(row => (row.Class, learner.Predict(SampleBytes.ToNumbers(row.Input)).Prediction.Best)).ToArray();
        string[] names = [.. history.Classes.Select(one => one.Name)];
        var expected = own.Where(one => one.Truth != one.Answer).CountBy(one => one).OrderByDescending(one => one.Value).ThenBy(one => one.Key).Select(one => (names[one.Key.Truth], names[one.Key.Answer], one.Value));
        Assert.Equal(expected, answers.Pairs.Select(pair => (pair.Truth, pair.Answer, pair.Count)));
        Assert.Equal(3, history.Current);
        Assert.NotEmpty(answers.Pairs);
        Assert.Equal(own.Length, answers.Samples);
        Assert.All(answers.Classes, (one, number) => Assert.Equal((own.Count(sample => sample.Truth == number), own.Count(sample => sample == (number, number))), (one.Held, one.Right)));
        Assert.Equal(history.Versions[2].Row[1].Right, answers.Classes.Sum(one => one.RightSince));
        Assert.Equal(history.Versions[0].Row[1].Right, answers.Classes.Sum(one => one.RightFirst));
        ConfusedPair most = answers.Pairs[0];
        Assert.Matches($"{most.Truth}</span></th><td><span class=\"list\">{most.Answer}</span></td><td>{most.Count}</td>", LearnerReport.Page(history, answers));
    }

    [Fact]
    public void Pictures_that_were_confused_are_shown()
    {
        using Months months = new();
        using DurableLearner learner = months.Open(Months.Small("fine-tuning", ("training.epochs", "8")));
        learner.Teach(months.Images("pictures", 400, "abcdefgh", 1));
        LearnerHistory history = learner.History();

        LearnerAnswers answers = LearnerAnswers.Of(learner, history);
        string page = LearnerReport.Page(history, answers);

        Assert.Equal([1, 8, 8], answers.Shape);
        Assert.NotEmpty(answers.Pairs);
        Assert.Contains($"<figcaption>{answers.Pairs[0].Truth}, taken for {answers.Pairs[0].Answer}</figcaption><img alt=\"", page);
        Assert.Contains("src=\"data:image/png;base64,iVBOR", page);
    }

    [Fact]
    public void A_picture_has_the_shades_of_its_numbers()
    {
        using SkiaSharp.SKBitmap grey = SkiaSharp.SKBitmap.Decode(SamplePng.Of([0, .2f, 1, .6f, 0, 1], [1, 2, 3]));
        using SkiaSharp.SKBitmap colour = SkiaSharp.SKBitmap.Decode(SamplePng.Of([1, 0, 0, .4f, -1, 2], [3, 1, 2]));

        Assert.Equal((3, 2), (grey.Width, grey.Height));
        Assert.Equal(new SkiaSharp.SKColor(51, 51, 51), grey.GetPixel(1, 0));
        Assert.Equal(new SkiaSharp.SKColor(153, 153, 153), grey.GetPixel(0, 1));
        Assert.Equal(new SkiaSharp.SKColor(170, 85, 0), colour.GetPixel(0, 0));
    }

    [Fact]
    public void Two_hundred_lessons_are_thinned_to_the_newest_beside_a_picture_of_all()
    {
        LearnerHistory history = Long(200);

        string page = LearnerReport.Page(history, new([new("a", "lesson 1", 10, 9, 0, 0, 0)], [], 10, 1, [], []));

        Assert.InRange(Encoding.UTF8.GetByteCount(page), 100_000, 900_000);
        Assert.Contains("192 older lessons together", page);
        Assert.Contains("Accuracy of 200 versions, from above, on 200 lessons, from the left", page);
        Assert.Contains("<tr class=\"current\"><th scope=\"row\" aria-current=\"true\">200. lesson 200", page);
        Assert.DoesNotContain("170. lesson 170 <", page[..page.IndexOf("What is kept", StringComparison.Ordinal)]);
        Assert.Contains("200. lesson 200", page[page.IndexOf("What is kept", StringComparison.Ordinal)..]);
        foreach (string folded in new[] { "<summary>The older 176<", "<summary>The 176 before<", "<summary>The other 175<" }) Assert.Contains(folded, page);
        Assert.DoesNotContain("NaN", page);
    }

    [Fact]
    public void A_version_that_was_refused_is_no_part_of_the_line()
    {
        GateVerdict verdict = new(GateOutcome.Passed, true, "Passed.", new(), []);
        PastVersion[] versions = [Version(1, 1, verdict), Version(2, 2, verdict) with { Promoted = null }, Version(3, 1, verdict)];
        VersionMoment[] moments = [new(First, MomentKind.Learned, versions[0]), new(First, MomentKind.Refused, versions[1]), new(First, MomentKind.Learned, versions[2])];

        using Engram.Reports.Canvas canvas = new VersionChart { Title = "versions", Moments = moments, Current = moments[2] }.Draw(860, hasTitle: false);
        string svg = canvas.ToSvg("versions").ToHtml("wide");

        string[] lines = [.. Regex.Matches(svg, $"<path[^>]*stroke=\"#0072B2\"[^>]*>").Select(match => match.Value)];
        Assert.Equal(3, lines.Length); // on, up or down, and on to the right edge
        foreach (string name in new[] { ">1<", ">2 refused<", ">3, now<" }) Assert.Contains(name, svg);
    }

    [Fact]
    public void The_current_version_is_in_the_table_however_old_it_is()
    {
        LearnerHistory history = Long(60) with { Current = 3 };

        string page = LearnerReport.Page(history, new([], [], 0, 0, [], []));

        Assert.Contains("aria-current=\"true\">3. lesson 3", page);
        Assert.Contains("No held-out samples are kept", page);
    }

    [Fact]
    public void A_change_is_drawn_with_its_interval_against_the_limit()
    {
        GateGroup fell = new(GateGroupKind.Lesson, "jan", 50, .9, .8, .1, .05, .2, .02, .001, .01, GateOutcome.Failed);
        PastVersion version = Version(2, 1, new(GateOutcome.Failed, false, "Refused: so it is.", new(), [fell]));

        string section = VerdictTable.Section(version);

        Assert.Contains("aria-label=\"95 % interval −20.0 to −5.0; limit −2.0 points\"", section);
        Assert.Contains("<line class=\"span\" x1=\"6.0\" y1=\"10.0\" x2=\"57.8\" y2=\"10.0\"/>", section);
        Assert.Contains("<line class=\"limit\" x1=\"68.1\"", section);
        Assert.Contains("<td>90.0</td><td>80.0</td><td>−10.0</td>", section);
        Assert.Contains("Refused: so it is.", section);
    }

    [Theory]
    [InlineData("learn", """{"lesson":"jan","version":2,"source":"jan.csv","promoted":false}""", "Lesson 'jan' was learned from jan.csv into version 2, which the gate refused.")]
    [InlineData("rollback", """{"version":1,"before":4,"reason":null}""", "Version 1 was gone back to from version 4.")]
    [InlineData("promote", """{"version":2,"before":1,"reason":"it is right"}""", "Version 2 was promoted by hand, in place of version 1: it is right")]
    [InlineData("prune", """{"removed":[1,2]}""", "The state of versions 1, 2 was removed.")]
    [InlineData("forget", """{"sentence":"It is gone."}""", "It is gone.")]
    [InlineData("dance", "no json", "dance: no json")]
    public void Events_are_said_in_words(string what, string detail, string sentence) => Assert.Equal(sentence, EventTable.Sentence(new(First, "ann", "desk", what, detail)));

    [Fact]
    public void Commands_hold_names_as_one_word()
    {
        LearnerHistory history = Long(2) with { Address = "/data/my learner's.engram" };

        string section = NextCommands.Section(history);

        Assert.Contains("engram learn &#39;my learner&#39;\\&#39;&#39;s.engram&#39; DATA", section);
        Assert.Contains("engram rollback &#39;my learner&#39;\\&#39;&#39;s.engram&#39; 1", section);
        Assert.Contains("--lesson &#39;lesson 2&#39;", section);
    }

    private static PastVersion Version(int number, int lessons, GateVerdict verdict) => new(number, number - 1, $"lesson {number}", null, First.AddDays(number), First.AddDays(number), null, verdict,
        Enumerable.Range(1, lessons).ToDictionary(lesson => lesson, lesson => new LessonAccuracy(50, 50 - ((number - lesson + lesson * 7) % 23))), 1);

    private static LearnerHistory Long(int lessons)
    {
        GateVerdict verdict = new(GateOutcome.Passed, true, "Passed: all is well.", new(),
            [.. Enumerable.Range(1, lessons - 1).Select(lesson => new GateGroup(GateGroupKind.Lesson, $"lesson {lesson}", 50, .9, .9, 0, -.01, .01, .02, 1, 1, GateOutcome.Passed))]);
        return new("/data/line.engram", 1_000_000, "slda", "4 numbers", [], new(), lessons, [new("a", 1, true)],
            [.. Enumerable.Range(1, lessons).Select(number => new PastLesson(number, $"lesson {number}", First.AddDays(number), $"{number.ToString(CultureInfo.InvariantCulture)}.csv", 100, 50, 50, 100, [new("a", 100, 50)], null))],
            [.. Enumerable.Range(1, lessons).Select(number => Version(number, number, verdict))],
            [.. Enumerable.Range(1, lessons).Select(number => new PastEvent(First.AddDays(number), "ann", "desk", "learn", $$"""{"lesson":"lesson {{number}}","version":{{number}},"source":"x.csv","promoted":true}"""))], null);
    }
}
