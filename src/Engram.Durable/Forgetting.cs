using System.Text.Json.Nodes;
using Engram.Durable.Gate;
using Engram.Durable.Storage;
using Engram.Methods.ClosedForm;
using Engram.Streams;
using Engram.Training;

namespace Engram.Durable;

/// <summary>What is to be forgotten: one of the three is given.</summary>
/// <param name="Lesson">Name or number of a lesson.</param>
/// <param name="Class">Name of a class, in all lessons.</param>
/// <param name="Source">Where data came from: all lessons learned from there.</param>
public sealed record ForgetWhat(string? Lesson = null, string? Class = null, string? Source = null)
{
    /// <inheritdoc/>
    public override string ToString() => Lesson is not null ? $"lesson '{Quote.Of(Lesson)}'" : Class is not null ? $"class '{Quote.Of(Class)}'" : $"everything from '{Quote.Of(Source ?? "")}'";
}

/// <summary>
/// Forgets lessons or a class. Where training samples are kept, the learner is made anew from all others by the very steps by which it would have been made without;
/// where the method is a sum and lessons were kept apart, the other sums are added up again. Otherwise the samples go, and the weights stay, which is said.
/// </summary>
/// <param name="file">The learner, held for writing.</param>
/// <param name="clock">What time it is.</param>
internal sealed class Forgetting(LearnerFile file, TimeProvider clock)
{
    /// <summary>Hears how far it has come; null for nobody.</summary>
    public IProgress<LearnStage>? Progress { get; init; }

    // The store before, and what is to go.
    private sealed record Plan(Settled Settled, IReadOnlyList<VersionRow> Versions, List<string> Names, LearnerHeader Header, LessonRow[] Line, LessonRow[] Gone, int? Class)
    {
        public LessonRow[] Rest => [.. Class is null ? Line.Except(Gone) : Line];
    }

    /// <summary>Forgets.</summary>
    /// <param name="what">What.</param>
    /// <param name="relearn">Whether a method that learns by gradient learns all else anew.</param>
    /// <param name="cancellation">Stops it; nothing has changed then.</param>
    public ForgetReport Forget(ForgetWhat what, bool relearn, CancellationToken cancellation)
    {
        if (what.Class is { } unheard && ForgetUnlearned(unheard) is { } report) return report;
        Plan plan = file.Store.Read(reader => PlanOf(reader, what, relearn));
        bool isSum = SumsOf(plan), concerns = plan.Gone.Any(lesson => plan.Header.Tasks.Any(task => task.Name == lesson.Name));
        bool canRelearn = plan.Rest.Length > 0 && plan.Rest.All(lesson => lesson.Kept == lesson.Samples);
        bool canAdd = isSum && plan.Class is null && plan.Rest.Length > 0 && file.Store.Read(reader => plan.Rest.All(lesson => reader.State(StateOwner.Lesson, lesson.Number).Count > 0));
        if (plan.Rest.Length == 0 && plan.Class is null) throw EngramException.Input("nothing-left", $"Without {what} the learner knows nothing; delete '{file.Store.Address}' in place of forgetting.");
        if (relearn && concerns && !canRelearn) throw EngramException.Input("not-kept", $"The learner cannot learn anew, because the samples of {Listed(plan.Rest.Where(lesson => lesson.Kept < lesson.Samples))} are not kept; leave --relearn out, or learn with keep=features from the start.");
        bool anew = canRelearn && (isSum || relearn);
        using LessonRun? run = !concerns ? null : anew ? LearnAnew(plan, cancellation) : canAdd ? AddUp(plan) : null;
        Exactness exactness = run is null && concerns ? Exactness.SamplesOnly : isSum || !concerns ? Exactness.Exact : Exactness.LearnedAnew;
        int version = plan.Settled.Row.Current;
        int[] removed = exactness == Exactness.SamplesOnly ? [] : Knowing(plan);
        int samples = SamplesIn(plan);
        string sentence = "";
        int feedback = 0;
        file.Store.Write(writer =>
        {
            RemoveSamples(writer, plan, clock.GetUtcNow());
            feedback = what.Class is null ? 0 : FeedbackKeeping.Remove(writer, what.Class);
            sentence = Sentence(what, exactness, canRelearn, removed.Length) + OfFeedback(feedback);
            if (plan.Class is { } label && exactness != Exactness.SamplesOnly) writer.RemoveClass(label);
            if (run is not null)
            {
                version = plan.Settled.Row.Versions + 1;
                WriteVersion(writer, plan, run, version, $"forgot {what}");
            }
            foreach (int number in removed) LessonWriting.Remove(writer, number, clock.GetUtcNow());
            writer.Put((UnfinishedRow?)null);
            writer.PutState(StateOwner.Unfinished, 0, new Dictionary<string, byte[]>());
            LessonWriting.Note(writer, clock, "forget", new()
            {
                ["what"] = what.ToString(), ["exactness"] = exactness.ToString(), ["version"] = version, ["sentence"] = sentence, ["lessons"] = new JsonArray([.. plan.Gone.Select(lesson => (JsonNode)lesson.Name)]),
            });
        });
        file.Store.Compact();
        return new([.. plan.Gone.Select(lesson => lesson.Name)], version, exactness, samples, removed, feedback, sentence);
    }

