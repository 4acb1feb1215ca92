using System.Diagnostics;
using Engram.Durable;
using Engram.Tests.Cli;

namespace Engram.Tests.Durable;

/// <summary>Several threads and processes with one learner.</summary>
public sealed class SharingTests(EngramCommand engram) : IDisposable
{
    private readonly Months months = new();

    public void Dispose() => months.Dispose();

    [Fact]
    public void Sixteen_readers_are_answered_while_lessons_come_and_each_answer_is_of_one_version()
    {
        using DurableLearner learner = months.Open(Months.Small("slda", ("gate.minNew", "0")));
        learner.Teach(months.Table("month0", 300, "ab", 1));
        float[][] inputs = [.. Enumerable.Range(0, 8).Select(i => new[] { i * .3f, 1 - (i * .2f), i * .1f, .5f })];
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        List<(int Version, string Answers)>[] seen = [.. Enumerable.Range(0, 16).Select(_ => new List<(int, string)>())];
        Thread[] readers = [.. seen.Select(own => new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                IReadOnlyList<Answer> answers = learner.Predict(inputs);
                own.Add((answers.Select(answer => answer.Version).Distinct().Single(), string.Join(' ', answers.Select(answer => $"{answer.Label}{answer.Probability:R}"))));
            }
        }) { IsBackground = true })];
        foreach (Thread reader in readers) reader.Start();

        for (int lesson = 1; lesson < 4; lesson++) learner.Teach(months.Table($"month{lesson}", 300, "abc"[..(lesson % 2 + 2)], lesson + 1));

        stop.Cancel();
        foreach (Thread reader in readers) reader.Join();
        Assert.All(seen, own => Assert.NotEmpty(own));
        Assert.All(seen.SelectMany(own => own).GroupBy(one => one.Version), same => Assert.Single(same.Select(one => one.Answers).Distinct()));
        Assert.Equal(4, learner.Version);
    }

    [Fact]
    public void A_second_writer_is_told_who_writes_and_loses_nothing()
    {
        using DurableLearner first = months.Open(Months.Small("slda")), second = months.Open(Months.Small("slda"));
        first.Teach(months.Table("one", 200, "ab", 1));
        string two = months.Table("two", 200, "ab", 2), three = months.Table("three", 200, "ab", 3);
        string? told = null;
        Meanwhile other = new(() => told ??= Assert.Throws<EngramException>(() => second.Teach(three)).Message);

        first.Learn(two, progress: other, cancellation: TestContext.Current.CancellationToken);
        second.Teach(three);

        Assert.Contains("learn " + two, told);
        Assert.Equal(["one", "two", "three"], first.History().Lessons.Select(lesson => lesson.Name));
        Assert.Equal(3, second.Version);
        Assert.Equal(2, first.Version);
        Assert.True(first.Refresh());
        Assert.Equal(3, first.Version);
    }

    [Fact]
    public void Two_processes_that_learn_at_once_lose_no_lesson()
    {
        string[] tables = [.. Enumerable.Range(0, 4).Select(lesson => months.Table($"month{lesson}", 200, "ab", lesson + 1))];
        Assert.Equal(0, engram.Run(months.Folder, "learn", "line.engram", tables[0], "--method", "slda", "--quiet").ExitCode);

        Process[] writers = [.. tables.Skip(1).Select(table => engram.Start(months.Folder, "learn", "line.engram", table, "--quiet"))];
        Outcome[] outcomes = [.. writers.Select(EngramCommand.Finish)];

        Assert.All(outcomes, outcome => Assert.True(outcome.ExitCode == 0 || outcome.Error.Contains("is being written", StringComparison.Ordinal), outcome.Error));
        using DurableLearner learner = DurableLearner.Open(months.Engram, Months.Assemblies);
        Assert.Equal(1 + outcomes.Count(outcome => outcome.ExitCode == 0), learner.History().Lessons.Count);
        Assert.Empty(learner.Problems());
    }

    private sealed class Meanwhile(Action act) : IProgress<LearnStage>
    {
        public void Report(LearnStage value)
        {
            if (value.Stage == "scoring") act();
        }
    }
}
