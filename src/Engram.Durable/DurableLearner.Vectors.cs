namespace Engram.Durable;

// Lessons from a program that has numbers, and no file of them.
public sealed partial class DurableLearner
{
    /// <summary>
    /// Learns a lesson of vectors as the learner sees them, as <see cref="Predict(float[])"/> takes them. Given again, by the same name and with the same vectors, it is not learned
    /// again: what became of it is told, so who has lost the answer may ask twice.
    /// </summary>
    /// <param name="inputs">One at least, all of one length, finite.</param>
    /// <param name="labels">The class of each.</param>
    /// <param name="name">Name of the lesson.</param>
    /// <param name="progress">Hears how far it has come; null for nobody.</param>
    /// <param name="cancellation">Stops it; nothing has changed then, or what was saved is gone on with by the same call.</param>
    /// <exception cref="EngramException">A vector or label is none, the learner sees others, another lesson has the name, or somebody else writes; nothing has changed.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public Lesson Learn(IReadOnlyList<float[]> inputs, IReadOnlyList<string> labels, string name, IProgress<LearnStage>? progress = null, CancellationToken cancellation = default)
    {
        RefuseWrong(inputs, labels, name);
        using IDisposable held = file.Store.HoldForWriting($"learn {name}");
        if (this.inputs is null) Refresh(); // another process may have begun it
        IReadOnlyList<long> shape = this.inputs?.Shape ?? [inputs[0].Length];
        long length = shape.Aggregate(1L, (product, size) => product * size);
        if (inputs[0].Length != length) throw WrongLesson(name, $"input 1 has {inputs[0].Length} numbers, but the learner sees {length}; give as many");
        using VectorRecords records = new(name, inputs, labels, shape, place => $"input {place + 1} of lesson '{Quote.Of(name)}'");
        return LearnHeld(records, name, progress, null, cancellation);
    }

    private static void RefuseWrong(IReadOnlyList<float[]> inputs, IReadOnlyList<string> labels, string name)
    {
        string? wrong = string.IsNullOrWhiteSpace(name) ? "it has no name; give one"
            : inputs.Count == 0 ? "it has no inputs; give one at least"
            : inputs.Count != labels.Count ? $"it has {inputs.Count} inputs and {labels.Count} labels; give one label for each input"
            : null;
        for (int i = 0; wrong is null && i < inputs.Count; i++)
        {
            wrong = inputs[i] is not { Length: > 0 } input ? $"input {i + 1} has no numbers; give one at least"
                : input.Length != inputs[0].Length ? $"input {i + 1} has {input.Length} numbers, but the first has {inputs[0].Length}; give all alike"
                : Array.FindIndex(input, number => !float.IsFinite(number)) is >= 0 and var place ? $"number {place + 1} of input {i + 1} is {input[place]}, which is not finite; replace it"
                : string.IsNullOrWhiteSpace(labels[i]) ? $"input {i + 1} has no label; give one"
                : null;
        }
        if (wrong is not null) throw WrongLesson(name, wrong);
    }

    private static EngramException WrongLesson(string name, string why) => EngramException.Input("wrong-lesson", $"The lesson '{Quote.Of(name)}' cannot be learned: {why}. Nothing was learned.");
}
