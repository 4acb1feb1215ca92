using Engram.Graphs;
using Engram.Products;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Networks;

/// <summary>
/// A recurrent layer and a dense layer on its last hidden state, in main memory, scheduled by hand: the inputs of all steps in one matrix
/// product, then one product and one pass per step, and nothing allocated per step.
/// </summary>
/// <remarks>
/// The state before the first step is zero. Parameters are named and laid out as in PyTorch: for <c>lstm</c>
/// <c>0.lstm.weight_ih_l0</c> [gates x units, features], <c>0.lstm.weight_hh_l0</c> [gates x units, units], <c>0.lstm.bias_ih_l0</c> and
/// <c>0.lstm.bias_hh_l0</c> [gates x units], then <c>1.weight</c> [outputs, units] and <c>1.bias</c>. In the first four, gate g of unit j is
/// row g x units + j; an LSTM's gates are input, forget, cell, output, a GRU's reset, update, new. So a unit's incoming numbers are one
/// row per gate of each of the four, its outgoing ones are column j of <c>weight_hh_l0</c> and of <c>1.weight</c>.
/// </remarks>
public sealed unsafe class RecurrentNetwork : Network
{
    /// <summary>Indices of the slices of the layout.</summary>
    internal const int InputWeight = 0, HiddenWeight = 1, InputBias = 2, HiddenBias = 3, OutputWeight = 4, OutputBias = 5;

    // Sequences that Predict and Features take at a time, so that the states of all steps stay in the cache.
    private const int PredictedTogether = 128;

    // Numbers between the rows of gates: rows a power of two apart would push each other out of the cache.
    private const int Apart = 16;

    private readonly RecurrentCell cell;
    private readonly int steps, features, units, gates, stride;
    private readonly float* parameters;
    private readonly NetworkBuffers buffers = new();
    // Steps come one after the other, each with a row per sequence; state t is the one before step t.
    private readonly GrowingBuffer inputs, gateValues, hidden, memory, kept, hiddenSums, hiddenWeight;
    private readonly GrowingBuffer last, logits, predicted, predictedFeatures;
    private readonly GrowingBuffer hiddenDelta, memoryDelta, inputSumDelta, hiddenSumDelta, inputDelta, inputGradient;
    private readonly GrowingBuffer sampleGradient, outputPowers, lastPowers;
    private int batch;
    private bool hasInputGradient;

    /// <summary>Makes the network with all parameters zero.</summary>
    internal RecurrentNetwork(RecurrentCell cell, IReadOnlyList<long> inputShape, int steps, int features, int units, int outputs)
        : base(LayoutOf(cell, features, units, outputs), inputShape, outputs, CPU)
    {
        (this.cell, this.steps, this.features, this.units, gates) = (cell, steps, features, units, cell.Gates.Count * units);
        stride = gates + Apart;
        parameters = FlatVector.Pointer(Parameters);
        (inputs, gateValues, hidden, memory, kept, hiddenSums) = (buffers.New(features), buffers.New(stride), buffers.New(units), buffers.New(units), buffers.New(units), buffers.New(stride));
        (last, logits, predicted, predictedFeatures) = (buffers.New(units), buffers.New(outputs), buffers.New(outputs), buffers.New(units));
        (hiddenDelta, memoryDelta, inputSumDelta, hiddenSumDelta) = (buffers.New(units), buffers.New(units), buffers.New(stride), buffers.New(stride));
        hiddenWeight = buffers.New(stride);
        (inputDelta, inputGradient) = (buffers.New(features), buffers.New(steps * features));
        (sampleGradient, outputPowers, lastPowers) = (buffers.New(Math.Max(units, features)), buffers.New(outputs), buffers.New(units));
    }

