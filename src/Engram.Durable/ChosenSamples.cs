using Engram.Streams;

namespace Engram.Durable;

/// <summary>Some of other samples.</summary>
/// <param name="samples">The others.</param>
/// <param name="chosen">Which of them.</param>
/// <param name="task">Index of the task they stand for.</param>
internal sealed class ChosenSamples(Samples samples, int[] chosen, int task) : Samples
{
    /// <inheritdoc/>
    public override int Count => chosen.Length;

    /// <inheritdoc/>
    public override IReadOnlyList<long> InputShape => samples.InputShape;

    /// <inheritdoc/>
    public override IReadOnlyList<int> Lessons { get; } = [task];

    /// <inheritdoc/>
    public override int Target(int sample) => samples.Target(chosen[sample]);

    /// <inheritdoc/>
    public override int Task(int sample) => task;

    /// <inheritdoc/>
    public override void Read(int sample, Span<float> input) => samples.Read(chosen[sample], input);
}