    // A class that right answers name and no lesson had; null where there is none.
    private ForgetReport? ForgetUnlearned(string label)
    {
        ForgetReport? report = null;
        if (!file.Store.Read(reader => IsUnlearned(reader))) return null;
        file.Store.Write(writer =>
        {
            int feedback = FeedbackKeeping.Remove(writer, label), version = writer.Learner()!.Current;
            string sentence = $"The learner never learned class '{Quote.Of(label)}'.{OfFeedback(feedback)}";
            report = new([], version, Exactness.Exact, 0, [], feedback, sentence);
            LessonWriting.Note(writer, clock, "forget", new() { ["what"] = $"{new ForgetWhat(Class: label)}", ["exactness"] = $"{Exactness.Exact}", ["version"] = version, ["sentence"] = sentence, ["lessons"] = new JsonArray() });
        });
        file.Store.Compact();
        return report;

        bool IsUnlearned(StoreReader reader) => reader.Learner() is not null && !LearnerFile.Names(reader).Contains(label) && reader.Feedback().Any(row => row.Label == label);
    }

    private static string OfFeedback(int feedback) => feedback switch
    {
        0 => "",
        1 => " One right answer that named it and was not learned yet is gone, too.",
        _ => $" {feedback} right answers that named it and were not learned yet are gone, too.",
    };

    private static string Sentence(ForgetWhat what, Exactness exactness, bool canRelearn, int removed) => exactness switch
    {
        Exactness.Exact => $"The learner answers as if it had never learned {what}; {Removed(removed)}",
        Exactness.LearnedAnew => $"The learner has learned everything anew but {what}; {Removed(removed)}",
        _ => $"The samples of {what} are gone from the file, but the weights still carry what was learned from them, in this version and in older ones. "
            + (canRelearn ? "--relearn learns everything else anew from what is kept, after which nothing of it is left." : "Nothing is kept from which the rest could be learned anew; to be rid of it, make a new learner from other data."),
    };

    private static string Removed(int versions) => versions switch
    {
        0 => "no version knew it.",
        1 => "the version that knew it can no longer be gone back to.",
        _ => $"the {versions} versions that knew it can no longer be gone back to.",
    };

    private Plan PlanOf(StoreReader reader, ForgetWhat what, bool relearn)
    {
        Settled settled = file.Settle(reader) ?? throw EngramException.Input("nothing-learned", $"'{file.Store.Address}' has learned nothing yet.");
        _ = file.Inputs(settled);
        IReadOnlyList<LessonRow> lessons = reader.Lessons();
        List<string> names = LearnerFile.Names(reader);
        int? one = what.Class is null ? null : names.IndexOf(what.Class) is >= 0 and var place ? place
            : throw EngramException.Input("unknown-class", $"There is no class '{Quote.Of(what.Class)}'{NearestNames.Suggest(what.Class, names)}");
        LearnerHeader header = file.HeaderOf(LearnerFile.Present(reader, settled.Row.Current));
        HashSet<string> line = [.. header.Tasks.Select(task => task.Name)];
        // A lesson whose samples went before can still be in the weights, of which learning anew is rid.
        LessonRow[] there = [.. lessons.Where(lesson => lesson.Forgotten is null || (relearn && line.Contains(lesson.Name)))];
        LessonRow[] gone = one is { } label ? [.. there.Where(lesson => ClassesOf(lesson).Contains(label))]
            : what.Source is { } source ? [.. there.Where(lesson => lesson.Source == source || Path.TrimEndingDirectorySeparator(lesson.Source) == Path.TrimEndingDirectorySeparator(source))]
            : [.. there.Where(lesson => lesson.Name == what.Lesson).DefaultIfEmpty(there.FirstOrDefault(lesson => $"{lesson.Number}" == what.Lesson)).OfType<LessonRow>()];
        if (gone.Length == 0)
            throw EngramException.Input("unknown-lesson", what.Lesson is { } lesson ? $"There is no lesson '{Quote.Of(lesson)}'{NearestNames.Suggest(lesson, there.Select(own => own.Name))} 'engram history' lists them." : $"No lesson has {what}; 'engram history' shows what was learned from where.");
        return new(settled, reader.Versions(), names, header, [.. there.Where(own => own.Forgotten is null && line.Contains(own.Name))], gone, one);
    }

