using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Engram.Datasets;

namespace Engram.Streams;

/// <summary>Which edition of the bAbI tasks.</summary>
public enum BabiEdition
{
    /// <summary>1,000 training questions per task.</summary>
    Babi,

    /// <summary>10,000 training questions per task.</summary>
    Large,
}

/// <summary>
/// The twenty bAbI tasks (Weston et al. 2015, arXiv 1502.05698) one after another: a question about a short story, answered by a word.
/// All tasks share one dictionary, that of all twenty whatever subset is learned, and its words are the outputs: all of them compete in the
/// domain scenario, as in the published networks, and only the answers of the task's training data in the task scenario.
/// </summary>
/// <remarks>
/// An input is the question and the last statements before it as word numbers (<see cref="StoryLanguage"/>), as large as the longest story
/// and sentence of the tasks that are learned. Which statements support an
/// answer is not shown to the network. The class scenario has no meaning here, since tasks share answers.
/// The training suggested is that of docs/babi.md for one task after another: the step size three times the published one, and weight decay.
/// </remarks>
[Stream("babi", Family = "stories", Summary = "twenty tasks of questions about short stories, with one dictionary", Paper = "Weston et al. 2015, arXiv 1502.05698",
    Scenarios = [Scenario.Task, Scenario.Domain], Reason = "its tasks share answers",
    RunDefaults = """
    {"network":{"id":"memory-network","linearEpochs":[5,0]},
     "training":{"optimizer":"sgd","learningRate":0.5,"weightDecay":0.002,"batch":32,"wholeBatches":true,"epochs":[30],"halveEvery":10,"clipNorm":1.25}}
    """)]
public sealed class BabiTasks(BabiTasks.Options options) : StreamDefinition
{
    private const int TaskCount = 20;

    /// <summary>Settings.</summary>
    public sealed record Options : StreamOptions
    {
        /// <summary>All twenty tasks with one softmax, and a tenth held out, as published.</summary>
        public Options() => (Scenario, Tasks, Validation) = (Scenario.Domain, TaskCount, 0.1);

        /// <summary>Which edition.</summary>
        [Description("babi (1,000 training questions per task) or large (10,000)")]
        public BabiEdition Edition { get; init; }

        /// <summary>Most statements that a question sees.</summary>
        [Description("most statements that a question sees, the last ones"), Range(1, 500)]
        public int Statements { get; init; } = 50;

        /// <inheritdoc/>
        public override IEnumerable<string> Problems(string path)
        {
            foreach (string problem in base.Problems(path)) yield return problem;
            if (Tasks > TaskCount) yield return $"{path}.tasks is {Tasks} but there are {TaskCount} tasks; use 1 to {TaskCount}.";
        }
    }

    /// <inheritdoc/>
    public override TaskStream Create(StreamContext context)
    {
        StoryDataset data = context.Stories(options.Edition == BabiEdition.Large ? Babi.LargeSource.Id : Babi.Source.Id);
        Story[] all = [.. options.Chosen().SelectMany(number => data.Tasks[number - 1].Train.Concat(data.Tasks[number - 1].Test))];
        // One more than the longest sentence: the position encoding counts the word of time.
        StoryLanguage language = new(data.Symbols, Math.Min(options.Statements, all.Max(story => story.Statements.Count)), 1 + all.Max(Longest));
        TaskCutter cutter = new(options, context.Seed);
        return new(context.Id, options.Scenario, [.. cutter.Order(options.Tasks).Select((task, index) => Make(data.Tasks[task], task, index, language, cutter))], language.Symbols.Count)
        {
            ActiveClasses = options.ActiveClasses,
            Language = language,
        };
    }

    private static LearningTask Make(StoryTask task, int natural, int index, StoryLanguage language, TaskCutter cutter)
    {
        var (train, validation) = cutter.Training(natural, [.. Enumerable.Range(0, task.Train.Count)]);
        int[] test = cutter.Test(natural, [.. Enumerable.Range(0, task.Test.Count)]);
        return new(index, $"qa{natural + 1} {task.Name}", Of(task.Train, train), validation.Length > 0 ? Of(task.Train, validation) : null, Of(task.Test, test),
            [.. task.Train.Select(story => language.OutputOf(story.Answer)).Distinct().Order()]);

        StorySamples Of(IReadOnlyList<Story> stories, int[] chosen) => new(chosen.Select(story => stories[story]), language, index);
    }

    private static int Longest(Story story) => Math.Max(story.Question.Length, story.Statements.Count == 0 ? 0 : story.Statements.Max(words => words.Length));
}
