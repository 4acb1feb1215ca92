using Engram.Durable;
using Engram.Durable.Storage;
using Engram.OwnData;

namespace Engram.Tests.Durable;

public sealed class ForgettingTests : IDisposable
{
    private readonly Months months = new();

    public void Dispose() => months.Dispose();

    public static TheoryData<string, Keep> Sums => new(from method in new[] { "ncm", "slda", "ranpac", "fecam" } from keep in new[] { Keep.Features, Keep.Tests, Keep.Nothing } select (method, keep));

    [Theory]
    [MemberData(nameof(Sums))]
    public void A_sum_without_a_lesson_answers_as_a_learner_that_never_had_it(string method, Keep keep)
    {
        string[] tables = [months.Table("one", 150, "ab", 1), months.Table("two", 150, "bcd", 2), months.Table("three", 150, "ae", 3), months.Table("four", 150, "cf", 4)];
        string today = months.Table("today", 200, "abcdef", 9);
        DurableOptions options = Options(method) with { Keep = keep };
        using DurableLearner learner = months.Open(options), never = DurableLearner.OpenOrCreate(Path.Combine(months.Folder, "never.engram"), options);
        foreach (string table in tables) learner.Teach(table);
        foreach (string table in tables.Where((_, place) => place != 1)) never.Teach(table);

        ForgetReport report = learner.Lose(new(Lesson: "two"));

        Assert.Equal(Exactness.Exact, report.Exactness);
        Assert.Equal([2, 3, 4], report.RemovedVersions);
        AssertSameScores(never, learner, today);
        if (keep != Keep.Nothing) AssertSameAnswers(never.Guess(today), learner.Guess(today)); // else the temperature stays that of the version before
        Assert.DoesNotContain("d", learner.Guess(today).Select(answer => answer.Label));
        Assert.NotNull(learner.History().Lessons[1].Forgotten);
        Lesson next = learner.Teach(months.Table("five", 150, "dg", 5)), same = never.Teach(months.Table("five", 150, "dg", 5));
        Assert.Equal(same.Promoted, next.Promoted);
        AssertSameScores(never, learner, today);
        AssertSameAnswers(never.Guess(today), learner.Guess(today));
        Assert.Empty(learner.Problems());
    }

    [Fact]
    public void A_class_is_forgotten_in_all_lessons_where_samples_are_kept()
    {
        string today = months.Table("today", 200, "abcd", 9);
        using DurableLearner learner = months.Open(Options("slda")), never = DurableLearner.OpenOrCreate(Path.Combine(months.Folder, "never.engram"), Options("slda"));
        string[] tables = [months.Table("one", 160, "ab", 1), months.Table("two", 160, "bcd", 2), months.Table("three", 160, "b", 3)];
        foreach (string table in tables) learner.Teach(table);
        foreach (string table in tables.Take(2))
        {
            File.WriteAllLines(table, File.ReadAllLines(table).Where(line => !line.EndsWith(",b", StringComparison.Ordinal)));
            never.Teach(table);
        }

        ForgetReport report = learner.Lose(new(Class: "b"));

        Assert.Equal(Exactness.Exact, report.Exactness);
        Assert.Equal(["one", "two", "three"], report.Lessons);
        Assert.Equal(["a", "c", "d"], learner.History().Classes.Select(one => one.Name));
        AssertSameAnswers(never.Guess(today), learner.Guess(today), closely: false); // columns are scaled by what was learned first, which was with the class
        Assert.DoesNotContain("b", learner.Guess(today).Select(answer => answer.Label));
    }

    [Fact]
    public void The_number_of_the_newest_class_is_not_used_again_when_it_was_forgotten()
    {
        using DurableLearner learner = months.Open(Options("slda"));
        learner.Teach(months.Table("one", 160, "abc", 1));
        learner.Lose(new(Class: "c"));

        learner.Teach(months.Table("two", 160, "ad", 2));

        Assert.Equal(["a", "b", "d"], learner.History().Classes.Select(one => one.Name));
        Assert.Contains("d", learner.Guess(months.Table("today", 60, "d", 3)).Select(answer => answer.Label));
        Assert.Empty(learner.Problems());
    }

