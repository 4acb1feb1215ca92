using Engram.Durable;
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
}