    private static int[] ClassesOf(LessonRow lesson) => [.. JsonNode.Parse(lesson.Classes)!.AsArray().Select(one => one!["class"]!.GetValue<int>())];

    private bool SumsOf(Plan plan)
    {
        LearnerConfig config = LearnerConfig.Read(plan.Header.Config, file.Learners);
        return config.Method.Options is ClosedFormOptions { Features: FeatureSource.Input };
    }

    private static int SamplesIn(Plan plan) => plan.Gone.Sum(lesson => plan.Class is { } one
        ? JsonNode.Parse(lesson.Classes)!.AsArray().Where(own => own!["class"]!.GetValue<int>() == one).Sum(own => own!["samples"]!.GetValue<int>() + own["held"]!.GetValue<int>())
        : lesson.Kept + lesson.Held);

    // Versions that learned any of it: their state carries it.
    private int[] Knowing(Plan plan)
    {
        HashSet<string> gone = [.. plan.Gone.Select(lesson => lesson.Name)];
        return file.Store.Read(reader => plan.Versions.Where(version => version.Removed is null).Select(version => version.Number)
            .Where(number => file.HeaderOf(reader.Version(number)).Tasks.Any(task => gone.Contains(task.Name))).ToArray());
    }

    // The very lessons, in their order, without what is to be forgotten.
    private LessonRun LearnAnew(Plan plan, CancellationToken cancellation)
    {
        LearnerInputs inputs = file.Inputs(plan.Settled);
        LessonRun? run = null;
        try
        {
            foreach (LessonRow lesson in plan.Rest)
            {
                int index = run?.Tasks ?? 0;
                Samples train = Without(plan, new KeptSamples(file.Store, lesson.Number, test: false, lesson.Kept, inputs.Shape, index), index);
                if (train.Count == 0) continue;
                int[] outputs = [.. Enumerable.Range(0, train.Count).Select(train.Target).Distinct().Order()];
                run ??= LessonRun.Fresh(LearnerConfig.Read(plan.Header.Config, file.Learners), inputs.Shape, outputs[^1] + 1, file.Learners);
                LearningTask task = new(index, lesson.Name, train, null, train, outputs);
                run.Begin(task);
                run.Learn(task, _ => { }, (one, all) => Progress?.Report(new($"learning {lesson.Name} anew", one.StepOfTask, all, one.Loss)), cancellation);
                if (run.State.Method is IForgetsLessons sums) sums.Fold();
            }
            return run ?? throw EngramException.Input("nothing-left", $"Without class '{Quote.Of(plan.Names[plan.Class ?? 0])}' the learner knows nothing; delete '{file.Store.Address}' in place of forgetting.");
        }
        catch
        {
            run?.Dispose();
            throw;
        }
    }

    private static Samples Without(Plan plan, KeptSamples kept, int task) => plan.Class is not { } one ? kept
        : new ChosenSamples(kept, [.. Enumerable.Range(0, kept.Count).Where(sample => kept.Target(sample) != one)], task);

    // Sums of the lessons that stay, added up in their order.
    private LessonRun AddUp(Plan plan)
    {
        LearnerInputs inputs = file.Inputs(plan.Settled);
        LearnerConfig config = LearnerConfig.Read(plan.Header.Config, file.Learners);
        LessonRun? run = null;
        try
        {
            foreach (LessonRow lesson in plan.Rest)
            {
                TaskHeader header = plan.Header.Tasks.First(task => task.Name == lesson.Name);
                run ??= LessonRun.Fresh(config, inputs.Shape, header.Outputs[^1] + 1, file.Learners);
                AbsentSamples absent = new(run.Tasks, lesson.Name, lesson.Samples, inputs.Shape, 0);
                LearningTask task = new(run.Tasks, lesson.Name, absent, null, absent, header.Outputs);
                run.Begin(task);
                IReadOnlyDictionary<string, byte[]> state = file.Store.Read(reader => reader.State(StateOwner.Lesson, lesson.Number));
                run.Take(task, state, file.Store.Address);
            }
            return run!;
        }
        catch
        {
            run?.Dispose();
            throw;
        }
    }