    [Fact]
    public void Everything_from_one_source_goes_and_the_bytes_of_its_samples_are_gone_from_the_file()
    {
        string secret = months.Table("secret", 100, "ab", 2);
        using DurableLearner learner = months.Open(Options("slda"));
        learner.Teach(months.Table("one", 100, "ab", 1));
        learner.Teach(secret);
        byte[] marker = learner.File.Store.Read(reader => reader.Held(2, test: false).First().Input);
        Assert.True(Contains(months.Engram, marker));

        learner.Lose(new(Source: secret));

        Assert.False(Contains(months.Engram, marker));
        Assert.Empty(learner.Problems());
    }

    [Theory]
    [InlineData("replay")]
    [InlineData("ewc")]
    public void Weights_that_still_carry_a_lesson_are_said_to_and_learning_anew_is_rid_of_it(string method)
    {
        string[] tables = [months.Table("one", 100, "ab", 1), months.Table("two", 100, "bc", 2), months.Table("three", 100, "ad", 3)];
        string today = months.Table("today", 100, "abcd", 9);
        using DurableLearner learner = months.Open(Months.Small(method, Lenient)), never = DurableLearner.OpenOrCreate(Path.Combine(months.Folder, "never.engram"), Months.Small(method, Lenient));
        foreach (string table in tables) learner.Teach(table);
        never.Teach(tables[0]);
        never.Teach(tables[2]);
        IReadOnlyList<Answer> before = learner.Guess(today);

        ForgetReport samples = learner.Lose(new(Lesson: "two"));

        Assert.Equal(Exactness.SamplesOnly, samples.Exactness);
        Assert.Contains("the weights still carry", samples.Sentence);
        Assert.Equal(before.Select(answer => answer.Probability), learner.Guess(today).Select(answer => answer.Probability));
        Assert.Equal((0, 0), (learner.History().Lessons[1].Held, learner.History().Lessons[1].Kept));
        ForgetReport anew = learner.Lose(new(Lesson: "two"), relearn: true);
        Assert.Equal((Exactness.LearnedAnew, 4), (anew.Exactness, anew.Version));
        Assert.Equal(["one", "three"], learner.File.Store.Read(reader => learner.File.HeaderOf(reader.Version(4))).Tasks.Select(task => task.Name));
    }

    [Fact]
    public void Learning_anew_makes_the_very_learner_that_never_had_the_lesson()
    {
        string[] tables = [months.Table("one", 100, "ab", 1), months.Table("two", 100, "ba", 2), months.Table("three", 100, "ac", 3)];
        string today = months.Table("today", 100, "abc", 9);
        using DurableLearner learner = months.Open(Months.Small("replay", Lenient)), never = DurableLearner.OpenOrCreate(Path.Combine(months.Folder, "never.engram"), Months.Small("replay", Lenient));
        foreach (string table in tables) learner.Teach(table);
        never.Teach(tables[0]);
        never.Teach(tables[2]);

        ForgetReport report = learner.Lose(new(Lesson: "2"), relearn: true);

        Assert.Equal(Exactness.LearnedAnew, report.Exactness);
        Assert.Equal(never.Guess(today).Select(answer => answer.Prediction.Values), learner.Guess(today).Select(answer => answer.Prediction.Values));
        Assert.Equal(4, learner.Version);
    }

