using Engram.Pictures;
using Engram.Streams;
using Microsoft.ML.OnnxRuntime;

namespace Engram.Tests.Pictures;

public sealed class ResNet18Tests
{
    private const int Side = 224;

    // Pixels of 0 to 255 in the order that the package's own preparation takes: red, green, blue.
    [Fact]
    public void Features_are_what_the_two_files_of_the_package_give()
    {
        float[] picture = [.. Enumerable.Range(0, 3 * Side * Side).Select(i => (i * 31 % 256 / 255f + i / (Side * Side)) / 3)];
        using ResNet18 network = new();

        float[] features = OnnxFeaturesTests.FeaturesOf(network, new ArraySamples([picture], [0], 0, [3, Side, Side]));

        float[] prepared = Run("ResNetPreprocess.onnx", "OriginalInput", "PreprocessedInput", [.. picture.Select(value => value * 255)]);
        float[] expected = Run("ResNet18.onnx", "Input247", "Pooling395_Output_0", prepared);
        Assert.Equal(512, features.Length);
        for (int i = 0; i < 512; i++) Assert.Equal(expected[i], features[i], 1e-3);
        Assert.InRange(features.Max(), 0.5, 100);
        Assert.Equal("resnet18:", network.Identity[..9]);
    }

    [Fact]
    public void Small_grey_images_are_seen_alike_alone_and_side_by_side()
    {
        float[][] grey = [.. Enumerable.Range(0, 4).Select(image => Enumerable.Range(0, 28 * 28).Select(i => i * (image % 3 + 3) % 97 / 97f).ToArray())];
        ArraySamples samples = new(grey, new int[4], 0, [1, 28, 28]), colour = new([[.. grey[0], .. grey[0], .. grey[0]]], [0], 0, [3, 28, 28]);
        using ResNet18 network = new();

        float[] together = OnnxFeaturesTests.FeaturesOf(network, samples), alone = OnnxFeaturesTests.FeaturesOf(network, colour);

        Assert.Equal(alone, together[..512]);
        Assert.Equal(together[..512], together[^512..]); // images 0 and 3 are the same
        Assert.NotEqual(together[..512], together[512..1024]);
        Assert.Contains("resnet18 sees pictures", network.Problem(new ArraySamples([[1, 2]], [0])));
    }

    private static float[] Run(string file, string input, string output, float[] values)
    {
        using InferenceSession session = new(ResNet18.PathOf(file));
        using OrtValue value = OrtValue.CreateTensorValueFromMemory(values, [1, 3, Side, Side]);
        using RunOptions options = new();
        using var results = session.Run(options, [input], [value], [output]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
