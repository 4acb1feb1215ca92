using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Networks;

/// <summary>
/// The end-to-end memory network with position and temporal encoding, adjacent weight tying, linear start and random noise
/// (Sukhbaatar et al. 2015, arXiv 1503.08895, section 4): it reads a question, looks several times at the statements, and answers with a word.
/// </summary>
/// <remarks>
/// An input is [1 + statements, words] of word numbers as a <see cref="Streams.StoryLanguage"/> writes it. There are as many words as outputs,
/// since the last embedding is the output layer, too. On the CPU only (<see cref="StoryReader"/>).
/// Differs from the paper: batches are shuffled epochs and not drawn with replacement; neither the empty word nor the words of time are
/// possible answers; the loss is the mean over the batch and not the sum, so a step size of 0.005 for batches of 32 is 0.16 here, and a
/// gradient's norm of 40 is 1.25.
/// </remarks>
[Network("memory-network", Name = "End-to-end memory network (MemN2N)", Summary = "looks several times at the statements of a story, then answers with a word", Family = "memory", ExampleStream = "babi", Paper = "Sukhbaatar et al. 2015, arXiv 1503.08895")]
public sealed class MemoryNetwork(MemoryNetwork.Options options) : NetworkDefinition
{
    /// <summary>The settings it was made with.</summary>
    public Options Settings { get; } = options;

    /// <summary>What can be set.</summary>
    public sealed record Options
    {
        /// <summary>Length d of a word's embedding, 1 to 65536.</summary>
        [Description("length of a word's embedding"), Range(1, MaximumWidth)]
        public int Embedding { get; init; } = 50;

        /// <summary>How often it looks at the statements, 1 to 100.</summary>
        [Description("how often it looks at the statements"), Range(1, 100)]
        public int Hops { get; init; } = 3;

        /// <summary>
        /// Linear start: epochs at the beginning of each task in which attention is not normalised by a softmax; one number for all tasks, or
        /// one per task, the last of which is for all that follow.
        /// </summary>
        [Description("linear start: epochs without softmax at the beginning of a task; one number, or one per task"), Range(0, 1_000_000)]
        public int[] LinearEpochs { get; init; } = [0];

        /// <summary>Random noise: up to this share of empty statements is put between those of a story while learning.</summary>
        [Description("share of empty statements put between those of a story while learning"), Range(0.0, 10.0)]
        public double TimeNoise { get; init; } = 0.1;

        /// <summary>Standard deviation of the first numbers.</summary>
        [Description("standard deviation of the first numbers"), Range(0.0, 10.0, MinimumIsExclusive = true)]
        public double Deviation { get; init; } = 0.1;
    }

    /// <inheritdoc/>
    public override bool ReadsWords => true;

    /// <inheritdoc/>
    public override ParameterLayout Layout(IReadOnlyList<long> inputShape, int outputs)
    {
        if (inputShape is not [> 1 and < 10_000, > 0 and < 10_000])
            throw EngramException.Input("network-mismatch", $"memory-network needs stories, [1 + statements, words] of word numbers, but the inputs have the shape {FlatVector.Shape(inputShape)}; choose another network, such as mlp.");
        return new(Enumerable.Range(0, Settings.Hops + 1).Select(h => ($"embedding.{h}", new long[] { outputs + inputShape[0] - 1, Settings.Embedding })));
    }

    /// <inheritdoc/>
    /// <remarks>All numbers come from N(0, deviation^2).</remarks>
    public override Network Create(IReadOnlyList<long> inputShape, int outputs, Seed seed, Device device)
    {
        ParameterLayout layout = Layout(inputShape, outputs);
        if (device.type != DeviceType.CPU)
            throw EngramException.Input("device-mismatch", $"memory-network is scheduled by hand for the CPU and cannot run on {device}; use device cpu.");
        StoryReader network = new(layout, inputShape, outputs, Settings.LinearEpochs, Settings.TimeNoise);
        float[] numbers = new float[layout.Count];
        seed.For("init").FillGaussian(numbers);
        foreach (ref float number in numbers.AsSpan()) number *= (float)Settings.Deviation;
        using Tensor drawn = tensor(numbers);
        using (no_grad()) network.Parameters.copy_(drawn);
        return network;
    }
}
