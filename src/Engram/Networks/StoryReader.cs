using System.Numerics;
using Engram.Products;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Networks;

/// <summary>
/// A <see cref="MemoryNetwork"/> in main memory, scheduled by hand: only words that are there are looked up, the vectors of a statement under
/// all embeddings are found in one pass and serve every hop, and nothing is allocated per step.
/// </summary>
/// <remarks>
/// Parameters: <c>embedding.0</c> to <c>embedding.H</c>, each [words + statements, d]; row w - 1 is word w, row words + t - 1 the word of time t,
/// where the last statement said has t = 1. With L the position encoding and E_h the embeddings (methods.md section 2.2):
/// m_i^h = sum_j L_j * E_(h-1)[w_ij] + E_(h-1)[t_i], c_i^h the same with E_h, u^1 = sum_j L_j * E_0[q_j]; p = softmax(m u) over
/// all places of the memory, where empty ones have m = c = 0, or m u in the linear start; u^(h+1) = u^h + sum_i p_i c_i; logits = E_H u^(H+1). Inside, the embeddings of a word lie side by side, each row filled up to
/// whole vectors.
/// </remarks>
public sealed unsafe class StoryReader : Network
{
    private static readonly int Lanes = Vector<float>.Count;

    private readonly int[] linearEpochs;
    private readonly double timeNoise;
    // Sizes: hops, embeddings H + 1, length d, d filled up, all embeddings of a word, rows of an embedding, statements and words of an input.
    private readonly int hops, embeddings, length, padded, width, rows, statements, words;
    private readonly float* parameters;
    private readonly NetworkBuffers buffers = new();
    private readonly GrowingBuffer table, tableDelta, positions, sentences, sentenceDelta, states, looks, lookDelta, last, lastDelta, logits;
    private readonly List<int> touched = [];
    private readonly bool[] isTouched;
    // Per sample: where its words begin in wordsOf, where its statements begin in sentences, how many there are.
    private int[] wordsOf = [], wordCounts = [], times = [], firstSentence = [], counts = [];
    private int batch, attended = -1;
    private bool isLinear;

    /// <summary>Makes the network with all parameters zero.</summary>
    /// <param name="layout">An embedding more than hops, each [words + statements, d].</param>
    /// <param name="inputShape">[1 + statements, words].</param>
    /// <param name="outputs">Number of words.</param>
    /// <param name="linearEpochs">Epochs of each task's linear start; the last number is for all tasks that follow.</param>
    /// <param name="timeNoise">Largest share of empty statements put between those of a story while learning.</param>
    internal StoryReader(ParameterLayout layout, IReadOnlyList<long> inputShape, int outputs, int[] linearEpochs, double timeNoise) : base(layout, inputShape, outputs, CPU)
    {
        (this.linearEpochs, this.timeNoise) = (linearEpochs, timeNoise);
        (hops, embeddings, length) = (layout.Slices.Count - 1, layout.Slices.Count, (int)layout.Slices[0].Shape[1]);
        (statements, words, rows) = ((int)inputShape[0] - 1, (int)inputShape[1], outputs + (int)inputShape[0] - 1);
        padded = (length + Lanes - 1) / Lanes * Lanes;
        width = embeddings * padded;
        parameters = FlatVector.Pointer(Parameters);
        isTouched = new bool[rows];
        (table, tableDelta, positions, sentences, sentenceDelta) = (buffers.New(width), buffers.New(width), buffers.New(width), buffers.New(width), buffers.New(width));
        (states, looks, lookDelta, last, lastDelta, logits) = (buffers.New(embeddings * padded), buffers.New(hops * statements), buffers.New(statements), buffers.New(padded), buffers.New(padded), buffers.New(outputs));
        DenseKernels.Clear(table.Reserve(rows), (nint)rows * width);
        DenseKernels.Clear(tableDelta.Reserve(rows), (nint)rows * width);
        sentenceDelta.Reserve(statements);
        lookDelta.Reserve(1);
        FillPositions();
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor inputs)
    {
        batch = Run(inputs, isLearning: true);
        return logits.View(batch);
    }

    /// <inheritdoc/>
    public override Tensor Predict(Tensor inputs) => logits.View(Run(inputs, isLearning: false));

