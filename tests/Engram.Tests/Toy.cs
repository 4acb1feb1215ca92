using Engram.Datasets;
using Engram.Experiments;
using Engram.Methods;
using Engram.Networks;
using Engram.Streams;

namespace Engram.Tests;

/// <summary>Images of 12x12 that a small network learns in a dozen steps, and runs on them that take milliseconds.</summary>
internal static class Toy
{
    public const int Side = 12, Classes = 6, TrainPerClass = 24, TestPerClass = 12;

    public static ImageDataset Images { get; } = new(Draw("train", TrainPerClass), Draw("test", TestPerClass), ["a", "b", "c", "d", "e", "f"]);

    /// <summary>Knows Engram's methods and networks and the stream <c>toy</c>; has no data folder.</summary>
    public static Laboratory Laboratory { get; } = new(new DataFolders(Path.Combine(AppContext.BaseDirectory, "nowhere")), typeof(Toy).Assembly);

    public static Catalogs Catalogs => Laboratory.Catalogs;

    /// <summary>A run of two tasks with 6 steps each, logged at every step, with a checkpoint at every second one.</summary>
    public static RunConfig Config(string method = "fine-tuning", Scenario scenario = Scenario.Task, params (string Path, string Text)[] settings)
    {
        RunConfigBuilder builder = Configure("toy", method)
            .Set("stream.scenario", scenario.ToString().ToLowerInvariant()).Set("network.hidden", "9").Set("training.learningRate", "0.01")
            .Set("training.batch", "10").Set("training.iterations", "6").Set("training.logEvery", "1").Set("training.checkpointEvery", "2");
        foreach (var (path, text) in settings) builder.Set(path, text);
        return builder.Build();
    }

    /// <summary>A run with a method's usual settings, but for one whose own work would not be as small as the data.</summary>
    public static RunConfigBuilder Configure(string stream, string method, string? network = null)
    {
        RunConfigBuilder builder = Laboratory.Configure(stream, method, network);
        return method == "ranpac" ? builder.Set("method.projections", "40") : builder;
    }

    /// <summary>The method of such a run.</summary>
    public static LearningMethod Create(string method) => Catalogs.Methods.Create(method, OptionsOf(method));

    /// <summary>Its settings in such a run.</summary>
    public static object OptionsOf(string method) => Config(method, Catalogs.Methods.Find(method).Attribute.Scenarios[0]).Method.Options;

    public static TaskStream Stream(Scenario scenario = Scenario.Task, int tasks = 2) => Laboratory.Stream(Config("fine-tuning", scenario, ("stream.tasks", $"{tasks}")));

    public static NetworkDefinition Network(params int[] hidden) => new Mlp(new() { Hidden = hidden });

    /// <summary>Runs to the end, or until the source stops it.</summary>
    public static RunResult Run(RunConfig config, RunFolder? folder = null, Action<RunProgress>? progress = null, CancellationTokenSource? stop = null) =>
        Laboratory.Run(config, folder, progress, stop?.Token ?? TestContext.Current.CancellationToken);

    /// <summary>Asserts that two runs measured the same numbers, bit for bit; times may differ.</summary>
    public static void AssertSame(RunResult expected, RunResult actual)
    {
        Assert.Equal(expected.Weights, actual.Weights);
        Assert.Equal(expected.Matrix.ToRows(), actual.Matrix.ToRows());
        Assert.Equal(expected.Kappa, actual.Kappa);
        Assert.Equal(expected.Steps, actual.Steps);
        Assert.Equal(expected.Parameters, actual.Parameters);
        Assert.Equal(expected.StoredBytes, actual.StoredBytes);
        Assert.Equal(expected.Widths, actual.Widths);
        Assert.Equal(expected.Growth.Select(Describe), actual.Growth.Select(Describe));
        Assert.Equal(expected.Remarks, actual.Remarks);
        Assert.Equal(expected.Curves.Select(point => (point.Step, point.Task)), actual.Curves.Select(point => (point.Step, point.Task)));
        Assert.Equal(expected.Curves.Select(point => point.Accuracies), actual.Curves.Select(point => point.Accuracies));
    }

    /// <summary>A growth as one text.</summary>
    public static string Describe(GrowthRecord growth) => $"task {growth.Task}, step {growth.Step}: {string.Join('-', growth.From)} to {string.Join('-', growth.To)}";

    // Each class is a pattern of its own; each image is its pattern with other pixels here and there.
    private static LabeledImages Draw(string part, int perClass)
    {
        byte[] pixels = new byte[Classes * perClass * Side * Side], labels = new byte[Classes * perClass];
        for (int image = 0; image < labels.Length; image++)
        {
            labels[image] = (byte)(image % Classes);
            RandomSource pattern = new Seed(3).For("pattern", labels[image]), noise = new Seed(3).For(part, step: image);
            foreach (ref byte pixel in pixels.AsSpan(image * Side * Side, Side * Side))
            {
                byte ink = (byte)(pattern.NextInt(2) * 200);
                pixel = noise.NextInt(3) == 0 ? (byte)noise.NextInt(256) : ink;
            }
        }
        return new(pixels, labels, channels: 1, Side, Side);
    }
}

/// <summary>Two classes per task of <see cref="Toy.Images"/>.</summary>
[Stream("toy", Family = "tests", Summary = "small patterns, two classes per task")]
public sealed class ToyStream(ToyStream.Options options) : StreamDefinition
{
    public sealed record Options : ImageStreamOptions
    {
        public Options() => Tasks = 2;
    }

    public override TaskStream Create(StreamContext context) => new Pairs(options).Create(context with { Images = _ => Toy.Images });

    private sealed class Pairs(Options options) : ImageStream(options)
    {
        protected override IReadOnlyList<ImageTask> Plan(ImageDataset dataset, Seed seed) =>
            [.. Enumerable.Range(0, options.Tasks).Select(task => new ImageTask($"pair {task + 1}", [2 * task, 2 * task + 1]))];
    }
}
