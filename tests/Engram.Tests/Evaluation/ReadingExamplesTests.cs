using Engram.Evaluation;
using Engram.Experiments;
using Engram.Methods;
using Engram.Methods.Baselines;
using Engram.Networks;
using Engram.Optimizers;
using Engram.Streams;
using Engram.Tests.Streams;
using Engram.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Evaluation;

public sealed class ReadingExamplesTests
{
    [Fact]
    public void Examples_show_question_answer_and_attention_and_say_whether_the_answer_is_right()
    {
        using ToyLesson lesson = Lesson(new FineTuning());
        lesson.Learn(1);

        ExhibitTable[] tables = [.. ReadingExamples.Of(lesson.Stream, new(lesson.Method, lesson.Model))];

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

        ExhibitTable right = ReadingExamples.Of(lesson.Stream, new(lesson.Method, lesson.Model)).First(table => table.Name.EndsWith("right", StringComparison.Ordinal));

        Assert.EndsWith($" {right.Rows[^1].Split(' ')[^1].TrimEnd('.')}, which is right", right.Name);
    }

    [Fact]
    public void Where_other_networks_answer_there_is_no_attention_and_no_example()
    {
        using ToyLesson lesson = Lesson(new SeparateNetworks(new()), Scenario.Task);
        lesson.Learn(1);
        lesson.Learn(2);
        Questioner questioner = new(lesson.Method, lesson.Model);
        lesson.Model.Network.Predict(zeros([1, .. lesson.Stream.InputShape])); // looks, but not at what is asked

        Assert.Null(questioner.Ask(StandIn.Read(lesson.Stream.Tasks[0].Test, 0), 0).Attention);
        Assert.Equal(3, questioner.Ask(StandIn.Read(lesson.Stream.Tasks[1].Test, 0), 1).Attention!.Count);
        Assert.Empty(ReadingExamples.Of(lesson.Stream, questioner));
    }

    [Fact]
    public void Streams_without_a_language_have_no_examples()
    {
        using ToyLesson lesson = new(new FineTuning(), Scenario.Task);

        Assert.Empty(ReadingExamples.Of(lesson.Stream, new(lesson.Method, lesson.Model)));
    }

    [Fact]
    public void Up_to_three_right_and_three_wrong_answers_come_from_tasks_far_apart_the_first_of_each_task()
    {
        // Five tasks: 1, 2, 3, 5 have a right answer, 1, 2, 4 a wrong one.
        ExhibitTable[] tables = Scripted([(1, 1, 2), (2, 2, 3), (1, 3, 4), (2, 3, 5)], [(1, 1, 6), (1, 2, 7)], [(1, 1, 8)], [(1, 2, 9)], [(1, 1, 10)]);

        Assert.Equal(["q1? a1, which is right", "q1? a1, which is right", "q1? a1, which is right", "q1? a1, but right is a3", "q1? a1, but right is a2", "q1? a1, but right is a2"], tables.Select(table => table.Name));
        Assert.Equal([2, 6, 10, 4, 7, 9], tables.Select(table => table.Rows.Length)); // right ones of tasks 1, 2 and 5 of four: places 0, 1 and 3
        Assert.All(tables, table => Assert.Contains("answered 'a1' with a probability of 75.0 %", table.Note));
        Assert.Equal(["Task 1 (t1)", "Task 2 (t2)", "Task 5 (t5)", "Task 1 (t1)", "Task 2 (t2)", "Task 4 (t4)"], tables.Select(table => table.Note.Split(',')[0]));
        Assert.Equal(["s2.", "s1."], tables[0].Rows); // the earliest first
    }

    [Fact]
    public void A_task_has_one_example_of_each_kind() =>
        Assert.Equal([2, 4], Scripted([(1, 1, 2), (2, 2, 3), (1, 3, 4), (2, 3, 5)]).Select(table => table.Rows.Length));

    [Fact]
    public void Stories_that_are_too_short_or_too_long_to_look_at_are_passed_over() =>
        Assert.Equal([2, 10], Scripted([(1, 1, 1), (1, 1, 11), (1, 1, 2), (1, 2, 1), (1, 2, 11), (1, 2, 10)]).Select(table => table.Rows.Length));

    [Theory]
    [InlineData(39, 1)]
    [InlineData(40, 0)]
    public void Forty_samples_of_a_task_are_tried(int before, int found)
    {
        (int, int, int)[] samples = [.. Enumerable.Repeat((1, 2, 3), before), (1, 1, 3)];

        Assert.Equal(1 + found, Scripted(samples).Length);
    }

    // Of stories whose question names what is answered, with a probability of 3/4: the answer given, the right one, and how many statements there are.
    private static ExhibitTable[] Scripted(params (int Given, int Right, int Statements)[][] samples)
    {
        using DisposeScope scope = NewDisposeScope();
        string[] symbols = [.. Enumerable.Range(0, 4).Select(answer => $"a{answer}"), .. Enumerable.Range(0, 4).Select(question => $"q{question}"), .. Enumerable.Range(1, 12).Select(statement => $"s{statement}")];
        StoryLanguage language = new(symbols, statements: 12, words: 1);
        LearningTask[] tasks = [.. samples.Select((own, task) => new Stories(language, own)).Select((own, task) => new LearningTask(task, $"t{task + 1}", own, null, own, [.. Enumerable.Range(0, symbols.Length)]))];
        using ToyLesson lesson = new(new Oracle(), Scenario.Domain, stream: new("scripted", Scenario.Domain, tasks) { Language = language }, network: new MemoryNetwork(new() { Embedding = 3 }));
        return [.. ReadingExamples.Of(lesson.Stream, new(lesson.Method, lesson.Model))];
    }

    private sealed class Oracle : LearningMethod
    {
        public override Tensor Predict(Inputs inputs)
        {
            Model.Network.Predict(inputs.Values); // looks
            Tensor probabilities = full([1, Model.Network.OutputCount], 0.25f / (Model.Network.OutputCount - 1));
            probabilities[0, (long)inputs.Values[0, 0, 0].item<float>() - 1 - 4] = 0.75f; // q1 to a1
            return probabilities.log();
        }
    }

    private sealed class Stories(StoryLanguage language, (int Given, int Right, int Statements)[] samples) : Samples
    {
        public override int Count => samples.Length;

        public override IReadOnlyList<long> InputShape => language.InputShape;

        public override IReadOnlyList<int> Lessons => [0];

        public override void Read(int sample, Span<float> input) => language.Write(language.NumbersOf([$"q{samples[sample].Given}"]),
            [.. Enumerable.Range(1, samples[sample].Statements).Reverse().Select(statement => language.NumbersOf([$"s{statement}"]))], input);

        public override int Target(int sample) => samples[sample].Right;

        public override int Task(int sample) => 0;
    }

    private static ToyLesson Lesson(LearningMethod method, Scenario scenario = Scenario.Domain) => new(method, scenario,
        new TrainingOptions { Optimizer = new Adam.Options(), LearningRate = 0.02, Batch = 5, Epochs = [60] },
        stream: BabiTasksTests.Create(new() { ["tasks"] = 2, ["validation"] = 0, ["scenario"] = scenario.ToString().ToLowerInvariant() }), network: new MemoryNetwork(new() { Embedding = 10 }));
}
