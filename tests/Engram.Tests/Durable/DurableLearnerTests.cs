using Engram.Durable;
using Engram.Durable.Gate;
using Engram.Durable.Storage;
using Engram.Experiments;
using Engram.Methods;
using Engram.OwnData;
using Engram.Streams;

namespace Engram.Tests.Durable;

public sealed class DurableLearnerTests : IDisposable
{
    private readonly Months months = new();

    public void Dispose() => months.Dispose();

    public static TheoryData<string> Methods => [.. new Catalogs().Methods.Entries.Where(entry => entry.Attribute.Scenarios.Contains(Scenario.Class)).Select(entry => entry.Attribute.Id)];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Every_method_learns_lesson_after_lesson_and_a_stopped_one_ends_with_the_same_bits(string method)
    {
        Func<string, int, string, int, string> write = method == "dgr" ? months.Images : (name, rows, classes, seed) => months.Table(name, rows, classes, seed);
        string january = write("january", 64, "ab", 1), february = write("february", 64, "bc", 2), march = write("march", 48, "dab", 3);
        DurableOptions options = Months.Small(method, ("gate.maxDrop", "1"), ("gate.maxDropSinceLearned", "1"), ("gate.minNew", "0"));
        string straight = Learned("straight.engram", options, null, january, february, march);

        string stopped = Learned("stopped.engram", options, stopAfter: 3, january, february, march);

        Assert.Equal(straight, stopped);
        Assert.NotEqual("", straight);
    }

    [Fact]
    public void A_learner_opened_anew_answers_as_before_and_labels_are_names_for_life()
    {
        string today = months.Table("today", 40, "abc", 9, labels: false);
        IReadOnlyList<Answer> before;
        using (DurableLearner learner = months.Open(Months.Small("slda")))
        {
            learner.Teach(months.Table("january", 120, "ba", 1));
            learner.Teach(months.Table("february", 120, "cb", 2));
            before = learner.Guess(today);
        }

        using DurableLearner again = DurableLearner.Open(months.Engram, Months.Assemblies);

        IReadOnlyList<Answer> after = again.Guess(today);
        Assert.Equal(before.Select(answer => (answer.Label, answer.Probability, answer.IsKnown, answer.Version)), after.Select(answer => (answer.Label, answer.Probability, answer.IsKnown, answer.Version)));
        Assert.Equal(["b", "a", "c"], again.History().Classes.Select(one => one.Name));
        Assert.Equal(2, again.Version);
    }

    [Fact]
    public void A_refused_lesson_changes_no_answer_and_the_next_goes_on_from_the_version_before()
    {
        string today = months.Table("today", 40, "ab", 9, labels: false);
        using DurableLearner learner = months.Open(Months.Small("fine-tuning", ("training.epochs", "20"), ("training.learningRate", "0.01")));
        learner.Teach(months.Table("january", 400, "ab", 1));
        IReadOnlyList<Answer> before = learner.Guess(today);

        Lesson refused = learner.Teach(months.Table("february", 400, "c", 2));
        Lesson next = learner.Teach(months.Table("march", 400, "ab", 3));

        Assert.False(refused.Promoted);
        Assert.Equal(GateOutcome.Failed, refused.Verdict.Outcome);
        Assert.Equal(["c"], refused.NewClasses);
        LearnerHistory history = learner.History();
        Assert.Equal(1, history.Versions[^1].Parent);
        Assert.True(next.Promoted);
        Assert.Equal([1, 3], history.Versions[^1].Row.Keys.Order()); // what was refused is not in its line
        learner.Rollback(1);
        Assert.Equal(before.Select(answer => answer.Probability), learner.Guess(today).Select(answer => answer.Probability));
    }

