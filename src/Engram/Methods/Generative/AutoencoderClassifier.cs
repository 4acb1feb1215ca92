using Engram.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Generative;

/// <summary>
/// A classifier whose hidden layers a mirrored decoder can undo (Kemker and Kanan 2018, arXiv 1711.10563): inputs h_0, hidden layers h_1 to h_M,
/// logits from h_M, and from h_M back a decoder with layers as wide, down to h'_0. <see cref="Backward"/> adds to the gradient of any loss of
/// the logits that of the reconstruction, sum over j = 0..M of lambda_j times the mean over batch and units of (h_j - h'_j)^2, with respect to both sides.
/// </summary>
/// <remarks>
/// The decoder begins at h_M itself, so the term of j = M is 0. Hidden layers are exponential linear units (Clevert et al. 2016, arXiv 1511.07289),
/// whose codes are nearer to a Gaussian than rectified ones, which are 0 half of the time; h'_0 is linear. The flat vector holds encoder and
/// classifier as in a <see cref="Perceptron"/> of the same widths, then the decoder's layers likewise under <c>decoder.</c>
/// </remarks>
public sealed class AutoencoderClassifier : Network
{
    private readonly Dense[] encoder, decoder; // the encoder's last layer gives the logits
    private readonly double[] strengths;
    private readonly List<Tensor> kept = [];
    private Tensor[] codes = [], drawn = []; // h_j and h'_j of the last batch
    private Tensor? output;

    /// <summary>Makes the network.</summary>
    /// <param name="classifier">Encoder and classifier to begin with; its numbers are copied.</param>
    /// <param name="hidden">Units of its hidden layers, at least one.</param>
    /// <param name="strengths">lambda_j from the inputs up; the last stands for all further layers, too. At least one.</param>
    /// <param name="seed">Where the decoder's first numbers come from.</param>
    /// <exception cref="ArgumentException">The classifier is not dense, or has other widths.</exception>
    public AutoencoderClassifier(Network classifier, IReadOnlyList<int> hidden, IReadOnlyList<double> strengths, Seed seed)
        : base(LayoutOf(classifier, hidden), classifier.InputShape, classifier.OutputCount, classifier.Device)
    {
        ClassifierParameterCount = classifier.Layout.Count;
        using (Network mirror = new Mlp(new() { Hidden = [.. hidden.SkipLast(1).Reverse()] }).Create([hidden[^1]], (int)SizeOf(classifier.InputShape), seed, classifier.Device))
        using (NewDisposeScope())
        using (no_grad())
        {
            Parameters.narrow(0, 0, ClassifierParameterCount).copy_(classifier.Parameters);
            Parameters.narrow(0, ClassifierParameterCount, mirror.Parameters.numel()).copy_(mirror.Parameters);
        }
        Dense[] layers = [.. Layout.Slices.Chunk(2).Select(pair => new Dense(Parameters, pair[0], pair[1]))];
        (encoder, decoder) = (layers[..(hidden.Count + 1)], layers[(hidden.Count + 1)..]);
        this.strengths = [.. Enumerable.Range(0, hidden.Count).Select(j => strengths[Math.Min(j, strengths.Count - 1)])];
        CodeLength = hidden[^1];
    }

    /// <summary>Units of h_M.</summary>
    public int CodeLength { get; }

    /// <summary>Parameters of encoder and classifier, which prediction needs; the others are the decoder's.</summary>
    public long ClassifierParameterCount { get; }

    /// <summary>One with more outputs that does all else as this one, which stays as it is; the new outputs begin with numbers of their own.</summary>
    /// <param name="outputs">More than there are.</param>
    /// <param name="seed">Where the new outputs' numbers come from.</param>
    public AutoencoderClassifier WithOutputs(int outputs, Seed seed)
    {
        int[] hidden = [.. encoder.SkipLast(1).Select(layer => layer.Units)];
        using Network start = new Mlp(new() { Hidden = hidden }).Create(InputShape, outputs, seed.Derive("outputs", outputs), Device);
        AutoencoderClassifier wider = new(start, hidden, strengths, seed);
        NetworkGrowth.CopyInto(wider, this).Dispose();
        return wider;
    }

