using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Engram.Answering;
using Engram.OwnData;

namespace Engram.Streams;

/// <summary>
/// A user's own data as tasks: those that the data name, such as a folder or a month each, or else some classes after the others, in the order
/// in which they were first seen. Its name is the path.
/// </summary>
/// <remarks>
/// Test data are those that the data call so; where they call none so, a share is held out by content, so that equal records never stand on both
/// sides and a record stays on its side when others come. A class of which nothing would be left to learn from keeps what was held out.
/// What inputs need to know of the data, such as means, is taken from the training data of the task that is learned first.
/// A class has one output, whatever tasks it comes in.
/// </remarks>
[Stream(Kind, Family = "own data", Summary = "pictures, tables, texts or features of your own: give the path of a folder or file in place of a name", IsNamedByPath = true,
    RunDefaults = """{"training":{"batch":32,"epochs":[10]}}""")]
public sealed class OwnDataStream(OwnDataStream.Options options) : StreamDefinition
{
    /// <summary>Id of the kind of stream.</summary>
    internal const string Kind = "own-data";

    private const int UsualPicture = 224; // what networks that have learned to see expect

    /// <summary>Settings.</summary>
    public sealed record Options : StreamOptions
    {
        /// <summary>Class-incremental, and as many tasks as there are, unless told otherwise.</summary>
        public Options() => (Scenario, Tasks) = (Scenario.Class, 0);

        /// <inheritdoc/>
        [Description("number of tasks, the first ones; 0 = all there are"), Range(0, 100_000)]
        public override int Tasks { get; init; }

        /// <summary>Column of the class; null takes one that is called label, class, target or y.</summary>
        [Description("column of the class; left out it is one called label, class, target or y")]
        public string? Label { get; init; }

        /// <summary>Column of the task; null takes one that is called task.</summary>
        [Description("column of the task, such as month; left out it is one called task, if there is one")]
        public string? Task { get; init; }

        /// <summary>Column of the text; null takes one that is called text.</summary>
        [Description("column of the text; left out it is one called text, if there is one")]
        public string? Text { get; init; }

        /// <summary>Columns that are no input.</summary>
        [Description("columns that are left out of the input, such as id,name")]
        public string[] Ignore { get; init; } = [];

        /// <summary>Classes per task where the data name no tasks; 0 makes one task of all.</summary>
        [Description("classes that each task brings where the data name no tasks; 0 = one task of all"), Range(0, 100_000)]
        public int ClassesPerTask { get; init; } = 2;

        /// <summary>Share of the contents that are held out for testing, where the data name no test data.</summary>
        [Description("share held out for testing, by content, where the data name no test data"), Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
        public double Test { get; init; } = 0.2;

        /// <summary>Pixels of a side to which pictures are brought; 0 chooses.</summary>
        [Description("pixels of a side to which pictures are brought; 0 = chosen by what is there"), Range(0, 1024)]
        public int PictureSize { get; init; }

        /// <summary>Whether damaged pictures are left out, and named.</summary>
        [Description("leave damaged pictures out, and name them, in place of an error")]
        public bool SkipDamaged { get; init; }

        internal bool AsksForFeatures => Features is not (null or NoFeatures);
    }

    /// <inheritdoc/>
    public override TaskStream Create(StreamContext context)
    {
        Records records = context.Records(context.Id, new()
        {
            Label = options.Label, Task = options.Task, Text = options.Text, Ignore = options.Ignore, SkipDamaged = options.SkipDamaged,
            PictureSize = options.PictureSize == 0 && options.AsksForFeatures ? UsualPicture : options.PictureSize,
        });
        List<OwnTask> plan = [.. Plan(records)];
        if (options.Tasks > plan.Count) throw EngramException.Input("invalid-setting", $"stream.tasks is {options.Tasks} but {Named(records)} has {plan.Count} tasks; set it lower, or leave it out for all.");
        if (options.Tasks > 0) plan.RemoveRange(options.Tasks, plan.Count - options.Tasks);
        if (options.Problems("stream", plan.Count).FirstOrDefault() is { } problem) throw EngramException.Input("invalid-setting", problem);
        TaskCutter cutter = new(options, context.Seed);
        int[] order = cutter.Order(plan.Count);
        OwnTask[] learned = [.. order.Select(natural => plan[natural])];
        (int[] Train, int[] Watch)[] cuts = [.. learned.Select((task, index) => Cut(cutter, order[index], task))];
        InputForm? form = IsRead(records) ? null : records.Fit(cuts[0].Train);
        int[] outputs = Outputs(records, learned);
        LearningTask[] tasks = [.. learned.Select((task, index) =>
        {
            RecordSamples Of(int[] selection) => new(records, form, selection, outputs, index);
            return new LearningTask(index, task.Name, Of(cuts[index].Train), cuts[index].Watch.Length == 0 ? null : Of(cuts[index].Watch), Of(cutter.Test(order[index], task.Test)),
                [.. task.Classes(records).Select(place => outputs[place]).Order()]);
        })];
        return new(Path.GetFileName(Path.TrimEndingDirectorySeparator(context.Id)), options.Scenario, tasks, answers: new OneOf(Names(records, outputs)))
        {
            ActiveClasses = options.ActiveClasses,
            Inputs = form?.ToJson() ?? new() { ["kind"] = "text" },
            Remarks = [.. records.Remarks, .. form is null ? [] : form.Remarks.Concat(form.RemarksOn(records))],
        };
    }

