using Engram.Evaluation;
using Engram.Methods;
using Engram.Methods.Baselines;
using Engram.Methods.ClosedForm;
using Engram.Networks;
using Engram.Streams;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.ClosedForm;

/// <summary>What all methods in closed form share, for each of them.</summary>
public sealed class ClosedFormMethodTests
{
    private static readonly Clouds.Sample[] First = Clouds.Draw(30, "first", classes: [0, 2]), Second = Clouds.Draw(25, "second", classes: [3, 1, 2]), Third = Clouds.Draw(15, "third", classes: [4, 0]);
    private static readonly Clouds.Sample[] Test = Clouds.Draw(20, "test", classes: [0, 1, 2, 3, 4]);

    public static TheoryData<string> Ids => [.. EveryMethodTests.Entries.Where(entry => entry.Type.IsSubclassOf(typeof(ClosedFormMethod))).Select(entry => entry.Attribute.Id)];

    [Fact]
    public void There_are_four() => Assert.Equal(["fecam", "ncm", "ranpac", "slda"], Ids.Select(row => row.Data).Order());

    [Theory, MemberData(nameof(Ids))]
    public void A_lesson_that_is_forgotten_has_never_been(string id)
    {
        using ToyLesson learned = Clouds.Learn(Create(id, ("keepLessons", "true")), Scenario.Class, First, Second, Third), never = Clouds.Learn(Create(id, ("keepLessons", "true")), Scenario.Class, First, Third);
        double[][] before = Clouds.Scores(learned, Test);

        ((IForgetsLessons)learned.Method).Forget(1);

        double[][] after = Clouds.Scores(learned, Test), expected = Clouds.Scores(never, Test);
        int[] known = [0, 2, 4];
        for (int i = 0; i < Test.Length; i++)
        {
            foreach (int label in known) Assert.Equal(expected[i][label], after[i][label], 1e-5 * Math.Max(1, Math.Abs(expected[i][label])));
            Assert.Contains(Clouds.Largest(after)[i], known);
        }
        Assert.NotEqual(before.Select(row => row[2]), after.Select(row => row[2])); // class 2 was in it, too
        Assert.Equal(never.Method.StoredBytes, learned.Method.StoredBytes);
        Assert.All(Clouds.Distances(never, Test).Zip(Clouds.Distances(learned, Test)), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * Math.Max(1, pair.First)));
    }

    [Theory, MemberData(nameof(Ids))]
    public void Sums_that_were_not_kept_apart_cannot_be_forgotten(string id)
    {
        using ToyLesson learned = Clouds.Learn(Create(id), Scenario.Class, First, Second);

        Assert.Contains("method.keepLessons=true", Assert.Throws<EngramException>(() => ((IForgetsLessons)learned.Method).Forget(1)).Message);
    }

    [Theory, MemberData(nameof(Ids))]
    public void One_pass_is_made_whatever_the_epochs_and_the_network_is_never_run(string id)
    {
        using ToyLesson lesson = new(Create(id), Scenario.Class, Toy.Config(settings: [("training.batch", "10"), ("training.iterations", "null"), ("training.epochs", "3")]).Training, network: new Untouchable());
        float[] before = Parameters(lesson);
        LearningTask task = lesson.Begin(1);
        int steps = 0;

        lesson.Trainer.Train(task, _ => steps++, report => Assert.Null(report.Loss));
        lesson.Trainer.End(task);

        Assert.Equal((task.Train.Count + 9) / 10, steps);
        Assert.Equal(before, Parameters(lesson));
        Assert.Equal(0, lesson.Method.StoredSamples);
        Assert.True(lesson.Method.StoredBytes > 0);
        Assert.True(new Evaluator(lesson.Method, CPU, lesson.Stream.Answers).Accuracy(task.Test) > .8);
        Assert.Throws<NotSupportedException>(() => lesson.Model.Network.Predict(zeros(1, 1, Toy.Side, Toy.Side)));
    }

    [Theory, MemberData(nameof(Ids))]
    public void With_features_of_the_network_it_learns_the_first_task_as_fine_tuning_does_and_stays_then(string id)
    {
        using ToyLesson plain = Clouds.Prepare(new FineTuning(), Scenario.Class, First, Second), learned = Clouds.Prepare(Create(id, ("features", "network")), Scenario.Class, First, Second);
        plain.Learn(1);

        LearningTask task = learned.Begin(1);
        learned.Trainer.Train(task, _ => { }, _ => { });
        Assert.Equal(Clouds.Scores(plain, Test), Clouds.Scores(learned, Test)); // it answers until the first lesson has ended
        learned.Trainer.End(task);
        Assert.NotEqual(Clouds.Scores(plain, Test), Clouds.Scores(learned, Test));
        learned.Learn(2);

        Assert.Equal(Parameters(plain), Parameters(learned));
        Assert.True(learned.Method.ParameterCount > learned.Model.Network.Layout.Count);
        if (id == "ranpac") return; // other samples are held out
        using ToyLesson direct = Clouds.Learn(Create(id), Scenario.Class, Features(First), Features(Second));
        double[][] expected = Clouds.Scores(direct, Features(Test)), found = Clouds.Scores(learned, Test);
        for (int i = 0; i < Test.Length; i++)
            for (int label = 0; label < 4; label++) Assert.Equal(expected[i][label], found[i][label], 1e-3 * Math.Max(1, Math.Abs(expected[i][label])));

        Clouds.Sample[] Features(Clouds.Sample[] samples) =>
            [.. samples.Select(sample => sample with { Input = plain.Model.Network.Features(tensor(sample.Input, 1, Clouds.Length)).data<float>().ToArray() })];
    }

    [Theory, MemberData(nameof(Ids))]
    public void What_nothing_was_learned_of_is_infinitely_far(string id)
    {
        using ToyLesson lesson = Clouds.Prepare(Create(id), Scenario.Task, First, Second);

        Assert.All(Clouds.Distances(lesson, Test), distance => Assert.Equal(double.PositiveInfinity, distance));
        lesson.Learn(1);
        Assert.All(Clouds.Distances(lesson, Test), distance => Assert.InRange(distance, 0, 1e6));
        double[][] ofSecond = Clouds.Scores(lesson, Test, task: 1); // two classes nobody met, and class 2
        Assert.All(ofSecond, row => Assert.Equal((2, double.NegativeInfinity, -1e30f), (Array.IndexOf(row, row.Max()), row[0], (float)row[1])));
    }

    [Theory, MemberData(nameof(Ids))]
    public void Ten_thousand_classes_of_one_sample_are_told_apart(string id)
    {
        const int classes = 10_000;
        RandomSource random = new Seed(3).For("many");
        Clouds.Sample[] samples = [.. Enumerable.Range(0, classes).Select(label => new Clouds.Sample([label % 25, label / 25 % 20, label / 500], label))];
        random.Shuffle<Clouds.Sample>(samples);
        using ToyLesson lesson = Clouds.Learn(Create(id), Scenario.Class, samples[..6000], samples[6000..]);

        int[] answers = Clouds.Largest(Clouds.Scores(lesson, samples[5900..6100]));

        Assert.Equal(classes, lesson.Model.OutputCount);
        if (id != "ranpac") Assert.Equal(samples[5900..6100].Select(sample => sample.Label), answers); // 15 units cannot
        Assert.True(answers.Distinct().Count() > 1);
    }

    private static LearningMethod Create(string id, params (string Path, string Text)[] settings)
    {
        (string, string)[] small = id == "ranpac" ? [("projections", "15")] : [];
        return Toy.Catalogs.Methods.Create(id, Toy.Config(id, Scenario.Class, [.. small.Concat(settings).Select(one => ($"method.{one.Item1}", one.Item2))]).Method.Options);
    }

    private static float[] Parameters(ToyLesson lesson) => lesson.Parameters.data<float>().ToArray();

    // A network that cannot be run.
    private sealed class Untouchable : NetworkDefinition
    {
        public override ParameterLayout Layout(IReadOnlyList<long> inputShape, int outputs)
        {
            using Network network = Create(inputShape, outputs, new(1), CPU);
            return network.Layout;
        }

        public override Network Create(IReadOnlyList<long> inputShape, int outputs, Seed seed, Device device)
        {
            long inputs = inputShape.Aggregate(1L, (product, size) => product * size);
            return new ModuleNetwork(new LayerChain(nn.Linear(inputs, 3), new Refusal(), nn.Linear(3, outputs)), inputShape, outputs, CPU, [inputs]);
        }

        private sealed class Refusal() : nn.Module<Tensor, Tensor>(nameof(Refusal))
        {
            public override Tensor forward(Tensor input) => throw new NotSupportedException();
        }
    }
}