    [Fact]
    public void A_refused_version_answers_after_it_was_promoted_by_hand_with_a_reason_that_is_kept()
    {
        using DurableLearner learner = months.Open(Months.Small("fine-tuning", ("training.epochs", "20"), ("training.learningRate", "0.01")));
        learner.Teach(months.Table("january", 400, "ab", 1));
        learner.Teach(months.Table("february", 400, "c", 2));

        Assert.Contains("reason", Assert.Throws<EngramException>(() => learner.Promote(2, " ")).Message);
        Assert.Contains("never answered", Assert.Throws<EngramException>(() => learner.Rollback(2)).Message);
        learner.Promote(2, "a and b are no longer made");

        Assert.Equal(2, learner.Version);
        Assert.Contains("no longer made", learner.History().Events[^1].Detail);
        Assert.Equal(1, learner.Rollback());
    }

    [Fact]
    public void The_same_data_are_not_learned_twice_and_the_gates_word_is_given_again()
    {
        string january = months.Table("january", 120, "ab", 1);
        using DurableLearner learner = months.Open(Months.Small("slda"));
        Lesson first = learner.Teach(january);

        Lesson second = learner.Teach(january, "other name");

        Assert.True(second.WasLearned);
        Assert.Equal(first.Verdict, second.Verdict);
        Assert.Single(learner.History().Versions);
    }

    [Fact]
    public void After_going_back_the_same_data_are_learned_again_in_the_new_line()
    {
        string february = months.Table("february", 120, "bc", 2);
        using DurableLearner learner = months.Open(Months.Small("slda"));
        learner.Teach(months.Table("january", 120, "ab", 1));
        learner.Teach(february);
        learner.Rollback(1);

        Lesson again = learner.Teach(february);

        Assert.False(again.WasLearned);
        Assert.Equal("february (2)", again.Name);
        Assert.Equal((3, 1), (again.Version, learner.History().Versions[^1].Parent));
        Assert.Empty(again.NewClasses); // the name has its number already
        Assert.Contains("c", learner.Guess(february).Select(answer => answer.Label));
    }

    [Fact]
    public void Held_out_samples_of_earlier_lessons_are_never_learned()
    {
        string january = months.Table("january", 200, "ab", 1), both = Path.Combine(months.Folder, "both");
        Directory.CreateDirectory(both);
        using DurableLearner learner = months.Open(Months.Small("slda"));
        string[] lines = File.ReadAllLines(january);
        File.WriteAllLines(Path.Combine(months.Folder, "train.csv"), [lines[0] + ",split", .. lines.Skip(1).Select((line, i) => $"{line},{(i % 4 == 0 ? "test" : "train")}")]);
        Lesson first = learner.Teach(Path.Combine(months.Folder, "train.csv"));
        File.WriteAllLines(Path.Combine(months.Folder, "again.csv"), [lines[0] + ",split", .. lines.Skip(1).Select((line, i) => $"{line},{(i % 4 == 1 ? "test" : "train")}")]);

        Lesson second = learner.Teach(Path.Combine(months.Folder, "again.csv"));

        Assert.Equal(50, first.Tested);
        Assert.Equal(100, second.Samples); // neither the 50 of its own nor the 50 of the first
        Assert.Contains(second.Remarks, remark => remark.StartsWith("50 of the records are held-out samples of earlier lessons", StringComparison.Ordinal));
    }

    [Fact]
    public void A_held_out_sample_is_not_learned_where_it_is_all_that_a_lesson_has_of_its_class()
    {
        string january = months.Table("january", 200, "ab", 1), february = months.Table("february", 100, "bc", 2);
        using DurableLearner learner = months.Open(Months.Small("slda"));
        learner.Teach(january);
        UInt128[] held = learner.File.Store.Read(reader => reader.Held(1, test: true).Where(row => row.Class == 0).Select(row => row.Content).ToArray());
        using (Records records = learner.OpenLabelled(january, cancellation: TestContext.Current.CancellationToken))
            File.AppendAllLines(february, [File.ReadAllLines(january)[1 + Enumerable.Range(0, records.Count).First(record => held.Contains(records.ContentHash(record)))]]);

        Lesson lesson = learner.Teach(february);

        Assert.Empty(learner.File.Store.Read(reader => reader.Held(2, test: false).Select(row => row.Content).Intersect(held).ToArray()));
        Assert.Contains("Test data have classes without a sample to learn from: 'a'.", lesson.Remarks);
    }

