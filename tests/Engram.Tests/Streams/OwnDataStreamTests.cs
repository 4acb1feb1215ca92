using Engram.Datasets;
using Engram.Experiments;
using Engram.OwnData;
using Engram.Pictures;
using Engram.Pretrained;
using Engram.Streams;
using Engram.Tables;
using Engram.Tests.Datasets;
using Engram.Texts;
using static Engram.Tests.Streams.ListedRecords;

namespace Engram.Tests.Streams;

/// <summary>A user's own data as tasks, whatever reader they come from.</summary>
public class OwnDataStreamTests
{
    [Fact]
    public void Tasks_that_the_data_name_are_learned_in_their_order_and_a_class_has_one_output_in_all_of_them()
    {
        TaskStream stream = Create(new(), [.. Many("may", "cat", "dog"), .. Many("june", "owl", "cat"), .. Many("july", "dog", "ant")]);

        Assert.Equal(["may", "june", "july"], stream.Tasks.Select(task => task.Name));
        Assert.Equal(["cat", "dog", "owl", "ant"], stream.Answers.Names);
        Assert.Equal([[0, 1], [0, 2], [1, 3]], stream.Tasks.Select(task => task.Outputs.ToArray()));
        Assert.Equal((Scenario.Class, 4), (stream.Scenario, stream.OutputCount));
        Assert.Equal("owl", stream.Answers.Names[stream.Tasks[1].Train.Target(0)]);
    }

    [Fact]
    public void Which_classes_are_active_is_the_users_to_say() =>
        Assert.Equal([ActiveClasses.Seen, ActiveClasses.All], new[] { ActiveClasses.Seen, ActiveClasses.All }.Select(active => Create(new() { ActiveClasses = active }, [.. Many("may", "cat", "dog")]).ActiveClasses));

    [Fact]
    public void Outputs_are_numbered_as_classes_are_met_in_the_order_of_learning()
    {
        TaskStream stream = Create(new() { Order = [2, 1] }, [.. Many("may", "cat", "dog"), .. Many("june", "owl", "cat")]);

        Assert.Equal(["june", "may"], stream.Tasks.Select(task => task.Name));
        Assert.Equal(["cat", "owl", "dog"], stream.Answers.Names); // within a task as the data first showed them
        Assert.Equal([[0, 1], [0, 2]], stream.Tasks.Select(task => task.Outputs.ToArray()));
    }

    [Theory]
    [InlineData(2, "a/b", "c/d", "e")]
    [InlineData(3, "a/b/c", "d/e")]
    [InlineData(0, "a/b/c/d/...")]
    public void Where_the_data_name_no_tasks_classes_come_in_the_order_in_which_they_were_seen(int perTask, params string[] expected) =>
        Assert.Equal(expected, Create(new() { ClassesPerTask = perTask }, Many(null, "a", "b", "c", "d", "e")).Tasks.Select(task => task.Name));

    [Fact]
    public void A_record_stays_on_its_side_when_others_come_and_equal_ones_never_stand_on_both()
    {
        One[] before = [.. Many(null, "a", "b")], twice = [.. before, .. before, .. Many(null, "c", "d"), .. before.Select(one => one with { Class = "d" })];

        HashSet<float> Numbers(TaskStream stream, Func<LearningTask, Samples> part) => [.. stream.Tasks.SelectMany(task => Raw(part(task)))];
        TaskStream first = Create(new() { ClassesPerTask = 0 }, before), second = Create(new() { ClassesPerTask = 0 }, twice);

        Assert.Subset(Numbers(second, task => task.Test), Numbers(first, task => task.Test));
        Assert.Subset(Numbers(second, task => task.Train), Numbers(first, task => task.Train));
        Assert.Empty(Numbers(second, task => task.Test).Intersect(Numbers(second, task => task.Train)));
        Assert.InRange(Numbers(first, task => task.Test).Count / (double)before.Length, 0.1, 0.3);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(0.19999, true)]
    [InlineData(0.20001, false)]
    [InlineData(0.99999, false)]
    public void What_is_held_out_is_what_lies_below_the_share(double place, bool isHeldOut) =>
        Assert.Equal(isHeldOut, TaskCutter.IsHeldOut((UInt128)(place * Math.Pow(2, 53)) << 75, 0.2));

