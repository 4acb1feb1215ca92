using Engram.OwnData;

namespace Engram.Streams;

/// <summary>Some of a user's records as one task sees them.</summary>
/// <param name="records">The shared records.</param>
/// <param name="form">How a record becomes an input; null for texts, which are read as they are.</param>
/// <param name="selection">Which of the records.</param>
/// <param name="outputOfClass">Output per class of the records.</param>
/// <param name="task">Index of the task, from 0.</param>
public sealed class RecordSamples(Records records, InputForm? form, int[] selection, int[] outputOfClass, int task) : Samples
{
    /// <inheritdoc/>
    public override int Count => selection.Length;

    /// <inheritdoc/>
    public override IReadOnlyList<long> InputShape { get; } = form?.Shape ?? [1];

    /// <inheritdoc/>
    public override IReadOnlyList<int> Lessons { get; } = [task];

    /// <summary>Output of a sample's class; -1 without labels.</summary>
    public override int Target(int sample) => records.HasLabels ? outputOfClass[records.ClassOf(selection[sample])] : -1;

    /// <inheritdoc/>
    public override int Task(int sample) => task;

    /// <inheritdoc/>
    public override string? Text(int sample) => form is null ? records.Text(selection[sample]) : null;

    /// <inheritdoc/>
    public override UInt128 ContentHash(int sample) => form?.ContentHash(records, selection[sample]) ?? records.ContentHash(selection[sample]);

    /// <inheritdoc/>
    /// <exception cref="EngramException">The record cannot be read, or is a text.</exception>
    public override void Read(int sample, Span<float> input) => (form ?? records.Fit([])).Read(records, selection[sample], input);
}
