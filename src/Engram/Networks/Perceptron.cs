using Engram.Graphs;
using Engram.Products;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Networks;

/// <summary>
/// Dense layers with rectified linear units between them, in main memory, as matrix products scheduled by hand, which add biases, rectify
/// and mask what they write; nothing is allocated per step. Hidden layers lie unit by unit, [units, batch], so that every large product
/// reads its matrices where they are. Parameters are named as in PyTorch's
/// <c>Sequential(Linear, ReLU, Linear, ...)</c>: <c>0.weight</c> [outputs, inputs], <c>0.bias</c>, <c>2.weight</c>, ...
/// </summary>
/// <remarks>Inputs are contiguous float32 on the CPU and must stay as they are between <see cref="Forward"/> and <see cref="Backward"/>.</remarks>
public sealed unsafe class Perceptron : Network
{
    private readonly Layer[] layers;
    private readonly float* parameters;
    // The gradients with respect to the layers' sums, from the last layer down; two suffice, since each needs only the one above.
    private readonly GrowingBuffer[] deltas;
    private readonly GrowingBuffer outputs, outputDelta, inputDelta;
    private readonly NetworkBuffers buffers = new();
    private GrowingBuffer? features;
    private Tensor? inputFeatures;
    private float* inputs;
    private int batch;
    private bool hasOutputs, hasInputGradient;
    private SamplePower? activationPower;

    /// <summary>Makes the network with all parameters zero.</summary>
    /// <param name="inputShape">Shape of one input; its numbers are taken in row-major order.</param>
    /// <param name="hidden">Units of each hidden layer; may be empty (a linear model).</param>
    /// <param name="outputs">Number of logits.</param>
    public Perceptron(IReadOnlyList<long> inputShape, IReadOnlyList<int> hidden, int outputs)
        : base(LayoutOf(inputShape, hidden, outputs), inputShape, outputs, CPU)
    {
        parameters = FlatVector.Pointer(Parameters);
        layers = new Layer[Layout.Slices.Count / 2];
        for (int l = 0; l < layers.Length; l++) layers[l] = new(Layout.Slices[2 * l], Layout.Slices[2 * l + 1], buffers);
        int widest = layers.Max(layer => layer.Outputs);
        deltas = [buffers.New(widest), buffers.New(widest)];
        (this.outputs, outputDelta, inputDelta) = (buffers.New(outputs), buffers.New(outputs), buffers.New(layers[0].Inputs));
    }

    /// <summary>Names and shapes of the parameters of such a network; arguments as in the constructor.</summary>
    public static ParameterLayout LayoutOf(IReadOnlyList<long> inputShape, IReadOnlyList<int> hidden, int outputs)
    {
        long[] widths = [inputShape.Aggregate(1L, (product, size) => product * size), .. hidden, outputs];
        if (widths.Any(width => width is < 1 or > int.MaxValue))
            throw new ArgumentException($"Every layer needs at least one unit, but the widths are {FlatVector.Shape(widths)}.", nameof(hidden));
        return new(Enumerable.Range(0, widths.Length - 1).SelectMany(l => new[]
        {
            ($"{2 * l}.weight", new[] { widths[l + 1], widths[l] }),
            ($"{2 * l}.bias", new[] { widths[l + 1] }),
        }));
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor inputs)
    {
        Run(inputs, layers.Length);
        return BySample(layers[^1], outputs);
    }

