using Engram.Answering;
using Engram.Datasets;
using Engram.Methods;
using Engram.Networks;
using Engram.Streams;
using Engram.Tests.Datasets;
using Engram.Tests.Methods;
using Engram.Training;

namespace Engram.Tests.Training;

/// <summary>Every method in a learner that knows nothing of the future: tasks with 3, 1, 4 and 2 classes, new ones, old ones and both, known by name.</summary>
public sealed class EveryMethodThatLastsTests : IDisposable
{
    private static readonly string[] Names = ["ant", "bee", "cat", "dog", "elk", "fox"];
    private static readonly int[][] Lessons = [[2, 3, 5], [0], [3, 0, 1, 5], [4, 2]];

    private readonly TemporaryFolder folder = new();

    public EveryMethodThatLastsTests() => NativeEngine.PrepareThread(1);

    public static TheoryData<string, Scenario> Cases => new(
        from entry in EveryMethodTests.Entries
        from scenario in entry.Attribute.Scenarios
        select (entry.Attribute.Id, scenario));

    public void Dispose() => folder.Dispose();

    [Theory, MemberData(nameof(Cases))]
    public void Tasks_are_learned_in_four_programs_as_in_one(string id, Scenario scenario)
    {
        using Learner straight = New(id, scenario);
        foreach (int lesson in Enumerable.Range(0, Lessons.Length)) Teach(straight, lesson);
        if (id == "joint") return; // it asks for all data again
        string file = folder["it.learner"];
        using (Learner first = New(id, scenario))
        {
            Teach(first, 0);
            first.Save(file);
        }
        for (int lesson = 1; lesson < Lessons.Length; lesson++)
        {
            using Learner next = Learner.Load(file);
            Assert.Equal(Lessons[..lesson].Select(NameOf), next.Tasks);
            Teach(next, lesson);
            next.Save(file);
        }

        using Learner end = Learner.Load(file);
        using Predictor expected = straight.ToPredictor(), actual = end.ToPredictor();
        Assert.Equal(["cat", "dog", "fox", "ant", "bee", "elk"], actual.Answers.Names);
        for (int lesson = 0; lesson < Lessons.Length; lesson++)
            Assert.Equal(Values(expected, lesson), Values(actual, lesson));
        Assert.True(Right(actual, 3) >= .5, $"the last task's classes are recognised in {Right(actual, 3):0.00} of the cases");
    }

    [Theory, MemberData(nameof(Cases))]
    public void Sixteen_threads_get_the_answers_of_one(string id, Scenario scenario)
    {
        using Learner learner = New(id, scenario);
        Teach(learner, 0);
        if (id != "joint") Teach(learner, 1);
        using Predictor predictor = learner.ToPredictor();
        if (id != "joint") Teach(learner, 2); // what a predictor knows does not change any more
        float[][] expected = Values(predictor, 0), found = new float[expected.Length][];
        float[][] inputs = Inputs(Toy.Images.Test, 0);

        Parallel.For(0, 16 * inputs.Length, new() { MaxDegreeOfParallelism = 16, CancellationToken = TestContext.Current.CancellationToken }, call =>
        {
            float[] values = [.. predictor.Predict(inputs[call % inputs.Length], NameOf(Lessons[0])).Values];
            if (call < inputs.Length) found[call] = values;
            else Assert.Equal(expected[call % inputs.Length], values);
        });

        Assert.Equal(expected, found);
    }

    [Theory, MemberData(nameof(Cases))]
    public void What_was_never_seen_is_taken_for_something_that_was(string id, Scenario scenario)
    {
        using Learner learner = New(id, scenario);
        Teach(learner, 0);
        using Predictor predictor = learner.ToPredictor();

        foreach (Prediction answer in predictor.Predict(Inputs(Toy.Images.Test, 1)))
        {
            Assert.Contains(answer.Label, (string[])["cat", "dog", "fox"]);
            Assert.Equal(1, answer.Values.Sum(), 1e-5);
        }
        Assert.Equal("unknown-task", Assert.Throws<EngramException>(() => predictor.Predict(new float[144], "nothing")).Code);
        Assert.Contains("has 3 numbers, but 144 were learned", Assert.Throws<EngramException>(() => predictor.Predict([1, 2, 3])).Message);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Batches_are_learned_as_they_come_or_refused_before_the_first(string id, Scenario scenario)
    {
        using Learner learner = New(id, scenario);
        Teach(learner, 0);
        bool able = EveryMethodTests.Entries.Single(entry => entry.Attribute.Id == id).Attribute.LearnsFromBatches;
        (float[][] inputs, string[] labels) = (Inputs(Toy.Images.Train, 3), Labels(Toy.Images.Train, 3));
        if (!able)
        {
            Assert.Equal("needs-data", Assert.Throws<EngramException>(() => learner.Begin("more", inputs, "elk", "cat")).Code);
            learner.Save(folder["sound"]);
            return;
        }

        learner.Begin("more", inputs, "elk", "cat");
        for (int step = 0; step < 60; step++) learner.Learn([.. inputs.Skip(step % 4 * 10).Take(10)], [.. labels.Skip(step % 4 * 10).Take(10)]);
        learner.End();

        using Predictor predictor = learner.ToPredictor();
        Assert.True(Right(predictor, 3, "more") >= .5, $"{Right(predictor, 3, "more")}");
    }

    private static string NameOf(int[] classes) => string.Join('+', classes.Select(one => Names[one]));

    private static Learner New(string id, Scenario scenario) => new(new()
    {
        Method = new(id, Toy.OptionsOf(id)),
        Network = new("mlp", new Mlp.Options { Hidden = [12] }),
        Training = new() { Iterations = 40, Batch = 10, LearningRate = .01 },
        Scenario = scenario,
        InputShape = [1, Toy.Side, Toy.Side],
    });

    private static void Teach(Learner learner, int lesson) => learner.Learn(NameOf(Lessons[lesson]), Inputs(Toy.Images.Train, lesson), Labels(Toy.Images.Train, lesson));

    private static float[][] Values(Predictor predictor, int lesson) => [.. Inputs(Toy.Images.Test, lesson).Select(input => predictor.Predict(input, NameOf(Lessons[lesson])).Values.ToArray())];

    private static double Right(Predictor predictor, int lesson, string? task = null) =>
        predictor.Predict(Inputs(Toy.Images.Test, lesson), task ?? NameOf(Lessons[lesson])).Zip(Labels(Toy.Images.Test, lesson), (answer, label) => answer.Label == label ? 1 : 0).Average();

    private static IEnumerable<int> Chosen(LabeledImages images, int lesson) => Enumerable.Range(0, images.Count).Where(image => Lessons[lesson].Contains(images.Labels[image]));

    private static float[][] Inputs(LabeledImages images, int lesson) => [.. Chosen(images, lesson).Select(image => images.Pixels(image).ToArray().Select(pixel => pixel / 255f).ToArray())];

    private static string[] Labels(LabeledImages images, int lesson) => [.. Chosen(images, lesson).Select(image => Names[images.Labels[image]])];
}
