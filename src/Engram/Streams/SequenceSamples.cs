namespace Engram.Streams;

/// <summary>Generated sequences, a byte for each step; a batch sees one number per feature, 1 for the step's symbol. Short sequences begin with steps of zeros.</summary>
public sealed class SequenceSamples : Samples
{
    private readonly byte[] tokens, answers;
    private readonly int steps, features, firstOutput, task;

    /// <summary>Packs sequences.</summary>
    /// <param name="sequences">At most <paramref name="steps"/> steps each.</param>
    /// <param name="steps">Steps of an input.</param>
    /// <param name="features">Numbers of a step, 1 to 255.</param>
    /// <param name="firstOutput">Output of answer 0.</param>
    /// <param name="task">Index of the task.</param>
    internal SequenceSamples(IReadOnlyList<Sequence> sequences, int steps, int features, int firstOutput, int task)
    {
        (this.steps, this.features, this.firstOutput, this.task) = (steps, features, firstOutput, task);
        answers = [.. sequences.Select(sequence => (byte)sequence.Answer)];
        tokens = new byte[sequences.Count * steps];
        for (int i = 0; i < sequences.Count; i++) sequences[i].Tokens.CopyTo(tokens, (i + 1) * steps - sequences[i].Tokens.Length);
        InputShape = [steps, features];
        Lessons = [task];
    }

    /// <inheritdoc/>
    public override int Count => answers.Length;

    /// <inheritdoc/>
    public override IReadOnlyList<long> InputShape { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Lessons { get; }

    /// <inheritdoc/>
    public override int Target(int sample) => firstOutput + answers[sample];

    /// <inheritdoc/>
    public override int Task(int sample) => task;

    /// <inheritdoc/>
    public override void Read(int sample, Span<float> input)
    {
        input.Clear();
        for (int step = 0; step < steps; step++)
        {
            int token = tokens[sample * steps + step];
            if (token > 0) input[step * features + token - 1] = 1;
        }
    }
}
