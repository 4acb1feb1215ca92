using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Engram.Durable.Gate;
using Engram.Durable.Storage;
using Engram.Methods.ClosedForm;
using Engram.OwnData;
using Engram.Streams;
using Engram.Training;

namespace Engram.Durable;

/// <summary>Learns one lesson into a new version: reads, learns, scores, asks the gate, and writes all of it in one transaction.</summary>
/// <param name="file">The learner, held for writing.</param>
/// <param name="options">What the user said.</param>
/// <param name="clock">What time it is.</param>
internal sealed class LessonLearning(LearnerFile file, DurableOptions options, TimeProvider clock)
{
    /// <summary>Steps between two saves; null for every few seconds.</summary>
    public int? SaveEvery { get; init; }

    /// <summary>Hears how far learning has come; null for nobody.</summary>
    public IProgress<LearnStage>? Progress { get; init; }

    /// <summary>Hears how far a frozen network has come; null for nobody.</summary>
    public IProgress<ReadProgress>? Reading { get; init; }

    /// <summary>What else is written in the transaction that writes the lesson, or by itself where it had been learned before; null for nothing.</summary>
    public Action<StoreWriter>? Along { get; init; }

    // What the store says before the lesson.
    private sealed record Known(Settled? Settled, IReadOnlyList<LessonRow> Lessons, IReadOnlyList<VersionRow> Versions, List<string> Names, IReadOnlySet<UInt128> Held, UnfinishedRow? Unfinished)
    {
        public int Current => Settled?.Row.Current ?? 0;
    }

    /// <summary>Learns records.</summary>
    /// <param name="records">With labels.</param>
    /// <param name="name">Name of the lesson; null takes that of its source.</param>
    /// <param name="cancellation">Stops it; the same call goes on where it stopped.</param>
    public Lesson Learn(Records records, string? name, CancellationToken cancellation)
    {
        Known known = file.Store.Read(reader => new Known(file.Settle(reader), reader.Lessons(), reader.Versions(), LearnerFile.Names(reader), HeldOf(reader, records), reader.Unfinished()));
        LearnerOptions own = LearnerSettings.Of(known.Settled, options);
        LessonData data = LessonData.Of(records, own.Held.Share, known.Held);
        if (AlreadyLearned(known, data, name) is { } before)
        {
            if (Along is not null) file.Store.Write(Along);
            return before;
        }
        name = NameOf(known, name, records.Source);
        Settled settled = known.Settled ?? Begin(data, own);
        LearnerInputs inputs = file.Inputs(settled);
        string[] fresh = [.. data.Classes.Except(known.Names)];
        List<string> names = [.. known.Names, .. fresh];
        int[] outputs = [.. records.Classes.Select(one => names.IndexOf(one))];
        using LessonRun run = RunOf(known, settled, data, name, inputs, outputs, names, cancellation, out LearningTask task, out bool isBegun);
        if (!isBegun) run.Begin(task);
        Progress?.Report(new("learning", 0, 1, null));
        long begun = Stopwatch.GetTimestamp(), steps = 0;
        run.SaveEvery = SaveEvery;
        run.Learn(task, step => Save(run, known.Current, data, name, names, step), (one, all) =>
        {
            steps = one.StepOfTask;
            Progress?.Report(new("learning", one.StepOfTask, all, one.Loss));
        }, cancellation);
        if (own.Keep == Keep.Nothing && run.State.Method.StoredSamples is > 0 and var stored)
            throw EngramException.Input("keeps-samples", $"keep is nothing, but {settled.Method} keeps {stored} samples in what it has learned; choose a method that keeps none, or keep=tests. Nothing was written.");
        double seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        Candidate candidate = CandidateOf(run, task, own, names);
        VersionScores scores = Score(known, candidate, data, name, task, names);
        GateVerdict verdict = ReleaseGate.Judge(scores.Evidence(names, candidate.Header.Tasks.SelectMany(one => one.Outputs).Distinct().Count()), own.Gate);
        string[] remarks = [.. data.Remarks, .. inputs.RemarksOn(records), .. run.State.Model.Remarks];
        VersionMetrics metrics = new() { Known = scores.Known, Temperature = scores.Temperature, Seconds = seconds, Steps = steps, Remarks = remarks };
        cancellation.ThrowIfCancellationRequested();
        Lesson lesson = new(known.Lessons.Count + 1, name, (known.Settled?.Row.Versions ?? 0) + 1, verdict.Promoted, verdict, task.Train.Count, task.Test.Count, scores.Before, fresh, remarks, seconds, WasLearned: false);
        Progress?.Report(new("writing", 0, 1, null));
        file.Store.Write(writer =>
        {
            new LessonWriting(writer, settled with { Options = own }, clock).Write(lesson, data, task, candidate, scores, metrics, known.Current, names);
            Along?.Invoke(writer);
        });
        return lesson;
    }

