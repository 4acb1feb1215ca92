using System.Text.Json.Nodes;
using Engram.Durable.Gate;

namespace Engram.Tests.Durable.Gate;

public sealed class ReleaseGateTests
{
    private static readonly NewLessonOutcome Learned = new("november", 200, 190, 60, 4, 8);
    private static readonly PairedOutcome Same = new(1000, 950, 0, 0), Slight = new(1000, 950, 25, 20), Bad = new(400, 384, 35, 5), Few = new(40, 38, 0, 0);

    [Fact]
    public void What_is_shown_to_stay_within_the_limit_passes()
    {
        GateVerdict verdict = ReleaseGate.Judge(Evidence(("october", Same), ("september", Slight)), new());

        Assert.Equal((GateOutcome.Passed, true), (verdict.Outcome, verdict.Promoted));
        Assert.Equal("Passed: no lesson and no class fell by more than 2 points, and the new lesson 'november' is known to 95.0 % on 200 held-out samples.", verdict.Sentence);
    }

    [Fact]
    public void A_drop_that_is_shown_to_exceed_the_limit_is_refused_with_its_figures()
    {
        GateVerdict verdict = ReleaseGate.Judge(Evidence(("september", Same), ("october", Bad)), new());

        GateGroup group = verdict.Groups[1];
        Assert.Equal((GateOutcome.Failed, false), (verdict.Outcome, verdict.Promoted));
        Assert.Equal((.96, .885, .075, GateOutcome.Failed), (group.Before!.Value, group.After!.Value, Math.Round(group.Drop!.Value, 9), group.Verdict));
        Assert.Equal($"Refused: lesson 'october' fell from 96.0 % to 88.5 % (drop 7.5 points, 95 % interval {group.Low!.Value * 100:0.0} to {group.High!.Value * 100:0.0}), more than 2 points allowed.", verdict.Sentence);
        Assert.InRange(group.Low.Value, .04, .05);
    }

    [Theory]
    [InlineData(GateDoubt.Pass, true, "let through because gate.doubt=pass")]
    [InlineData(GateDoubt.Fail, false, "refused because gate.doubt=fail")]
    public void Too_few_samples_leave_a_doubt_that_the_option_settles(GateDoubt doubt, bool isPromoted, string ends)
    {
        GateVerdict verdict = ReleaseGate.Judge(Evidence() with { Classes = [new("scratch", Few)] }, new() { Doubt = doubt });

        Assert.Equal((GateOutcome.CannotTell, isPromoted), (verdict.Outcome, verdict.Promoted));
        Assert.Equal($"Cannot tell: with 40 held-out samples a drop of 2 points in class 'scratch' cannot be seen; {ends}.", verdict.Sentence);
    }

    [Fact]
    public void A_drop_that_may_or_may_not_exceed_the_limit_is_named_with_its_interval()
    {
        GateVerdict verdict = ReleaseGate.Judge(Evidence(("a", Few), ("b", new(100, 95, 4, 1))), new());

        Assert.StartsWith("Cannot tell: lesson 'b' fell from 95.0 % to 92.0 % on 100 held-out samples (drop 3.0 points, 95 % interval -1.9 to 9.0), which may or may not be more than 2 points allowed (and 1 more); let", verdict.Sentence);
    }

    [Fact]
    public void Many_small_drops_that_each_pass_are_refused_when_they_add_up()
    {
        PairedOutcome step = new(2000, 1800, 25, 20), added = new(2000, 1960, 200, 40);

        GateVerdict verdict = ReleaseGate.Judge(Evidence(("first", step)) with { SinceLearned = [new("first", added)] }, new());

        Assert.Equal([GateOutcome.Passed, GateOutcome.Failed, GateOutcome.Passed], verdict.Groups.Select(group => group.Verdict));
        Assert.StartsWith("Refused: lesson 'first' fell from 98.0 % right after it was learned to 90.0 % (drop 8.0 points, ", verdict.Sentence);
        Assert.EndsWith("more than 5 points allowed since it was learned.", verdict.Sentence);
        Assert.True(ReleaseGate.Judge(Evidence(("first", step)) with { SinceLearned = [new("first", added)] }, new() { MaxDropSinceLearned = .09 }).Promoted);
    }