    [Theory]
    [InlineData(Keep.Features, 2, 3)]
    [InlineData(Keep.Tests, 2, 0)]
    [InlineData(Keep.Nothing, 0, 0)]
    public void What_is_kept_is_what_was_asked_for(Keep keep, int held, int kept)
    {
        using DurableLearner learner = months.Open(Months.Small("slda") with { Keep = keep });

        learner.Teach(months.Table("january", 200, "ab", 1));
        Lesson second = learner.Teach(months.Table("february", 200, "bc", 2));

        Assert.All(learner.History().Lessons, lesson => Assert.Equal((held > 0 ? lesson.Tested : 0, kept > 0 ? lesson.Samples : 0), (lesson.Held, lesson.Kept)));
        Assert.Equal(keep != Keep.Nothing, second.Verdict.Groups.Any(group => group is { Kind: GateGroupKind.Lesson, Samples: > 0 }));
    }

    [Fact]
    public void What_may_no_longer_stay_goes_with_the_next_lesson()
    {
        using (DurableLearner learner = months.Open(Months.Small("slda"))) learner.Teach(months.Table("january", 200, "ab", 1));
        using DurableLearner strict = months.Open(new() { Assemblies = Months.Assemblies, Keep = Keep.Tests });

        strict.Teach(months.Table("february", 200, "ab", 2));

        Assert.All(strict.History().Lessons, lesson => Assert.Equal((lesson.Tested, 0), (lesson.Held, lesson.Kept)));
        Assert.Empty(strict.Problems());
    }

    [Fact]
    public void A_method_that_keeps_samples_is_refused_where_nothing_may_stay_and_nothing_is_written()
    {
        using DurableLearner learner = months.Open(Months.Small("replay") with { Keep = Keep.Nothing });

        EngramException error = Assert.Throws<EngramException>(() => learner.Teach(months.Table("january", 200, "ab", 1)));

        Assert.Equal("keeps-samples", error.Code);
        Assert.Equal(0, learner.Version);
    }

    [Fact]
    public void Held_out_samples_stay_within_their_budget_and_every_lesson_keeps_a_fair_share()
    {
        using DurableLearner learner = months.Open(Months.Small("slda", ("held.budget", "1"), ("held.share", "0.9")));
        int room = (1 << 20) / (64 * sizeof(float)); // 64 pixels a sample

        for (int lesson = 0; lesson < 3; lesson++) learner.Teach(months.Images($"month{lesson}", 2500, "ab", lesson + 1));

        int[] held = [.. learner.History().Lessons.Select(lesson => lesson.Held)];
        Assert.InRange(held.Sum(), room - 3, room);
        Assert.True(held.Max() - held.Min() <= 1, string.Join(' ', held));
    }

    [Fact]
    public void Old_versions_are_pruned_and_the_current_one_never()
    {
        using DurableLearner learner = months.Open(Months.Small("slda"));
        for (int lesson = 0; lesson < 5; lesson++) learner.Teach(months.Table($"month{lesson}", 100, "ab", lesson + 1));
        learner.Rollback(2);

        IReadOnlyList<int> removed = learner.Prune(2);

        Assert.Equal([1, 3, 4], removed);
        Assert.Equal(2, learner.Version);
        Assert.Equal("version-removed", Assert.Throws<EngramException>(() => learner.Rollback(1)).Code);
        Assert.Equal(5, learner.History().Versions.Count);
        Assert.Empty(learner.Problems());
        Assert.Equal(5, learner.Rollback(5));
    }

