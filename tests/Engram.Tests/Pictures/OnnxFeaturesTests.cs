using Engram.Pretrained;
using Engram.Pictures;
using Engram.Streams;
using Engram.Tests.Datasets;

namespace Engram.Tests.Pictures;

public sealed class OnnxFeaturesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData(PixelScale.Usual, 0.8, -0.48, 0.066)]
    [InlineData(PixelScale.ImageNet, 0.8, -0.48, 0.066)]
    [InlineData(PixelScale.Unit, 0.7, 0.4, 0.6)]
    [InlineData(PixelScale.Bytes, 178.5, 102, 153)]
    public void Pixels_are_scaled_as_is_said_and_as_is_usual_where_nothing_is(PixelScale scale, double red, double green, double blue)
    {
        using OnnxFeatures network = Open(OnnxFile.Of("GlobalAveragePool", [0, 3, 6, 6]), scale: scale);

        float[] features = FeaturesOf(network, new ArraySamples([[.. Enumerable.Repeat(0.7f, 4), .. Enumerable.Repeat(0.4f, 4), .. Enumerable.Repeat(0.6f, 4)]], [0], 0, [3, 2, 2]));

        if (scale is PixelScale.Usual or PixelScale.ImageNet) (red, green, blue) = ((0.7 - 0.485) / 0.229, (0.4 - 0.456) / 0.224, (0.6 - 0.406) / 0.225);
        Assert.Equal([red, green, blue], features.Select(value => Math.Round(value, 4)), (a, b) => Math.Abs(a - b) < 1e-3);
    }

    [Fact]
    public void Grey_pictures_are_seen_as_three_planes_or_one()
    {
        ArraySamples grey = new([[0.25f, 0.75f, 0.25f, 0.75f]], [0], 0, [1, 2, 2]);
        using OnnxFeatures three = Open(OnnxFile.Of("GlobalAveragePool", [1, 3, 0, 0]), scale: PixelScale.Unit), one = Open(OnnxFile.Of("GlobalAveragePool", [1, 1, 8, 8]));

        Assert.Equal([0.5, 0.5, 0.5], FeaturesOf(three, grey).Select(value => Math.Round(value, 5)));
        Assert.Equal([0.5], FeaturesOf(one, grey).Select(value => Math.Round(value, 5)));
        Assert.Contains("sees pictures, [1, height, width]", one.Problem(new ArraySamples([new float[12]], [0], 0, [3, 2, 2])));
    }

    [Fact]
    public void Rows_of_numbers_are_given_as_they_are()
    {
        ArraySamples rows = new([[-1, 5, 3], [2, -2, 0]], [0, 0]);
        using OnnxFeatures network = Open(OnnxFile.Of("Relu", [0, 3]));

        Assert.Null(network.Problem(rows));
        Assert.Equal([0, 5, 3, 2, 0, 0], FeaturesOf(network, rows));
        Assert.Contains("takes 3 numbers, but the inputs have 2", network.Problem(new ArraySamples([[1, 2]], [0])));
    }

    [Fact]
    public void One_of_several_outputs_is_named()
    {
        byte[] file = OnnxFile.Of("Relu", [1, 2], outputs: 2);
        using OnnxFeatures network = Open(file, "y1");

        Assert.Equal([3, 0], FeaturesOf(network, new ArraySamples([[3, -1]], [0])));
        Assert.Contains("has 2 outputs (y, y1); name one", Assert.Throws<EngramException>(() => Open(file)).Message);
        Assert.Contains("no output 'z'", Assert.Throws<EngramException>(() => Open(file, "z")).Message);
    }

    public static TheoryData<byte[], string> Wrong => new()
    {
        { [], "cannot be loaded" },
        { "no network"u8.ToArray(), "cannot be loaded" },
        { OnnxFile.Of("Relu", [1, 5, 5]), "takes [1, 5, 5] of Float" },
        { OnnxFile.Of("Relu", [4, 3, 8, 8]), "takes [4, 3, 8, 8] of Float" },
        { OnnxFile.Of("Relu", [1, 2, 8, 8]), "takes [1, 2, 8, 8] of Float" },
        { OnnxFile.Of("Relu", [1, 3], type: 11), "takes [1, 3] of Double" },
        { OnnxFile.Of("NoSuchOperation", [1, 3]), "cannot be loaded" },
    };

    [Theory, MemberData(nameof(Wrong))]
    public void A_wrong_network_is_an_error_that_says_what_it_is(byte[] file, string says)
    {
        EngramException error = Assert.Throws<EngramException>(() => Open(file));

        Assert.Equal(ErrorKind.Input, error.Kind);
        Assert.Contains("net.onnx", error.Message);
        Assert.Contains(says, error.Message);
    }

    [Fact]
    public void A_network_that_is_not_there_is_named() => Assert.Contains("cannot be read", Assert.Throws<EngramException>(() => new OnnxFeatures(new() { Path = folder["nowhere.onnx"] })).Message);

    [Fact]
    public void Pixels_that_are_not_from_0_to_1_are_refused()
    {
        using OnnxFeatures network = Open(OnnxFile.Of("GlobalAveragePool", [1, 3, 2, 2]));

        Assert.Contains("sample 0 has one of -0.5", Assert.Throws<EngramException>(() => FeaturesOf(network, new ArraySamples([[-0.5f, 0, 0, 0]], [0], 0, [1, 2, 2]))).Message);
        Assert.Equal("wrong-pixels", Assert.Throws<EngramException>(() => FeaturesOf(network, new ArraySamples([[float.NaN, 0, 0, 0]], [0], 0, [1, 2, 2]))).Code);
    }

    public void Dispose() => folder.Dispose();

    internal static float[] FeaturesOf(FeatureExtractor network, Samples samples)
    {
        float[] features = new float[samples.Count * network.Length];
        network.Compute(samples, [.. Enumerable.Range(0, samples.Count)], features, null, TestContext.Current.CancellationToken);
        return features;
    }

    private OnnxFeatures Open(byte[] file, string output = "", PixelScale scale = PixelScale.Usual)
    {
        File.WriteAllBytes(folder["net.onnx"], file);
        return new(new() { Path = folder["net.onnx"], Output = output, Pixels = scale });
    }
}