    // Alone this drop has a score p of about 0.01, which ten lessons make 0.1.
    [Fact]
    public void One_of_many_lessons_must_fall_further_before_it_counts()
    {
        PairedOutcome fallen = new(500, 480, 26, 5);
        (string, PairedOutcome)[] others = [.. Enumerable.Range(0, 9).Select(i => ($"other {i}", Same))];

        GateVerdict alone = ReleaseGate.Judge(Evidence(("fallen", fallen)), new()), together = ReleaseGate.Judge(Evidence([("fallen", fallen), .. others]), new());

        Assert.InRange(alone.Groups[0].P!.Value, .005, .02);
        Assert.Equal(10 * alone.Groups[0].P!.Value, together.Groups[0].P!.Value, 10);
        Assert.Equal(10 * alone.Groups[0].McNemar!.Value, together.Groups[0].McNemar!.Value, 10);
        Assert.Equal((GateOutcome.Failed, GateOutcome.CannotTell), (alone.Outcome, together.Outcome));
    }

    [Fact]
    public void Lessons_and_classes_are_corrected_apart()
    {
        PairedGroup fallen = new("fallen", new(500, 480, 26, 5));

        GateVerdict verdict = ReleaseGate.Judge(new() { Lessons = [fallen], Classes = [new("0", Same), new("1", Same), fallen] }, new());

        Assert.Equal(3 * verdict.Groups[0].P!.Value, verdict.Groups[3].P!.Value, 10);
    }

    // Five lost of five: the score test is sure already, the exact test of a difference (p = 0.0625) is not.
    [Fact]
    public void A_few_lost_samples_are_no_proof_without_the_exact_test()
    {
        GateGroup group = ReleaseGate.Judge(Evidence(("tiny", new(5, 5, 5, 0))), new()).Groups[0];

        Assert.True(group.P < .025);
        Assert.Equal((.0625, GateOutcome.CannotTell), (group.McNemar!.Value, group.Verdict));
    }

    [Theory]
    [InlineData(190, GateOutcome.Passed)]
    [InlineData(66, GateOutcome.CannotTell)]
    [InlineData(60, GateOutcome.Failed)]
    [InlineData(10, GateOutcome.Failed)]
    public void The_new_lesson_must_be_known_better_than_by_always_answering_its_most_frequent_class(int right, GateOutcome expected)
    {
        GateVerdict verdict = ReleaseGate.Judge(new() { NewLesson = Learned with { Right = right } }, new());

        Assert.Equal((expected, .3), (verdict.Outcome, verdict.Groups[0].Limit));
    }

    [Theory]
    [InlineData(192, GateOutcome.Passed)]
    [InlineData(184, GateOutcome.CannotTell)]
    [InlineData(180, GateOutcome.CannotTell)]
    [InlineData(179, GateOutcome.Failed)]
    public void The_new_lesson_must_reach_the_accuracy_that_was_asked_for(int right, GateOutcome expected)
    {
        GateVerdict verdict = ReleaseGate.Judge(new() { NewLesson = Learned with { Right = right } }, new() { MinNew = .9 });

        Assert.Equal(expected, verdict.Outcome);
    }

    [Fact]
    public void A_new_lesson_below_its_bar_is_refused_in_words()
    {
        GateVerdict asked = ReleaseGate.Judge(new() { NewLesson = Learned with { Right = 150 } }, new() { MinNew = .9 }), equal = ReleaseGate.Judge(new() { NewLesson = Learned with { Right = 60 } }, new());

        Assert.Equal("Refused: the new lesson 'november' is known to 75.0 % on 200 held-out samples, and 90.0 % was asked for.", asked.Sentence);
        Assert.Equal("Refused: the new lesson 'november' is known to 30.0 % on 200 held-out samples, and 30.0 % is what one reaches who has learned nothing.", equal.Sentence);
    }

    [Fact]
    public void A_lesson_of_one_class_is_compared_with_guessing_and_the_only_class_there_is_with_nothing()
    {
        NewLessonOutcome one = new("first", 20, 20, 20, 1, 4);

        Assert.Equal((.25, GateOutcome.Passed), ReleaseGate.Judge(new() { NewLesson = one }, new()).Groups[0] is var group ? (group.Limit, group.Verdict) : default);
        Assert.Equal((GateOutcome.NotJudged, true), ReleaseGate.Judge(new() { NewLesson = one with { KnownClasses = 1 } }, new()) is var verdict ? (verdict.Outcome, verdict.Promoted) : default);
    }

    [Fact]
    public void No_bar_at_all_is_always_met() => Assert.Equal(GateOutcome.Passed, ReleaseGate.Judge(new() { NewLesson = Learned with { Right = 0 } }, new() { MinNew = 0 }).Outcome);

