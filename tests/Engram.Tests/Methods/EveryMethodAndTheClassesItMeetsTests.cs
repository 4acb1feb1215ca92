using Engram.Datasets;
using Engram.Experiments;
using Engram.Methods;
using Engram.Networks;
using Engram.Streams;
using Engram.Tests.Datasets;

namespace Engram.Tests.Methods;

/// <summary>
/// Classes come in any order and may come again; their numbers mean nothing. With an output layer that starts at zero a run whose classes have
/// other numbers is the same run, but for the order in which floating-point numbers are added.
/// </summary>
public sealed class EveryMethodAndTheClassesItMeetsTests
{
    public EveryMethodAndTheClassesItMeetsTests() => NativeEngine.PrepareThread(1);

    public static TheoryData<string, Scenario> Cases
    {
        get
        {
            TheoryData<string, Scenario> cases = [];
            foreach (CatalogEntry<MethodAttribute> entry in EveryMethodTests.Entries)
                foreach (Scenario scenario in entry.Attribute.Scenarios.Where(scenario => scenario != Scenario.Domain)) cases.Add(entry.Attribute.Id, scenario);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Numbers_of_classes_change_nothing(string id, Scenario scenario)
    {
        double[][] ascending = Matrix(id, scenario, [0, 1], [2, 3], [4, 5]), shuffled = Matrix(id, scenario, number => (number + 4) % 6, [0, 1], [2, 3], [4, 5]);

        for (int row = 1; row < ascending.Length; row++) // the untrained network gives all classes the same, and the first one is taken
            for (int task = 0; task < 3; task++)
                Assert.True(Math.Abs(ascending[row][task] - shuffled[row][task]) <= .1, $"after task {row}, task {task + 1}: {ascending[row][task]:0.00} and {shuffled[row][task]:0.00}");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Classes_that_come_again_beside_new_ones_are_learned(string id, Scenario scenario)
    {
        double[][] matrix = Matrix(id, scenario, [2, 3, 5], [0], [3, 0, 1, 5], [4, 2]);

        if (scenario == Scenario.Class) Assert.Equal(0, matrix[1][1]); // nobody answers with a class that was never seen
        for (int task = 0; task < 4; task++)
            Assert.True(matrix[task + 1][task] >= .5, $"task {task + 1} is answered rightly in {matrix[task + 1][task]:0.00} of the cases when it was just learned");
    }

    [Theory]
    [InlineData("icarl", Scenario.Class)]
    [InlineData("fearnet", Scenario.Class)]
    [InlineData("dgr", Scenario.Class)]
    [InlineData("replay", Scenario.Class)]
    [InlineData("gdumb", Scenario.Class)]
    [InlineData("slda", Scenario.Class)]
    [InlineData("ranpac", Scenario.Task)]
    [InlineData("fecam", Scenario.Class)]
    [InlineData("lwf", Scenario.Task)]
    [InlineData("progressive", Scenario.Task)]
    [InlineData("expert-gate", Scenario.Class)]
    public void A_run_that_is_stopped_where_classes_come_again_goes_on_with_the_same_bits(string id, Scenario scenario)
    {
        RunConfig config = Config(id, scenario, ("training.checkpointEvery", "7"));
        RunResult straight = RunAgain(null, null);
        using TemporaryFolder temporary = new();
        RunFolder folder = RunFolder.Create(temporary["run"], config);
        int passed = 0;

        Assert.Throws<PowerCut>(() => RunAgain(folder, now => { if (now is { Phase: RunPhase.Training, Task: 3 } && ++passed == 9) throw new PowerCut(); }));

        Toy.AssertSame(straight, RunAgain(folder, null));

        RunResult RunAgain(RunFolder? into, Action<RunProgress>? progress) => Run(config, scenario, number => number, into, progress, [2, 3, 5], [0], [3, 0, 1, 5], [4, 2]);
    }

    [Fact]
    public void Joint_training_knows_classes_in_any_order_and_again()
    {
        double[] end = Matrix("joint", Scenario.Class, [4, 5], [0, 1], [2, 4], [3, 0])[^1];

        Assert.All(end, accuracy => Assert.True(accuracy >= .8, $"{accuracy}"));
    }

    private static double[][] Matrix(string id, Scenario scenario, params int[][] classes) => Matrix(id, scenario, number => number, classes);

    // The n-th class is always the same pattern, whatever its number.
    private static double[][] Matrix(string id, Scenario scenario, Func<int, int> numberOf, params int[][] classes) => Run(Config(id, scenario), scenario, numberOf, null, null, classes).Matrix.ToRows();

    private static RunConfig Config(string id, Scenario scenario, params (string, string)[] more) =>
        Toy.Config(id, scenario, [("network.zeroOutput", "true"), ("training.iterations", "40"), ("training.checkpointEvery", "1000"), ("stream.tasks", "1"), .. more]);

    private static RunResult Run(RunConfig config, Scenario scenario, Func<int, int> numberOf, RunFolder? folder, Action<RunProgress>? progress, params int[][] classes)
    {
        TaskStream stream = new("any", scenario, [.. classes.Select((some, index) => TaskOf(index, some, numberOf))]);
        using Experiment experiment = new(config, stream, Toy.Catalogs.Networks.Create(config.Network.Id, config.Network.Options), Toy.Catalogs.Methods.Create(config.Method.Id, config.Method.Options), folder);
        return experiment.Run(progress, TestContext.Current.CancellationToken);
    }

    private static LearningTask TaskOf(int index, int[] classes, Func<int, int> numberOf)
    {
        int[] numbers = [.. Enumerable.Range(0, Toy.Classes).Select(label => classes.Contains(label) ? numberOf(label) : -1)];
        return new(index, string.Join('/', classes), Of(Toy.Images.Train), null, Of(Toy.Images.Test), [.. classes.Select(numberOf).Order()]);

        ImageSamples Of(LabeledImages images) => new(images, [.. Enumerable.Range(0, images.Count).Where(image => numbers[images.Labels[image]] >= 0)], numbers,
            new ImageView(0, 1, Toy.Side, Toy.Side, null, null), index);
    }

    private sealed class PowerCut : Exception;
}