    /// <inheritdoc/>
    /// <remarks>The state u after the last hop.</remarks>
    public override Tensor Features(Tensor inputs)
    {
        int count = Run(inputs, isLearning: false);
        return last.View(count).narrow(1, 0, length).contiguous();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<float[]>? TakeAttention()
    {
        int count = attended;
        attended = -1;
        return count < 0 ? null : [.. Enumerable.Range(0, hops).Select(h => new ReadOnlySpan<float>(looks.Pointer + h * statements, count).ToArray())];
    }

    /// <inheritdoc/>
    public override Tensor InputGradient => throw new NotSupportedException("Words have no gradient.");

    /// <inheritdoc/>
    public override void Backward(Tensor outputGradient, Tensor gradient)
    {
        CheckOutputGradient(outputGradient, batch, mayHaveTerms: false);
        CheckFlat(gradient, nameof(gradient));
        if (FindsInputGradient) throw new NotSupportedException("Words have no gradient; the network cannot stand behind another one.");
        float* delta = FlatVector.Pointer(outputGradient), flat = FlatVector.Pointer(gradient);
        nint slice = (nint)rows * length;
        float* output = flat + hops * slice;
        GoToStates(delta);
        Blas.Gemm(true, false, OutputCount, length, batch, 1, delta, OutputCount, last.Pointer, padded, 0, output, length);
        DenseKernels.Clear(output + (nint)OutputCount * length, (nint)statements * length);
        for (int n = 0; n < batch; n++) GoBack(n);
        for (int row = 0; row < rows; row++)
        {
            float* from = tableDelta.Pointer + (nint)row * width, to = flat + (nint)row * length;
            for (int h = 0; h < hops; h++, from += padded, to += slice) new Span<float>(from, length).CopyTo(new(to, length));
            StoryKernels.Add(from, to, length);
        }
        DenseKernels.Clear(tableDelta.Pointer, (nint)rows * width);
        GC.KeepAlive(outputGradient);
    }

    /// <inheritdoc/>
    /// <remarks>A sample's gradient touches few words; each is formed, raised to the power and added, one sample and term after the other.</remarks>
    public override void AccumulateSampleGradients(Tensor outputGradient, SamplePower power, Tensor sum)
    {
        int terms = CheckOutputGradient(outputGradient, batch, mayHaveTerms: true);
        CheckFlat(sum, nameof(sum));
        float* delta = FlatVector.Pointer(outputGradient), flat = FlatVector.Pointer(sum);
        for (int term = 0; term < terms; term++)
        {
            GoToStates(delta);
            for (int n = 0; n < batch; n++, delta += OutputCount)
            {
                Touch(n);
                GoBack(n);
                AddPowers(delta, last.Pointer + (nint)n * padded, power, flat);
            }
        }
        GC.KeepAlive(outputGradient);
    }

    /// <inheritdoc/>
    public override void AccumulateCoactivity(Tensor outputs, Tensor sum) => throw new NotSupportedException("The layers of a memory network are not dense: there are no pairs of units that are active together.");

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        batch = 0;
        if (disposing) buffers.Dispose();
        base.Dispose(disposing);
    }

    // L[k, j] = 1 + 4 (k - (d + 1) / 2) (j - (J + 1) / 2) / (d J), once for each embedding.
    private void FillPositions()
    {
        float* place = positions.Reserve(words);
        DenseKernels.Clear(place, (nint)words * width);
        for (int j = 0; j < words; j++)
            for (int h = 0; h < embeddings; h++)
                for (int k = 0; k < length; k++)
                    place[j * width + h * padded + k] = (float)(1 + 4 * (k + 1 - (length + 1) / 2.0) * (j + 1 - (words + 1) / 2.0) / ((double)length * words));
    }

    private int Run(Tensor inputs, bool isLearning)
    {
        (batch, attended) = (0, -1);
        int count = CheckInputs(inputs);
        LoadTable();
        ReadWords(FlatVector.Pointer(inputs), count);
        FindTimes(count, isLearning && !IsMeasured ? Moment : null);
        isLinear = Moment is { } moment && moment.Epoch < linearEpochs[Math.Min(moment.Task, linearEpochs.Length - 1)];
        sentences.Reserve(Math.Max(1, isLearning ? firstSentence[count] : statements));
        states.Reserve(count);
        looks.Reserve(count);
        last.Reserve(count);
        for (int n = 0; n < count; n++) Read(n, sentences.Pointer + (isLearning ? (nint)firstSentence[n] * width : 0));
        // Row w of the last embedding is the output of word w + 1.
        Blas.Gemm(false, true, count, OutputCount, length, 1, last.Pointer, padded, parameters + (nint)hops * rows * length, length, 0, logits.Reserve(count), OutputCount);
        attended = counts[0];
        GC.KeepAlive(inputs);
        return count;
    }