    [Fact]
    public void The_first_lesson_is_judged_by_itself()
    {
        GateVerdict verdict = ReleaseGate.Judge(new() { NewLesson = Learned }, new());

        Assert.Equal("Passed: the new lesson 'november' is known to 95.0 % on 200 held-out samples.", verdict.Sentence);
        Assert.Single(verdict.Groups);
    }

    [Fact]
    public void Lessons_without_held_out_samples_are_not_judged_and_are_counted()
    {
        GateVerdict verdict = ReleaseGate.Judge(Evidence(("october", new(0, 0, 0, 0))), new());

        Assert.Equal((GateOutcome.NotJudged, GateOutcome.Passed), (verdict.Groups[0].Verdict, verdict.Outcome));
        Assert.EndsWith("1 earlier lesson has no held-out samples and could not be judged.", verdict.Sentence);
    }

    [Fact]
    public void Without_any_held_out_sample_the_verdict_says_that_it_judged_nothing()
    {
        GateVerdict verdict = ReleaseGate.Judge(Evidence(("october", new(0, 0, 0, 0))) with { NewLesson = NewLessonOutcome.Of("november", [], [], 3) }, new() { Doubt = GateDoubt.Fail });

        Assert.Equal((GateOutcome.NotJudged, true), (verdict.Outcome, verdict.Promoted));
        Assert.StartsWith("Nothing was judged", verdict.Sentence);
    }

    [Fact]
    public void Counts_of_a_new_lesson_leave_out_samples_that_are_not_there()
    {
        NewLessonOutcome outcome = NewLessonOutcome.Of("november", [0, 1, -1, 1, 1], [0, 1, 1, 1, 3], 4);

        Assert.Equal(new("november", 4, 3, 2, 3, 4), outcome);
        Assert.Equal(.5, outcome.Unlearned);
    }

    [Fact]
    public void A_verdict_comes_back_from_json()
    {
        GateVerdict verdict = ReleaseGate.Judge(Evidence(("october", Bad), ("empty", new(0, 0, 0, 0))) with { Classes = [new("scratch", Few)], SinceLearned = [new("october", Slight)] }, new() { Doubt = GateDoubt.Fail });

        JsonObject json = verdict.ToJson();

        Assert.Equal(verdict, GateVerdict.FromJson(JsonNode.Parse(json.ToJsonString())!.AsObject()));
        Assert.Equal(("failed", "since-learned", "not-judged"), ((string?)json["outcome"], (string?)json["groups"]![3]!["kind"], (string?)json["groups"]![1]!["verdict"]));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"outcome":"failed","promoted":false,"sentence":null,"options":{},"groups":[]}""")]
    [InlineData("""{"outcome":"failed","promoted":false,"sentence":"x","options":{},"groups":[null]}""")]
    [InlineData("""{"outcome":7,"promoted":false,"sentence":"x","options":{},"groups":[]}""")]
    [InlineData("""{"outcome":"failed","promoted":false,"sentence":"x","options":{"maxdrop":1},"groups":[]}""")]
    public void What_is_no_verdict_is_refused(string json) => Assert.Equal("wrong-verdict", Assert.Throws<EngramException>(() => GateVerdict.FromJson(JsonNode.Parse(json)!.AsObject())).Code);

    [Fact]
    public void Options_have_names_defaults_and_ranges_as_all_settings_have()
    {
        List<string> problems = [];
        SettingsShape shape = SettingsShape.Of(typeof(GateOptions));

        shape.Bind(JsonNode.Parse("""{"maxDrop":2,"minNew":-1,"doubt":"maybe","confidence":1}""")!.AsObject(), "gate", problems);

        Assert.Equal(["gate.maxDrop is 2 but must be a number >= 0 and <= 1.", "gate.minNew is -1 but must be a number >= 0 and <= 1.", """gate.doubt is "maybe" but must be one of pass, fail.""", "gate.confidence is 1 but must be a number > 0.5 and < 1."], problems);
        Assert.Equal(["0.02", "0.05", "null", "pass", "0.95"], shape.Describe().Select(setting => setting.Default));
        Assert.Throws<ArgumentOutOfRangeException>(() => ReleaseGate.Judge(new(), new() { MaxDrop = 2 }));
    }

    private static GateEvidence Evidence(params (string Name, PairedOutcome Outcome)[] lessons) => new() { Lessons = [.. lessons.Select(one => new PairedGroup(one.Name, one.Outcome))], NewLesson = Learned };
}
