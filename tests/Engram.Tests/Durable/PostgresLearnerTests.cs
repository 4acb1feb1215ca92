using Engram.Durable;
using Engram.Durable.Access;
using Engram.Tests.Durable.Storage;

namespace Engram.Tests.Durable;

public sealed class PostgresLearnerTests : IDisposable
{
    private readonly Months months = new();
    private readonly PostgresDatabase database = new();

    public void Dispose()
    {
        months.Dispose();
        database.Dispose();
    }

    /// <summary>Lessons, a refused one, going back, forgetting: with the same bits as in a file.</summary>
    [Fact]
    public void A_learner_in_PostgreSQL_answers_as_one_in_a_file()
    {
        string address = $"{database.Address}/pumps";
        string[] tables = [months.Table("one", 200, "ab", 1), months.Table("two", 200, "bc", 2), months.Table("three", 200, "ad", 3)];
        string today = months.Table("today", 50, "abcd", 9, labels: false);
        DurableOptions options = Months.Small("slda", ("gate.maxDrop", "1"), ("gate.maxDropSinceLearned", "1"));
        using DurableLearner file = months.Open(options), server = DurableLearner.OpenOrCreate(address, options);

        foreach (DurableLearner learner in new[] { file, server })
        {
            foreach (string table in tables) learner.Teach(table);
            learner.Rollback(2);
            learner.Teach(months.Table("four", 200, "ae", 4));
            learner.Lose(new(Lesson: "two"));
        }

        Assert.Equal(file.Guess(today).Select(answer => answer.Prediction.Values), server.Guess(today).Select(answer => answer.Prediction.Values));
        Assert.Equal(file.History().Versions.Select(version => (version.Number, version.Parent, version.Lesson)), server.History().Versions.Select(version => (version.Number, version.Parent, version.Lesson)));
        Assert.Empty(server.Problems());
        using DurableLearner again = DurableLearner.Open(address, Months.Assemblies);
        Assert.Equal(file.Version, again.Version);
    }

    [Fact]
    public void Keys_and_right_answers_are_kept_in_PostgreSQL_also_before_the_first_lesson()
    {
        string address = $"{database.Address}/pumps";
        NewKey key;
        using (DurableLearner learner = DurableLearner.OpenOrCreate(address, Months.Small("slda"))) key = learner.AddKey("camera", AccessRole.Learn);
        using (DurableLearner empty = DurableLearner.Open(address, Months.Assemblies)) Assert.Equal(key.Key, empty.Keyring().Find(key.Secret));

        using DurableLearner again = DurableLearner.OpenOrCreate(address, Months.Small("slda"));
        again.Teach(months.Table("one", 200, "ab", 1));
        again.KeepFeedback([new("p-1", "c", [1, 2, 3, 4], "a", 1, DateTimeOffset.UnixEpoch), new("p-2", "c", [4, 3, 2, 1], "b", 1, DateTimeOffset.UnixEpoch)]);
        again.KeepFeedback([new("p-2", "b", [4, 3, 2, 1], "b", 1, DateTimeOffset.UnixEpoch)]);

        Assert.Equal(["c", "b"], again.FeedbackKept().Select(one => one.Label));
        Assert.Equal(["c"], again.LearnFeedback(cancellation: TestContext.Current.CancellationToken).NewClasses);
        Assert.Empty(again.FeedbackKept());
        Assert.NotNull(again.RevokeKey("camera").Revoked);
        Assert.True(again.Keyring().IsEmpty);
        Assert.Empty(again.Problems());
    }
}
