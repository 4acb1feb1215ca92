using Engram.Durable.Storage;
using Engram.Streams;

namespace Engram.Durable;

/// <summary>Samples of a lesson as the store keeps them, read when they are first asked for.</summary>
/// <param name="store">The store.</param>
/// <param name="lesson">Number of the lesson.</param>
/// <param name="test">Whether those held out are wanted.</param>
/// <param name="count">How many there are.</param>
/// <param name="shape">Shape of one input.</param>
/// <param name="task">Index of the task they stand for.</param>
internal sealed class KeptSamples(EngramStore store, int lesson, bool test, int count, IReadOnlyList<long> shape, int task) : Samples
{
    private readonly Lazy<HeldRow[]> rows = new(() => [.. store.Read(reader => reader.Held(lesson, test).ToArray())]);

    /// <inheritdoc/>
    public override int Count => count;

    /// <inheritdoc/>
    public override IReadOnlyList<long> InputShape => shape;

    /// <inheritdoc/>
    public override IReadOnlyList<int> Lessons { get; } = [task];

    /// <inheritdoc/>
    public override int Target(int sample) => rows.Value[sample].Class;

    /// <inheritdoc/>
    public override int Task(int sample) => task;

    /// <inheritdoc/>
    public override void Read(int sample, Span<float> input) => SampleBytes.ToNumbers(rows.Value[sample].Input).CopyTo(input);
}