    [Fact]
    public void Versions_beyond_those_that_are_to_be_kept_go_with_each_lesson()
    {
        using DurableLearner learner = months.Open(Months.Small("slda", ("versions", "2")));

        for (int lesson = 0; lesson < 4; lesson++) learner.Teach(months.Table($"month{lesson}", 100, "ab", lesson + 1));

        Assert.Equal([3, 4], learner.History().Versions.Where(version => version.Removed is null).Select(version => version.Number));
    }

    [Fact]
    public void What_was_chosen_is_said_with_its_reason_and_other_settings_for_life_are_refused_by_name()
    {
        using (DurableLearner learner = months.Open())
        {
            learner.Teach(months.Table("january", 100, "ab", 1));
            Assert.Contains("The method is replay: ", learner.History().Choices.Single());
        }
        using DurableLearner other = months.Open(new() { Assemblies = Months.Assemblies, Method = "ewc", Settings = [("training.epochs", "7")] });
        using DurableLearner unknown = months.Open(new() { Assemblies = Months.Assemblies, Settings = [("gate.maxdrop", "0.1")] });
        string february = months.Table("february", 100, "ab", 2);

        EngramException error = Assert.Throws<EngramException>(() => other.Teach(february));

        Assert.Contains("method is replay, not ewc", error.Message);
        Assert.Contains("training.epochs is 10, not 7", error.Message);
        Assert.Contains("did you mean 'gate.maxDrop'", Assert.Throws<EngramException>(() => unknown.Teach(february)).Message);
    }

    [Fact]
    public void A_first_lesson_that_was_stopped_can_be_begun_with_another_method()
    {
        string january = months.Table("january", 120, "ab", 1);
        using (CancellationTokenSource stop = new())
        using (DurableLearner first = months.Open(Months.Small("ewc", ("training.logEvery", "1"))))
            Assert.ThrowsAny<OperationCanceledException>(() => first.Learn(january, progress: new StopAt(2, stop), cancellation: stop.Token));
        using DurableLearner second = months.Open(Months.Small("replay"));

        second.Teach(january);

        Assert.Equal("replay", second.History().Method);
        Assert.Equal("replay", second.File.Store.Read(reader => second.File.HeaderOf(reader.Version(1))).Config["method"]!["id"]!.GetValue<string>());
    }

    [Fact]
    public void From_the_third_lesson_on_earlier_ones_are_judged_against_the_versions_that_learned_them_too()
    {
        using DurableLearner learner = months.Open(Months.Small("slda"));
        Lesson[] lessons = [.. Enumerable.Range(0, 4).Select(lesson => learner.Teach(months.Table($"month{lesson}", 200, "ab", lesson + 1)))];

        Assert.Equal([[], [], ["month0"], ["month0", "month1"]], lessons.Select(lesson => lesson.Verdict.Groups.Where(group => group.Kind == GateGroupKind.SinceLearned).Select(group => group.Name).ToArray()));
        GateGroup since = lessons[3].Verdict.Groups.First(group => group.Kind == GateGroupKind.SinceLearned);
        Assert.Equal(learner.History().Versions[0].Row[1].Share, since.Before!.Value, 1e-12);
    }

    [Fact]
    public void What_is_none_of_the_classes_is_said_to_be_so()
    {
        using DurableLearner learner = months.Open(Months.Small("slda"));
        learner.Teach(months.Table("january", 1000, "ab", 1));

        IReadOnlyList<Answer> like = learner.Guess(months.Table("like", 500, "ab", 2, labels: false)), strange = learner.Guess(months.Table("strange", 500, "ab", 3, shift: 12, labels: false));

        Assert.InRange(like.Count(answer => !answer.IsKnown), 0, 20); // 1 % of 500 are beyond the bar on average
        Assert.All(strange, answer => Assert.False(answer.IsKnown));
    }

