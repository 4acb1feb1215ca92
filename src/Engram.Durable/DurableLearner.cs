using System.Reflection;
using System.Text.Json.Nodes;
using Engram.Durable.Drift;
using Engram.Durable.Storage;
using Engram.OwnData;
using Engram.Streams;

namespace Engram.Durable;

/// <summary>
/// A learner that lasts: one file (or a name in PostgreSQL) that takes a lesson on any day, says what it did to everything known, lets a gate decide whether the new version
/// answers, goes back, and forgets.
/// </summary>
/// <remarks>
/// Answering is thread-safe and waits for nothing: it uses an immutable version, which a promotion swaps. One process at a time changes a learner; others are told who does.
/// Whatever throws or ends the process costs nothing that was learned.
/// </remarks>
/// <example><code>
/// using DurableLearner line3 = DurableLearner.OpenOrCreate("line3.engram", new() { Assemblies = [typeof(ResNet18).Assembly] });
/// Lesson lesson = line3.Learn("photos/2026-11");
/// if (!lesson.Promoted) Console.WriteLine(lesson.Verdict.Sentence);
/// Answer answer = line3.Predict("new/0017.jpg")[0];
/// </code></example>
public sealed partial class DurableLearner : IDisposable
{
    private readonly LearnerFile file;
    private readonly DurableOptions options;
    private readonly Lock swapping = new();
    private ServedVersion? current;
    private LearnerInputs? inputs;
    private RecordOptions? records;
    private bool isDisposed;