    private void LoadTable()
    {
        float* from = parameters;
        for (int h = 0; h < embeddings; h++)
            for (int row = 0; row < rows; row++, from += length)
                new Span<float>(from, length).CopyTo(new(table.Pointer + (nint)row * width + h * padded, length));
    }

    // Word rows of the table, the question first, then statement after statement, each in its own stretch of wordsOf.
    private void ReadWords(float* input, int count)
    {
        int perSample = (1 + statements) * words;
        if (wordsOf.Length < count * perSample) (wordsOf, wordCounts, times, firstSentence, counts) =
            (new int[count * perSample], new int[count * (1 + statements)], new int[count * statements], new int[count + 1], new int[count]);
        firstSentence[0] = 0;
        for (int n = 0; n < count; n++)
        {
            int row = 0;
            for (; row <= statements; row++)
            {
                int start = n * perSample + row * words, found = 0;
                for (; found < words && input[start + found] is var number && number != 0; found++)
                {
                    int word = (int)number;
                    if (word != number || word < 1 || word > OutputCount)
                        throw new ArgumentException($"Inputs must be word numbers from 1 to {OutputCount}, but there is {number} in row {row} of sample {n}.", nameof(input));
                    wordsOf[start + found] = word - 1;
                }
                wordCounts[n * (1 + statements) + row] = found;
                if (found == 0 && row > 0) break;
            }
            counts[n] = row - 1;
            firstSentence[n + 1] = firstSentence[n] + counts[n];
        }
    }

    // Statement i of n, from 1, has time i; with noise, n times of 1 to n + b are drawn, b from 0 to the share of n, rounded up.
    private void FindTimes(int count, TrainingMoment? moment)
    {
        RandomSource? random = timeNoise > 0 ? moment?.Seed.For("time-noise", moment.Value.Task, moment.Value.Step) : null;
        for (int n = 0; n < count; n++)
        {
            int empty = random?.NextInt((int)Math.Ceiling(timeNoise * counts[n]) + 1) ?? 0, time = 0;
            for (int i = 0; i < counts[n]; i++)
            {
                // Of the places left, as many are empty as are still to be put in: each place is equally often one of them.
                for (time++; empty > 0 && random!.NextInt(counts[n] - i + empty) < empty; time++) empty--;
                times[n * statements + i] = OutputCount + Math.Min(time, statements) - 1;
            }
        }
    }

    private ReadOnlySpan<int> WordsOf(int n, int row) => wordsOf.AsSpan((n * (1 + statements) + row) * words, wordCounts[n * (1 + statements) + row]);

    private void Read(int n, float* vectors)
    {
        int count = counts[n];
        float* state = states.Pointer + (nint)n * embeddings * padded, look = looks.Pointer + (nint)n * hops * statements;
        StoryKernels.Encode(WordsOf(n, 0), null, table.Pointer, positions.Pointer, state, padded, width);
        for (int i = 0; i < count; i++)
            StoryKernels.Encode(WordsOf(n, i + 1), table.Pointer + (nint)times[n * statements + i] * width, table.Pointer, positions.Pointer, vectors + (nint)i * width, width, width);
        for (int h = 0; h < hops; h++, look += statements, state += padded)
        {
            for (int i = 0; i < count; i++) look[i] = StoryKernels.Dot(vectors + (nint)i * width + h * padded, state, padded);
            if (!isLinear) Softmax(look, count, statements - count);
            new Span<float>(state, padded).CopyTo(new(state + padded, padded));
            for (int i = 0; i < count; i++) StoryKernels.AddScaled(look[i], vectors + (nint)i * width + (h + 1) * padded, state + padded, padded);
        }
        new Span<float>(state, padded).CopyTo(new(last.Pointer + (nint)n * padded, padded));
    }

