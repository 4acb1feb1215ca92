using Engram.Products;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Networks;

/// <summary>
/// A <see cref="WordGru"/> in main memory, scheduled by hand. Sequences of all lengths end at the same step, the longest ones stand first, and
/// a step computes only those that have begun: nothing is spent on padding, and a sample's answer does not depend on its company.
/// </summary>
/// <remarks>
/// Parameters: <c>0.weight</c> [words, embedding], <c>1.gru.weight_ih_l0</c> [3 units, embedding], <c>1.gru.weight_hh_l0</c> [3 units, units],
/// <c>1.gru.bias_ih_l0</c>, <c>1.gru.bias_hh_l0</c> [3 units], <c>2.weight</c> [outputs, units], <c>2.bias</c>. The state before the first word is zero.
/// </remarks>
public sealed unsafe class WordSequenceNetwork : Network
{
    private const int Embedding = 0, InputWeight = 1, HiddenWeight = 2, InputBias = 3, HiddenBias = 4, OutputWeight = 5, OutputBias = 6;

    // Sequences that Predict and Features take at a time, so that the states of all steps stay small.
    private const int PredictedTogether = 64;

    private readonly RecurrentCell cell = new GruCell();
    private readonly int statements, words, length, units, gates;
    private readonly float* parameters;
    private readonly NetworkBuffers buffers = new();
    // Rows of all steps one after the other; a step has one for each sequence that has begun, the longest first.
    private readonly GrowingBuffer embedded, gateValues, hidden, kept, hiddenSums, inputSumDelta, hiddenSumDelta, embeddedDelta;
    private readonly GrowingBuffer last, logits, predicted, predictedFeatures, hiddenDelta, outputDelta, lastDelta;
    private readonly GrowingBuffer ownInputDelta, ownHiddenDelta, ownInputs, ownHidden, product, outputPowers, lastPowers, wordDelta;
    private int[] wordOfRow = [], firstRow = [], order = [], lengths = [];
    private int[][] sequences = [];
    private int batch, steps;

    /// <summary>Makes the network with all parameters zero.</summary>
    internal WordSequenceNetwork(ParameterLayout layout, IReadOnlyList<long> inputShape, int outputs) : base(layout, inputShape, outputs, CPU)
    {
        (statements, words, length) = ((int)inputShape[0] - 1, (int)inputShape[1], (int)layout.Slices[Embedding].Shape[1]);
        (gates, units) = ((int)layout.Slices[HiddenWeight].Shape[0], (int)layout.Slices[HiddenWeight].Shape[1]);
        parameters = FlatVector.Pointer(Parameters);
        (embedded, gateValues, hidden, kept, hiddenSums) = (buffers.New(length), buffers.New(gates), buffers.New(units), buffers.New(units), buffers.New(gates));
        (inputSumDelta, hiddenSumDelta, embeddedDelta) = (buffers.New(gates), buffers.New(gates), buffers.New(length));
        (last, logits, predicted, predictedFeatures) = (buffers.New(units), buffers.New(outputs), buffers.New(outputs), buffers.New(units));
        (hiddenDelta, outputDelta, lastDelta) = (buffers.New(units), buffers.New(outputs), buffers.New(units));
        (ownInputDelta, ownHiddenDelta, ownInputs, ownHidden) = (buffers.New(gates), buffers.New(gates), buffers.New(length), buffers.New(units));
        (product, outputPowers, lastPowers, wordDelta) = (buffers.New(Math.Max(length, units)), buffers.New(outputs), buffers.New(units), buffers.New(length));
        DenseKernels.Clear(wordDelta.Reserve(outputs), (nint)outputs * length);
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor inputs)
    {
        batch = 0;
        int count = CheckInputs(inputs);
        Run(FlatVector.Pointer(inputs), count);
        GC.KeepAlive(inputs);
        batch = count;
        return logits.View(count);
    }

    /// <inheritdoc/>
    public override Tensor Predict(Tensor inputs) => InParts(inputs, logits, predicted, OutputCount);

