using Engram.Pretrained;
using Engram.Streams;
using Microsoft.ML.OnnxRuntime;

namespace Engram.Pictures;

/// <summary>
/// A residual network of 18 layers that has learned the 1,000 classes of ImageNet (He, Zhang, Ren and Sun 2015, arXiv 1512.03385), without its last
/// layer: 512 features, the averages of its last planes. Pictures of any size are brought to 224 x 224, grey ones to three equal planes.
/// </summary>
/// <remarks>
/// The network and what comes before it (planes in the order blue, green, red, 0 to 255, less the average picture) are the two files of the package
/// Microsoft.ML.DnnImageFeaturizer.ResNet18, as they are; both take one picture at a time. Larger batches were tried and bring less than a tenth.
/// </remarks>
[Features("resnet18", Suits = SuitingSamples.LargePictures, Name = "ResNet-18", Summary = "512 features of pictures, from a network that has learned ImageNet", Paper = "He et al. 2015, arXiv 1512.03385")]
public sealed class ResNet18 : FeatureExtractor
{
    private const int Side = 224;
    private static readonly long[] Shape = [1, 3, Side, Side];
    private readonly OnnxModel preparation = Open("ResNetPreprocess.onnx"), network = Open("ResNet18.onnx");

    /// <inheritdoc/>
    public override string Identity => $"resnet18:{network.Checksum}:{preparation.Checksum}";

    /// <inheritdoc/>
    public override int Length => 512;

    /// <inheritdoc/>
    public override string? Problem(Samples samples) => PixelPlanes.Problem(samples, 3, "resnet18");

    /// <inheritdoc/>
    public override void Compute(Samples samples, IReadOnlyList<int> chosen, Memory<float> features, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        PixelPlanes pixels = new(samples, 3, Side, Side);
        OnAllCores(chosen.Count, place => FeaturesOf(pixels.Read(chosen[place])).CopyTo(features.Span.Slice(place * Length, Length)), progress, cancellation);
    }

    /// <summary>The features of one picture.</summary>
    /// <param name="planes">Red, green and blue, 0 to 1, [3, 224, 224]; written over.</param>
    internal float[] FeaturesOf(float[] planes)
    {
        for (int i = 0; i < planes.Length; i++) planes[i] *= 255;
        using OrtValue picture = OrtValue.CreateTensorValueFromMemory(planes, Shape);
        using OrtValue prepared = OrtValue.CreateTensorValueFromMemory(preparation.Run([("OriginalInput", picture)], "PreprocessedInput"), Shape);
        return network.Run([("Input247", prepared)], "Pooling395_Output_0");
    }

    /// <summary>Where the files of the network lie: with the program.</summary>
    internal static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "models", "resnet18", file);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        preparation.Dispose();
        network.Dispose();
        base.Dispose(disposing);
    }

    private static OnnxModel Open(string file)
    {
        string path = PathOf(file);
        if (!File.Exists(path)) throw EngramException.Failure("missing-network", $"The network resnet18 is not there: '{path}' comes with the package Engram.Pictures. Build or install the program again.");
        return new(File.ReadAllBytes(path), "resnet18");
    }
}
