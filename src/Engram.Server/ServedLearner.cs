using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using Engram.Durable;
using Engram.Durable.Access;
using Engram.Durable.Drift;
using Engram.OwnData;
using Engram.Server.Answers;
using Engram.Server.Api;
using Engram.Server.Lessons;
using Microsoft.Extensions.Logging;

namespace Engram.Server;

/// <summary>A learner that answers from its current version, learns lessons beside that, and follows what other processes make current. Thread-safe.</summary>
public sealed partial class ServedLearner : IPredictor, IDisposable
{
    private readonly ServerOptions options;
    private readonly ILogger log;
    private static readonly TimeSpan WriterAgain = TimeSpan.FromMilliseconds(100);
    private readonly LearningTurns turns;
    private readonly AnswerQueue queue;
    private readonly RememberedAnswers remembered;
    private volatile KeyRing keys;
    private int noticed;
    private bool isDisposed;

    internal ServedLearner(string name, string address, bool isOfFleet, DurableOptions? begin, Assembly[] assemblies, ServerOptions options, LearningTurns turns, ILoggerFactory logs)
    {
        (Name, this.options, this.turns, log) = (name, options, turns, logs.CreateLogger("Engram.Server"));
        Learner = Opened(address, begin, assemblies);
        try
        {
            noticed = Version;
            keys = Learner.Keyring();
            queue = new(Answered, options);
            remembered = new(options.AnswersRemembered);
            string spool = SpoolOf(address, options);
            LessonFolder folder = new(Path.Combine(spool, name), isOfFleet ? Path.Combine(spool, LessonFolder.Waiting, name) : null);
            Lessons = new(name, Learner, address, assemblies, folder, options, turns, log) { Redacted = Redacted };
        }
        catch
        {
            Learner.Dispose();
            throw;
        }
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The mark of the database under which it was looked at last; null before, or where there is none.</summary>
    internal long? Mark { get; set; }

    /// <inheritdoc/>
    public int Version => Learner.Version;

    /// <summary>The learner itself.</summary>
    public DurableLearner Learner { get; }

    /// <summary>Whether somebody began it: it has learned a lesson, also one whose version the gate refused, was given one that waits, or has keys.</summary>
    internal bool HasBegun => Learner.HasLearned || !Keys.IsEmpty || Lessons.All.Count > 0;

    /// <summary>Its lessons.</summary>
    internal LessonQueue Lessons { get; }

    /// <summary>A sentence without where things are on the server.</summary>
    internal string Redacted(string sentence) => Paths().Replace(sentence, "$1$2$1").Replace(Learner.Address, Name, StringComparison.Ordinal);

    /// <summary>Requests that wait for an answer.</summary>
    internal int Waiting => queue.Waiting;

    /// <summary>Keys as they were a moment ago.</summary>
    internal KeyRing Keys => keys;

    /// <summary>Since when the version that answers does so here.</summary>
    internal DateTimeOffset Since { get; private set; } = DateTimeOffset.UtcNow;

    /// <inheritdoc/>
    public async Task<Answer> PredictAsync(float[] input, CancellationToken cancellation = default) => (await PredictAsync([input], cancellation))[0];

    /// <inheritdoc/>
    public Task<IReadOnlyList<Answer>> PredictAsync(IReadOnlyList<float[]> inputs, CancellationToken cancellation = default) => queue.Ask(Checked(inputs), cancellation);

    /// <summary>Learns a lesson of vectors once there is a turn; what another process writes is waited for.</summary>
    /// <exception cref="EngramException">As <see cref="DurableLearner.Learn(IReadOnlyList{float[]}, IReadOnlyList{string}, string, IProgress{LearnStage}, CancellationToken)"/>.</exception>
    internal async Task<Lesson> LearnAsync(IReadOnlyList<float[]> inputs, IReadOnlyList<string> labels, string lesson, TimeSpan patience, CancellationToken cancellation)
    {
        long begun = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using IDisposable turn = await turns.TakeAsync(cancellation);
                return await Task.Factory.StartNew(() => Learner.Learn(inputs, labels, lesson, null, cancellation), cancellation, TaskCreationOptions.None, TaskScheduler.Default);
            }
            catch (EngramException error) when (error.Code == "being-written" && Stopwatch.GetElapsedTime(begun) < patience)
            {
                await Task.Delay(WriterAgain, cancellation);
            }
            finally
            {
                Notice();
            }
        }
    }

    private IReadOnlyList<float[]> Checked(IReadOnlyList<float[]> inputs)
    {
        if (inputs.Count == 0) throw EngramException.Input("no-inputs", "There are no inputs to answer; give one at least.");
        int length = Learner.InputLength;
        for (int i = 0; i < inputs.Count; i++)
        {
            if (inputs[i] is null || inputs[i].Length != length) throw EngramException.Input("wrong-length", $"Input {i + 1} has {inputs[i]?.Length ?? 0} numbers, and '{Name}' sees {length}; give as many.");
            foreach (float number in inputs[i])
                if (!float.IsFinite(number)) throw EngramException.Input("not-finite", $"Input {i + 1} holds {number}; give finite numbers.");
        }
        return inputs;
    }

    /// <summary>Whether inputs look like what was learned.</summary>
    internal DriftReport Check(IReadOnlyList<float[]> inputs) => Learner.Check(Checked(inputs));

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Answer>> PredictAsync(string path, CancellationToken cancellation = default)
    {
        using Records records = await Task.Run(() => Learner.Open([path], null, cancellation), cancellation);
        return await PredictAsync(records, cancellation);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Answer>> PredictAsync(Records records, CancellationToken cancellation = default) => await PredictAsync(await InputsOf(records, cancellation), cancellation);

    /// <summary>Records as the learner sees them.</summary>
    internal Task<float[][]> InputsOf(Records records, CancellationToken cancellation) => Task.Run(() => Learner.InputsOf(records, null, cancellation).ToArray(), cancellation);

    /// <summary>Remembers what was answered, so that the right answer can be told later.</summary>
    /// <returns>Id of the first answer; the next ones count up.</returns>
    internal string[] Remember(IReadOnlyList<float[]> inputs, IReadOnlyList<Answer> answers) => remembered.Add(inputs, answers);

    /// <summary>Keeps the right answers for earlier ones; they are on disk when this returns.</summary>
    /// <returns>How many are kept and not learned yet.</returns>
    /// <exception cref="EngramException">None is given, a label is empty, an answer is no longer remembered, or nothing may be kept.</exception>
    internal int KeepFeedback(IReadOnlyList<RightAnswer> answers)
    {
        if (answers is not { Count: > 0 }) throw EngramException.Input("no-answers", "There are no right answers; give one at least.");
        List<Feedback> kept = [];
        foreach (RightAnswer right in answers)
        {
            if (right is not { Id: not null } || string.IsNullOrWhiteSpace(right.Label)) throw EngramException.Input("no-label", "A right answer lacks its id or its label; give both.");
            RememberedAnswer given = remembered.Find(right.Id);
            kept.Add(new(right.Id, right.Label, given.Input, given.Label, given.Version, DateTimeOffset.UtcNow));
        }
        Learner.KeepFeedback(kept);
        return Learner.FeedbackCount();
    }

    /// <summary>What was asked last since the server's start, the newest first.</summary>
    internal IReadOnlyList<RememberedAnswer> Asked(int count) => remembered.Newest(count);

    /// <summary>What was answered under an id.</summary>
    /// <exception cref="EngramException">It is no longer remembered, or never was.</exception>
    internal RememberedAnswer Recall(string id) => remembered.Find(id);

    /// <summary>Makes a version current that the gate has refused.</summary>
    internal void Promote(int version, string reason)
    {
        Learner.Promote(version, reason);
        Notice();
    }

    /// <summary>Makes an older version current.</summary>
    internal void Rollback(int? version)
    {
        Learner.Rollback(version);
        Notice();
    }

    /// <summary>Follows another process that made another version current, and notices what this one did.</summary>
    internal void Refresh()
    {
        Learner.Refresh();
        keys = Learner.Keyring();
        Notice();
    }

    private IReadOnlyList<Answer> Answered(IReadOnlyList<float[]> inputs)
    {
        IReadOnlyList<Answer> answers = Learner.Predict(inputs);
        for (int i = 0; i < answers.Count; i++)
            if (!float.IsFinite(answers[i].Probability)) throw EngramException.Input("not-finite", $"Input {i + 1} holds numbers so large ({inputs[i].Max(float.Abs)}) that no probability comes of them; give numbers like those that were learned.");
        ServerMetrics.Answered.Add(answers.Count, new KeyValuePair<string, object?>("learner", Name), new("version", answers[0].Version));
        return answers;
    }

    private void Notice()
    {
        int version = Version;
        if (Interlocked.Exchange(ref noticed, version) == version) return;
        Since = DateTimeOffset.UtcNow;
        ServerMetrics.Swaps.Add(1, new KeyValuePair<string, object?>("learner", Name));
        LogSwap(log, Name, version);
    }

    /// <summary>Stops learning and frees it.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref isDisposed, true)) return; // a program's services own it under two names
        Lessons.Dispose();
        Learner.Dispose();
    }

    // What a new one is made with says nothing of one that is there.
    private static DurableLearner Opened(string address, DurableOptions? begin, Assembly[] assemblies)
    {
        DurableLearner opened = DurableLearner.OpenOrCreate(address, new() { Assemblies = assemblies });
        if (begin is null || opened.HasLearned) return opened;
        opened.Dispose();
        return DurableLearner.OpenOrCreate(address, begin with { Assemblies = assemblies });
    }

    private static string SpoolOf(string address, ServerOptions options) => options.Spool
        ?? Path.Combine(address.Contains("://", StringComparison.Ordinal) ? Environment.CurrentDirectory : Path.GetDirectoryName(Path.GetFullPath(address))!, "engram-lessons");

    // A quoted path of the server, of which callers see the last part.
    [GeneratedRegex(@"(['""])(?:/|[A-Za-z]:\\)[^'""\n]*[/\\]([^'""/\\\n]+)\1", RegexOptions.CultureInvariant)]
    private static partial Regex Paths();

    [LoggerMessage(EventId = 3, Level = LogLevel.Information, Message = "{Learner}: version {Version} answers now.")]
    private static partial void LogSwap(ILogger log, string learner, int version);
}