    [Fact]
    public void A_test_counts_by_class_and_learns_nothing()
    {
        using DurableLearner learner = months.Open(Months.Small("slda"));
        learner.Teach(months.Table("january", 300, "ab", 1));
        long bytes = learner.History().Bytes;

        TestReport report = learner.Examine(months.Table("labelled", 90, "abh", 4));

        Assert.Equal([("a", 30, true), ("b", 30, true), ("h", 30, false)], report.Classes.Select(one => (one.Name, one.Samples, one.WasLearned)));
        Assert.Equal(report.Right, report.Classes.Sum(one => one.Right));
        Assert.Equal(0, report.Classes[2].Right);
        Assert.Equal(30, report.Classes[2].TakenFor.Sum(one => one.Value));
        Assert.Contains("'h' was never learned", report.Remarks[^1]);
        Assert.Equal(bytes, learner.History().Bytes);
    }

    [Fact]
    public void Wrong_data_change_nothing()
    {
        using DurableLearner learner = months.Open(Months.Small("slda"));
        learner.Teach(months.Table("january", 100, "ab", 1));
        string renamed = months.Table("renamed", 100, "ab", 2);
        File.WriteAllText(renamed, File.ReadAllText(renamed).Replace("p,q,r,s", "p,q,rr,s"));
        string empty = Path.Combine(months.Folder, "empty.csv");
        File.WriteAllText(empty, "p,q,r,s,label\n");

        Assert.Contains("'r'", Assert.Throws<EngramException>(() => learner.Teach(renamed)).Message);
        Assert.Throws<EngramException>(() => learner.Teach(empty));
        Assert.Throws<EngramException>(() => learner.Teach(months.Table("unlabelled", 50, "ab", 3, labels: false)));
        Assert.Throws<EngramException>(() => learner.Predict(new float[3]));
        Assert.Throws<EngramException>(() => learner.Predict([float.NaN, 0, 0, 0]));

        Assert.Single(learner.History().Versions);
    }

    [Theory]
    [InlineData("replay")]
    [InlineData("icarl")]
    [InlineData("gdumb")]
    public void A_memory_outlives_more_lessons_than_it_has_samples_for_every_one_of_them(string method)
    {
        using DurableLearner learner = months.Open(Months.Small(method, ("method.memory.samples", "10"), ("training.epochs", "1"), ("gate.maxDrop", "1"), ("gate.maxDropSinceLearned", "1"), ("gate.minNew", "0")));

        for (int lesson = 0; lesson < 12; lesson++) learner.Teach(months.Table($"month{lesson}", 40, "abc", lesson + 1));

        Assert.Equal(12, learner.Version);
    }

    // Learns the tables, each stopped after some steps and gone on with by another object; what answers, as text.
    private string Learned(string file, DurableOptions options, int? stopAfter, params string[] tables)
    {
        string path = Path.Combine(months.Folder, file);
        foreach (string table in tables)
        {
            if (stopAfter is { } steps)
                using (DurableLearner first = Open())
                {
                    using CancellationTokenSource stop = new();
                    StopAt watch = new(steps, stop);
                    try
                    {
                        first.Learn(table, progress: watch, cancellation: stop.Token);
                    }
                    catch (OperationCanceledException)
                    {
                    }
                }
            using DurableLearner learner = Open();
            learner.Teach(table);
        }
        using EngramStore store = EngramStore.Open(path, create: false);
        return store.Read(reader => string.Join('\n', reader.Versions().SelectMany(version => reader.State(StateOwner.Version, version.Number).OrderBy(one => one.Key, StringComparer.Ordinal)
            .Select(one => $"{version.Number} {one.Key} {ContentHash.Of(one.Value)}"))));

        DurableLearner Open()
        {
            DurableLearner learner = DurableLearner.OpenOrCreate(path, options with { Settings = [.. options.Settings, ("training.logEvery", "1")] });
            learner.SaveEvery = 2;
            return learner;
        }
    }

    private sealed class StopAt(int steps, CancellationTokenSource stop) : IProgress<LearnStage>
    {
        public void Report(LearnStage value)
        {
            if (value.Stage == "learning" && value.Done >= steps) stop.Cancel();
        }
    }
}
