using Engram.Experiments;
using Engram.Streams;

namespace Engram.Tests.Streams;

public sealed class DigitKindsTests
{
    private const string Id = "digit-kinds-mnist";

    [Fact]
    public void Six_tasks_have_heads_of_their_own()
    {
        TaskStream stream = StandIn.Create(Id, StandIn.Twins);

        Assert.Equal(["digit", "parity", "at least five", "quarter turn", "noise level", "covered half"], stream.Tasks.Select(task => task.Name));
        Assert.Equal([(0, 10), (10, 2), (12, 2), (14, 4), (18, 4), (22, 4)], stream.Tasks.Select(task => (task.Outputs[0], task.Outputs.Count)));
        Assert.Equal((Scenario.Task, 26), (stream.Scenario, stream.OutputCount));
    }

    [Fact]
    public void All_tasks_see_the_same_images_and_ask_different_things()
    {
        TaskStream stream = StandIn.Create(Id, StandIn.Twins);
        int[][] answers = [.. stream.Tasks.Select(task => StandIn.Targets(task.Train).Select(target => target - task.Outputs[0]).ToArray())];

        Assert.All(stream.Tasks, task => Assert.Equal(StandIn.ReadAll(stream.Tasks[0].Train), StandIn.ReadAll(task.Train)));
        Assert.Equal(Enumerable.Range(0, 40).Select(image => image % 10), answers[0]);
        Assert.Equal(answers[0].Select(digit => digit % 2), answers[1]);
        Assert.Equal(answers[0].Select(digit => digit >= 5 ? 1 : 0), answers[2]);
    }

    [Fact]
    public void Images_are_turned_and_covered_as_the_answers_say()
    {
        TaskStream stream = StandIn.Create(Id, StandIn.Twins);
        Samples turned = stream.Tasks[3].Train, covered = stream.Tasks[5].Train;
        for (int image = 0; image < turned.Count; image++)
        {
            float[] seen = StandIn.Read(turned, image);
            int turns = turned.Target(image) - stream.Tasks[3].Outputs[0], half = covered.Target(image) - stream.Tasks[5].Outputs[0];
            for (int row = 0; row < 12; row++)
                for (int column = 0; column < 12; column++)
                {
                    // A quarter turn counter-clockwise brings (row, column) to (11 - column, row); its source is (column, 11 - row).
                    (int fromRow, int fromColumn) = (row, column);
                    for (int turn = 0; turn < turns; turn++) (fromRow, fromColumn) = (fromColumn, 11 - fromRow);
                    bool isCovered = half switch { 0 => row < 6, 1 => row >= 6, 2 => column < 6, _ => column >= 6 };
                    Assert.Equal(isCovered ? 0 : StandIn.Twins.Train.Pixels(image)[fromRow * 12 + fromColumn] / 255f, seen[row * 12 + column]);
                }
        }
    }

    [Fact]
    public void Noise_grows_with_the_level_that_is_asked_for()
    {
        TaskStream stream = Noisy(shared: true), clean = StandIn.Create(Id, StandIn.Twins);
        LearningTask levels = stream.Tasks[4];
        double[] deviation = new double[4];
        int[] count = new int[4];
        for (int image = 0; image < levels.Train.Count; image++)
        {
            int level = levels.Train.Target(image) - levels.Outputs[0];
            float[] noise = [.. StandIn.Read(levels.Train, image).Zip(StandIn.Read(clean.Tasks[4].Train, image), (with, without) => with - without)];
            deviation[level] += noise.Average(number => (double)number * number);
            count[level]++;
        }
        for (int level = 0; level < 4; level++) Assert.Equal(.9 * level / 3, Math.Sqrt(deviation[level] / count[level]), .05);
        Assert.NotEqual(StandIn.Read(levels.Train, 0), StandIn.Read(levels.Test, 0));
    }

    [Fact]
    public void Unshared_images_are_changed_only_in_what_their_task_asks_about()
    {
        TaskStream stream = Noisy(shared: false);

        foreach (int task in new[] { 0, 1, 2 })
            for (int image = 0; image < 40; image++) Assert.Equal(StandIn.Twins.Train.Pixels(image).ToArray().Select(pixel => pixel / 255f), StandIn.Read(stream.Tasks[task].Train, image));
        Assert.All(StandIn.ReadAll(stream.Tasks[5].Train), input => Assert.True(input.Count(pixel => pixel == 0) >= 72));
        Assert.All(StandIn.ReadAll(stream.Tasks[3].Train), input => Assert.True(input.Count(pixel => pixel == 0) < 20));
    }

    [Fact]
    public void It_is_there_for_digits_only_and_in_the_task_scenario_only()
    {
        Assert.Equal(["digit-kinds-digits", Id], StandIn.Catalogs.Streams.Streams.Select(stream => stream.Id).Where(id => id.StartsWith("digit-kinds", StringComparison.Ordinal)));
        foreach (string scenario in new[] { "domain", "class" })
            Assert.Contains($"{Id} cannot be learned in the {scenario} scenario: its tasks have different answers", Assert.Throws<EngramException>(() =>
                new RunConfigBuilder(StandIn.Catalogs, Id).Set("stream.scenario", scenario).Build()).Message);
        Assert.Contains("stream.tasks is 7", Assert.Throws<EngramException>(() => new RunConfigBuilder(StandIn.Catalogs, Id).Set("stream.tasks", "7").Build()).Message);
    }

    private static TaskStream Noisy(bool shared) =>
        StandIn.Create(new DigitKinds(new() { Noise = .9, Shared = shared }), StandIn.Twins);
}