    [Fact]
    public void What_cannot_be_learned_anew_or_is_not_there_is_refused_and_nothing_changes()
    {
        using DurableLearner learner = months.Open(Months.Small("replay", Lenient) with { Keep = Keep.Tests });
        learner.Teach(months.Table("one", 100, "ab", 1));

        Assert.Contains("knows nothing", Assert.Throws<EngramException>(() => learner.Lose(new(Lesson: "one"))).Message);
        learner.Teach(months.Table("two", 100, "bc", 2));
        Assert.Contains("are not kept", Assert.Throws<EngramException>(() => learner.Lose(new(Lesson: "one"), relearn: true)).Message);
        Assert.Contains("did you mean 'two'", Assert.Throws<EngramException>(() => learner.Lose(new(Lesson: "twoo"))).Message);
        Assert.Contains("no class 'z'", Assert.Throws<EngramException>(() => learner.Lose(new(Class: "z"))).Message);
        Assert.Equal("unknown-lesson", Assert.Throws<EngramException>(() => learner.Lose(new(Source: "nowhere.csv"))).Code);

        Assert.All(learner.History().Lessons, lesson => Assert.Null(lesson.Forgotten));
        Assert.Equal(2, learner.Version);
    }

    [Fact]
    public void Sums_of_a_lesson_are_put_away_and_a_versions_state_stays_as_large_as_it_is()
    {
        using DurableLearner learner = months.Open(Options("slda") with { Keep = Keep.Tests });

        for (int lesson = 0; lesson < 6; lesson++) learner.Teach(months.Table($"month{lesson}", 100, "ab", lesson + 1));

        int[] sizes = [.. Enumerable.Range(1, 6).Select(version => learner.File.Store.Read(reader => reader.State(StateOwner.Version, version).Values.Sum(bytes => bytes.Length)))];
        Assert.All(sizes.Skip(1), size => Assert.Equal(sizes[1], size));
        Assert.All(Enumerable.Range(1, 6), lesson => Assert.NotEmpty(learner.File.Store.Read(reader => reader.State(StateOwner.Lesson, lesson))));
    }

    private static (string, string)[] Lenient => [("gate.maxDrop", "1"), ("gate.maxDropSinceLearned", "1"), ("gate.minNew", "0")];

    private static DurableOptions Options(string method) => Months.Small(method, [.. Lenient, .. method == "ranpac" ? [("method.projections", "50")] : ((string, string)[])[]]);

    // Of the same classes, whose numbers may differ, on inputs as each learner sees them.
    private static void AssertSameScores(DurableLearner expected, DurableLearner learner, string table)
    {
        Dictionary<string, float>[] one = Scores(expected, table), other = Scores(learner, table);
        for (int i = 0; i < one.Length; i++)
        {
            Assert.Equal(one[i].Keys.Order(), other[i].Keys.Order());
            Assert.All(one[i], score => Assert.Equal(score.Value, other[i][score.Key], 1e-5 * Math.Max(1, Math.Abs(score.Value))));
        }
    }

    private static Dictionary<string, float>[] Scores(DurableLearner learner, string table)
    {
        using Records records = learner.Open([table], cancellation: TestContext.Current.CancellationToken);
        var (predictions, scores) = learner.Served().Predictor.PredictWithScores([.. learner.InputsOf(records, null, TestContext.Current.CancellationToken)]);
        return [.. scores.Select((row, i) => row.Index().Where(score => score.Item > -1e20f).ToDictionary(score => predictions[i].Answers.Names[score.Index], score => score.Item))];
    }

    private static void AssertSameAnswers(IReadOnlyList<Answer> expected, IReadOnlyList<Answer> answers, bool closely = true)
    {
        int differ = 0;
        for (int i = 0; i < expected.Count; i++)
        {
            if (closely) Assert.Equal(expected[i].Probability, answers[i].Probability, 1e-5);
            if (expected[i].Label != answers[i].Label) differ++;
        }
        Assert.InRange(differ, 0, closely ? 0 : expected.Count / 50);
    }

    private static bool Contains(string path, byte[] marker)
    {
        foreach (string file in Directory.GetFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + "*"))
            if (File.ReadAllBytes(file).AsSpan().IndexOf(marker) >= 0) return true;
        return false;
    }
}