    /// <summary>Names and shapes of the parameters of such a network.</summary>
    internal static ParameterLayout LayoutOf(RecurrentCell cell, int features, int units, int outputs)
    {
        long gates = cell.Gates.Count * units;
        string layer = $"0.{cell.Name}.";
        return new(
        [
            (layer + "weight_ih_l0", [gates, features]), (layer + "weight_hh_l0", [gates, units]), (layer + "bias_ih_l0", [gates]), (layer + "bias_hh_l0", [gates]),
            ("1.weight", [outputs, units]), ("1.bias", [outputs]),
        ]);
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor inputs)
    {
        Forget();
        int rows = CheckInputs(inputs);
        Run(FlatVector.Pointer(inputs), rows);
        GC.KeepAlive(inputs);
        batch = rows;
        return logits.View(rows);
    }

    /// <inheritdoc/>
    public override Tensor Predict(Tensor inputs) => InParts(inputs, logits, predicted, OutputCount);

    /// <inheritdoc/>
    /// <remarks>The hidden state after the last step.</remarks>
    public override Tensor Features(Tensor inputs) => InParts(inputs, last, predictedFeatures, units);

    /// <inheritdoc/>
    public override NetworkValues Describe(Graph graph, GraphValue inputs)
    {
        using var scope = NewDisposeScope();
        Tensor[] slices = [.. Layout.Slices.Select(slice => slice.Of(Parameters))];
        GraphValue state = cell.Describe(graph, graph.Reshape(inputs, [steps, features]), slices[..OutputWeight]);
        return new(state, graph.Dense(state, slices[OutputWeight], slices[OutputBias]));
    }

    /// <inheritdoc/>
    public override void Backward(Tensor outputGradient, Tensor gradient)
    {
        CheckOutputGradient(outputGradient, batch, mayHaveTerms: false);
        CheckFlat(gradient, nameof(gradient));
        float* delta = FlatVector.Pointer(outputGradient), flat = FlatVector.Pointer(gradient);
        GoBack(delta);
        float* inputSums = inputSumDelta.Pointer, sums = HiddenSumDelta;
        Blas.Gemm(true, false, OutputCount, units, batch, 1, delta, OutputCount, last.Pointer, units, 0, flat + At(OutputWeight), units);
        DenseKernels.SumColumns(delta, flat + At(OutputBias), batch, OutputCount);
        Blas.Gemm(true, false, gates, features, steps * batch, 1, inputSums, stride, inputs.Pointer, features, 0, flat + At(InputWeight), features);
        DenseKernels.SumColumns(inputSums, flat + At(InputBias), steps * batch, gates, stride);
        // The state before the first step is zero: without a second step there is nothing to learn from it.
        nint second = (nint)batch * stride;
        if (steps > 1) Blas.Gemm(true, false, gates, units, (steps - 1) * batch, 1, sums + second, stride, hidden.Pointer + (nint)batch * units, units, 0, flat + At(HiddenWeight), units);
        else new Span<float>(flat + At(HiddenWeight), gates * units).Clear();
        if (cell.KeepsSumsApart) DenseKernels.SumColumns(sums, flat + At(HiddenBias), steps * batch, gates, stride);
        else new Span<float>(flat + At(InputBias), gates).CopyTo(new(flat + At(HiddenBias), gates));
        if (FindsInputGradient) FindInputGradient(inputSums);
        hasInputGradient = FindsInputGradient;
        GC.KeepAlive(outputGradient);
    }

    /// <inheritdoc/>
    public override Tensor InputGradient => hasInputGradient ? inputGradient.View(batch) : throw NoInputGradient();

    /// <inheritdoc/>
    /// <remarks>
    /// A sample's gradient is a product over its steps, so those are formed one after the other: one small matrix product for each weight,
    /// sample and term.
    /// </remarks>
    public override void AccumulateSampleGradients(Tensor outputGradient, SamplePower power, Tensor sum)
    {
        int terms = CheckOutputGradient(outputGradient, batch, mayHaveTerms: true);
        CheckFlat(sum, nameof(sum));
        float* deltas = FlatVector.Pointer(outputGradient), flat = FlatVector.Pointer(sum);
        for (int term = 0; term < terms; term++, deltas += (nint)batch * OutputCount)
        {
            GoBack(deltas);
            AddRecurrent(inputSumDelta.Pointer, HiddenSumDelta, power, flat);
            AddDense(deltas, power, flat);
        }
        GC.KeepAlive(outputGradient);
    }

