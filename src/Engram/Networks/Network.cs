using Engram.Graphs;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Networks;

/// <summary>What is added up over samples in <see cref="Network.AccumulateSampleGradients"/>.</summary>
public enum SamplePower
{
    /// <summary>The square of each sample's gradient: Fisher information.</summary>
    Square,

    /// <summary>The absolute value of each sample's gradient: memory aware synapses.</summary>
    Absolute,
}

/// <summary>
/// A network whose parameters are views into one contiguous vector. A method computes a loss on its outputs; the network turns the
/// gradient with respect to the outputs into the gradient with respect to the flat vector. Which engine runs the body is its own secret.
/// </summary>
/// <remarks>Not thread-safe: one network belongs to one trial, and a trial runs on one thread.</remarks>
public abstract class Network : IDisposable
{
    private readonly long inputSize;

    /// <summary>Makes the flat vector, filled with zeros, on the device.</summary>
    protected Network(ParameterLayout layout, IReadOnlyList<long> inputShape, int outputCount, Device device)
    {
        (Layout, InputShape, OutputCount, Device) = (layout, inputShape, outputCount, device);
        inputSize = inputShape.Aggregate(1L, (product, size) => product * size);
        Parameters = zeros(layout.Count, dtype: float32, device: device).DetachFromDisposeScope();
    }

    /// <summary>Which named parameter lies where.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>Shape of one input, without the batch.</summary>
    public IReadOnlyList<long> InputShape { get; }

    /// <summary>Outputs (logits) per input.</summary>
    public int OutputCount { get; }

    /// <summary>Where the parameters live.</summary>
    public Device Device { get; }

    /// <summary>All parameters, [P], float32. Write into it to change the network; never replace it.</summary>
    public Tensor Parameters { get; }

    /// <summary>Where training stands; null outside of training. For a network with noise or a schedule of its own; it draws noise in <see cref="Forward"/> only, and not while it is measured.</summary>
    public TrainingMoment? Moment { get; set; }

    /// <summary>Whether weight decay pulls pieces of one dimension to zero, biases, as it does weights. Set before it is trained.</summary>
    public bool DecaysBiases { get; set; } = true;

    /// <summary>Whether the network runs as it does in use: within a <see cref="Measurement"/>.</summary>
    public bool IsMeasured { get; private set; }

    /// <summary>Lets every call run the network as it does in use, <see cref="Forward"/> and what follows it too, until the measurement is disposed of.</summary>
    public Measurement Measure()
    {
        bool wasMeasured = IsMeasured;
        IsMeasured = true;
        return new(() => IsMeasured = wasMeasured);
    }

    /// <summary>Outputs of a batch for learning: what <see cref="Backward"/> needs is kept until the next call.</summary>
    /// <param name="inputs">[batch, inputs...], contiguous float32; must stay as they are until <see cref="Backward"/>.</param>
    /// <returns>Logits, [batch, outputs], without graph; owned by the network and valid until it runs another batch.</returns>
    /// <exception cref="ArgumentException">The shape, type or layout of the inputs is wrong.</exception>
    public abstract Tensor Forward(Tensor inputs);

    /// <summary>Gradient of the loss with respect to the flat vector, for the batch of the last <see cref="Forward"/>; may be called again.</summary>
    /// <param name="outputGradient">Gradient of the loss with respect to the logits, [batch, outputs], contiguous float32.</param>
    /// <param name="gradient">[P]; overwritten.</param>
    public abstract void Backward(Tensor outputGradient, Tensor gradient);

    /// <summary>
    /// Whether <see cref="Backward"/> also finds the gradient with respect to the inputs, for a network that stands behind another one.
    /// Set before <see cref="Forward"/>.
    /// </summary>
    public bool FindsInputGradient { get; set; }

    /// <summary>Gradient of the loss with respect to the inputs from the last <see cref="Backward"/>, a flat row for each, [batch, inputs]; owned by the network and valid until its next call.</summary>
    /// <exception cref="InvalidOperationException">There is none: <see cref="FindsInputGradient"/> was not set.</exception>
    public abstract Tensor InputGradient { get; }

    /// <summary>
    /// Adds the square or the absolute value of every sample's own gradient to a vector, exactly, without a loop over samples:
    /// for a dense layer the sum of squares is the product of squared inputs and squared output gradients (methods.md section 0).
    /// May be called several times after one <see cref="Forward"/>, which belongs into a <see cref="Measurement"/>.
    /// </summary>
    /// <param name="outputGradient">
    /// Row n is the gradient of sample n's own, unaveraged loss with respect to its logits, [batch, outputs]. Or several such matrices,
    /// [terms, batch, outputs], such as one per class for the exact Fisher information: the sum runs over all of them, much faster
    /// than in one call each. Contiguous float32; memory grows with terms x batch where the network has convolutions.
    /// </param>
    /// <param name="power">Square or absolute value.</param>
    /// <param name="sum">[P]; added to.</param>
    public abstract void AccumulateSampleGradients(Tensor outputGradient, SamplePower power, Tensor sum);