    /// <inheritdoc/>
    public override bool TakesSuitingFeatures => true;

    // The tasks in their natural order, with all their records.
    private IEnumerable<OwnTask> Plan(Records records)
    {
        bool areNamed = records.Tasks.Count > 0;
        int perTask = options.ClassesPerTask == 0 ? records.Classes.Count : options.ClassesPerTask;
        int count = areNamed ? records.Tasks.Count : (records.Classes.Count + perTask - 1) / perTask;
        int TaskOf(int record) => areNamed ? records.TaskOf(record) : records.ClassOf(record) / perTask;
        RecordSplit split = new(records, options.Test);
        List<int>[] train = Lists(), watch = Lists(), test = Lists();
        for (int record = 0; record < records.Count; record++)
        {
            RecordPart part = split.PartOf(record);
            (part == RecordPart.Test ? test : part == RecordPart.Validation ? watch : train)[TaskOf(record)].Add(record);
        }
        for (int task = 0; task < count; task++)
        {
            string name = areNamed ? records.Tasks[task] : string.Join('/', records.Classes.Skip(task * perTask).Take(perTask).Take(4)) + (perTask > 4 && records.Classes.Count - task * perTask > 4 ? "/..." : "");
            split.KeepWhatWouldBeGone(train[task], test[task]);
            if (train[task].Count == 0) throw EngramException.Input("empty-task", $"Task '{Quote.Of(name)}' of {Named(records)} has {test[task].Count} test records and none to learn from; give it some, or leave it out.");
            if (test[task].Count == 0)
                throw EngramException.Input("empty-task", $"Task '{Quote.Of(name)}' of {Named(records)} has {train[task].Count} training records and none to test; {(split.IsNamed ? "name some of them test" : $"give it more, or hold out more than stream.test={options.Test}")}.");
            yield return new(name, [.. train[task]], [.. watch[task]], [.. test[task]]);
        }

        List<int>[] Lists() => [.. Enumerable.Range(0, count).Select(_ => new List<int>())];
    }

    // Data that are called validation are that; where none are, a share of the training data.
    private static (int[] Train, int[] Watch) Cut(TaskCutter cutter, int natural, OwnTask task)
    {
        var (train, watch) = cutter.Training(natural, task.Train);
        return task.Watch.Length == 0 ? (train, watch) : ([.. train, .. watch], task.Watch);
    }

    private bool IsRead(Records records) => records.Text(0) is not null && options.Features != StreamOptions.NoFeatures;

    // [class of the records]: one output per class in the order of learning; in the domain scenario all tasks have the same.
    private int[] Outputs(Records records, OwnTask[] learned)
    {
        int[][] classes = [.. learned.Select(task => task.Classes(records))];
        if (options.Scenario == Scenario.Domain && Array.FindIndex(classes, own => !own.SequenceEqual(classes[0])) is > 0 and var other)
            throw EngramException.Input("wrong-scenario", $"In the domain scenario all tasks have the same classes, but task '{Quote.Of(learned[0].Name)}' of {Named(records)} has {Listed(classes[0])} and task '{Quote.Of(learned[other].Name)}' {Listed(classes[other])}; use --scenario class or task.");
        int[] outputs = new int[records.Classes.Count];
        Array.Fill(outputs, -1);
        int next = 0;
        foreach (int one in classes.SelectMany(own => own))
            if (outputs[one] < 0) outputs[one] = next++;
        return outputs;

        string Listed(int[] own) => string.Join(", ", own.Take(5).Select(one => $"'{Quote.Of(records.Classes[one], 30)}'")) + (own.Length > 5 ? $" and {own.Length - 5} more" : "");
    }

    private static IEnumerable<string> Names(Records records, int[] outputs) =>
        records.Classes.Select((name, place) => (Output: outputs[place], Name: name)).Where(one => one.Output >= 0).OrderBy(one => one.Output).Select(one => one.Name);

    private static string Named(Records records) => $"'{Quote.Of(records.Source)}'";

    private sealed record OwnTask(string Name, int[] Train, int[] Watch, int[] Test)
    {
        private int[]? classes;

        // In the order in which they were first seen.
        public int[] Classes(Records records) => classes ??= [.. Train.Concat(Watch).Concat(Test).Select(records.ClassOf).Distinct().Order()];
    }
}