    /// <inheritdoc/>
    /// <remarks>What comes out of the recurrent layer's weights are the gates' values; steps count as the places of a convolution.</remarks>
    public override void AccumulateCoactivity(Tensor outputs, Tensor sum)
    {
        CheckOutputGradient(outputs, batch, mayHaveTerms: false);
        CheckFlat(sum, nameof(sum));
        AddRecurrent(gateValues.Pointer, gateValues.Pointer, SamplePower.Absolute, FlatVector.Pointer(sum));
        AddDense(FlatVector.Pointer(outputs), SamplePower.Absolute, FlatVector.Pointer(sum));
        GC.KeepAlive(outputs);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Forget();
        if (disposing) buffers.Dispose();
        base.Dispose(disposing);
    }

    private nint At(int slice) => (nint)Layout.Slices[slice].Offset;

    // One matrix serves where the sums are not kept apart.
    private float* HiddenSumDelta => cell.KeepsSumsApart ? hiddenSumDelta.Pointer : inputSumDelta.Pointer;

    private void Forget() => (batch, hasInputGradient) = (0, false);

    private Tensor InParts(Tensor given, GrowingBuffer part, GrowingBuffer whole, int columns)
    {
        Forget();
        int rows = CheckInputs(given);
        float* source = FlatVector.Pointer(given), target = whole.Reserve(rows);
        for (int first = 0; first < rows; first += PredictedTogether)
        {
            int count = Math.Min(PredictedTogether, rows - first);
            Run(source + (nint)first * steps * features, count);
            new Span<float>(part.Pointer, count * columns).CopyTo(new(target + (nint)first * columns, count * columns));
        }
        GC.KeepAlive(given);
        return whole.View(rows);
    }

    private void Run(float* sequences, int rows)
    {
        Turn(sequences, inputs.Reserve(steps * rows), rows, steps);
        Blas.Gemm(false, true, steps * rows, gates, features, 1, inputs.Pointer, features, parameters + At(InputWeight), features, 0, gateValues.Reserve(steps * rows), stride);
        kept.Reserve(steps * rows);
        new Span<float>(hidden.Reserve((steps + 1) * rows), rows * units).Clear();
        if (cell.HasMemory) new Span<float>(memory.Reserve((steps + 1) * rows), rows * units).Clear();
        if (cell.KeepsSumsApart) new Span<float>(hiddenSums.Reserve(rows), rows * stride).Clear();
        // Transposed once for all steps, [units, gates], so that each reads it as it lies.
        if (steps > 1) MatrixTurn.Turn(parameters + At(HiddenWeight), units, gates, units, hiddenWeight.Reserve(units), stride);
        for (int t = 0; t < steps; t++)
        {
            RecurrentStep step = StepAt(t, rows);
            if (t > 0)
            {
                Blas.Gemm(false, false, rows, gates, units, 1, step.HiddenBefore, units, hiddenWeight.Pointer, stride,
                    cell.KeepsSumsApart ? 0 : 1, cell.KeepsSumsApart ? step.HiddenSums : step.Gates, stride);
            }
            cell.Forward(step);
        }
        // The last state is copied, so that it has the same address whatever the number of steps, and a view of its own.
        new Span<float>(hidden.Pointer + (nint)steps * rows * units, rows * units).CopyTo(new(last.Reserve(rows), rows * units));
        Blas.Gemm(false, true, rows, OutputCount, units, 1, last.Pointer, units, parameters + At(OutputWeight), units, 0, logits.Reserve(rows), OutputCount);
        DenseKernels.AddBias(logits.Pointer, parameters + At(OutputBias), rows, OutputCount, rectify: false);
    }

