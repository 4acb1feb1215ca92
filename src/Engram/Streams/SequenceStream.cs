namespace Engram.Streams;

/// <summary>
/// Streams of generated sequences, from easy to hard. A kind of stream says what its tasks are; drawing, validation split, order and the
/// outputs of each scenario are the same for all of them and made here.
/// </summary>
/// <remarks>
/// One answer per sample, like everywhere in Engram: where the published task writes a whole sequence, a sample asks for one of its steps,
/// drawn at random. All tasks have inputs [steps, features] of the longest one; what is to be remembered stands last, after steps of zeros.
/// What is to be remembered in a test sequence is in no training sequence of its task, and what is in a validation sequence in neither,
/// where there are at least 500 different ones: two tenths of them are kept for tests, one tenth for validation where some is asked for.
/// With fewer, such as single symbols, all sets are drawn from all of them. Within a set a sequence may come more than once.
/// </remarks>
public abstract class SequenceStream(SequenceStreamOptions options) : StreamDefinition
{
    private const int FewestContents = 500;

    /// <summary>Numbers of a step.</summary>
    protected abstract int Features { get; }

    /// <summary>The tasks in their natural order, as many as the settings say.</summary>
    protected abstract IReadOnlyList<SequenceTask> Plan();

    /// <inheritdoc/>
    public override TaskStream Create(StreamContext context)
    {
        IReadOnlyList<SequenceTask> plan = Plan();
        int steps = plan.Max(task => task.Steps);
        return new(context.Id, options.Scenario, [.. new TaskCutter(options, context.Seed).Order(plan.Count).Select((natural, index) => Make(plan[natural], natural, index, steps, context.Seed))]) { ActiveClasses = options.ActiveClasses };
    }

    /// <summary>A task's name; numbered where another task has the same difficulty.</summary>
    private protected static string NameOf(string difficulty, int[] values, int index)
    {
        string name = $"{difficulty} {values[index]}";
        return values.Count(value => value == values[index]) == 1 ? name : $"{name} ({index + 1})";
    }

    private LearningTask Make(SequenceTask task, int natural, int index, int steps, Seed seed)
    {
        int firstOutput = options.Scenario == Scenario.Domain ? 0 : index * options.Alphabet;
        int held = (int)Math.Round(options.Samples * options.Validation);
        Seed division = seed.Derive("division", natural);
        bool isDivided = task.Contents >= FewestContents;

        SequenceSamples Set(string purpose, int count, Range tenths)
        {
            RandomSource random = seed.For(purpose, natural);
            List<Sequence> drawn = [];
            while (drawn.Count < count)
            {
                Sequence sequence = task.Draw(random);
                if (!isDivided || Tenth(sequence, division) is var tenth && tenth >= tenths.Start.Value && tenth < tenths.End.Value) drawn.Add(sequence);
            }
            return new(drawn, steps, Features, firstOutput, index);
        }
        return new(index, task.Name, Set("sequences", options.Samples - held, held > 0 ? 3..10 : 2..10), held > 0 ? Set("validation-sequences", held, 2..3) : null,
            Set("test-sequences", options.TestSamples, 0..2), [.. Enumerable.Range(firstOutput, options.Alphabet)]);
    }

    // Where the seed puts what a sequence shows, 0 to 9.
    private static int Tenth(Sequence sequence, Seed division)
    {
        ulong hash = division.Value;
        foreach (byte token in sequence.Tokens.AsSpan(0, sequence.Shown)) hash = RandomSource.Mix(hash ^ token);
        return (int)(hash % 10);
    }
}
