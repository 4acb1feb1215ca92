using Engram.Evaluation;
using Engram.Experiments;
using Engram.Methods;
using Engram.Methods.Baselines;
using Engram.Networks;
using Engram.Streams;
using Engram.Tests.Streams;
using Engram.Training;
using static TorchSharp.torch;

namespace Engram.Tests.Evaluation;

public sealed class ReadingExamplesTests
{
    [Fact]
    public void Examples_show_question_answer_and_attention_and_say_whether_the_answer_is_right()
    {
        using ToyLesson lesson = Lesson(new FineTuning());
        lesson.Learn(1);

        ExhibitTable[] tables = [.. ReadingExamples.Of(lesson.Stream, new(lesson.Method, lesson.Learner))];

        Assert.NotEmpty(tables);
        Assert.All(tables, table =>
        {
            Assert.StartsWith("where is the thing? ", table.Name);
            Assert.Matches("which is right$|but right is [abc]$", table.Name);
            Assert.Equal(["look 1", "look 2", "look 3"], table.Columns);
            Assert.Equal(table.Rows.Length, table.Values.Length);
            Assert.All(table.Rows, row => Assert.StartsWith("the thing went to ", row));
            Assert.All(Enumerable.Range(0, 3), look => Assert.InRange(table.Values.Sum(row => row[look]!.Value), 0, 1.001));
        });
    }

    [Fact]
    public void The_learned_task_is_answered_rightly_and_the_last_statement_is_looked_at()
    {
        using ToyLesson lesson = Lesson(new FineTuning());
        lesson.Learn(1);

        ExhibitTable right = ReadingExamples.Of(lesson.Stream, new(lesson.Method, lesson.Learner)).First(table => table.Name.EndsWith("right", StringComparison.Ordinal));

        Assert.EndsWith($" {right.Rows[^1].Split(' ')[^1].TrimEnd('.')}, which is right", right.Name);
    }

    [Fact]
    public void Where_other_networks_answer_there_is_no_attention_and_no_example()
    {
        using ToyLesson lesson = Lesson(new SeparateNetworks(new()), Scenario.Task);
        lesson.Learn(1);
        lesson.Learn(2);
        Questioner questioner = new(lesson.Method, lesson.Learner);

        Assert.Null(questioner.Ask(StandIn.Read(lesson.Stream.Tasks[0].Test, 0), 0).Attention);
        Assert.Equal(3, questioner.Ask(StandIn.Read(lesson.Stream.Tasks[1].Test, 0), 1).Attention!.Count);
        Assert.Empty(ReadingExamples.Of(lesson.Stream, questioner));
    }

    [Fact]
    public void Streams_without_a_language_have_no_examples()
    {
        using ToyLesson lesson = new(new FineTuning(), Scenario.Task);

        Assert.Empty(ReadingExamples.Of(lesson.Stream, new(lesson.Method, lesson.Learner)));
    }

    private static ToyLesson Lesson(LearningMethod method, Scenario scenario = Scenario.Domain) => new(method, scenario,
        new TrainingOptions { Optimizer = OptimizerKind.Adam, LearningRate = 0.02, Batch = 5, Epochs = [60] },
        stream: BabiTasksTests.Create(new() { ["tasks"] = 2, ["validation"] = 0, ["scenario"] = scenario.ToString().ToLowerInvariant() }), network: new MemoryNetwork(new() { Embedding = 10 }));
}
