using Engram.Datasets;

namespace Engram.Streams;

/// <summary>Questions about stories; the statements that several questions share are kept once.</summary>
public sealed class StorySamples : Samples
{
    private readonly StoryLanguage language;
    private readonly (ushort[][] Statements, ushort[] Question, int Target)[] samples;
    private readonly int task;

    /// <summary>Translates stories.</summary>
    /// <param name="stories">The questions.</param>
    /// <param name="language">Dictionary and shape.</param>
    /// <param name="task">Index of the task.</param>
    public StorySamples(IEnumerable<Story> stories, StoryLanguage language, int task)
    {
        (this.language, this.task) = (language, task);
        Dictionary<string[], ushort[]> known = []; // by reference: a statement is one array in all questions of its story
        ushort[] Translate(string[] words) => known.TryGetValue(words, out ushort[]? numbers) ? numbers : known[words] = language.NumbersOf(words);
        samples = [.. stories.Select(story => (story.Statements.TakeLast(language.Statements).Select(Translate).ToArray(), language.NumbersOf(story.Question), language.OutputOf(story.Answer)))];
        Lessons = [task];
    }

    /// <inheritdoc/>
    public override int Count => samples.Length;

    /// <inheritdoc/>
    public override IReadOnlyList<long> InputShape => language.InputShape;

    /// <inheritdoc/>
    public override IReadOnlyList<int> Lessons { get; }

    /// <inheritdoc/>
    public override int Target(int sample) => samples[sample].Target;

    /// <inheritdoc/>
    public override int Task(int sample) => task;

    /// <inheritdoc/>
    public override void Read(int sample, Span<float> input) => language.Write(samples[sample].Question, samples[sample].Statements, input);
}