    /// <inheritdoc/>
    /// <remarks>Without hidden layers the features are the inputs.</remarks>
    public override Tensor Features(Tensor inputs)
    {
        Run(inputs, layers.Length - 1);
        if (layers.Length > 1) return BySample(layers[^2], features ??= buffers.New(layers[^2].Outputs));
        inputFeatures?.Dispose();
        return inputFeatures = buffers.Inputs!.view(batch, layers[0].Inputs).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public override NetworkValues Describe(Graph graph, GraphValue inputs)
    {
        using var scope = NewDisposeScope();
        GraphValue features = graph.Apply("Flatten", [inputs]);
        for (int l = 0; ; l++)
        {
            GraphValue sums = graph.Dense(features, Layout.Slices[2 * l].Of(Parameters), Layout.Slices[2 * l + 1].Of(Parameters));
            if (l == layers.Length - 1) return new(features, sums);
            features = graph.Apply("Relu", [sums]);
        }
    }

    /// <inheritdoc/>
    /// <remarks>May be called several times after one <see cref="Forward"/>.</remarks>
    public override void Backward(Tensor outputGradient, Tensor gradient)
    {
        CheckOutputGradient(outputGradient, hasOutputs ? batch : 0, mayHaveTerms: false);
        CheckFlat(gradient, nameof(gradient));
        float* delta = ByUnit(FlatVector.Pointer(outputGradient)), flat = FlatVector.Pointer(gradient);
        for (int l = layers.Length - 1; ; l--)
        {
            DenseKernels.SumRows(delta, flat + layers[l].Bias, layers[l].Outputs, batch);
            OuterProduct(l, delta, InputsOf(l), flat, beta: 0);
            if (l == 0) break;
            delta = DeltaBelow(l, delta);
        }
        if (FindsInputGradient)
        {
            Layer first = layers[0];
            Blas.Gemm(true, false, batch, first.Inputs, first.Outputs, 1, delta, batch, parameters + first.Weight, first.Inputs, 0, inputDelta.Reserve(batch), first.Inputs);
        }
        hasInputGradient = FindsInputGradient;
        GC.KeepAlive(outputGradient);
    }

    /// <inheritdoc/>
    public override Tensor InputGradient => hasInputGradient ? inputDelta.View(batch) : throw NoInputGradient();

    /// <inheritdoc/>
    public override void AccumulateSampleGradients(Tensor outputGradient, SamplePower power, Tensor sum)
    {
        int terms = CheckOutputGradient(outputGradient, hasOutputs ? batch : 0, mayHaveTerms: true);
        CheckFlat(sum, nameof(sum));
        float* delta = FlatVector.Pointer(outputGradient), flat = FlatVector.Pointer(sum);
        PrepareActivationPowers(power);
        for (int term = 0; term < terms; term++, delta += (nint)batch * OutputCount)
            AddDeltaPowers(ByUnit(delta), power, add: term > 0);
        AddPowerProducts(power, flat);
    }

    /// <inheritdoc/>
    public override void AccumulateCoactivity(Tensor outputs, Tensor sum)
    {
        CheckOutputGradient(outputs, hasOutputs ? batch : 0, mayHaveTerms: false);
        CheckFlat(sum, nameof(sum));
        PrepareActivationPowers(SamplePower.Absolute);
        for (int l = 0; l < layers.Length; l++)
        {
            Layer layer = layers[l];
            float* active = l < layers.Length - 1 ? layer.Activations.Pointer : ByUnit(FlatVector.Pointer(outputs));
            DenseKernels.Power(active, layer.DeltaPowers.Reserve(batch), (nint)batch * layer.Outputs, SamplePower.Absolute, add: false);
        }
        AddPowerProducts(SamplePower.Absolute, FlatVector.Pointer(sum));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        hasOutputs = hasInputGradient = false;
        if (disposing)
        {
            buffers.Dispose();
            inputFeatures?.Dispose();
        }
        base.Dispose(disposing);
    }

    private void Run(Tensor given, int depth)
    {
        (hasOutputs, hasInputGradient, activationPower) = (false, false, null);
        batch = CheckInputs(given);
        inputs = FlatVector.Pointer(given);
        buffers.Keep(given);
        for (int l = 0; l < depth; l++)
        {
            Layer layer = layers[l];
            ProductFinish finish = new() { C = layer.Activations.Reserve(batch), StrideC = batch, RowBias = parameters + layer.Bias, Rectify = l < layers.Length - 1 };
            Blas.Gemm(false, l == 0, layer.Outputs, batch, layer.Inputs, parameters + layer.Weight, layer.Inputs, InputsOf(l), StrideOfInputs(l), finish);
        }
        hasOutputs = depth == layers.Length;
    }

    // The network's inputs lie sample by sample, [batch, inputs]; all between layers unit by unit, [units, batch].
    private float* InputsOf(int layer) => layer == 0 ? inputs : layers[layer - 1].Activations.Pointer;

    private int StrideOfInputs(int layer) => layer == 0 ? layers[0].Inputs : batch;

    // What a layer gives, as others want it: [batch, units].
    private Tensor BySample(Layer layer, GrowingBuffer target)
    {
        MatrixTurn.Turn(layer.Activations.Pointer, batch, layer.Outputs, batch, target.Reserve(batch), layer.Outputs);
        return target.View(batch);
    }

    // What others give for the outputs, as layers have it; valid until the next call.
    private float* ByUnit(float* bySample)
    {
        float* byUnit = outputDelta.Reserve(batch);
        MatrixTurn.Turn(bySample, OutputCount, batch, OutputCount, byUnit, batch);
        return byUnit;
    }

    // The gradient with respect to the sums of the layer below.
    private float* DeltaBelow(int l, float* delta)
    {
        Layer layer = layers[l];
        float* below = deltas[l % 2].Reserve(batch);
        Blas.Gemm(true, false, layer.Inputs, batch, layer.Outputs, parameters + layer.Weight, layer.Inputs, delta, batch, new() { C = below, StrideC = batch, Mask = InputsOf(l) });
        return below;
    }

    // Weights of the flat vector = delta x^T + beta times the old ones, both as the layer's outputs and inputs lie.
    private void OuterProduct(int l, float* delta, float* x, float* flat, float beta)
    {
        Layer layer = layers[l];
        Blas.Gemm(false, l > 0, layer.Outputs, layer.Inputs, batch, 1, delta, batch, x, StrideOfInputs(l), beta, flat + layer.Weight, layer.Inputs);
    }

    private void AddDeltaPowers(float* delta, SamplePower power, bool add)
    {
        Layer top = layers[^1];
        DenseKernels.Power(delta, top.DeltaPowers.Reserve(batch), (nint)batch * top.Outputs, power, add);
        for (int l = layers.Length - 1; l > 0; l--)
        {
            delta = DeltaBelow(l, delta);
            DenseKernels.Power(delta, layers[l - 1].DeltaPowers.Reserve(batch), (nint)batch * layers[l].Inputs, power, add);
        }
    }

    // The powers of what goes into each layer times those kept for what comes out of it, added to the flat vector.
    private void AddPowerProducts(SamplePower power, float* flat)
    {
        // sum over n of |a_i delta_j|^p = (|a|^p)^T (|delta|^p); the powers of delta are already summed over the terms.
        for (int l = 0; l < layers.Length; l++)
        {
            Layer layer = layers[l];
            float* deltaPowers = layer.DeltaPowers.Pointer;
            DenseKernels.AddRows(deltaPowers, flat + layer.Bias, layer.Outputs, batch);
            OuterProduct(l, deltaPowers, InputPowersOf(l, power), flat, beta: 1);
        }
    }

    private void PrepareActivationPowers(SamplePower power)
    {
        if (activationPower == power) return;
        for (int l = 0; l < layers.Length; l++)
        {
            if (!IsOwnPower(l, power))
                DenseKernels.Power(InputsOf(l), layers[l].InputPowers.Reserve(batch), (nint)batch * layers[l].Inputs, power, add: false);
        }
        activationPower = power;
    }

    private float* InputPowersOf(int l, SamplePower power) => IsOwnPower(l, power) ? InputsOf(l) : layers[l].InputPowers.Pointer;

    // Rectified activations are their own absolute value.
    private static bool IsOwnPower(int l, SamplePower power) => l > 0 && power == SamplePower.Absolute;

    private sealed class Layer(ParameterSlice weight, ParameterSlice bias, NetworkBuffers buffers)
    {
        public int Inputs { get; } = (int)weight.Shape[1];
        public int Outputs { get; } = (int)weight.Shape[0];
        public nint Weight { get; } = (nint)weight.Offset;
        public nint Bias { get; } = (nint)bias.Offset;
        public GrowingBuffer Activations { get; } = buffers.New((int)weight.Shape[0]);
        public GrowingBuffer InputPowers { get; } = buffers.New((int)weight.Shape[1]);
        public GrowingBuffer DeltaPowers { get; } = buffers.New((int)weight.Shape[0]);
    }
}