    // Held-out samples are known again by their record or, where there is none any more, by their input.
    private static IReadOnlySet<UInt128> HeldOf(StoreReader reader, Records records) => records is not VectorRecords ? reader.HeldContents()
        : reader.Lessons().SelectMany(lesson => reader.Held(lesson.Number, test: true)).Select(row => VectorRecords.HashOf(SampleBytes.ToNumbers(row.Input))).ToHashSet();

    // The same data, whose version is in the line of the current one, or was refused where the learner still stands, or by the same name, which no other lesson can have.
    private Lesson? AlreadyLearned(Known known, LessonData data, string? name)
    {
        Dictionary<int, VersionRow> versions = known.Versions.ToDictionary(version => version.Number);
        HashSet<int> line = [];
        for (int number = known.Current; number > 0 && line.Add(number); number = versions[number].Parent) { }
        foreach (LessonRow lesson in known.Lessons.Where(lesson => lesson.Digest == data.Digest && lesson.Forgotten is null).Reverse())
        {
            if (known.Versions.LastOrDefault(version => version.Lesson == lesson.Number) is not { } version) continue;
            bool isRefusedHere = version.Promoted is null && version.Parent == known.Current;
            bool isInLine = line.Contains(version.Number);
            if (!isInLine && !isRefusedHere && lesson.Name != name) continue;
            return new(lesson.Number, lesson.Name, version.Number, isInLine, VerdictOf(version), lesson.Samples, lesson.Tested, null, [], file.Metrics(version).Remarks, file.Metrics(version).Seconds, WasLearned: true);
        }
        return null;
    }

    private GateVerdict VerdictOf(VersionRow version) => JsonNode.Parse(version.Verdict) is JsonObject json ? GateVerdict.FromJson(json) : throw file.Damaged($"verdict of version {version.Number}");

