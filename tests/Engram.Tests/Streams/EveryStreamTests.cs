using System.Text.Json.Nodes;
using Engram.Experiments;
using Engram.Streams;

namespace Engram.Tests.Streams;

/// <summary>What every image stream of the catalog must do; a new stream is tested here without a change to this file.</summary>
public sealed class EveryStreamTests
{
    public static TheoryData<string> Ids => StandIn.Ids;

    public static TheoryData<string, Scenario> IdsAndScenarios
    {
        get
        {
            TheoryData<string, Scenario> data = [];
            foreach (string id in StandIn.Ids.Select(row => row.Data))
                foreach (Scenario scenario in StandIn.Catalogs.Streams.Find(id).Entry.Attribute.Scenarios) data.Add(id, scenario);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void What_it_suggests_for_a_run_makes_a_valid_configuration(string id)
    {
        RunConfig config = new RunConfigBuilder(StandIn.Catalogs, id).Build();

        Assert.Equal(id, config.Stream.Id);
        Assert.All(SettingsShape.Of(config.Stream.Options.GetType()).Describe(), setting => Assert.NotEqual("", setting.Description));
    }

    [Theory]
    [MemberData(nameof(IdsAndScenarios))]
    public void The_outputs_of_the_tasks_follow_the_scenario(string id, Scenario scenario)
    {
        TaskStream stream = Create(id, scenario);

        Assert.Equal(scenario, stream.Scenario);
        int next = 0;
        foreach (LearningTask task in stream.Tasks)
        {
            Assert.Equal(scenario == Scenario.Domain ? 0 : next, task.Outputs[0]);
            next += task.Outputs.Count;
            Assert.Equal(task.Outputs, StandIn.Targets(task.Train).Distinct().Order());
            Assert.Equal(task.Outputs, StandIn.Targets(task.Test).Distinct().Order());
        }
        Assert.Equal(scenario == Scenario.Domain ? stream.Tasks[0].Outputs.Count : next, stream.OutputCount);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Every_sample_has_the_shape_of_the_stream_and_names_its_task(string id)
    {
        TaskStream stream = StandIn.Create(id, StandIn.Greys, new() { ["validation"] = 0.2, ["padding"] = 2 });

        Assert.Equal([1, 16, 16], stream.InputShape);
        Assert.Equal(Enumerable.Range(0, stream.Tasks.Count), stream.Tasks.Select(task => task.Index));
        Assert.Equal(stream.Tasks.Count, stream.Tasks.Select(task => task.Name).Distinct().Count());
        foreach (LearningTask task in stream.Tasks)
            foreach (Samples samples in new[] { task.Train, task.Validation!, task.Test })
            {
                Assert.Equal(stream.InputShape, samples.InputShape);
                Assert.All(Enumerable.Range(0, samples.Count), sample => Assert.Equal(task.Index, samples.Task(sample)));
                Assert.All(StandIn.ReadAll(samples), input => Assert.All(input, number => Assert.True(float.IsFinite(number))));
            }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Training_validation_and_test_data_share_no_image(string id)
    {
        TaskStream all = StandIn.Create(id, StandIn.Greys), split = StandIn.Create(id, StandIn.Greys, new() { ["validation"] = 0.3 });

        foreach (var (whole, task) in all.Tasks.Zip(split.Tasks))
        {
            int[] train = Greys(task.Train), validation = Greys(task.Validation!);
            Assert.Null(whole.Validation);
            Assert.Empty(train.Intersect(validation));
            Assert.Equal(Greys(whole.Train).Order(), train.Concat(validation).Order());
            Assert.All(train.Concat(validation), grey => Assert.InRange(grey, 1, 100));
            Assert.All(Greys(task.Test), grey => Assert.InRange(grey, 151, 190));
            Assert.Equal(Greys(whole.Test), Greys(task.Test));
            Assert.Equal((int)Math.Round(0.3 * whole.Train.Count), validation.Length);
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_same_seed_gives_the_same_stream(string id)
    {
        JsonObject Settings() => new() { ["samples"] = 9, ["testSamples"] = 5, ["validation"] = 0.3, ["shuffleTasks"] = true };
        TaskStream first = StandIn.Create(id, StandIn.Twins, Settings()), same = StandIn.Create(id, StandIn.Twins, Settings()), other = StandIn.Create(id, StandIn.Twins, Settings(), seed: 2);

        Assert.Equal(Everything(first), Everything(same));
        Assert.NotEqual(Everything(first), Everything(other));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Samples_and_test_samples_limit_each_task_without_repeating_an_image(string id)
    {
        TaskStream stream = StandIn.Create(id, StandIn.Greys, new() { ["samples"] = 10, ["testSamples"] = 4, ["validation"] = 0.2 });

        foreach (LearningTask task in stream.Tasks)
        {
            Assert.Equal((8, 2, 4), (task.Train.Count, task.Validation!.Count, task.Test.Count));
            Assert.Equal(10, Greys(task.Train).Concat(Greys(task.Validation!)).Distinct().Count());
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_order_of_learning_can_be_given_or_drawn(string id)
    {
        TaskStream natural = StandIn.Create(id, StandIn.Twins);
        int count = natural.Tasks.Count;

        TaskStream reversed = StandIn.Create(id, StandIn.Twins, new() { ["order"] = new JsonArray([.. Enumerable.Range(1, count).Reverse().Select(number => (JsonNode)number)]) });
        string[][] drawn = [.. Enumerable.Range(1, 8).Select(seed => Names(StandIn.Create(id, StandIn.Twins, new() { ["shuffleTasks"] = true }, (ulong)seed)))];

        Assert.Equal(Names(natural).Reverse(), Names(reversed));
        foreach (var (task, same) in natural.Tasks.Zip(reversed.Tasks.Reverse())) Assert.Equal(StandIn.ReadAll(task.Test), StandIn.ReadAll(same.Test));
        Assert.Contains(drawn, names => !names.SequenceEqual(drawn[0]));
        Assert.All(drawn, names => Assert.Equal(count, names.Distinct().Count()));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_task_keeps_its_data_whatever_else_is_learned_and_in_which_order(string id)
    {
        JsonObject Settings(params (string Name, int[] Numbers)[] lists)
        {
            JsonObject settings = new() { ["samples"] = 9, ["testSamples"] = 5, ["validation"] = 0.3 };
            foreach (var (name, numbers) in lists) settings[name] = new JsonArray([.. numbers.Select(number => (JsonNode)number)]);
            return settings;
        }
        TaskStream all = StandIn.Create(id, StandIn.Twins, Settings());
        int last = all.Tasks.Count;

        TaskStream alone = StandIn.Create(id, StandIn.Twins, Settings(("only", [last]))), both = StandIn.Create(id, StandIn.Twins, Settings(("only", [1, last]), ("order", [last, 1])));

        Assert.Equal([all.Tasks[^1].Name], Names(alone));
        Assert.Equal([all.Tasks[^1].Name, all.Tasks[0].Name], Names(both));
        foreach (var (natural, found) in new[] { (all.Tasks[^1], alone.Tasks[0]), (all.Tasks[^1], both.Tasks[0]), (all.Tasks[0], both.Tasks[1]) })
        {
            foreach (var (expected, actual) in new[] { (natural.Train, found.Train), (natural.Validation!, found.Validation!), (natural.Test, found.Test) })
            {
                Assert.Equal(StandIn.ReadAll(expected), StandIn.ReadAll(actual));
                Assert.Equal(StandIn.Targets(expected).Select(target => target - natural.Outputs[0]), StandIn.Targets(actual).Select(target => target - found.Outputs[0]));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Test_images_are_changed_as_training_images_are(string id)
    {
        TaskStream stream = StandIn.Create(id, StandIn.Twins, new() { ["padding"] = 1, ["mean"] = 0.3, ["deviation"] = 0.5 });

        foreach (LearningTask task in stream.Tasks) Assert.Equal(StandIn.ReadAll(task.Train), StandIn.ReadAll(task.Test));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Mean_and_deviation_scale_every_pixel_and_padding_is_background(string id)
    {
        Samples plain = StandIn.Create(id, StandIn.Twins).Tasks[0].Train, scaled = StandIn.Create(id, StandIn.Twins, new() { ["mean"] = 0.25, ["deviation"] = 0.5 }).Tasks[0].Train;
        Samples padded = StandIn.Create(id, StandIn.Twins, new() { ["padding"] = 3, ["mean"] = 0.25, ["deviation"] = 0.5 }).Tasks[0].Train;

        float[] before = StandIn.Read(plain, 7), after = StandIn.Read(scaled, 7), framed = StandIn.Read(padded, 7);

        Assert.All(before.Zip(after), pair => Assert.Equal((pair.First - 0.25) / 0.5, pair.Second, 1e-6));
        for (int row = 0; row < 18; row++)
            for (int column = 0; column < 18; column++)
                Assert.Equal(row is >= 3 and < 15 && column is >= 3 and < 15 ? after[(row - 3) * 12 + column - 3] : -0.5f, framed[row * 18 + column]);
    }

    [Fact]
    public void An_order_that_is_no_order_is_refused_before_anything_is_loaded()
    {
        foreach (string order in new[] { "1,2", "1,2,3,4,4", "0,1,2,3,4", "1,2,3,4,6" })
            Assert.Contains("stream.order", Assert.Throws<EngramException>(() => new RunConfigBuilder(StandIn.Catalogs, "permuted-digits").Set("stream.order", order).Build()).Message);
        Assert.Contains("stream.shuffleTasks", Assert.Throws<EngramException>(() =>
            new RunConfigBuilder(StandIn.Catalogs, "permuted-digits").Set("stream.order", "5,4,3,2,1").Set("stream.shuffleTasks", "true").Build()).Message);
    }

    [Fact]
    public void Tasks_that_are_chosen_must_be_there_and_the_order_must_name_them()
    {
        foreach (string only in new[] { "0", "6", "1,1", "" })
            Assert.Contains("stream.only", Assert.Throws<EngramException>(() => new RunConfigBuilder(StandIn.Catalogs, "permuted-digits").Set("stream.only", only).Build()).Message);
        Assert.Contains("must name each of the tasks 2,4 once", Assert.Throws<EngramException>(() =>
            new RunConfigBuilder(StandIn.Catalogs, "permuted-digits").Set("stream.only", "2,4").Set("stream.order", "4,2,1").Build()).Message);
        Assert.Contains("the stream has 2 tasks", Assert.Throws<EngramException>(() =>
            new RunConfigBuilder(StandIn.Catalogs, "permuted-digits").Set("stream.only", "2,4").Set("training.epochs", "1,2,3").Build()).Message);
    }

    private static TaskStream Create(string id, Scenario scenario) => StandIn.Create(id, StandIn.Greys, new() { ["scenario"] = scenario.ToString().ToLowerInvariant() });

    private static string[] Names(TaskStream stream) => [.. stream.Tasks.Select(task => task.Name)];

    // A picture of one grey keeps it, wherever its pixels move; what comes in from outside is black.
    private static int[] Greys(Samples samples) => [.. StandIn.ReadAll(samples).Select(input => (int)Math.Round(255 * input.Max()))];

    private static float[][] Everything(TaskStream stream) =>
        [.. stream.Tasks.SelectMany(task => new[] { task.Train, task.Validation!, task.Test }).SelectMany(samples => StandIn.ReadAll(samples).Append([.. StandIn.Targets(samples).Select(target => (float)target)]))];
}