    [Fact]
    public void Test_and_validation_data_that_the_data_name_are_taken_as_they_are()
    {
        TaskStream stream = Create(new() { Validation = 0.5 },
            new(1, "a"), new(2, "b", Part: RecordPart.Train), new(3, "a", Part: RecordPart.Test), new(4, "b", Part: RecordPart.Validation), new(5, "b"), new(6, "b"));
        LearningTask task = Assert.Single(stream.Tasks);

        Assert.Equal([1, 2, 5, 6], Raw(task.Train).Order());
        Assert.Equal([3], Raw(task.Test));
        Assert.Equal([4], Raw(task.Validation!));
    }

    [Fact]
    public void A_share_is_held_out_for_validation_where_the_data_name_none()
    {
        LearningTask task = Assert.Single(Create(new() { Validation = 0.25, ClassesPerTask = 0, Samples = 80 }, Many(null, "a", "b")).Tasks);

        Assert.Equal((60, 20), (task.Train.Count, task.Validation!.Count));
    }

    [Fact]
    public void A_class_of_which_nothing_would_be_left_to_learn_from_keeps_what_was_held_out()
    {
        UInt128 heldOut = 0;
        TaskStream stream = Create(new(), [.. Many(null, "a"), new(7.5, "rare", Hash: heldOut), new(8.5, "a", Hash: heldOut)]);

        Assert.Contains(7.5f, Raw(stream.Tasks[0].Train));
        Assert.Contains(8.5f, Raw(stream.Tasks[0].Test));
    }

    [Fact]
    public void Inputs_are_fitted_to_the_training_data_of_the_task_that_is_learned_first()
    {
        ListedRecords records = new([.. Many("may", "a", "b"), .. Many("june", "a", "b"), new(1000, "a", "june", RecordPart.Validation)]) { Source = "listed", Centres = true };

        TaskStream stream = Create(new() { Order = [2, 1] }, records);

        Assert.Equal(stream.Tasks[0].Train.Count, records.Fitted.Count);
        Assert.All(records.Fitted, record => Assert.Equal((1, RecordPart.Unsaid), (records.TaskOf(record), records.PartOf(record))));
        Assert.Equal(0, Enumerable.Range(0, stream.Tasks[0].Train.Count).Average(sample => Read(stream.Tasks[0].Train, sample)), 1e-3);
        Assert.Equal(["a remark of the data", "a remark of the form"], stream.Remarks);
    }

    [Fact]
    public void In_the_domain_scenario_all_tasks_have_the_same_classes()
    {
        TaskStream same = Create(new() { Scenario = Scenario.Domain }, [.. Many("may", "a", "b"), .. Many("june", "b", "a")]);
        EngramException other = Assert.Throws<EngramException>(() => Create(new() { Scenario = Scenario.Domain }, [.. Many("may", "a", "b"), .. Many("june", "b", "c")]));

        Assert.Equal([[0, 1], [0, 1]], same.Tasks.Select(task => task.Outputs.ToArray()));
        Assert.Contains("task 'may' of 'listed' has 'a', 'b' and task 'june' 'b', 'c'; use --scenario class or task", other.Message);
    }

    [Fact]
    public void Tasks_that_are_not_there_are_refused_with_their_number()
    {
        One[] all = [.. Many("may", "a", "b"), .. Many("june", "c", "d")];

        Assert.Contains("stream.tasks is 3 but 'listed' has 2 tasks", Assert.Throws<EngramException>(() => Create(new() { Tasks = 3 }, all)).Message);
        Assert.Contains("stream.order is 2,3", Assert.Throws<EngramException>(() => Create(new() { Order = [2, 3] }, all)).Message);
        Assert.Contains("name some of the tasks 1 to 2", Assert.Throws<EngramException>(() => Create(new() { Only = [3] }, all)).Message);
        Assert.Equal("may", Assert.Single(Create(new() { Tasks = 1 }, all).Tasks).Name);
        Assert.Equal("june", Assert.Single(Create(new() { Only = [2] }, all).Tasks).Name);
    }