    // Empty places of the memory have the vector 0, so the score 0; they take a share of the attention and say nothing.
    private static void Softmax(float* numbers, int count, int empty)
    {
        float largest = empty > 0 ? 0 : float.NegativeInfinity;
        for (int i = 0; i < count; i++) largest = MathF.Max(largest, numbers[i]);
        float sum = empty > 0 ? empty * MathF.Exp(-largest) : 0;
        for (int i = 0; i < count; i++) sum += numbers[i] = MathF.Exp(numbers[i] - largest);
        for (int i = 0; i < count; i++) numbers[i] /= sum;
    }

    // Gradient with respect to the last state of every sample.
    private void GoToStates(float* delta)
    {
        float* to = lastDelta.Reserve(batch);
        DenseKernels.Clear(to, (nint)batch * padded);
        Blas.Gemm(false, false, batch, length, OutputCount, 1, delta, OutputCount, parameters + (nint)hops * rows * length, length, 0, to, padded);
    }

    // From the gradient of a sample's last state to those of the embeddings it was made of, added up in tableDelta.
    private void GoBack(int n)
    {
        int count = counts[n];
        float* vectors = sentences.Pointer + (nint)firstSentence[n] * width, deltas = sentenceDelta.Pointer, lookDeltas = lookDelta.Pointer;
        float* delta = lastDelta.Pointer + (nint)n * padded, state = states.Pointer + ((nint)n * embeddings + hops) * padded;
        float* look = looks.Pointer + ((nint)n * hops + hops) * statements;
        for (int h = hops - 1; h >= 0; h--)
        {
            look -= statements;
            state -= padded;
            float mean = 0;
            for (int i = 0; i < count; i++)
            {
                float* seen = vectors + (nint)i * width + (h + 1) * padded, seenDelta = deltas + (nint)i * width + (h + 1) * padded;
                lookDeltas[i] = StoryKernels.Dot(delta, seen, padded);
                mean += look[i] * lookDeltas[i];
                if (h == hops - 1) StoryKernels.Scale(look[i], delta, seenDelta, padded);
                else StoryKernels.AddScaled(look[i], delta, seenDelta, padded);
            }
            if (!isLinear) for (int i = 0; i < count; i++) lookDeltas[i] = look[i] * (lookDeltas[i] - mean);
            for (int i = 0; i < count; i++)
            {
                StoryKernels.Scale(lookDeltas[i], state, deltas + (nint)i * width + h * padded, padded);
                StoryKernels.AddScaled(lookDeltas[i], vectors + (nint)i * width + h * padded, delta, padded);
            }
        }
        for (int i = 0; i < count; i++)
        {
            StoryKernels.Scatter(WordsOf(n, i + 1), deltas + (nint)i * width, positions.Pointer, tableDelta.Pointer, width, width);
            StoryKernels.Add(deltas + (nint)i * width, tableDelta.Pointer + (nint)times[n * statements + i] * width, width);
        }
        StoryKernels.Scatter(WordsOf(n, 0), delta, positions.Pointer, tableDelta.Pointer, padded, width);
    }

    private void Touch(int n)
    {
        for (int row = 0; row <= counts[n]; row++)
            foreach (int word in WordsOf(n, row)) Mark(word);
        for (int i = 0; i < counts[n]; i++) Mark(times[n * statements + i]);

        void Mark(int row)
        {
            if (isTouched[row]) return;
            isTouched[row] = true;
            touched.Add(row);
        }
    }

    // The output layer's part of a sample's gradient is delta u^T; that of its words lies in tableDelta, which is left empty.
    private void AddPowers(float* delta, float* state, SamplePower power, float* sum)
    {
        nint slice = (nint)rows * length;
        float* output = sum + hops * slice, none = sentenceDelta.Pointer; // free again; zero where a word was not touched
        DenseKernels.Clear(none, padded);
        for (int word = 0; word < OutputCount; word++)
            StoryKernels.AddPower(delta[word], state, isTouched[word] ? tableDelta.Pointer + (nint)word * width + hops * padded : none, output + (nint)word * length, length, power);
        foreach (int row in touched)
        {
            float* found = tableDelta.Pointer + (nint)row * width;
            for (int h = 0; h < hops; h++) DenseKernels.Power(found + h * padded, sum + h * slice + (nint)row * length, length, power, add: true);
            if (row >= OutputCount) DenseKernels.Power(found + hops * padded, output + (nint)row * length, length, power, add: true);
            DenseKernels.Clear(found, width);
            isTouched[row] = false;
        }
        touched.Clear();
    }
}
