using System.Text.Json.Nodes;
using Engram.Datasets;
using Engram.Experiments;
using Engram.Streams;

namespace Engram.Tests.Streams;

public sealed class BabiTasksTests
{
    /// <summary>Twenty tasks of ten questions each: task k asks where the thing is, with answers a and, in odd tasks, b or, in even ones, c.</summary>
    public static StoryDataset Made { get; } = new([.. Enumerable.Range(1, 20).Select(task => new StoryTask($"kind {(char)('a' + task - 1)}", Questions(task), Questions(task)))]);

    [Fact]
    public void All_classes_may_be_active() => Assert.Equal(ActiveClasses.All, Create(new() { ["tasks"] = 2, ["scenario"] = "class", ["activeClasses"] = "all" }).ActiveClasses);

    [Fact]
    public void What_it_suggests_for_a_run_makes_a_valid_configuration_with_a_memory_network()
    {
        RunConfig config = new RunConfigBuilder(StandIn.Catalogs, "babi").Build();

        Assert.Equal("memory-network", config.Network.Id);
        Assert.Equal(config.ToJson().ToJsonString(), new RunConfigBuilder(StandIn.Catalogs, file: config.ToJson()).Build().ToJson().ToJsonString());
        Assert.All(SettingsShape.Of(config.Stream.Options.GetType()).Describe(), setting => Assert.NotEqual("", setting.Description));
    }

    [Fact]
    public void All_tasks_share_one_dictionary_whose_words_are_the_outputs()
    {
        TaskStream stream = Create(new() { ["tasks"] = 3, ["validation"] = 0.2 });

        Assert.Equal(Made.Symbols.Count, stream.OutputCount);
        Assert.Equal([1 + 10, 1 + 5], stream.InputShape);
        Assert.All(stream.Tasks, task => Assert.Equal((8, 2, 10), (task.Train.Count, task.Validation!.Count, task.Test.Count)));
        Assert.Equal(["qa1 kind a", "qa2 kind b", "qa3 kind c"], stream.Tasks.Select(task => task.Name));
        Assert.Equal(["a", "b"], stream.Tasks[0].Outputs.Select(output => stream.Language!.Symbols[output]));
        Assert.Equal(["a", "c"], stream.Tasks[1].Outputs.Select(output => stream.Language!.Symbols[output]));
    }

    [Fact]
    public void An_input_is_the_question_and_the_last_statements_from_the_latest_to_the_earliest()
    {
        TaskStream stream = Create(new() { ["tasks"] = 1, ["statements"] = 2, ["validation"] = 0 });
        float[] input = StandIn.Read(stream.Tasks[0].Train, 3); // the fourth question of its story

        Assert.Equal("where is the thing?", stream.Language!.QuestionOf(input));
        Assert.Equal(["the thing went to b.", "the thing went to a."], stream.Language.StatementsOf(input));
        Assert.Equal("b", stream.Language.Symbols[stream.Tasks[0].Train.Target(3)]);
        Assert.Equal(0, stream.Tasks[0].Train.Task(3));
    }

    [Fact]
    public void Subsets_and_orders_name_tasks_by_their_official_numbers()
    {
        Assert.Equal(["qa2 kind b", "qa7 kind g"], Create(new() { ["only"] = new JsonArray(7, 2) }).Tasks.Select(task => task.Name));
        Assert.Equal(["qa7 kind g", "qa2 kind b"], Create(new() { ["only"] = new JsonArray(2, 7), ["order"] = new JsonArray(7, 2) }).Tasks.Select(task => task.Name));
        Assert.Equal(["qa2 kind b", "qa1 kind a"], Create(new() { ["tasks"] = 2, ["order"] = new JsonArray(2, 1) }).Tasks.Select(task => task.Name));
        Assert.Equal((4, 6), Create(new() { ["samples"] = 5, ["testSamples"] = 6, ["validation"] = 0.2 }).Tasks.Select(task => (task.Train.Count, task.Test.Count)).Distinct().Single());
    }

    [Theory]
    [InlineData("""{"only":[1,1]}""", "stream.only is 1,1 but must name some of the tasks 1 to 20, each once")]
    [InlineData("""{"only":[21]}""", "stream.only is 21")]
    [InlineData("""{"tasks":21}""", "there are 20 tasks")]
    [InlineData("""{"scenario":"class"}""", "its tasks share answers")]
    public void Wrong_settings_are_named(string settings, string part)
    {
        EngramException error = Assert.Throws<EngramException>(() => new RunConfigBuilder(StandIn.Catalogs, "babi", file: new() { ["stream"] = JsonNode.Parse(settings) }).Build());

        Assert.Contains(part, error.Message);
    }

    [Fact]
    public void A_network_that_takes_words_for_amounts_is_refused_and_one_that_reads_needs_words()
    {
        TaskStream words = Create(new() { ["tasks"] = 1 }), sequences = StandIn.Create("copy", StandIn.Greys);

        Assert.Contains("numbers of words", Assert.Throws<EngramException>(() => new Engram.Networks.Mlp(new()).RequireFit(words)).Message);
        Assert.Contains("reads stories", Assert.Throws<EngramException>(() => new Engram.Networks.MemoryNetwork(new()).RequireFit(sequences)).Message);
    }

    internal static TaskStream Create(JsonObject settings)
    {
        List<string> problems = [];
        object options = SettingsShape.Of(typeof(BabiTasks.Options)).Bind(settings, "stream", problems);
        Assert.Empty(problems);
        return new BabiTasks((BabiTasks.Options)options).Create(new("babi", "", _ => StandIn.Greys, new(1)) { Stories = _ => Made });
    }

    private static Story[] Questions(int task)
    {
        string other = task % 2 == 1 ? "b" : "c";
        List<Story> stories = [];
        List<string[]> statements = [];
        for (int i = 0; i < 10; i++)
        {
            string answer = i % 2 == 0 ? "a" : other;
            statements.Add(["the", "thing", "went", "to", answer]);
            stories.Add(new([.. statements], ["where", "is", "the", "thing"], answer, [i]));
        }
        return [.. stories];
    }
}