    /// <summary>
    /// Adds for every weight how strongly the units it connects are active together, |a_in a_out| summed over the samples of the last
    /// <see cref="Forward"/>, where a_out is what the rectifier lets through; a bias counts as a weight from a unit that is always 1, and
    /// a weight that a convolution shares as the absolute value of the sum over its places.
    /// </summary>
    /// <param name="outputs">What counts as the activation of the output layer: the logits, with 0 where an output should not count, [batch, outputs].</param>
    /// <param name="sum">[P]; added to.</param>
    /// <exception cref="NotSupportedException">The network does not know its layers.</exception>
    public abstract void AccumulateCoactivity(Tensor outputs, Tensor sum);

    /// <summary>Outputs of a batch for prediction only.</summary>
    /// <param name="inputs">[batch, inputs...], float32.</param>
    /// <returns>Logits, [batch, outputs]; owned by the network and valid until its next call.</returns>
    public virtual Tensor Predict(Tensor inputs)
    {
        using Measurement measurement = Measure();
        return Forward(inputs);
    }

    /// <summary>Activations of the last hidden layer, [batch, features]; owned by the network and valid until its next call.</summary>
    public abstract Tensor Features(Tensor inputs);

    /// <summary>Writes down as operations what <see cref="Predict"/> and <see cref="Features"/> compute, with the parameters as they are.</summary>
    /// <param name="graph">Gets the operations.</param>
    /// <param name="inputs">[n, inputs...], in the network's shape, of 32 bits.</param>
    /// <exception cref="EngramException">The network cannot be written so; the message says why.</exception>
    public virtual NetworkValues Describe(Graph graph, GraphValue inputs) =>
        throw EngramException.Input("no-graph", $"A {GetType().Name} does not write itself as operations of a graph, so that no other program can run it; ask it through Engram, or learn with a dense, convolutional or recurrent network.");

    /// <summary>
    /// How strongly the network looked at each part of an input, for a network that does so: of the first sample of the last batch, once for
    /// each batch, so that who gets an answer knows that it was this network's.
    /// </summary>
    /// <returns>For each look a weight for every part that is there, which add up to at most 1 (to anything in a linear start); null where there is none.</returns>
    public virtual IReadOnlyList<float[]>? TakeAttention() => null;

    /// <summary>Adds weight decay to a gradient: decay x parameter, for biases where <see cref="DecaysBiases"/>.</summary>
    /// <param name="decay">At least 0.</param>
    /// <param name="gradient">[P]; changed in place.</param>
    public void AddWeightDecay(double decay, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        foreach (ParameterSlice slice in Layout.Slices.Where(slice => DecaysBiases || slice.Shape.Length > 1))
            gradient.narrow(0, slice.Offset, slice.Length).Add(Parameters.narrow(0, slice.Offset, slice.Length), decay);
    }

    /// <summary>Declares what besides <see cref="Parameters"/> must survive a stop, such as running averages; nothing in most networks.</summary>
    public virtual void Visit(StateBag state) { }

    /// <summary>Gives another network of its kind what is no parameter, such as the averages of a normalisation.</summary>
    internal void CopyStateInto(Network other)
    {
        StateBag running = new();
        Visit(running);
        other.Visit(new StateBag(new(running.Tensors), running.Values, other.Device));
    }

    /// <summary>Frees the native memory.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Refuses inputs of another shape, type or layout.</summary>
    /// <returns>The batch size.</returns>
    private protected int CheckInputs(Tensor inputs)
    {
        ObjectDisposedException.ThrowIf(Parameters.IsInvalid, this);
        long batch = inputs.dim() > 0 ? inputs.size(0) : 0;
        if (batch < 1 || inputs.numel() != batch * inputSize || inputs.dtype != ScalarType.Float32 || !inputs.is_contiguous())
            throw new ArgumentException($"Inputs must be contiguous Float32 [batch, {string.Join(", ", InputShape)}], but they are {FlatVector.Describe(inputs)}.", nameof(inputs));
        return checked((int)batch);
    }

    /// <summary>Refuses an output gradient that does not belong to the last batch, 0 where there is none.</summary>
    /// <returns>How many matrices [batch, outputs] it holds.</returns>
    private protected int CheckOutputGradient(Tensor outputGradient, int batch, bool mayHaveTerms)
    {
        if (batch == 0) throw new InvalidOperationException("There is no batch to go back from: call Forward first.");
        bool hasTerms = mayHaveTerms && outputGradient.dim() == 3;
        int first = hasTerms ? 1 : 0;
        if (outputGradient.dim() != first + 2 || outputGradient.size(0) == 0 || outputGradient.size(first) != batch || outputGradient.size(first + 1) != OutputCount)
            throw new ArgumentException($"The output gradient must have the shape [{batch}, {OutputCount}] of the last outputs, but it is {FlatVector.Describe(outputGradient)}.", nameof(outputGradient));
        return hasTerms ? checked((int)outputGradient.size(0)) : 1;
    }

    /// <summary>The error of asking for an input gradient that was not found.</summary>
    private protected static InvalidOperationException NoInputGradient() => new($"There is no input gradient: set {nameof(FindsInputGradient)} before {nameof(Forward)}, then call {nameof(Backward)}.");

    /// <summary>Refuses a vector that is not as long as the parameters.</summary>
    private protected void CheckFlat(Tensor vector, string name)
    {
        if (vector.dim() != 1 || vector.numel() != Layout.Count)
            throw new ArgumentException($"The flat vector must have the shape [{Layout.Count}], but it is {FlatVector.Describe(vector)}.", name);
    }

    /// <summary>Frees the native memory of the parameters; an override frees its own and calls this.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing) Parameters.Dispose();
    }
}
