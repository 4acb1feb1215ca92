namespace Engram.Streams;

/// <summary>Data that a task was learned from and that are not at hand any more: how many there were, and nothing of them.</summary>
/// <param name="task">Index of the task, from 0.</param>
/// <param name="name">Name of the task.</param>
/// <param name="count">How many samples there were; 0 where nobody counted them.</param>
/// <param name="inputShape">Shape of one input.</param>
/// <param name="targetNumbers">Numbers of a target; 0 where it is the index of one output.</param>
internal sealed class AbsentSamples(int task, string name, int count, IReadOnlyList<long> inputShape, int targetNumbers) : Samples
{
    public override int Count => count;

    public override IReadOnlyList<long> InputShape => inputShape;

    public override IReadOnlyList<int> Lessons { get; } = [task];

    public override int TargetNumbers => targetNumbers;

    public override int Task(int sample) => task;

    public override int Target(int sample) => throw NotHere();

    public override void Read(int sample, Span<float> input) => throw NotHere();

    public override void ReadTarget(int sample, Span<float> numbers) => throw NotHere();

    private EngramException NotHere() => EngramException.Input("data-not-here",
        $"The method wants to read the data of task {task + 1} ({name}), which are not here: a learner keeps what it learned and not what it learned from. Choose a method that keeps what it needs, or learn all tasks in one program.");
}