    private DurableLearner(EngramStore store, DurableOptions options)
    {
        this.options = options;
        file = new(store, options.Assemblies);
        try
        {
            Refresh();
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens a learner, or makes one, which is written with its first lesson.</summary>
    /// <param name="address">A file such as <c>line3.engram</c>, or <c>postgres://user:password@host:port/database/name</c>.</param>
    /// <param name="options">What a new one is made with; what an old one was made with must agree.</param>
    /// <exception cref="EngramException">It cannot be read, is no learner's, is damaged, or was made with other settings.</exception>
    public static DurableLearner OpenOrCreate(string address, DurableOptions? options = null) => new(EngramStore.Open(address, create: true), options ?? new());

    /// <summary>Opens a learner that is there.</summary>
    /// <param name="address">As for <see cref="OpenOrCreate"/>.</param>
    /// <param name="assemblies">With readers, frozen networks, methods and networks of one's own.</param>
    /// <exception cref="EngramException">There is none, it cannot be read, is no learner's, or is damaged.</exception>
    public static DurableLearner Open(string address, params IReadOnlyList<Assembly> assemblies) => new(EngramStore.Open(address, create: false), new() { Assemblies = assemblies });

    /// <summary>Where it is; a password is not shown.</summary>
    public string Address => file.Store.Address;

    /// <summary>Number of the version that answers; 0 before there is one.</summary>
    public int Version => current?.Number ?? 0;

    /// <summary>Numbers of one input as the learner sees it.</summary>
    /// <exception cref="EngramException">Nothing was learned yet.</exception>
    public int InputLength => (int)Inputs().Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>Whether it has learned a lesson, also one whose version the gate refused.</summary>
    internal bool HasLearned => inputs is not null;

    /// <summary>What time it is.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Steps between two saves within a lesson; null for every few seconds.</summary>
    internal int? SaveEvery { get; set; }

    /// <summary>Learns a lesson from a path: pictures in class folders, a table, texts, features.</summary>
    /// <param name="path">A file or folder.</param>
    /// <param name="name">Name of the lesson; null takes that of the path.</param>
    /// <param name="progress">Hears how far it has come; null for nobody.</param>
    /// <param name="reading">Hears how far reading and a frozen network have come; null for nobody.</param>
    /// <param name="cancellation">Stops it; the same call goes on where it stopped, with the same result.</param>
    /// <exception cref="EngramException">Something is wrong with the data or a setting, or somebody else writes; nothing has changed.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public Lesson Learn(string path, string? name = null, IProgress<LearnStage>? progress = null, IProgress<ReadProgress>? reading = null, CancellationToken cancellation = default)
    {
        using IDisposable held = file.Store.HoldForWriting($"learn {path}");
        using Records own = file.Catalogs.Records.Open(path, RecordOptionsNow(), reading, cancellation);
        return LearnHeld(own, name, progress, reading, cancellation);
    }

    /// <summary>Learns a lesson from records.</summary>
    /// <param name="records">With labels.</param>
    /// <param name="name">As for a path.</param>
    /// <param name="progress">As for a path.</param>
    /// <param name="reading">As for a path.</param>
    /// <param name="cancellation">As for a path.</param>
    public Lesson Learn(Records records, string? name = null, IProgress<LearnStage>? progress = null, IProgress<ReadProgress>? reading = null, CancellationToken cancellation = default)
    {
        using IDisposable held = file.Store.HoldForWriting($"learn {records.Source}");
        return LearnHeld(records, name, progress, reading, cancellation);
    }

    /// <summary>Answers one input that is a vector as the learner sees it: features, or the numbers of a form.</summary>
    /// <exception cref="EngramException">It has another length or is not finite, or nothing was learned yet.</exception>
    public Answer Predict(float[] input) => Predict([input])[0];

    /// <summary>Answers several.</summary>
    /// <param name="inputs">One at least.</param>
    public IReadOnlyList<Answer> Predict(IReadOnlyList<float[]> inputs)
    {
        while (true)
        {
            ServedVersion served = Served();
            try
            {
                return served.Answer(inputs);
            }
            catch (ObjectDisposedException) when (!ReferenceEquals(served, current) && !isDisposed)
            {
                // Another version was put in its place between the two lines: that one answers.
            }
        }
    }

    /// <summary>Answers what is at a path: a picture, a folder of pictures, a table; labels are not needed, and not looked at.</summary>
    /// <exception cref="EngramException">It is of another kind than what was learned, or nothing was learned yet.</exception>
    public IReadOnlyList<Answer> Predict(string path)
    {
        using Records own = Open([path]);
        return Predict(own);
    }

    /// <summary>Answers records, in their order.</summary>
    /// <param name="records">With labels or without.</param>
    /// <param name="reading">Hears how far a frozen network has come; null for nobody.</param>
    /// <param name="cancellation">Stops it.</param>
    public IReadOnlyList<Answer> Predict(Records records, IProgress<ReadProgress>? reading = null, CancellationToken cancellation = default)
    {
        List<Answer> answers = [];
        foreach (float[][] part in InputsOf(records, reading, cancellation).Chunk(512)) answers.AddRange(Predict(part));
        return answers;
    }

    /// <summary>Opens data without labels, as the learner's own were opened.</summary>
    /// <param name="paths">One at least.</param>
    /// <param name="reading">Hears how far reading has come; null for nobody.</param>
    /// <param name="cancellation">Stops it.</param>
    public Records Open(IReadOnlyList<string> paths, IProgress<ReadProgress>? reading = null, CancellationToken cancellation = default) =>
        file.Catalogs.Records.Open(paths, RecordOptionsNow() with { Unlabelled = true }, reading, cancellation);

    /// <summary>Opens data with labels, as the learner's own were opened.</summary>
    public Records OpenLabelled(string path, IProgress<ReadProgress>? reading = null, CancellationToken cancellation = default) => file.Catalogs.Records.Open(path, RecordOptionsNow(), reading, cancellation);

    /// <summary>Asks about labelled data and learns nothing.</summary>
    /// <param name="records">With labels.</param>
    /// <param name="reading">Hears how far a frozen network has come; null for nobody.</param>
    /// <param name="cancellation">Stops it.</param>
    public TestReport Test(Records records, IProgress<ReadProgress>? reading = null, CancellationToken cancellation = default) => new Testing(this).Of(records, Predict(records, reading, cancellation), Inputs().RemarksOn(records));

    /// <summary>Whether data look like what was learned: shift of inputs, and the share that is like none of the classes. Labels are not needed.</summary>
    /// <param name="records">Today's.</param>
    /// <param name="reading">Hears how far a frozen network has come; null for nobody.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="EngramException">No held-out samples are kept, or the records are of another kind.</exception>
    public DriftReport Check(Records records, IProgress<ReadProgress>? reading = null, CancellationToken cancellation = default) => new DriftCheck(this).Of(records, reading, cancellation);

    /// <summary>The same for inputs as the learner sees them.</summary>
    /// <param name="inputs">Today's, one at least, each of <see cref="InputLength"/> finite numbers.</param>
    public DriftReport Check(IReadOnlyList<float[]> inputs) => new DriftCheck(this).Of([.. inputs]);

    /// <summary>What a reader should know of records as the learner sees them, a line each: missing values, names never seen.</summary>
    public IReadOnlyList<string> RemarksOn(Records records) => Inputs().RemarksOn(records);

    /// <summary>Everything that became of the learner.</summary>
    public LearnerHistory History() => new PastReading(file).Read();

    /// <summary>Makes a version current that the gate has refused, or could not tell about.</summary>
    /// <param name="version">Its number.</param>
    /// <param name="reason">Why; kept in the events.</param>
    /// <exception cref="EngramException">There is none of that number, its state is gone, or no reason is given.</exception>
    public void Promote(int version, string reason)
    {
        if (string.IsNullOrWhiteSpace(reason)) throw EngramException.Input("missing-reason", $"Version {version} is promoted by hand without a reason; give one, so that others know later.");
        MakeCurrent(version, "promote", reason, reader => { });
    }

    /// <summary>Makes an older version current; the next lesson goes on from there.</summary>
    /// <param name="version">Its number; null for the one that was current before.</param>
    /// <returns>Number of the version that answers now.</returns>
    /// <exception cref="EngramException">There is none of that number, its state is gone, or it never was current.</exception>
    public int Rollback(int? version = null)
    {
        int target = version ?? file.Store.Read(reader => file.Settle(reader) is { } settled ? Before(reader.Versions(), settled.Row.Current) : 0);
        if (target == 0) throw EngramException.Input("no-older-version", "There is no older version to go back to whose state is still there; 'engram history' shows what became of them.");
        MakeCurrent(target, "rollback", null, reader =>
        {
            if (reader.Version(target).Promoted is null) throw EngramException.Input("never-promoted", $"Version {target} never answered: the gate refused it. 'engram promote' makes it current, with a reason.");
        });
        return target;
    }

    /// <summary>Forgets a lesson, a class, or everything from one source.</summary>
    /// <param name="what">Which.</param>
    /// <param name="relearn">Whether a method that learns by gradient learns everything else anew from what is kept.</param>
    /// <param name="progress">Hears how far it has come; null for nobody.</param>
    /// <param name="cancellation">Stops it; nothing has changed then.</param>
    /// <exception cref="EngramException">There is no such thing, or nothing would be left.</exception>
    public ForgetReport Forget(ForgetWhat what, bool relearn = false, IProgress<LearnStage>? progress = null, CancellationToken cancellation = default)
    {
        using IDisposable held = file.Store.HoldForWriting($"forget {what}");
        ForgetReport report = new Forgetting(file, Clock) { Progress = progress }.Forget(what, relearn, cancellation);
        Refresh();
        return report;
    }

    /// <summary>Removes the state of all but the newest versions; the current one stays, and the history stays whole.</summary>
    /// <param name="keep">How many stay, 1 at least.</param>
    /// <returns>Numbers of those removed.</returns>
    public IReadOnlyList<int> Prune(int keep)
    {
        if (keep < 1) throw EngramException.Input("invalid-setting", $"keep is {keep}, but 1 version at least stays: the current one.");
        using IDisposable held = file.Store.HoldForWriting("prune");
        IReadOnlyList<int> removed = [];
        file.Store.Write(writer =>
        {
            Settled settled = file.Settle(writer) ?? throw NothingLearned();
            LessonWriting writing = new(writer, settled, Clock);
            removed = writing.Prune(keep);
            if (removed.Count > 0) writing.Note("prune", new() { ["removed"] = new JsonArray([.. removed.Select(number => (JsonNode)number)]) });
        });
        if (removed.Count > 0) file.Store.Compact();
        return removed;
    }

    /// <summary>Sees whether another process has made another version current, and answers with that one from now on.</summary>
    /// <returns>Whether another version answers now.</returns>
    public bool Refresh()
    {
        lock (swapping)
        {
            ServedVersion? next = file.Store.Read(reader =>
            {
                if (file.Settle(reader) is not { } settled) return null;
                (inputs, records) = (file.Inputs(settled), settled.Records);
                return settled.Row.Current == 0 ? null : settled.Row.Current == Version ? current : file.Serve(reader, settled.Row.Current);
            });
            if (ReferenceEquals(next, current)) return false;
            ServedVersion? old = current;
            current = next;
            old?.Dispose();
            return true;
        }
    }

    /// <summary>What is wrong with the file, a line each; none where all is well.</summary>
    public IReadOnlyList<string> Problems() => file.Store.Problems();

    /// <summary>What of the store is needed elsewhere.</summary>
    internal LearnerFile File => file;

    /// <summary>How records become inputs.</summary>
    internal LearnerInputs Inputs() => inputs ?? throw NothingLearned();

    /// <summary>The version that answers.</summary>
    internal ServedVersion Served()
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        return current ?? throw NothingLearned();
    }

    /// <summary>Records as the learner sees them, one after the other.</summary>
    internal IEnumerable<float[]> InputsOf(Records records, IProgress<ReadProgress>? reading, CancellationToken cancellation)
    {
        Samples samples = Inputs().Read(records, [[.. Enumerable.Range(0, records.Count)]], new int[records.Classes.Count], 0, reading, cancellation)[0];
        int length = InputLength;
        for (int sample = 0; sample < samples.Count; sample++)
        {
            cancellation.ThrowIfCancellationRequested();
            float[] input = new float[length];
            samples.Read(sample, input);
            yield return input;
        }
    }

    /// <summary>Frees it; the file stays.</summary>
    public void Dispose()
    {
        lock (swapping)
        {
            if (isDisposed) return;
            isDisposed = true;
            current?.Dispose();
            file.Dispose();
        }
    }

    private Lesson LearnHeld(Records own, string? name, IProgress<LearnStage>? progress, IProgress<ReadProgress>? reading, CancellationToken cancellation, Action<StoreWriter>? along = null)
    {
        LessonLearning learning = new(file, options, Clock) { Progress = progress, Reading = reading, SaveEvery = SaveEvery, Along = along };
        Lesson lesson = learning.Learn(own, name, cancellation);
        Refresh();
        return lesson;
    }

    private void MakeCurrent(int version, string what, string? reason, Action<StoreReader> check)
    {
        using IDisposable held = file.Store.HoldForWriting($"{what} {version}");
        file.Store.Write(writer =>
        {
            Settled settled = file.Settle(writer) ?? throw NothingLearned();
            VersionRow row = LearnerFile.Present(writer, version);
            check(writer);
            writer.Put(settled.Row with { Current = version });
            if (row.Promoted is null) writer.Put(row with { Promoted = Clock.GetUtcNow() });
            LessonWriting.Note(writer, Clock, what, new() { ["version"] = version, ["before"] = settled.Row.Current, ["reason"] = reason });
        });
        Refresh();
    }

    // The nearest version that the current one came from and that answered once and still can.
    private static int Before(IReadOnlyList<VersionRow> versions, int current)
    {
        Dictionary<int, VersionRow> all = versions.ToDictionary(version => version.Number);
        int number = all.GetValueOrDefault(current)?.Parent ?? 0;
        while (number > 0 && (all[number].Removed is not null || all[number].Promoted is null)) number = all[number].Parent;
        return number;
    }

    private RecordOptions RecordOptionsNow() => records ?? options.Records ?? new();

    private EngramException NothingLearned() => EngramException.Input("nothing-learned", $"'{Address}' has learned nothing yet; let it learn a lesson first: engram learn {Address} DATA.");
}