    /// <inheritdoc/>
    /// <remarks>The state after the last word.</remarks>
    public override Tensor Features(Tensor inputs) => InParts(inputs, last, predictedFeatures, units);

    /// <inheritdoc/>
    public override Tensor InputGradient => throw new NotSupportedException("Words have no gradient.");

    /// <inheritdoc/>
    public override void Backward(Tensor outputGradient, Tensor gradient)
    {
        CheckOutputGradient(outputGradient, batch, mayHaveTerms: false);
        CheckFlat(gradient, nameof(gradient));
        if (FindsInputGradient) throw new NotSupportedException("Words have no gradient; the network cannot stand behind another one.");
        float* flat = FlatVector.Pointer(gradient), delta = GoBack(FlatVector.Pointer(outputGradient));
        int total = firstRow[steps];
        Blas.Gemm(true, false, OutputCount, units, batch, 1, delta, OutputCount, last.Pointer, units, 0, flat + At(OutputWeight), units);
        DenseKernels.SumColumns(delta, flat + At(OutputBias), batch, OutputCount);
        Blas.Gemm(true, false, gates, length, total, 1, inputSumDelta.Pointer, gates, embedded.Pointer, length, 0, flat + At(InputWeight), length);
        DenseKernels.SumColumns(inputSumDelta.Pointer, flat + At(InputBias), total, gates);
        Blas.Gemm(true, false, gates, units, total, 1, hiddenSumDelta.Pointer, gates, hidden.Pointer, units, 0, flat + At(HiddenWeight), units);
        DenseKernels.SumColumns(hiddenSumDelta.Pointer, flat + At(HiddenBias), total, gates);
        DenseKernels.Clear(flat + At(Embedding), (nint)OutputCount * length);
        for (int row = 0; row < total; row++) StoryKernels.Add(embeddedDelta.Pointer + (nint)row * length, flat + At(Embedding) + (nint)wordOfRow[row] * length, length);
        GC.KeepAlive(outputGradient);
    }

    /// <inheritdoc/>
    /// <remarks>A sample's gradient is a product over its words, so those are formed one sample and term after the other.</remarks>
    public override void AccumulateSampleGradients(Tensor outputGradient, SamplePower power, Tensor sum)
    {
        int terms = CheckOutputGradient(outputGradient, batch, mayHaveTerms: true);
        CheckFlat(sum, nameof(sum));
        float* deltas = FlatVector.Pointer(outputGradient), flat = FlatVector.Pointer(sum);
        for (int term = 0; term < terms; term++, deltas += (nint)batch * OutputCount)
        {
            float* delta = GoBack(deltas), above = outputPowers.Reserve(batch), below = lastPowers.Reserve(batch);
            for (int place = 0; place < batch; place++) AddPowers(place, power, flat);
            DenseKernels.Power(delta, above, (nint)batch * OutputCount, power, add: false);
            DenseKernels.Power(last.Pointer, below, (nint)batch * units, power, add: false);
            Blas.Gemm(true, false, OutputCount, units, batch, 1, above, OutputCount, below, units, 1, flat + At(OutputWeight), units);
            DenseKernels.AddColumns(above, flat + At(OutputBias), batch, OutputCount);
        }
        GC.KeepAlive(outputGradient);
    }

