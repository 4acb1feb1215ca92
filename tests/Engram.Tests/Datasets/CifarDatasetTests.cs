using Engram.Datasets;
using Engram.Experiments;
using Engram.Streams;

namespace Engram.Tests.Datasets;

public sealed class CifarDatasetTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly HttpClient client = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private DataFolders Folders => new(folder.Path);

    public void Dispose()
    {
        client.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(4, 20)]
    public async Task The_archive_is_downloaded_checked_and_read_as_it_is(int coarseLabels, int classes)
    {
        TinyCifar tiny = new(coarseLabels, classes);
        using LoopbackServer server = new(new() { [TinyCifar.Archive] = tiny.Packed });

        string place = await tiny.At(server.Address).GetAsync(Folders, client, cancellation: Token);
        ImageDataset data = tiny.At().Load(Folders);

        Assert.Equal(folder["tiny"], place);
        Assert.Equal([folder["tiny", TinyCifar.Archive]], Directory.GetFiles(place));
        AssertWhole(data, classes);
        Assert.Equal(place, await tiny.At().GetAsync(Folders, client, cancellation: Token)); // nothing is fetched again
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("tiny")]
    [InlineData("tiny/" + TinyCifar.Folder)]
    [InlineData(TinyCifar.Folder)]
    public async Task Unpacked_files_are_read_where_they_are(string place)
    {
        TinyCifar tiny = new();
        Write(tiny, place);

        AssertWhole(tiny.At().Load(Folders), 10);

        Assert.Equal(folder[place], await tiny.At().GetAsync(Folders, client, cancellation: Token));
    }

    [Fact]
    public async Task A_download_that_is_something_else_is_removed()
    {
        TinyCifar tiny = new();
        using LoopbackServer server = new(new() { [TinyCifar.Archive] = new TinyCifar(perClass: 2).Packed });

        EngramException error = await Assert.ThrowsAsync<EngramException>(() => tiny.At(server.Address).GetAsync(Folders, client, cancellation: Token));

        Assert.Equal(("wrong-download", ErrorKind.Failure), (error.Code, error.Kind));
        Assert.Contains("its checksum (md5) is ", error.Message);
        Assert.Contains("sent something else, which has been removed", error.Message);
        Assert.Empty(Directory.GetFiles(folder["tiny"]));
    }

    [Fact]
    public async Task A_download_goes_on_where_it_was_interrupted()
    {
        TinyCifar tiny = new();
        using LoopbackServer server = new(new() { [TinyCifar.Archive] = tiny.Packed }) { CutAfter = 500 };
        await Assert.ThrowsAsync<EngramException>(() => tiny.At(server.Address).GetAsync(Folders, client, cancellation: Token));
        server.CutAfter = null;

        await tiny.At(server.Address).GetAsync(Folders, client, cancellation: Token);

        Assert.True(server.Requests[^1].From > 0);
        AssertWhole(tiny.At().Load(Folders), 10);
    }

    [Fact]
    public async Task A_damaged_archive_is_refused_and_not_replaced()
    {
        TinyCifar tiny = new();
        Directory.CreateDirectory(folder["tiny"]);
        byte[] damaged = [.. tiny.Packed];
        damaged[^9] ^= 1;
        File.WriteAllBytes(folder["tiny", TinyCifar.Archive], damaged);

        EngramException loaded = Assert.Throws<EngramException>(() => tiny.At().Load(Folders)), got = await Assert.ThrowsAsync<EngramException>(() => tiny.At().GetAsync(Folders, client, cancellation: Token));

        Assert.All([loaded, got], error => Assert.Equal("corrupt-data", error.Code));
        Assert.EndsWith("was expected; delete the file and run 'engram data get tiny'.", loaded.Message);
        Assert.Equal(damaged, File.ReadAllBytes(folder["tiny", TinyCifar.Archive]));
    }

    [Fact]
    public void An_archive_without_one_of_its_files_says_which()
    {
        TinyCifar tiny = new(left: "batch_2.bin");
        Directory.CreateDirectory(folder["tiny"]);
        File.WriteAllBytes(folder["tiny", TinyCifar.Archive], tiny.Packed);

        Assert.Contains($"it lacks '{TinyCifar.Folder}/batch_2.bin'", Assert.Throws<EngramException>(() => tiny.At().Load(Folders)).Message);
    }

    [Theory]
    [InlineData(0, 3073, 10, "at byte 3073 (image 2) the label 10 was found and 0 to 9 expected")]
    [InlineData(0, 0, 255, "at byte 0 (image 1) the label 255 was found and 0 to 9 expected")]
    [InlineData(4, 3074, 4, "at byte 3074 (image 2) the coarse label 4 was found and 0 to 3 expected")]
    [InlineData(4, 3075, 10, "at byte 3075 (image 2) the label 10 was found and 0 to 9 expected")]
    public void The_first_byte_that_cannot_be_is_named(int coarseLabels, int at, byte value, string finding)
    {
        TinyCifar tiny = new(coarseLabels);
        tiny.Files["batch_2.bin"][at] = value;
        Write(tiny, "tiny");

        EngramException error = Assert.Throws<EngramException>(() => tiny.At().Load(Folders));

        Assert.Equal(("corrupt-data", ErrorKind.Input), (error.Code, error.Kind));
        Assert.Contains($"{folder["tiny", "batch_2.bin"]}' is damaged: {finding}; delete the file and run 'engram data get tiny'.", error.Message);
    }

    [Theory]
    [InlineData(-1, "it has 61459 bytes and 61460 were expected, 20 images of 3073 bytes")]
    [InlineData(1, "it has 61461 bytes and 61460 were expected")]
    public void A_file_of_another_length_is_refused(int more, string finding)
    {
        TinyCifar tiny = new();
        byte[] other = tiny.Files["test.bin"];
        Array.Resize(ref other, other.Length + more);
        tiny.Files["test.bin"] = other;
        Write(tiny, "tiny");

        Assert.Contains(finding, Assert.Throws<EngramException>(() => tiny.At().Load(Folders)).Message);
    }

    [Fact]
    public void What_is_missing_is_said_with_the_command_that_gets_it()
    {
        TinyCifar tiny = new();
        Write(tiny, "tiny");
        File.Delete(folder["tiny", "test.bin"]);

        EngramException error = Assert.Throws<EngramException>(() => tiny.At().Load(Folders));

        Assert.Equal("missing-data", error.Code);
        Assert.Contains($"'{folder["tiny"]}' (lacks test.bin)", error.Message);
        Assert.Contains("run 'engram data get tiny'", error.Message);
    }

    [Theory]
    [InlineData("split-cifar-10", Scenario.Task, 5, 2)]
    [InlineData("split-cifar-10", Scenario.Domain, 5, 2)]
    [InlineData("split-cifar-10", Scenario.Class, 5, 2)]
    [InlineData("split-cifar-100", Scenario.Task, 10, 10)]
    [InlineData("split-cifar-100", Scenario.Class, 10, 10)]
    public void The_streams_split_it_in_every_scenario_and_keep_its_colours(string id, Scenario scenario, int tasks, int classesPerTask)
    {
        int classes = tasks * classesPerTask;
        TinyCifar tiny = new(classes == 100 ? 20 : 0, classes);
        Write(tiny, "tiny");
        ImageDataset images = tiny.At().Load(Folders);
        Catalogs catalogs = new();
        RunConfig config = new RunConfigBuilder(catalogs, id).Set("stream.scenario", scenario.ToString().ToLowerInvariant()).Build();

        TaskStream stream = catalogs.Streams.Create(catalogs.Streams.Find(id), config.Stream.Options).Create(new(id, "tiny", _ => images, new(1)));

        Assert.Equal([3, 32, 32], stream.InputShape);
        Assert.Equal(tasks, stream.Tasks.Count);
        Assert.All(stream.Tasks, task => Assert.Equal((classesPerTask, 4 * classesPerTask, 2 * classesPerTask), (task.Outputs.Count, task.Train.Count, task.Test.Count)));
        float[] input = new float[3072];
        stream.Tasks[1].Train.Read(0, input); // the first image whose label is the first of the second task
        Assert.Equal(Enumerable.Range(0, 3072).Select(at => TinyCifar.Pixel(classesPerTask, at) / 255f), input, (left, right) => Math.Abs(left - right) < 1e-6);
    }

    [Fact]
    public void How_many_tasks_there_are_can_be_set() =>
        Assert.Equal((20, 5), (((StreamOptions)Config("20", "5").Stream.Options).Chosen().Count(), ((SplitImages.Options)Config("20", "5").Stream.Options).ClassesPerTask));

    private static RunConfig Config(string tasks, string classes) => new RunConfigBuilder(new Catalogs(), "split-cifar-100").Set("stream.tasks", tasks).Set("stream.classesPerTask", classes).Build();

    private static void AssertWhole(ImageDataset data, int classes)
    {
        Assert.Equal((4 * classes, 2 * classes, classes), (data.Train.Count, data.Test.Count, data.ClassNames.Count));
        Assert.Equal(Enumerable.Range(0, 4 * classes).Select(image => (byte)(image % classes)), data.Train.Labels.ToArray());
        Assert.Equal((3, 32, 32), (data.Train.Channels, data.Train.Height, data.Train.Width));
        foreach (int image in new[] { 0, 2 * classes - 1, 2 * classes, 4 * classes - 1 })
            Assert.Equal(Enumerable.Range(0, 3072).Select(at => TinyCifar.Pixel(image, at)), data.Train.Pixels(image).ToArray());
        Assert.Equal(Enumerable.Range(0, 3072).Select(at => TinyCifar.Pixel(1003, at)), data.Test.Pixels(3).ToArray());
    }

    private void Write(TinyCifar tiny, string place)
    {
        Directory.CreateDirectory(folder[place]);
        foreach (var (name, content) in tiny.Files) File.WriteAllBytes(folder[place, name], content);
    }
}