    // Back through the steps: leaves the gradient with respect to all sums.
    private void GoBack(float* delta)
    {
        inputSumDelta.Reserve(steps * batch);
        if (cell.KeepsSumsApart) hiddenSumDelta.Reserve(steps * batch);
        if (cell.HasMemory) new Span<float>(memoryDelta.Reserve(batch), batch * units).Clear();
        Blas.Gemm(false, false, batch, units, OutputCount, 1, delta, OutputCount, parameters + At(OutputWeight), units, 0, hiddenDelta.Reserve(batch), units);
        for (int t = steps - 1; t >= 0; t--)
        {
            RecurrentStep step = StepAt(t, batch);
            cell.Backward(step);
            if (t > 0) Blas.Gemm(false, false, batch, units, gates, 1, step.HiddenSumDelta, stride, parameters + At(HiddenWeight), units, 1, step.HiddenDelta, units);
        }
    }

    private RecurrentStep StepAt(int t, int rows)
    {
        nint state = (nint)t * rows * units, next = state + (nint)rows * units, sums = (nint)t * rows * stride;
        return new()
        {
            Rows = rows,
            Units = units,
            Stride = stride,
            Gates = gateValues.Pointer + sums,
            HiddenSums = hiddenSums.Pointer,
            InputBias = parameters + At(InputBias),
            HiddenBias = parameters + At(HiddenBias),
            HiddenBefore = hidden.Pointer + state,
            HiddenAfter = hidden.Pointer + next,
            MemoryBefore = memory.Pointer + state,
            MemoryAfter = memory.Pointer + next,
            Kept = kept.Pointer + state,
            HiddenDelta = hiddenDelta.Pointer,
            MemoryDelta = memoryDelta.Pointer,
            InputSumDelta = inputSumDelta.Pointer + sums,
            HiddenSumDelta = HiddenSumDelta + sums,
        };
    }

    // From [rows, steps, features] to [steps, rows, features].
    private void Turn(float* from, float* to, int rows, int steps)
    {
        for (int t = 0; t < steps; t++)
            for (int row = 0; row < rows; row++, to += features)
                new Span<float>(from + ((nint)row * steps + t) * features, features).CopyTo(new(to, features));
    }

    private void FindInputGradient(float* inputSums)
    {
        float* byStep = inputDelta.Reserve(steps * batch), found = inputGradient.Reserve(batch);
        Blas.Gemm(false, false, steps * batch, features, gates, 1, inputSums, stride, parameters + At(InputWeight), features, 0, byStep, features);
        Turn(byStep, found, steps, batch);
    }

    private void AddRecurrent(float* inputSums, float* sums, SamplePower power, float* flat)
    {
        float* product = sampleGradient.Reserve(gates);
        int apart = batch * stride;
        for (int n = 0; n < batch; n++, inputSums += stride, sums += stride)
        {
            Blas.Gemm(true, false, gates, features, steps, 1, inputSums, apart, inputs.Pointer + (nint)n * features, batch * features, 0, product, features);
            DenseKernels.Power(product, flat + At(InputWeight), (nint)gates * features, power, add: true);
            if (steps > 1)
            {
                Blas.Gemm(true, false, gates, units, steps - 1, 1, sums + apart, apart, hidden.Pointer + (nint)(batch + n) * units, batch * units, 0, product, units);
                DenseKernels.Power(product, flat + At(HiddenWeight), (nint)gates * units, power, add: true);
            }
            AddBias(inputSums, flat + At(InputBias));
            AddBias(sums, flat + At(HiddenBias));
        }

        void AddBias(float* ofSample, float* bias)
        {
            new Span<float>(product, gates).Clear();
            for (int t = 0; t < steps; t++) DenseKernels.AddColumns(ofSample + (nint)t * apart, product, 1, gates);
            DenseKernels.Power(product, bias, gates, power, add: true);
        }
    }

    // As in a Perceptron: the sum over samples is the product of the powers.
    private void AddDense(float* delta, SamplePower power, float* flat)
    {
        float* above = outputPowers.Reserve(batch), below = lastPowers.Reserve(batch);
        DenseKernels.Power(delta, above, (nint)batch * OutputCount, power, add: false);
        DenseKernels.Power(last.Pointer, below, (nint)batch * units, power, add: false);
        Blas.Gemm(true, false, OutputCount, units, batch, 1, above, OutputCount, below, units, 1, flat + At(OutputWeight), units);
        DenseKernels.AddColumns(above, flat + At(OutputBias), batch, OutputCount);
    }
}