    /// <inheritdoc/>
    public override void AccumulateCoactivity(Tensor outputs, Tensor sum) => throw new NotSupportedException("The layers of a word network are not all dense: there are words without units that are active together.");

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        batch = 0;
        if (disposing) buffers.Dispose();
        base.Dispose(disposing);
    }

    private nint At(int slice) => (nint)Layout.Slices[slice].Offset;

    private static void Copy(float* from, float* to, int count) => new Span<float>(from, count).CopyTo(new(to, count));

    private Tensor InParts(Tensor given, GrowingBuffer part, GrowingBuffer whole, int columns)
    {
        batch = 0;
        int rows = CheckInputs(given), perSample = (1 + statements) * words;
        float* source = FlatVector.Pointer(given), target = whole.Reserve(rows);
        for (int first = 0; first < rows; first += PredictedTogether)
        {
            int count = Math.Min(PredictedTogether, rows - first);
            Run(source + (nint)first * perSample, count);
            Copy(part.Pointer, target + (nint)first * columns, count * columns);
        }
        GC.KeepAlive(given);
        return whole.View(rows);
    }

    private void Run(float* input, int count)
    {
        ReadWords(input, count);
        int total = firstRow[steps];
        Embed(total);
        Blas.Gemm(false, true, total, gates, length, 1, embedded.Pointer, length, parameters + At(InputWeight), length, 0, gateValues.Reserve(total), gates);
        kept.Reserve(total);
        DenseKernels.Clear(hidden.Reserve(total + count), (nint)(total + count) * units);
        DenseKernels.Clear(hiddenSums.Reserve(count), (nint)count * gates);
        for (int t = 0; t < steps; t++)
        {
            RecurrentStep step = StepAt(t);
            if (t > 0) Blas.Gemm(false, true, step.Rows, gates, units, 1, step.HiddenBefore, units, parameters + At(HiddenWeight), units, 0, step.HiddenSums, gates);
            cell.Forward(step);
        }
        last.Reserve(count);
        for (int place = 0; place < count; place++) Copy(hidden.Pointer + (nint)(total + place) * units, last.Pointer + (nint)order[place] * units, units);
        Blas.Gemm(false, true, count, OutputCount, units, 1, last.Pointer, units, parameters + At(OutputWeight), units, 0, logits.Reserve(count), OutputCount);
        DenseKernels.AddBias(logits.Pointer, parameters + At(OutputBias), count, OutputCount, rectify: false);
    }

    // The words of each sample in the order of reading: the earliest statement first, the question last.
    private void ReadWords(float* input, int count)
    {
        sequences = new int[count][];
        for (int n = 0; n < count; n++, input += (1 + statements) * words)
        {
            int rows = 1;
            while (rows <= statements && input[rows * words] != 0) rows++;
            List<int> sequence = [];
            for (int row = rows - 1; row >= 0; row--)
            {
                for (int i = 0; i < words && input[row * words + i] is var number && number != 0; i++)
                {
                    int word = (int)number;
                    if (word != number || word < 1 || word > OutputCount)
                        throw new ArgumentException($"Inputs must be word numbers from 1 to {OutputCount}, but there is {number} in row {row} of sample {n}.", nameof(input));
                    sequence.Add(word - 1);
                }
            }
            sequences[n] = [.. sequence];
        }
        lengths = [.. sequences.Select(sequence => sequence.Length)];
        order = [.. Enumerable.Range(0, count).OrderByDescending(n => lengths[n])];
        steps = lengths[order[0]];
        firstRow = new int[steps + 1];
        for (int t = 0; t < steps; t++) firstRow[t + 1] = firstRow[t] + lengths.Count(own => own >= steps - t);
    }

    private void Embed(int total)
    {
        if (wordOfRow.Length < total) wordOfRow = new int[total];
        embedded.Reserve(total);
        for (int t = 0; t < steps; t++)
        {
            for (int row = firstRow[t]; row < firstRow[t + 1]; row++)
            {
                int[] sequence = sequences[order[row - firstRow[t]]];
                wordOfRow[row] = sequence[t - (steps - sequence.Length)];
                Copy(parameters + At(Embedding) + (nint)wordOfRow[row] * length, embedded.Pointer + (nint)row * length, length);
            }
        }
    }

    // Back through the steps: leaves the gradient with respect to all sums and embedded words; returns the output gradient on a cache line.
    private float* GoBack(float* outputGradient)
    {
        int total = firstRow[steps];
        float* delta = outputDelta.Reserve(batch), states = lastDelta.Reserve(batch);
        Copy(outputGradient, delta, batch * OutputCount);
        inputSumDelta.Reserve(total);
        hiddenSumDelta.Reserve(total);
        Blas.Gemm(false, false, batch, units, OutputCount, 1, delta, OutputCount, parameters + At(OutputWeight), units, 0, states, units);
        hiddenDelta.Reserve(batch);
        for (int place = 0; place < batch; place++) Copy(states + (nint)order[place] * units, hiddenDelta.Pointer + (nint)place * units, units);
        for (int t = steps - 1; t >= 0; t--)
        {
            RecurrentStep step = StepAt(t);
            cell.Backward(step);
            if (t > 0) Blas.Gemm(false, false, step.Rows, units, gates, 1, step.HiddenSumDelta, gates, parameters + At(HiddenWeight), units, 1, step.HiddenDelta, units);
        }
        Blas.Gemm(false, false, total, length, gates, 1, inputSumDelta.Pointer, gates, parameters + At(InputWeight), length, 0, embeddedDelta.Reserve(total), length);
        return delta;
    }

    // A step's states afterwards stand where the next step's states before begin, in front of the zeros of those that begin there.
    private RecurrentStep StepAt(int t) => new()
    {
        Rows = firstRow[t + 1] - firstRow[t],
        Units = units,
        Stride = gates,
        Gates = gateValues.Pointer + (nint)firstRow[t] * gates,
        HiddenSums = hiddenSums.Pointer,
        InputBias = parameters + At(InputBias),
        HiddenBias = parameters + At(HiddenBias),
        HiddenBefore = hidden.Pointer + (nint)firstRow[t] * units,
        HiddenAfter = hidden.Pointer + (nint)firstRow[t + 1] * units,
        Kept = kept.Pointer + (nint)firstRow[t] * units,
        HiddenDelta = hiddenDelta.Pointer,
        InputSumDelta = inputSumDelta.Pointer + (nint)firstRow[t] * gates,
        HiddenSumDelta = hiddenSumDelta.Pointer + (nint)firstRow[t] * gates,
    };

    private void AddPowers(int place, SamplePower power, float* flat)
    {
        int own = lengths[order[place]];
        float* inputDeltas = ownInputDelta.Reserve(own + 1), hiddenDeltas = ownHiddenDelta.Reserve(own + 1), inputs = ownInputs.Reserve(own), states = ownHidden.Reserve(own), formed = product.Reserve(gates);
        for (int i = 0; i < own; i++)
        {
            nint row = firstRow[steps - own + i] + place;
            Copy(inputSumDelta.Pointer + row * gates, inputDeltas + (nint)i * gates, gates);
            Copy(hiddenSumDelta.Pointer + row * gates, hiddenDeltas + (nint)i * gates, gates);
            Copy(embedded.Pointer + row * length, inputs + (nint)i * length, length);
            Copy(hidden.Pointer + row * units, states + (nint)i * units, units);
            StoryKernels.Add(embeddedDelta.Pointer + row * length, wordDelta.Pointer + (nint)wordOfRow[row] * length, length);
        }
        Blas.Gemm(true, false, gates, length, own, 1, inputDeltas, gates, inputs, length, 0, formed, length);
        DenseKernels.Power(formed, flat + At(InputWeight), (nint)gates * length, power, add: true);
        Blas.Gemm(true, false, gates, units, own, 1, hiddenDeltas, gates, states, units, 0, formed, units);
        DenseKernels.Power(formed, flat + At(HiddenWeight), (nint)gates * units, power, add: true);
        AddBias(inputDeltas, flat + At(InputBias));
        AddBias(hiddenDeltas, flat + At(HiddenBias));
        foreach (int word in sequences[order[place]].Distinct())
        {
            float* found = wordDelta.Pointer + (nint)word * length;
            DenseKernels.Power(found, flat + At(Embedding) + (nint)word * length, length, power, add: true);
            DenseKernels.Clear(found, length);
        }

        void AddBias(float* deltas, float* bias)
        {
            float* total = deltas + (nint)own * gates;
            DenseKernels.SumColumns(deltas, total, own, gates);
            DenseKernels.Power(total, bias, gates, power, add: true);
        }
    }
}