    [Fact]
    public void A_task_without_test_or_training_data_is_named()
    {
        One[] all = [.. Many("may", "a", "b"), new(1e9, "a", "june", Hash: UInt128.MaxValue)];

        Assert.Contains("Task 'june' of 'listed' has 1 training records and none to test", Assert.Throws<EngramException>(() => Create(new(), all)).Message);
        Assert.Contains("Task 'june' of 'listed' has 1 test records and none to learn from", Assert.Throws<EngramException>(() =>
            Create(new(), [.. Many("may", "a", "b"), new(1, "a", "may", RecordPart.Test), new(1, "a", "june", RecordPart.Test)])).Message);
    }

    [Fact]
    public void Any_number_of_classes_becomes_tasks()
    {
        TaskStream stream = Create(new() { ClassesPerTask = 1000 }, [.. Enumerable.Range(0, 40_000).Select(i => new One(i, $"class {i % 10_000}"))]);

        Assert.Equal((10, 10_000), (stream.Tasks.Count, stream.OutputCount));
        Assert.Equal("class 9999", stream.Answers.Names[stream.Tasks[9].Outputs[^1]]);
        Assert.Equal("class 9000/class 9001/class 9002/class 9003/...", stream.Tasks[9].Name);
    }

    [Fact]
    public void Texts_are_read_by_a_network_that_has_learned_to_and_by_no_other()
    {
        One[] texts = [.. Many(null, "ham", "spam").Select(one => one with { Text = $"mail {one.Number}" })];
        TaskStream stream = Create(new(), texts);

        Assert.StartsWith("mail ", stream.Tasks[0].Train.Text(0));
        Assert.Equal("minilm", Networks.Suiting(stream));
        Assert.Equal("texts need features", Assert.Throws<EngramException>(() => Create(new() { Features = "none" }, texts)).Message);
        Assert.Equal("texts need features", Assert.Throws<EngramException>(() => Read(stream.Tasks[0].Train, 0)).Message);
    }

    [Theory]
    [InlineData(64, null)]
    [InlineData(65, "resnet18")]
    public void Larger_pictures_are_seen_through_a_network_that_has_learned_to(int side, string? expected)
    {
        TaskStream stream = Create(new(), new ListedRecords(Many(null, "a", "b").ToArray()) { Source = "listed", Shape = [3, side, side] });

        Assert.Equal(expected, Networks.Suiting(stream));
        Assert.Null(Networks.Suiting(Create(new(), Many(null, "a", "b"))));
    }

    [Theory]
    [InlineData(null, 0, 0)]
    [InlineData("none", 0, 0)]
    [InlineData("resnet18", 0, 224)]
    [InlineData("resnet18", 96, 96)]
    public void Settings_of_the_stream_are_what_the_reader_hears(string? features, int size, int expected)
    {
        RecordOptions? heard = null;
        OwnDataStream.Options options = new() { Label = "state", Task = "month", Text = "words", Ignore = ["id"], SkipDamaged = true, PictureSize = size, Features = features };

        new OwnDataStream(options).Create(Context(Records(Many(null, "a", "b")), one => heard = one));

        Assert.Equal(("state", "month", "words", true, expected), (heard!.Label, heard.Task, heard.Text, heard.SkipDamaged, heard.PictureSize));
        Assert.Equal(["id"], heard.Ignore);
    }

    [Fact]
    public void A_path_stands_for_a_stream_in_a_run_and_the_results_have_the_names_of_its_classes()
    {
        using TemporaryFolder folder = new();
        string path = folder["sensors.csv"];
        File.WriteAllLines(path, ["x,y,state", .. Enumerable.Range(0, 200).Select(i => FormattableString.Invariant($"{i % 4},{i * 7 % 100 / 100.0},{(i % 4 < 2 ? "low" : "high")}"))]);
        Laboratory laboratory = new(new DataFolders(folder.Path), typeof(CsvReader).Assembly);
        RunConfig config = laboratory.Configure(Path.GetRelativePath(Directory.GetCurrentDirectory(), path)).Set("stream.label", "state").Set("network.hidden", "8").Set("training.learningRate", "0.05").Build();

        RunResult result = laboratory.Run(config, cancellation: TestContext.Current.CancellationToken);

        Assert.Equal((path, "sensors.csv", "sensors.csv"), (config.Stream.Id, config.StreamName, result.Stream));
        Assert.Equal("low/high", Assert.Single(result.Tasks));
        Assert.Equal(["low", "high"], result.Classes);
        Assert.Equal(["x", "y"], result.Inputs!["columns"]!.AsArray().Select(column => column!["name"]!.GetValue<string>()));
        var table = Assert.Single(result.Tables);
        Assert.Equal(["low", "high"], table.Rows);
        Assert.Equal(1, result.Matrix[1, 1]);
        Assert.Equal([[1, 0], [0, 1]], table.Values);
    }

