using Engram.Durable;
using Engram.Durable.Storage;
using Engram.OwnData;
using Engram.Tests.Durable.Storage;

namespace Engram.Tests.Durable;

public sealed class FeedbackTests : IDisposable
{
    private static readonly DateTimeOffset Day = new(2026, 11, 27, 9, 0, 0, TimeSpan.FromHours(1));
    private readonly Months months = new();

    public void Dispose() => months.Dispose();

    [Fact]
    public void Right_answers_are_kept_in_their_order_the_second_to_a_prediction_replaces_the_first_and_reopening_loses_none()
    {
        Feedback[] some;
        using (DurableLearner learner = Taught())
        {
            some = From(learner, months.Table("more", 6, "ab", 5), "c");
            learner.KeepFeedback([some[3], some[1]]);
            learner.KeepFeedback([some[0], some[1] with { Label = "b", When = Day.AddHours(5) }]);
            learner.KeepFeedback([]);
        }

        using DurableLearner again = DurableLearner.Open(months.Engram, Months.Assemblies);

        Feedback[] kept = [.. again.FeedbackKept()];
        Assert.Equal([(some[0].Prediction, "c"), (some[3].Prediction, "c"), (some[1].Prediction, "b")], kept.Select(one => (one.Prediction, one.Label)));
        Assert.Equal(some[3].Input, kept[1].Input);
        Assert.Equal((some[3].Given, some[3].Version, some[3].When), (kept[1].Given, kept[1].Version, kept[1].When));
        Assert.Empty(again.Problems());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void They_are_learned_once_as_a_lesson_with_inputs_as_they_are(bool images)
    {
        Func<string, int, string, int, string> write = images ? months.Images : (name, rows, classes, seed) => months.Table(name, rows, classes, seed);
        using DurableLearner learner = months.Open(Months.Small("slda"));
        learner.Teach(write("january", 200, "ab", 1));
        string[] labels = ["b", "c"], files = [write("more", 60, "bc", 5), write("new", 40, "bc", 6)];
        if (images) labels = ["1", "2"];
        Feedback[] some = [.. From(learner, files[0], null).Select((one, place) => one with { Label = labels[place % 2] })];
        learner.KeepFeedback(some);

        Lesson lesson = Learn(learner);

        Assert.Equal(("feedback", 2, true, 60), (lesson.Name, lesson.Version, lesson.Promoted, lesson.Samples + lesson.Tested));
        Assert.Equal([labels[1]], lesson.NewClasses);
        Assert.Empty(learner.FeedbackKept());
        Assert.Equal(some.Select(one => string.Join(' ', one.Input)).Order(), Held(learner, 2).Select(input => string.Join(' ', input)).Order());
        Assert.InRange(learner.Examine(files[1]).Accuracy, .8, 1);
        Assert.Equal("no-feedback", Assert.Throws<EngramException>(() => Learn(learner)).Code);
        Assert.Equal(("feedback", "learn"), (learner.History().Lessons[1].Source, learner.History().Events[^1].What));
        Assert.Empty(learner.Problems());

        learner.KeepFeedback(some);
        Assert.True(Learn(learner).WasLearned);
        Assert.Empty(learner.FeedbackKept());
        learner.KeepFeedback(some[..1]);
        Assert.Equal("feedback (2)", Learn(learner).Name);
    }

    [Fact]
    public void A_lesson_that_fails_or_is_stopped_leaves_all_of_them()
    {
        using DurableLearner learner = Taught("ewc");
        learner.SaveEvery = 1;
        learner.KeepFeedback(From(learner, months.Table("more", 60, "bc", 5), "c"));

        using (CancellationTokenSource stop = new())
            Assert.ThrowsAny<OperationCanceledException>(() => learner.LearnFeedback(progress: new At("learning", stop.Cancel), cancellation: stop.Token));
        Assert.Equal(60, learner.FeedbackKept().Count);
        Assert.NotNull(learner.History().Unfinished);
        Assert.Throws<TimeoutException>(() => learner.LearnFeedback(progress: new At("writing", () => throw new TimeoutException()), cancellation: TestContext.Current.CancellationToken));
        SqliteFile.Execute(months.Engram, "CREATE TRIGGER no BEFORE DELETE ON feedback WHEN old.prediction = 'p-59' BEGIN SELECT RAISE(ABORT, 'no'); END");
        Assert.Throws<EngramException>(() => Learn(learner));
        SqliteFile.Execute(months.Engram, "DROP TRIGGER no");

        Assert.Equal((60, 1, 1), (learner.FeedbackKept().Count, learner.History().Lessons.Count, learner.Version));
        Assert.Empty(learner.Problems());
        Assert.Equal(2, Learn(learner).Number);
        Assert.Empty(learner.FeedbackKept());
        Assert.Null(learner.History().Unfinished);
    }

    [Fact]
    public void What_comes_or_is_replaced_while_they_are_learned_stays_for_the_next_time()
    {
        using DurableLearner learner = Taught(), other = DurableLearner.Open(months.Engram, Months.Assemblies);
        Feedback[] some = From(learner, months.Table("more", 60, "bc", 5), "c");
        learner.KeepFeedback(some[..58]);

        learner.LearnFeedback(progress: new At("writing", () => other.KeepFeedback([some[3] with { Label = "d" }, some[59]])), cancellation: TestContext.Current.CancellationToken);

        Assert.Equal([(some[3].Prediction, "d"), (some[59].Prediction, "c")], learner.FeedbackKept().Select(one => (one.Prediction, one.Label)));
        Assert.Equal(2, learner.History().Lessons.Count);
    }

    [Fact]
    public void Held_out_samples_of_earlier_lessons_are_not_learned()
    {
        using DurableLearner learner = Taught();
        float[][] held = learner.File.Store.Read(reader => reader.Held(1, test: true).Select(row => SampleBytes.ToNumbers(row.Input)).ToArray());
        Feedback[] known = [.. held.Select((input, place) => new Feedback($"held-{place}", "a", input, "b", 1, Day))], some = From(learner, months.Table("more", 60, "bc", 5), "c");
        learner.KeepFeedback([.. known, .. some]);

        Lesson lesson = Learn(learner);

        Assert.Contains(lesson.Remarks, remark => remark.Contains("of the records are held-out samples of earlier lessons", StringComparison.Ordinal));
        string[] learned = learner.File.Store.Read(reader => reader.Held(2, test: false).Select(row => string.Join(' ', SampleBytes.ToNumbers(row.Input))).ToArray());
        Assert.NotEmpty(learned);
        Assert.Empty(learned.Intersect(held.Select(input => string.Join(' ', input))));
        Assert.Empty(learner.FeedbackKept());
    }

    [Fact]
    public void Nothing_is_kept_where_nothing_may_stay()
    {
        Feedback[] some;
        using (DurableLearner learner = Taught())
        {
            some = From(learner, months.Table("more", 6, "ab", 5), "c");
            learner.KeepFeedback(some);
        }

        using DurableLearner strict = months.Open(Months.Small("slda") with { Keep = Keep.Nothing });
        strict.Teach(months.Table("february", 200, "ab", 2));

        Assert.Empty(strict.FeedbackKept());
        Assert.Equal("keeps-nothing", Assert.Throws<EngramException>(() => strict.KeepFeedback(some)).Code);
        Assert.Equal("keeps-nothing", Assert.Throws<EngramException>(() => Learn(strict)).Code);
        Assert.Empty(strict.Problems());
    }

    [Fact]
    public void What_cannot_be_a_right_answer_is_refused_and_none_of_them_is_kept()
    {
        using DurableLearner learner = Taught();
        Feedback[] some = From(learner, months.Table("more", 6, "ab", 5), "c");

        Refused("has 3 numbers, but the learner sees 4", some[1] with { Input = [1, 2, 3] });
        Refused("number 2 of its input is NaN", some[1] with { Input = [1, float.NaN, 3, 4] });
        Refused("it has no label", some[1] with { Label = " " });
        Refused("has 0 letters", some[1] with { Prediction = "" });
        using DurableLearner empty = DurableLearner.OpenOrCreate(Path.Combine(months.Folder, "empty.engram"));
        Assert.Equal("nothing-learned", Assert.Throws<EngramException>(() => empty.KeepFeedback(some)).Code);
        Assert.Equal("nothing-learned", Assert.Throws<EngramException>(() => Learn(empty)).Code);
        Assert.False(File.Exists(empty.Address));

        void Refused(string said, Feedback wrong)
        {
            EngramException error = Assert.Throws<EngramException>(() => learner.KeepFeedback([some[0], wrong]));
            Assert.Equal("wrong-feedback", error.Code);
            Assert.Contains(said, error.Message);
            Assert.Empty(learner.FeedbackKept());
        }
    }

    [Fact]
    public void Forgetting_a_class_forgets_the_right_answers_that_name_it_and_says_how_many()
    {
        using DurableLearner learner = Taught(classes: "abc");
        Feedback[] some = From(learner, months.Table("more", 9, "ab", 5), null);
        learner.KeepFeedback([.. some.Select((one, place) => one with { Label = place < 4 ? "b" : place < 6 ? "new" : "a" })]);

        ForgetReport learned = learner.Lose(new(Class: "b")), unheard = learner.Lose(new(Class: "new"));

        Assert.Equal((4, 2), (learned.RemovedFeedback, unheard.RemovedFeedback));
        Assert.EndsWith(" 4 right answers that named it and were not learned yet are gone, too.", learned.Sentence);
        Assert.StartsWith("The learner never learned class 'new'. 2 right answers", unheard.Sentence);
        Assert.Equal(["a", "a", "a"], learner.FeedbackKept().Select(one => one.Label));
        Assert.Equal("unknown-class", Assert.Throws<EngramException>(() => learner.Lose(new(Class: "new"))).Code);
        Assert.Equal("forget", learner.History().Events[^1].What);
        Assert.Empty(learner.Problems());
    }

    [Fact]
    public void A_learner_of_an_older_Engram_keeps_them_from_now_on()
    {
        using DurableLearner learner = Taught();
        SqliteFile.MakeOlder(months.Engram);
        Assert.Empty(learner.FeedbackKept());

        learner.KeepFeedback(From(learner, months.Table("more", 60, "bc", 5), "c"));

        Assert.Equal(60, learner.FeedbackKept().Count);
        Assert.Equal(2, Learn(learner).Version);
        Assert.Empty(learner.Problems());
    }

    [Fact]
    public void So_many_may_wait_and_one_more_keeps_none_until_they_are_learned()
    {
        using DurableLearner learner = Taught();
        Feedback one = From(learner, months.Table("more", 1, "ab", 5), "b")[0];
        Feedback[] full = [.. Enumerable.Range(0, 20_000).Select(place => one with { Prediction = $"p{place}" })];
        learner.KeepFeedback(full);

        EngramException error = Assert.Throws<EngramException>(() => learner.KeepFeedback([full[7] with { Label = "a" }, one with { Prediction = "another" }]));

        Assert.Equal(("too-much-feedback", 20_000), (error.Code, learner.FeedbackCount()));
        Assert.Contains("20,001", error.Message);
        Assert.All(learner.FeedbackKept(), kept => Assert.Equal("b", kept.Label));
        learner.KeepFeedback([full[7] with { Label = "a" }]);
        Assert.Single(learner.FeedbackKept(), kept => kept.Label == "a");
        Learn(learner);
        Assert.Equal(0, learner.FeedbackCount());
        learner.KeepFeedback([one]);
        Assert.Equal(1, learner.FeedbackCount());
    }

    private static Lesson Learn(DurableLearner learner) => learner.LearnFeedback(cancellation: TestContext.Current.CancellationToken);

    private static IEnumerable<float[]> Held(DurableLearner learner, int lesson) =>
        learner.File.Store.Read(reader => reader.Held(lesson, test: true).Concat(reader.Held(lesson, test: false)).Select(row => SampleBytes.ToNumbers(row.Input)).ToArray());

    private DurableLearner Taught(string method = "slda", string classes = "ab")
    {
        DurableLearner learner = months.Open(Months.Small(method, ("gate.maxDrop", "1"), ("gate.maxDropSinceLearned", "1"), ("gate.minNew", "0")));
        learner.Teach(months.Table("january", 200, classes, 1));
        return learner;
    }

    // As a server would: it asks, and somebody says what was right.
    private static Feedback[] From(DurableLearner learner, string path, string? label)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        using Records records = learner.Open([path], cancellation: stop);
        float[][] inputs = [.. learner.InputsOf(records, null, stop)];
        return [.. learner.Predict(inputs).Select((answer, place) => new Feedback($"p-{place}", label ?? answer.Label, inputs[place], answer.Label, answer.Version, Day.AddMinutes(place)))];
    }

    private sealed class At(string stage, Action act) : IProgress<LearnStage>
    {
        public void Report(LearnStage value)
        {
            if (value.Stage == stage) act();
        }
    }
}