    private static void RemoveSamples(StoreWriter writer, Plan plan, DateTimeOffset now)
    {
        foreach (LessonRow lesson in plan.Gone)
        {
            if (plan.Class is { } one)
            {
                int held = RemoveClass(writer, lesson.Number, test: true, one), kept = RemoveClass(writer, lesson.Number, test: false, one);
                JsonArray classes = JsonNode.Parse(lesson.Classes)!.AsArray();
                foreach (JsonNode? own in classes.Where(own => own!["class"]!.GetValue<int>() == one).ToArray()) classes.Remove(own);
                writer.Put(lesson with { Held = lesson.Held - held, Kept = lesson.Kept - kept, Samples = lesson.Kept == lesson.Samples ? lesson.Samples - kept : lesson.Samples, Classes = classes.ToJsonString() });
                continue;
            }
            writer.RemoveHeld(lesson.Number, test: true);
            writer.RemoveHeld(lesson.Number, test: false);
            writer.PutState(StateOwner.Lesson, lesson.Number, new Dictionary<string, byte[]>());
            writer.RemoveMatrix(lesson.Number, null);
            writer.Put(lesson with { Held = 0, Kept = 0, Forgotten = lesson.Forgotten ?? now });
        }
    }

    private static int RemoveClass(StoreWriter writer, int lesson, bool test, int one)
    {
        int[] numbers = [.. writer.Held(lesson, test).Where(row => row.Class == one).Select(row => row.Number)];
        if (numbers.Length > 0) writer.RemoveHeld(lesson, test, numbers);
        return numbers.Length;
    }

    private void WriteVersion(StoreWriter writer, Plan plan, LessonRun run, int number, string made)
    {
        List<string> names = LearnerFile.Names(writer);
        var (header, state) = run.Snapshot(names);
        var (answering, answers) = run.Snapshot(names, toAnswer: true);
        using ServedVersion judged = new(number, new(answering, answers, file.Learners), KnownInputs.All);
        LessonRow[] lessons = [.. writer.Lessons().Where(lesson => header.Tasks.Any(task => task.Name == lesson.Name))];
        VersionScores scores = new(judged, names.Count, lessons.Sum(lesson => lesson.Held));
        IReadOnlyDictionary<int, MatrixRow> before = writer.Matrix(plan.Settled.Row.Current).ToDictionary(row => row.Lesson);
        foreach (LessonRow lesson in lessons) scores.Add(lesson, writer.Held(lesson.Number, test: true), before.GetValueOrDefault(lesson.Number), null);
        GateVerdict judgement = ReleaseGate.Judge(scores.Evidence(names, names.Count), plan.Settled.Options.Gate);
        DateTimeOffset now = clock.GetUtcNow();
        Dictionary<string, byte[]> bytes = StateBytes.Of(state);
        VersionRow version = new(number, plan.Settled.Row.Current, 0, now, now, (judgement with { Promoted = true }).ToJson().ToJsonString(), LessonWriting.Json(MetricsOf(writer, plan, scores) with { Made = made }), header.ToJson().ToJsonString(), state.Values.ToJsonString(), bytes.Count, null);
        writer.Put(writer.Learner()! with { Current = number, Versions = number });
        new LessonWriting(writer, plan.Settled, clock).Write(version, new(header, bytes, version.Values, judged.Predictor, new Dictionary<string, byte[]>()), scores, []);
    }

    // Without a held-out sample nothing can be judged anew: what was known of the version before stands.
    private VersionMetrics MetricsOf(StoreReader reader, Plan plan, VersionScores scores)
    {
        if (scores.Earlier.Sum(lesson => lesson.Samples) > 0) return new() { Known = scores.Known, Temperature = scores.Temperature };
        VersionMetrics before = file.Metrics(reader.Version(plan.Settled.Row.Current));
        return new() { Known = before.Known, Temperature = before.Temperature };
    }

    private static string Listed(IEnumerable<LessonRow> lessons) => string.Join(", ", lessons.Take(4).Select(lesson => $"'{Quote.Of(lesson.Name)}'"));
}
