using Engram.Datasets;
using Engram.Experiments;
using Engram.Experiments.Recipes;
using Engram.Pictures;
using Engram.Pretrained;
using Engram.Streams;
using Engram.Tests.Datasets;

namespace Engram.Tests.Experiments.Recipes;

/// <summary>The recipe behind a frozen network, on a few made-up images in the files of CIFAR.</summary>
public sealed class FeatureRecipeTests : IDisposable
{
    private static readonly Catalogs Catalogs = new(typeof(ResNet18).Assembly);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Its_rows_learn_features_of_images_and_claim_nothing_that_was_not_measured()
    {
        Recipe recipe = RecipeCatalog.Find("cifar10-resnet18");
        ReproductionPlan plan = ReproductionPlan.Make(recipe, Catalogs, new(Seeds: 1, Rows: ["none", "ncm", "slda", "fecam", "replay", "gdumb"]));
        TaskStream pixels = Stream(plan.Trials[0].Config);
        using FeatureExtractor network = Catalogs.Features.Create(((StreamOptions)plan.Trials[0].Config.Stream.Options).Features!);
        TaskStream features = FeatureStream.Of(pixels, network, cache: null, cancellation: TestContext.Current.CancellationToken);

        Reproduction reproduction = Reproduction.Of(plan, new([.. plan.Trials.Select(trial => (trial, Run(trial.Config, features)))], []));

        Assert.Equal([3, 32, 32], pixels.InputShape);
        Assert.Equal([512], features.InputShape);
        Assert.All(plan.Trials, trial => Assert.Equal(("split-cifar-10", "resnet18"), (trial.Config.StreamName, ((StreamOptions)trial.Config.Stream.Options).Features)));
        Assert.All(reproduction.Rows, row => Assert.True(row is { Ours: >= 0 and <= 1, Band: null, Inside: null, Paper: null, Scenario: "class" }, row.Id));
        Assert.True(reproduction.Rows.Single(row => row.Id == "slda").Ours > .8, $"{reproduction.Rows.Single(row => row.Id == "slda").Ours}"); // each class has a colour of its own
        Assert.Contains("engram data get cifar-10", recipe.Note);
        Assert.Contains("no bands", recipe.Note);
    }

    [Fact]
    public void Without_the_data_it_says_how_to_get_them()
    {
        ReproductionPlan plan = ReproductionPlan.Make(RecipeCatalog.Find("cifar10-resnet18"), Catalogs, new(Quick: true));
        Laboratory laboratory = new(new DataFolders(folder.Path), typeof(ResNet18).Assembly);

        EngramException error = Assert.Throws<EngramException>(() => laboratory.Prepare(plan.Trials[0].Config));

        Assert.Equal("missing-data", error.Code);
        Assert.Contains("engram data get cifar-10", error.Message);
    }

    private TaskStream Stream(RunConfig config)
    {
        TinyCifar tiny = new(perClass: 6, pixel: (image, at) => (byte)((image % 10 * (at / 1024 + 1) * 67 + 40) % 256 * 3 / 4 + at * 13 % 40));
        Directory.CreateDirectory(folder["tiny"]);
        File.WriteAllBytes(folder["tiny", TinyCifar.Archive], tiny.Packed);
        ImageDataset images = tiny.At().Load(new(folder.Path));
        return Catalogs.Streams.Create(Catalogs.Streams.Find(config.StreamName), config.Stream.Options).Create(new(config.StreamName, "tiny", _ => images, new(1)));
    }

    private static RunResult Run(RunConfig config, TaskStream stream)
    {
        using Experiment experiment = new(config, stream, Catalogs.Networks.Create(config.Network.Id, config.Network.Options), Catalogs.Methods.Create(config.Method.Id, config.Method.Options));
        return experiment.Run(cancellation: TestContext.Current.CancellationToken);
    }
}
