using System.Text.Json.Nodes;
using Engram.Experiments;
using Engram.Streams;

namespace Engram.Tests.Streams;

/// <summary>What every stream of generated sequences must do.</summary>
public sealed class SequenceStreamTests
{
    public static TheoryData<string> Ids => [.. StandIn.Catalogs.Streams.Streams.Where(stream => stream.Entry.Type.IsAssignableTo(typeof(SequenceStream))).Select(stream => stream.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void What_it_suggests_for_a_run_makes_a_valid_configuration_with_a_recurrent_network(string id)
    {
        RunConfig config = new RunConfigBuilder(StandIn.Catalogs, id).Build(), plain = new RunConfigBuilder(StandIn.Catalogs, id, network: "mlp").Build();

        Assert.Equal(("lstm", "mlp"), (config.Network.Id, plain.Network.Id));
        Assert.Equal(config.ToJson().ToJsonString(), new RunConfigBuilder(StandIn.Catalogs, file: config.ToJson()).Build().ToJson().ToJsonString());
        Assert.All(SettingsShape.Of(config.Stream.Options.GetType()).Describe(), setting => Assert.NotEqual("", setting.Description));
        Assert.NotEqual(new Engram.Training.TrainingOptions().LearningRate, plain.Training.LearningRate);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Outputs_follow_the_scenario_and_all_inputs_have_the_shape_of_the_longest_task(string id)
    {
        foreach (Scenario scenario in Enum.GetValues<Scenario>())
        {
            TaskStream stream = Create(id, ("scenario", scenario.ToString().ToLowerInvariant()), ("samples", 300), ("testSamples", 200), ("validation", 0.2), ("alphabet", 6));

            Assert.Equal(scenario == Scenario.Domain ? 6 : 30, stream.OutputCount);
            foreach (LearningTask task in stream.Tasks)
            {
                int first = scenario == Scenario.Domain ? 0 : 6 * task.Index;
                Assert.Equal((first, 6), (task.Outputs[0], task.Outputs.Count));
                Assert.Equal((240, 60, 200), (task.Train.Count, task.Validation!.Count, task.Test.Count));
                foreach (Samples samples in new[] { task.Train, task.Validation!, task.Test })
                {
                    Assert.Equal(stream.InputShape, samples.InputShape);
                    Assert.Equal([task.Index], samples.Lessons);
                    Assert.All(Enumerable.Range(0, samples.Count), sample => Assert.Equal(task.Index, samples.Task(sample)));
                    Assert.All(StandIn.Targets(samples), target => Assert.InRange(target, first, first + 5));
                    Assert.All(StandIn.ReadAll(samples), input => Assert.All(input, number => Assert.True(number is 0 or 1)));
                }
                Assert.Equal(Enumerable.Range(first, 6), StandIn.Targets(task.Train).Distinct().Order());
            }
            Assert.Equal(5, stream.Tasks.Select(task => task.Name).Distinct().Count());
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_same_seed_gives_the_same_stream_and_another_seed_another(string id)
    {
        TaskStream first = Create(id, ("samples", 50)), same = Create(id, ("samples", 50)), other = Create(id, 2, ("samples", 50));

        Assert.Equal(Everything(first), Everything(same));
        foreach (var (task, otherTask) in first.Tasks.Zip(other.Tasks)) Assert.NotEqual(StandIn.ReadAll(task.Train), StandIn.ReadAll(otherTask.Train));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_order_of_learning_can_be_given_or_drawn_and_changes_no_sequence(string id)
    {
        TaskStream natural = Create(id, ("samples", 40)), given = Create(id, ("samples", 40), ("order", new JsonArray(5, 3, 1, 2, 4)));
        string[][] drawn = [.. Enumerable.Range(1, 8).Select(seed => (string[])[.. Create(id, (ulong)seed, ("samples", 5), ("shuffleTasks", true)).Tasks.Select(task => task.Name)])];

        foreach (var (number, task) in new[] { 5, 3, 1, 2, 4 }.Zip(given.Tasks))
        {
            Assert.Equal(natural.Tasks[number - 1].Name, task.Name);
            Assert.Equal(StandIn.ReadAll(natural.Tasks[number - 1].Train), StandIn.ReadAll(task.Train));
            Assert.Equal(StandIn.ReadAll(natural.Tasks[number - 1].Test), StandIn.ReadAll(task.Test));
        }
        Assert.Contains(drawn, names => !names.SequenceEqual(drawn[0]));
    }

    [Fact]
    public void What_is_to_be_remembered_in_tests_and_validation_was_never_seen_in_training()
    {
        foreach (var (id, shown) in new (string, Func<float[], string>)[] { ("copy", input => Symbols(input, 9, 8)), ("associative-recall", input => Symbols(input, 17, 16)) })
        {
            TaskStream stream = Create(id, (id == "copy" ? "lengths" : "pairs", new JsonArray(1, 2, 3, 4, 5)), ("alphabet", 8), ("samples", 4000), ("validation", 0.1), ("testSamples", 1000));
            for (int task = 0; task < 5; task++)
            {
                HashSet<string> train = Shown(stream.Tasks[task].Train), validation = Shown(stream.Tasks[task].Validation!), test = Shown(stream.Tasks[task].Test);
                bool isSmall = id == "copy" ? task < 2 : task == 0; // 8 and 64, or 64 different ones
                Assert.Equal(isSmall, train.Overlaps(test));
                Assert.Equal(isSmall, train.Overlaps(validation));
                Assert.Equal(isSmall, validation.Overlaps(test));
            }

            HashSet<string> Shown(Samples samples) => [.. StandIn.ReadAll(samples).Select(shown)];
        }
    }

    [Fact]
    public void All_classes_may_be_active() => Assert.Equal(ActiveClasses.All, Create("copy", ("tasks", 2), ("scenario", "class"), ("activeClasses", "all")).ActiveClasses);

    [Fact]
    public void A_copy_sample_shows_symbols_a_delimiter_and_as_many_blanks_as_the_place_asked_for()
    {
        TaskStream stream = Create("copy", ("tasks", 2), ("lengths", new JsonArray(2, 3)), ("alphabet", 4), ("samples", 400));

        Assert.Equal([6, 5], stream.InputShape); // 3 symbols, the delimiter, at most 2 blanks
        foreach (LearningTask task in stream.Tasks)
        {
            int length = task.Number + 1;
            int[] asked = new int[length];
            foreach (int sample in Enumerable.Range(0, 400))
            {
                int[] tokens = Tokens(StandIn.Read(task.Train, sample), 5);
                int delimiter = Array.IndexOf(tokens, 4), blanks = 5 - delimiter;
                Assert.All(tokens[..(delimiter - length)], token => Assert.Equal(-1, token)); // steps of zeros come first
                Assert.All(tokens[(delimiter - length)..delimiter], token => Assert.InRange(token, 0, 3));
                Assert.All(tokens[(delimiter + 1)..], token => Assert.Equal(-1, token));
                Assert.Equal(tokens[delimiter - length + blanks], task.Train.Target(sample));
                asked[blanks]++;
            }
            Assert.All(asked, count => Assert.InRange(count, 400 / length - 60, 400 / length + 60));
        }
    }

    [Fact]
    public void A_sample_of_associative_recall_shows_pairs_a_delimiter_and_one_of_the_keys()
    {
        TaskStream stream = Create("associative-recall", ("tasks", 2), ("pairs", new JsonArray(1, 3)), ("alphabet", 3), ("samples", 300));

        Assert.Equal([8, 7], stream.InputShape);
        foreach (LearningTask task in stream.Tasks)
        {
            int pairs = task.Index == 0 ? 1 : 3;
            int[] asked = new int[pairs];
            foreach (int sample in Enumerable.Range(0, 300))
            {
                int[] tokens = Tokens(StandIn.Read(task.Train, sample), 7);
                Assert.All(tokens[..(6 - 2 * pairs)], token => Assert.Equal(-1, token));
                Assert.Equal(6, tokens[6]);
                int[] shown = tokens[(6 - 2 * pairs)..6], keys = [.. shown.Where((_, step) => step % 2 == 0)], values = [.. shown.Where((_, step) => step % 2 == 1)];
                Assert.All(keys, key => Assert.InRange(key, 0, 2));
                Assert.All(values, value => Assert.InRange(value, 3, 5));
                Assert.Equal(pairs, keys.Distinct().Count());
                int place = Array.IndexOf(keys, tokens[7]);
                Assert.Equal(values[place] - 3, task.Train.Target(sample));
                asked[place]++;
            }
            Assert.All(asked, count => Assert.InRange(count, 300 / pairs - 50, 300 / pairs + 50));
        }
    }

    [Fact]
    public void Tasks_of_the_same_difficulty_have_names_and_sequences_of_their_own()
    {
        TaskStream stream = Create("copy", ("tasks", 3), ("lengths", new JsonArray(3, 4, 3)), ("samples", 50));

        Assert.Equal(["length 3 (1)", "length 4", "length 3 (3)"], stream.Tasks.Select(task => task.Name));
        Assert.NotEqual(StandIn.ReadAll(stream.Tasks[0].Train), StandIn.ReadAll(stream.Tasks[2].Train));
    }

    [Theory]
    [InlineData("copy", "stream.lengths", "", "stream.lengths has 0 numbers")]
    [InlineData("copy", "stream.lengths", "2,3", "set stream.tasks to 2")]
    [InlineData("copy", "stream.lengths", "0,1,2,3,4", "stream.lengths")]
    [InlineData("copy", "stream.alphabet", "1", "stream.alphabet is 1")]
    [InlineData("copy", "stream.samples", "0", "stream.samples is 0")]
    [InlineData("associative-recall", "stream.pairs", "", "stream.pairs has 0 numbers")]
    [InlineData("associative-recall", "stream.pairs", "1,2,3,4,50", "set stream.alphabet to at least 50")]
    [InlineData("associative-recall", "stream.order", "1,2", "stream.order")]
    public void Settings_that_do_not_fit_are_refused_before_anything_is_drawn(string id, string setting, string value, string part) =>
        Assert.Contains(part, Assert.Throws<EngramException>(() => new RunConfigBuilder(StandIn.Catalogs, id).Set(setting, value).Build()).Message);

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_convolutional_network_is_refused_by_the_shape_of_the_inputs(string id)
    {
        RunConfig config = Toy.Laboratory.Configure(id, network: "cnn").Build();

        string message = Assert.Throws<EngramException>(() => Toy.Laboratory.Prepare(config)).Message;

        Assert.Contains("cnn needs images", message);
        Assert.Contains("choose another network", message);
    }

    private static TaskStream Create(string id, params (string Name, JsonNode Value)[] settings) => Create(id, 1, settings);

    private static TaskStream Create(string id, ulong seed, params (string Name, JsonNode Value)[] settings) =>
        StandIn.Create(id, StandIn.Greys, new(settings.Select(setting => KeyValuePair.Create(setting.Name, (JsonNode?)setting.Value))), seed);

    // For each step the feature that is 1, or -1.
    private static int[] Tokens(float[] input, int features)
    {
        Assert.All(input.Chunk(features), step => Assert.InRange(step.Sum(), 0, 1));
        return [.. input.Chunk(features).Select(step => Array.IndexOf(step, 1))];
    }

    // What comes before the delimiter.
    private static string Symbols(float[] input, int features, int delimiter)
    {
        int[] tokens = Tokens(input, features);
        return string.Join(" ", tokens[..Array.IndexOf(tokens, delimiter)]);
    }

    private static float[][] Everything(TaskStream stream) =>
        [.. stream.Tasks.SelectMany(task => new[] { task.Train, task.Test }).SelectMany(samples => StandIn.ReadAll(samples).Append([.. StandIn.Targets(samples).Select(target => (float)target)]))];
}
