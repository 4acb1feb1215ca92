using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Networks;

/// <summary>
/// A recurrent network that reads a story word by word, then the question, and answers with a word: an embedding, one layer of
/// <see cref="GruCell"/>s, and a dense layer on the last state; the recurrent baseline of the bAbI tasks, which Weston et al. (2015,
/// arXiv 1502.05698) ran with an LSTM.
/// </summary>
/// <remarks>
/// Inputs as for <see cref="MemoryNetwork"/>. A network of its own and not a setting of <c>gru</c>, since that one takes each step's numbers as they are.
/// On the CPU only.
/// </remarks>
[Network("word-gru", Summary = "gated recurrent units over the words of a story and its question", Family = "recurrent", ExampleStream = "babi", Paper = "Cho et al. 2014, arXiv 1406.1078",
    TrainingDefaults = """{"optimizer":"adam","learningRate":0.003,"batch":32,"wholeBatches":true,"epochs":[10]}""")]
public sealed class WordGru(WordGru.Options options) : NetworkDefinition
{
    /// <summary>The settings it was made with.</summary>
    public Options Settings { get; } = options;

    /// <summary>What can be set.</summary>
    public sealed record Options
    {
        /// <summary>Length of a word's embedding, 1 to 65536.</summary>
        [Description("length of a word's embedding"), Range(1, MaximumWidth)]
        public int Embedding { get; init; } = 50;

        /// <summary>Units of the recurrent layer, 1 to 65536.</summary>
        [Description("units of the recurrent layer"), Range(1, MaximumWidth)]
        public int Units { get; init; } = 100;
    }

    /// <inheritdoc/>
    public override bool ReadsWords => true;

    /// <inheritdoc/>
    public override ParameterLayout Layout(IReadOnlyList<long> inputShape, int outputs)
    {
        if (inputShape is not [> 1 and < 10_000, > 0 and < 10_000])
            throw EngramException.Input("network-mismatch", $"word-gru needs stories, [1 + statements, words] of word numbers, but the inputs have the shape {FlatVector.Shape(inputShape)}; choose another network, such as gru.");
        int length = Settings.Embedding, units = Settings.Units, gates = 3 * units;
        return new(
        [
            ("0.weight", [outputs, length]), ("1.gru.weight_ih_l0", [gates, length]), ("1.gru.weight_hh_l0", [gates, units]),
            ("1.gru.bias_ih_l0", [gates]), ("1.gru.bias_hh_l0", [gates]), ("2.weight", [outputs, units]), ("2.bias", [outputs]),
        ]);
    }

    /// <inheritdoc/>
    /// <remarks>Embeddings come from N(0, 0.1^2), all other numbers from U(±1/sqrt(units)), as in PyTorch.</remarks>
    public override Network Create(IReadOnlyList<long> inputShape, int outputs, Seed seed, Device device)
    {
        ParameterLayout layout = Layout(inputShape, outputs);
        if (device.type != DeviceType.CPU)
            throw EngramException.Input("device-mismatch", $"word-gru is scheduled by hand for the CPU and cannot run on {device}; use device cpu.");
        WordSequenceNetwork network = new(layout, inputShape, outputs);
        RandomSource random = seed.For("init");
        float[] numbers = new float[layout.Count];
        int embeddings = (int)layout.Slices[0].Length;
        random.FillGaussian(numbers.AsSpan(0, embeddings));
        foreach (ref float number in numbers.AsSpan(0, embeddings)) number *= 0.1f;
        double bound = 1 / Math.Sqrt(Settings.Units);
        foreach (ref float number in numbers.AsSpan(embeddings)) number = (float)random.NextDouble(-bound, bound);
        using Tensor drawn = tensor(numbers);
        using (no_grad()) network.Parameters.copy_(drawn);
        return network;
    }
}
