namespace Engram.Streams;

/// <summary>Samples of a task that are at hand as numbers in memory.</summary>
public sealed class ArraySamples : Samples
{
    private readonly IReadOnlyList<float[]> inputs;
    private readonly IReadOnlyList<int>? outputs;
    private readonly IReadOnlyList<float[]>? numbers;
    private readonly int task;

    /// <summary>Inputs with the output that is right for each.</summary>
    /// <param name="inputs">All of the same length, one at least.</param>
    /// <param name="outputs">As many.</param>
    /// <param name="task">Index of the task, from 0.</param>
    /// <param name="inputShape">Shape of one input; null for a flat row.</param>
    /// <exception cref="EngramException">Lengths differ; the message names the sample.</exception>
    public ArraySamples(IReadOnlyList<float[]> inputs, IReadOnlyList<int> outputs, int task = 0, IReadOnlyList<long>? inputShape = null)
        : this(inputs, outputs.Count, task, inputShape) => this.outputs = outputs;

    /// <summary>Inputs with the numbers that are right for each.</summary>
    /// <param name="inputs">All of the same length, one at least.</param>
    /// <param name="numbers">As many, all of the same length.</param>
    /// <param name="task">Index of the task, from 0.</param>
    /// <param name="inputShape">Shape of one input; null for a flat row.</param>
    /// <exception cref="EngramException">Lengths differ; the message names the sample.</exception>
    public ArraySamples(IReadOnlyList<float[]> inputs, IReadOnlyList<float[]> numbers, int task = 0, IReadOnlyList<long>? inputShape = null)
        : this(inputs, numbers.Count, task, inputShape)
    {
        this.numbers = numbers;
        TargetNumbers = RequireEqual(numbers, "numbers to its target");
    }

    private ArraySamples(IReadOnlyList<float[]> inputs, int targets, int task, IReadOnlyList<long>? inputShape)
    {
        if (inputs.Count == 0) throw EngramException.Input("empty-task", $"Task {task + 1} has no sample; it needs at least one.");
        if (inputs.Count != targets) throw EngramException.Input("wrong-target", $"Task {task + 1} has {inputs.Count} inputs and {targets} targets; give one target for each input.");
        int length = RequireEqual(inputs, "numbers");
        InputShape = inputShape ?? [length];
        if (InputShape.Aggregate(1L, (product, size) => product * size) != length)
            throw EngramException.Input("wrong-input", $"The inputs have {length} numbers, which do not fill the shape [{string.Join(", ", InputShape)}]; give a shape whose sizes multiply to {length}.");
        (this.inputs, this.task, Lessons) = (inputs, task, [task]);
    }

    /// <inheritdoc/>
    public override int Count => inputs.Count;

    /// <inheritdoc/>
    public override IReadOnlyList<long> InputShape { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Lessons { get; }

    /// <inheritdoc/>
    public override int TargetNumbers { get; }

    /// <inheritdoc/>
    public override int Target(int sample) => outputs?[sample] ?? 0;

    /// <inheritdoc/>
    public override int Task(int sample) => task;

    /// <inheritdoc/>
    public override void Read(int sample, Span<float> input) => inputs[sample].CopyTo(input);

    /// <inheritdoc/>
    public override void ReadTarget(int sample, Span<float> numbers) => this.numbers?[sample].CopyTo(numbers);

    private static int RequireEqual(IReadOnlyList<float[]> rows, string what)
    {
        int length = rows[0].Length;
        for (int i = 1; i < rows.Count; i++)
            if (rows[i].Length != length) throw EngramException.Input("wrong-input", $"Sample {i} has {rows[i].Length} {what}, but sample 0 has {length}; all need as many.");
        return length;
    }
}
