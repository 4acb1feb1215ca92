using System.Text.Json.Nodes;
using Engram.Pretrained;
using Engram.Pictures;
using Engram.Tests.Datasets;
using Engram.Tests.Pictures;
using Engram.Texts;

namespace Engram.Tests.Pretrained;

public sealed class FeatureCatalogTests
{
    private readonly FeatureCatalog catalog = new(typeof(ResNet18).Assembly, typeof(MiniLm).Assembly);

    [Fact]
    public void Networks_have_ids_and_files_have_paths()
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder["net.ONNX"], OnnxFile.Of("Identity", [0, 3]));

        using FeatureExtractor network = catalog.Create("resnet18"), file = catalog.Create(folder["net.ONNX"]);

        Assert.Equal(["minilm", "onnx", "resnet18"], catalog.Entries.Select(entry => entry.Attribute.Id));
        Assert.IsType<ResNet18>(network);
        Assert.Equal(3, file.Length);
    }

    [Fact]
    public void Settings_reach_a_file()
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder["net.onnx"], OnnxFile.Of("GlobalAveragePool", [1, 3, 4, 4]));

        using FeatureExtractor usual = catalog.Create(folder["net.onnx"]), bytes = catalog.Create(folder["net.onnx"], new JsonObject { ["pixels"] = "bytes" });

        Assert.EndsWith(":imagenet", usual.Identity);
        Assert.EndsWith(":bytes", bytes.Identity);
        Assert.Contains("'pixel'", Assert.Throws<EngramException>(() => catalog.Create(folder["net.onnx"], new JsonObject { ["pixel"] = "bytes" })).Message);
    }

    [Theory]
    [InlineData("resnet", "There is no frozen network 'resnet'")]
    [InlineData("onnx", "There is no frozen network 'onnx'")]
    [InlineData("nowhere/net.onnx", "There is no file 'nowhere/net.onnx'")]
    public void A_name_that_names_nothing_says_what_there_is(string name, string says)
    {
        EngramException error = Assert.Throws<EngramException>(() => catalog.Create(name));

        Assert.StartsWith(says, error.Message);
        Assert.Contains("hoose minilm or resnet18 or a file *.onnx.", error.Message);
    }

    [Fact]
    public void Without_an_assembly_there_is_none() => Assert.Empty(new FeatureCatalog().Entries);
}