    /// <summary>The reconstruction's part of the loss for the batch of the last <see cref="Forward"/>, one number.</summary>
    public Tensor ReconstructionLoss()
    {
        using var scope = NewDisposeScope();
        Tensor sum = zeros(1, device: Device);
        for (int j = 0; j < strengths.Length; j++) sum.Add((codes[j] - drawn[j]).Squared().mean(), (float)strengths[j]);
        return sum.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor inputs)
    {
        Forget();
        using var scope = NewDisposeScope();
        int top = strengths.Length;
        codes = new Tensor[top + 1];
        drawn = new Tensor[top + 1];
        codes[0] = Flat(inputs);
        for (int j = 1; j <= top; j++) codes[j] = Active(encoder[j - 1].Of(codes[j - 1]));
        drawn[top] = codes[top];
        for (int j = top - 1; j >= 0; j--)
        {
            drawn[j] = decoder[top - 1 - j].Of(drawn[j + 1]);
            if (j > 0) drawn[j] = Active(drawn[j]);
        }
        kept.AddRange(codes);
        kept.AddRange(drawn[..top]);
        output = encoder[top].Of(codes[top]);
        kept.Add(output);
        foreach (Tensor tensor in kept) tensor.DetachFromDisposeScope();
        return output;
    }

    /// <inheritdoc/>
    /// <remarks>The gradient of <see cref="ReconstructionLoss"/> is part of it.</remarks>
    public override void Backward(Tensor outputGradient, Tensor gradient)
    {
        CheckOutputGradient(outputGradient, codes.Length == 0 ? 0 : (int)codes[0].shape[0], mayHaveTerms: false);
        CheckFlat(gradient, nameof(gradient));
        using var scope = NewDisposeScope();
        int top = strengths.Length;
        // d/dh' of lambda mean (h' - h)^2 is 2 lambda (h' - h) / (batch x units), and d/dh the opposite.
        Tensor[] pulls = [.. Enumerable.Range(0, top).Select(j => (drawn[j] - codes[j]).Scale((float)(2 * strengths[j] / codes[j].numel())))];
        Tensor delta = pulls[0];
        for (int j = 0; ; j++)
        {
            Tensor above = decoder[top - 1 - j].Back(delta, drawn[j + 1], gradient);
            if (j + 1 == top)
            {
                delta = above;
                break;
            }
            delta = above.Add(pulls[j + 1]).mul_(Slope(drawn[j + 1]));
        }
        delta.Add(encoder[top].Back(outputGradient, codes[top], gradient));
        for (int j = top; ; j--)
        {
            delta.mul_(Slope(codes[j]));
            if (j == 1) break;
            delta = encoder[j - 1].Back(delta, codes[j - 1], gradient).sub_(pulls[j - 1]);
        }
        encoder[0].BackToParameters(delta, codes[0], gradient);
    }

    /// <inheritdoc/>
    public override Tensor Predict(Tensor inputs)
    {
        Encode(inputs);
        using var scope = NewDisposeScope();
        output = encoder[^1].Of(codes[^1]).DetachFromDisposeScope();
        kept.Add(output);
        return output;
    }

    /// <inheritdoc/>
    /// <remarks>The code h_M.</remarks>
    public override Tensor Features(Tensor inputs)
    {
        Encode(inputs);
        return codes[^1];
    }