    private static string NameOf(Known known, string? name, string source)
    {
        HashSet<string> taken = [.. known.Lessons.Select(lesson => lesson.Name)];
        if (name is not null)
            return !taken.Contains(name) ? name : throw EngramException.Input("lesson-exists", $"There is a lesson '{Quote.Of(name)}' already, learned on {known.Lessons.First(lesson => lesson.Name == name).Learned:yyyy-MM-dd} from other data; give another name.");
        string own = Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(source)) is { Length: > 0 } short_ ? short_ : "lesson", free = own;
        for (int number = 2; taken.Contains(free); number++) free = $"{own} ({number})";
        return free;
    }

    private Settled Begin(LessonData data, LearnerOptions own)
    {
        LearnerInputs inputs = LearnerInputs.Fit(data.Records, data.Train, options.Features, file.Catalogs);
        file.Take(inputs);
        var (config, choices) = new LearnerDefaults(file, options).Choose(inputs);
        LearnerRow row = new(EngramVersion.Current, clock.GetUtcNow(), config.ToJson().ToJsonString(), inputs.ToJson().ToJsonString(), "", 0, 0, 0, 0);
        return new(row, config.ToJson(), own, options.Records ?? new(), choices);
    }

    private LessonRun RunOf(Known known, Settled settled, LessonData data, string name, LearnerInputs inputs, int[] outputs, List<string> names, CancellationToken cancellation, out LearningTask task, out bool isBegun)
    {
        UnfinishedRow? unfinished = known.Unfinished is { } one && one.Digest == data.Digest && one.Parent == known.Current ? one : null;
        LearnerHeader? header = unfinished is null ? null : LearnerHeader.Read(JsonNode.Parse(unfinished.Header)!.AsObject());
        // A first lesson that was stopped may be begun anew with other settings.
        if (header is not null && !JsonNode.DeepEquals(header.Config, settled.Config)) (unfinished, header) = (null, null);
        LessonRun? run = unfinished is not null ? null : known.Current == 0
            ? LessonRun.Fresh(LearnerConfig.Read(settled.Config, file.Learners), inputs.Shape, 1 + data.Classes.Max(one => names.IndexOf(one)), file.Learners)
            : file.Store.Read(reader => file.GoOn(reader, known.Current));
        int index = header is null ? run!.Tasks : header.Tasks.Count - 1;
        Samples[] sets = inputs.Read(data.Records, [data.Train, data.Test], outputs, index, Reading, cancellation);
        task = new(index, header?.Tasks[^1].Name ?? name, sets[0], null, sets[1], [.. data.Classes.Select(one => names.IndexOf(one)).Order()]);
        isBegun = header is not null;
        Samples train = task.Train;
        return run ?? file.Store.Read(reader =>
        {
            Func<int, TaskHeader, Samples?> kept = file.KeptOf(reader);
            return file.Restore(header!, reader.State(StateOwner.Unfinished, 0), unfinished!.Values, (at, of) => at == index ? train : kept(at, of));
        });
    }

    private void Save(LessonRun run, int parent, LessonData data, string name, List<string> names, long steps)
    {
        var (header, state) = run.Snapshot(names);
        Dictionary<string, byte[]> bytes = StateBytes.Of(state);
        UnfinishedRow row = new(parent, data.Digest, name, clock.GetUtcNow(), steps, header.ToJson().ToJsonString(), state.Values.ToJsonString(), bytes.Count);
        file.Store.Write(writer =>
        {
            writer.Put(row);
            writer.PutState(StateOwner.Unfinished, 0, bytes);
        });
    }

    private Candidate CandidateOf(LessonRun run, LearningTask task, LearnerOptions own, List<string> names)
    {
        Dictionary<string, byte[]> ofLesson = [];
        if (run.State.Method is IForgetsLessons sums)
        {
            if (own.Keep != Keep.Features)
            {
                StateBag bag = new();
                sums.VisitLesson(bag, task.Index);
                ofLesson = StateBytes.OfWhole(bag);
            }
            sums.Fold();
        }
        var (header, state) = run.Snapshot(names);
        var (answering, short_) = run.Snapshot(names, toAnswer: true);
        return new(header, StateBytes.Of(state), state.Values.ToJsonString(), new(answering, short_, file.Learners), ofLesson);
    }

    private VersionScores Score(Known known, Candidate candidate, LessonData data, string name, LearningTask task, List<string> names)
    {
        UInt128[] contents = [.. data.Test.Select(data.Records.ContentHash)];
        using ServedVersion judged = new(0, candidate.Predictor, KnownInputs.All);
        HashSet<string> line = [.. candidate.Header.Tasks.Select(one => one.Name)];
        LessonRow[] lessons = [.. known.Lessons.Where(lesson => line.Contains(lesson.Name) && lesson.Forgotten is null)];
        VersionScores scores = new(judged, names.Count, lessons.Sum(lesson => lesson.Held) + task.Test.Count, (done, all) => Progress?.Report(new("scoring", done, all, null)));
        file.Store.Read(reader =>
        {
            IReadOnlyDictionary<int, MatrixRow> before = reader.Matrix(known.Current).ToDictionary(row => row.Lesson);
            foreach (LessonRow lesson in lessons)
            {
                VersionRow? first = known.Versions.FirstOrDefault(version => version.Lesson == lesson.Number);
                MatrixRow? since = first is null || first.Number == known.Current ? null : reader.Matrix(first.Number, lesson.Number);
                scores.Add(lesson, reader.Held(lesson.Number, test: true), before.GetValueOrDefault(lesson.Number), since);
            }
            if (known.Current > 0)
                using (ServedVersion current = file.Serve(reader, known.Current)) scores.AddNew(known.Lessons.Count + 1, name, task.Test, contents, current);
            else scores.AddNew(known.Lessons.Count + 1, name, task.Test, contents, null);
            return 0;
        });
        return scores;
    }
}