    [Fact]
    public void Texts_are_seen_through_the_network_that_fits_them_where_nobody_names_one()
    {
        using TemporaryFolder folder = new();
        foreach (string label in new[] { "ham", "spam" })
        {
            Directory.CreateDirectory(folder["mails", label]);
            for (int i = 0; i < 30; i++) File.WriteAllText(folder["mails", label, $"{i}.txt"], $"{label} {i}");
        }
        Laboratory laboratory = new(new DataFolders(folder.Path)); // which knows no such network

        Assert.Contains("'mails' holds texts, and there is no network that reads them", Assert.Throws<EngramException>(() => laboratory.Stream(laboratory.Configure(folder["mails"]).Build())).Message);
        Assert.Contains("leave --features none out", Assert.Throws<EngramException>(() => laboratory.Stream(laboratory.Configure(folder["mails"]).Set("stream.features", "none").Build())).Message);
    }

    [Fact]
    public void Tasks_are_counted_by_the_data_where_a_study_must_know_them()
    {
        using TemporaryFolder folder = new();
        File.WriteAllLines(folder["a.csv"], ["x,label", .. Enumerable.Range(0, 200).Select(i => $"{i},{i % 7}")]);
        Laboratory laboratory = new(new DataFolders(folder.Path), typeof(CsvReader).Assembly);
        RunConfig config = laboratory.Configure(folder["a.csv"]).Build(), counted = laboratory.Counted(config);

        Assert.Equal((0, 4), (((StreamOptions)config.Stream.Options).Tasks, ((StreamOptions)counted.Stream.Options).Tasks));
        Assert.Same(counted, laboratory.Counted(counted));
    }

    [Fact]
    public void A_name_is_a_path_only_where_no_stream_has_it()
    {
        StreamCatalog catalog = new(["toy"]);

        Assert.Equal("babi", catalog.FullName("babi"));
        Assert.Equal(Path.GetFullPath("no/such/folder"), catalog.FullName("no/such/folder"));
        Assert.Equal(typeof(OwnDataStream), catalog.Find("no/such/folder").Entry.Type);
        Assert.Contains("There is no stream 'permuted-toi'", Assert.Throws<EngramException>(() => catalog.Find("permuted-toi")).Message);
    }

    private static FeatureCatalog Networks => new(typeof(ResNet18).Assembly, typeof(MiniLm).Assembly);

    private static IEnumerable<One> Many(string? task, params string[] classes) =>
        Enumerable.Range(0, 60 * classes.Length).Select(i => new One(i + 1000 * (task?.Length ?? 0) + 0.25 * (task?[^1] ?? 'a'), classes[i % classes.Length], task));

    private static ListedRecords Records(params IEnumerable<One> all) => new([.. all]) { Source = "listed" };

    private static TaskStream Create(OwnDataStream.Options options, params IEnumerable<One> all) => Create(options, Records(all));

    private static TaskStream Create(OwnDataStream.Options options, ListedRecords records) => new OwnDataStream(options).Create(Context(records));

    private static StreamContext Context(ListedRecords records, Action<RecordOptions>? hear = null) => new("/somewhere/listed", "", _ => throw new InvalidOperationException(), new(1))
    {
        Records = (_, options) =>
        {
            hear?.Invoke(options);
            return records;
        },
    };

    private static float Read(Samples samples, int sample)
    {
        float[] input = new float[samples.InputShape.Aggregate(1L, (product, size) => product * size)];
        samples.Read(sample, input);
        return input[0];
    }

    private static IEnumerable<float> Raw(Samples samples) => Enumerable.Range(0, samples.Count).Select(sample => Read(samples, sample));
}