    /// <summary>What the decoder makes of codes.</summary>
    /// <param name="code">[batch, <see cref="CodeLength"/>].</param>
    /// <returns>[batch, inputs]; the caller's.</returns>
    public Tensor Decode(Tensor code)
    {
        using var scope = NewDisposeScope();
        Tensor value = code;
        for (int layer = 0; layer < decoder.Length; layer++)
        {
            value = decoder[layer].Of(value);
            if (layer < decoder.Length - 1) value = Active(value);
        }
        return value.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor InputGradient => throw NoInputGradient();

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: its gradient has a part that belongs to no single sample's logits.</exception>
    public override void AccumulateSampleGradients(Tensor outputGradient, SamplePower power, Tensor sum) => throw new NotSupportedException("An autoencoder with classifier gives no gradients per sample.");

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override void AccumulateCoactivity(Tensor outputs, Tensor sum) => throw new NotSupportedException("An autoencoder with classifier does not measure which units are active together.");

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Forget();
            foreach (Dense layer in encoder.Concat(decoder)) layer.Dispose();
        }
        base.Dispose(disposing);
    }

    private static ParameterLayout LayoutOf(Network classifier, IReadOnlyList<int> hidden)
    {
        ParameterLayout expected = Perceptron.LayoutOf(classifier.InputShape, hidden, classifier.OutputCount);
        if (hidden.Count == 0 || !expected.Slices.Select(slice => string.Join(",", slice.Shape)).SequenceEqual(classifier.Layout.Slices.Select(slice => string.Join(",", slice.Shape))))
            throw new ArgumentException($"The classifier must have the hidden layers {FlatVector.Shape(hidden.Select(width => (long)width))}, at least one, and nothing else.", nameof(classifier));
        ParameterLayout mirror = Perceptron.LayoutOf([hidden[^1]], [.. hidden.SkipLast(1).Reverse()], (int)SizeOf(classifier.InputShape));
        return new([.. classifier.Layout.Slices.Select(slice => (slice.Name, slice.Shape)), .. mirror.Slices.Select(slice => ($"decoder.{slice.Name}", slice.Shape))], output: 2 * hidden.Count);
    }

    private static long SizeOf(IReadOnlyList<long> shape) => shape.Aggregate(1L, (product, size) => product * size);

    private void Encode(Tensor inputs)
    {
        Forget();
        using var scope = NewDisposeScope();
        Tensor value = Flat(inputs);
        foreach (Dense layer in encoder.SkipLast(1)) value = Active(layer.Of(value));
        codes = [value.DetachFromDisposeScope()];
        kept.Add(value);
    }

    private static Tensor Active(Tensor sums) => sums.ExponentialLinear();

    // e^x of a negative sum is its unit plus 1.
    private static Tensor Slope(Tensor active) => active.AtMost(0).Add(1);

    private Tensor Flat(Tensor inputs) => inputs.view(CheckInputs(inputs), -1);

    private void Forget()
    {
        foreach (Tensor tensor in kept) tensor.Dispose();
        kept.Clear();
        (codes, drawn, output) = ([], [], null);
    }

    // One layer: views of its numbers in the flat vector.
    private sealed class Dense(Tensor parameters, ParameterSlice weight, ParameterSlice bias) : IDisposable
    {
        private readonly Tensor weights = weight.Of(parameters).DetachFromDisposeScope(), biases = bias.Of(parameters).DetachFromDisposeScope(); // [outputs, inputs], [outputs]

        public int Units => (int)weight.Shape[0];

        public Tensor Of(Tensor value) => value.Product(weights.t()).Add(biases);

        // Writes the layer's gradient, and gives that of what went in.
        public Tensor Back(Tensor delta, Tensor value, Tensor gradient)
        {
            BackToParameters(delta, value, gradient);
            return delta.Product(weights);
        }

        public void BackToParameters(Tensor delta, Tensor value, Tensor gradient)
        {
            weight.Of(gradient).AddProductOf(delta.t(), value, keep: 0);
            bias.Of(gradient).copy_(delta.sum(0L));
        }

        public void Dispose()
        {
            weights.Dispose();
            biases.Dispose();
        }
    }
}
