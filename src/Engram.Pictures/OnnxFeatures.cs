using System.ComponentModel;
using Engram.Pretrained;
using Engram.Streams;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Engram.Pictures;

/// <summary>
/// Any frozen network in a file. It has one input of numbers, [1 or N, 3 or 1, height, width] for pictures or [1 or N, D] for rows of numbers, and
/// one output, or one that is named; all numbers of the output are features. Where a picture's height and width are open they are 224.
/// </summary>
/// <remarks>
/// Nothing in the file is asked how pixels are scaled, for no two exporters write it alike: a network of three planes is given red, green and blue
/// from 0 to 1 less their means in ImageNet, divided by their deviations there, and one of one plane shades from 0 to 1, unless
/// <see cref="Options.Pixels"/> says otherwise. Rows of numbers are given as they are.
/// </remarks>
[Features("onnx", Ending = ".onnx", Name = "ONNX file", Summary = "the outputs of any network in a file")]
public sealed class OnnxFeatures : FeatureExtractor
{
    private const int OpenSide = 224;
    private static readonly float[] Means = [0.485f, 0.456f, 0.406f], Deviations = [0.229f, 0.224f, 0.225f]; // of ImageNet, as its networks are usually trained
    private readonly OnnxModel network;
    private readonly PixelScale scale;
    private readonly string input, output;
    private readonly long[] shape;

    /// <summary>Loads a network.</summary>
    /// <exception cref="EngramException">The file is no such network; the message says what it is.</exception>
    public OnnxFeatures(Options options)
    {
        network = new(BytesOf(options.Path), $"'{Quote.Of(options.Path)}'");
        try
        {
            (input, shape) = InputOf();
            output = OutputOf(options.Output);
            scale = options.Pixels != PixelScale.Usual ? options.Pixels : Planes == 3 ? PixelScale.ImageNet : PixelScale.Unit;
            if (scale == PixelScale.ImageNet && Planes == 1)
                throw EngramException.Input("wrong-network", $"The network {network.Name} sees one plane, for which ImageNet has no mean; choose unit or bytes for its pixels.");
            Length = Run(new float[shape.Aggregate(1L, (product, size) => product * size)]).Length;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Settings.</summary>
    public sealed record Options
    {
        /// <summary>The file.</summary>
        [Description("the file of the network")]
        public string Path { get; init; } = "";

        /// <summary>Name of the output, where there are several.</summary>
        [Description("name of the output, where there are several")]
        public string Output { get; init; } = "";

        /// <summary>How pixels are scaled.</summary>
        [Description("how pixels are scaled")]
        public PixelScale Pixels { get; init; }
    }

    /// <inheritdoc/>
    public override string Identity => $"onnx:{network.Checksum}:{output}{(Planes > 0 ? $":{scale.ToString().ToLowerInvariant()}" : "")}";

    /// <inheritdoc/>
    public override int Length { get; }

    /// <inheritdoc/>
    public override string? Problem(Samples samples)
    {
        if (Planes > 0) return PixelPlanes.Problem(samples, Planes, $"The network {network.Name}");
        long numbers = samples.InputShape.Aggregate(1L, (product, size) => product * size);
        return numbers == shape[1] ? null : $"The network {network.Name} takes {shape[1]} numbers, but the inputs have {numbers}, [{string.Join(", ", samples.InputShape)}]. Choose a network for them.";
    }

    /// <inheritdoc/>
    public override void Compute(Samples samples, IReadOnlyList<int> chosen, Memory<float> features, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        PixelPlanes? pixels = Planes > 0 ? new(samples, Planes, (int)shape[2], (int)shape[3]) : null;
        OnAllCores(chosen.Count, place => Run(pixels is null ? RowOf(samples, chosen[place]) : Scaled(pixels.Read(chosen[place]))).CopyTo(features.Span.Slice(place * Length, Length)), progress, cancellation);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        network.Dispose();
        base.Dispose(disposing);
    }

    // 0 where the network takes rows of numbers.
    private int Planes => shape.Length == 4 ? (int)shape[1] : 0;

    private float[] RowOf(Samples samples, int sample)
    {
        float[] row = new float[shape[1]];
        samples.Read(sample, row);
        return row;
    }

    private float[] Scaled(float[] planes)
    {
        int plane = planes.Length / Planes;
        for (int i = 0; i < planes.Length && scale != PixelScale.Unit; i++)
            planes[i] = scale == PixelScale.Bytes ? planes[i] * 255 : (planes[i] - Means[i / plane]) / Deviations[i / plane];
        return planes;
    }

    private float[] Run(float[] numbers)
    {
        using OrtValue value = OrtValue.CreateTensorValueFromMemory(numbers, shape);
        return network.Run([(input, value)], output);
    }

    private (string Name, long[] Shape) InputOf()
    {
        if (network.Inputs.Count != 1) throw Wrong($"has {network.Inputs.Count} inputs ({Quote.Of(string.Join(", ", network.Inputs.Keys))}), but one is given");
        (string name, NodeMetadata metadata) = network.Inputs.Single();
        int[] dimensions = metadata.Dimensions ?? [];
        bool isOne = metadata.ElementDataType == TensorElementType.Float && dimensions.Length > 0 && dimensions[0] is 1 or < 1;
        if (isOne && dimensions is [_, 1 or 3, _, _]) return (name, [1, dimensions[1], dimensions[2] < 1 ? OpenSide : dimensions[2], dimensions[3] < 1 ? OpenSide : dimensions[3]]);
        if (isOne && dimensions is [_, > 0]) return (name, [1, dimensions[1]]);
        throw Wrong($"takes [{string.Join(", ", dimensions)}] of {metadata.ElementDataType}, but pictures are [1 or N, 3 or 1, height, width] and rows [1 or N, numbers] of Float");
    }

    private string OutputOf(string named)
    {
        if (named.Length == 0 && network.Outputs.Count > 1) throw Wrong($"has {network.Outputs.Count} outputs ({Quote.Of(string.Join(", ", network.Outputs.Keys))}); name one");
        string chosen = named.Length == 0 ? network.Outputs.Keys.Single() : named;
        if (!network.Outputs.TryGetValue(chosen, out NodeMetadata? metadata)) throw Wrong($"has no output '{Quote.Of(chosen)}'{NearestNames.Suggest(chosen, network.Outputs.Keys)}");
        return metadata.ElementDataType == TensorElementType.Float ? chosen : throw Wrong($"gives {metadata.ElementDataType} as '{Quote.Of(chosen)}', but features are Float");
    }

    private EngramException Wrong(string found) => EngramException.Input("wrong-network", $"The network {network.Name} {found}. Export it so, or choose another.");

    private static byte[] BytesOf(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw EngramException.Input("cannot-read", $"The network '{Quote.Of(path)}' cannot be read: {error.Message.TrimEnd('.')}. Check the path and the rights.", error);
        }
    }
}
