using System.Diagnostics;
using System.Reflection;
using Engram.Durable;
using Engram.OwnData;
using Microsoft.Extensions.Logging;

namespace Engram.Server.Lessons;

/// <summary>How a lesson is asked for.</summary>
/// <param name="Name">Its name; null takes that of the data.</param>
/// <param name="Settings">What is set for it (<see cref="LessonJob.Settings"/>).</param>
/// <param name="By">Whose key asks; null for none.</param>
internal sealed record LessonAsk(string? Name, IReadOnlyDictionary<string, string> Settings, string? By)
{
    /// <summary>Whether what was told about earlier answers is the lesson.</summary>
    public bool IsFeedback { get; init; }
}

/// <summary>The lessons of one learner that a server took in: learned one after the other, in their order, and gone on with after a stop.</summary>
internal sealed partial class LessonQueue : IDisposable
{
    private const int Remembered = 200;
    private static readonly TimeSpan WriterAgain = TimeSpan.FromSeconds(1);

    private readonly DurableLearner learner;
    private readonly string address;
    private readonly IReadOnlyList<Assembly> assemblies;
    private readonly ServerOptions options;
    private readonly LearningTurns turns;
    private readonly ILogger log;
    private readonly LessonFolder folder;
    private readonly string name;
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, LessonJob> jobs = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource ending = new();
    private (string Id, CancellationTokenSource Cancellation)? running;
    private Task? work;

    /// <summary>Takes over what an earlier server left.</summary>
    public LessonQueue(string name, DurableLearner learner, string address, IReadOnlyList<Assembly> assemblies, LessonFolder folder, ServerOptions options, LearningTurns turns, ILogger log)
    {
        (this.name, this.learner, this.address, this.assemblies, this.folder, this.options, this.turns, this.log) = (name, learner, address, assemblies, folder, options, turns, log);
        foreach (LessonJob job in folder.Read())
        {
            jobs[job.Id] = job;
            if (!job.IsOver && job.Upload is not null) new LessonUpload(options).Again(folder.Of(job.Id));
        }
        bool isWaiting = jobs.Values.Any(job => !job.IsOver);
        folder.Mark(isWaiting);
        if (isWaiting) Start();
    }

    /// <summary>A sentence without where things are on the server.</summary>
    public required Func<string, string> Redacted { get; init; }

    /// <summary>All that are remembered, the newest first.</summary>
    public IReadOnlyList<LessonJob> All
    {
        get
        {
            lock (gate) return [.. jobs.Values.Reverse()];
        }
    }

    /// <summary>The lesson of an id.</summary>
    /// <exception cref="EngramException">There is none (<c>unknown-lesson</c>).</exception>
    public LessonJob Find(string id)
    {
        lock (gate) return jobs.GetValueOrDefault(id) ?? throw EngramException.Input("unknown-lesson", $"There is no lesson '{Quote.Of(id)}' of '{name}' here; the last {Remembered} are remembered.");
    }

    /// <summary>Takes a lesson in; when this returns it is on disk, and will be learned also after the server's end.</summary>
    /// <param name="source">What is shown of where it comes from.</param>
    /// <param name="ask">Its name, its settings, and whose key asked.</param>
    /// <param name="upload">Brings what is uploaded into the folder it is given, and says where below that the lesson is; null where nothing is.</param>
    /// <param name="path">Where the lesson is on the server, in a folder that is learned from; null for others.</param>
    /// <exception cref="EngramException">Too many wait (<c>too-busy</c>), or the upload is refused; nothing is left of it.</exception>
    public async Task<LessonJob> Take(string source, LessonAsk ask, Func<string, Task<string>>? upload, string? path = null)
    {
        lock (gate)
        {
            int waiting = jobs.Values.Count(one => !one.IsOver);
            if (waiting >= options.MostLessonsWaiting) throw EngramException.Failure("too-busy", $"{waiting} lessons of '{name}' wait already, as many as may; give this one when some of them are learned.");
        }
        _ = LessonSettings.Read(ask.Settings, assemblies);
        LessonJob job = new(Guid.CreateVersion7().ToString("N"), name, source, DateTimeOffset.UtcNow) { Name = ask.Name ?? (ask.IsFeedback ? $"feedback of {DateTime.UtcNow:yyyy-MM-dd HH.mm.ss}" : null), By = ask.By, Path = path, IsFeedback = ask.IsFeedback, Settings = ask.Settings.Count > 0 ? ask.Settings : null };
        string place = folder.Make(job.Id);
        try
        {
            if (upload is not null) job = job with { Upload = await upload(place) };
            folder.Mark(true);
            folder.Write(job);
        }
        catch
        {
            folder.Remove(job.Id);
            throw;
        }
        lock (gate)
        {
            jobs[job.Id] = job;
            folder.Mark(true); // the one before may have ended meanwhile
            Start();
        }
        return job;
    }

    /// <summary>Cancels a lesson that has not ended; one that has stays as it is.</summary>
    public LessonJob Cancel(string id)
    {
        lock (gate)
        {
            LessonJob job = Find(id);
            if (job.IsOver) return job;
            if (running is { } now && now.Id == id)
            {
                now.Cancellation.Cancel();
                return job;
            }
            job = End(job with { State = LessonState.Cancelled });
            return job;
        }
    }

    /// <summary>Stops learning; a lesson that was begun is gone on with by the next server.</summary>
    public void Dispose()
    {
        ending.Cancel();
        work?.Wait();
        ending.Dispose();
    }

    private void Start()
    {
        if (ending.IsCancellationRequested || work is { IsCompleted: false }) return;
        work = Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private void Work()
    {
        while (true)
        {
            LessonJob job;
            CancellationTokenSource cancellation;
            lock (gate)
            {
                if (ending.IsCancellationRequested || jobs.Values.FirstOrDefault(one => !one.IsOver) is not { } next)
                {
                    if (!ending.IsCancellationRequested) folder.Mark(false);
                    work = null; // whoever takes one in from now on starts anew
                    return;
                }
                job = next;
                cancellation = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
                running = (job.Id, cancellation);
            }
            using (cancellation) Learn(job, cancellation.Token);
        }
    }

    private void Learn(LessonJob job, CancellationToken cancellation)
    {
        using Activity? trace = ServerMetrics.Traces.StartActivity("lesson");
        trace?.SetTag("engram.learner", name).SetTag("engram.lesson", job.Id);
        long begun = Stopwatch.GetTimestamp();
        LessonJob ended;
        try
        {
            Progress progress = new(this, job.Id);
            Lesson lesson = LearnWhenFree(job, progress, cancellation);
            ended = Find(job.Id) with
            {
                State = lesson.Promoted ? LessonState.Promoted : LessonState.Refused, Name = lesson.Name, Version = lesson.Version, Verdict = lesson.Verdict.Sentence, WasLearned = lesson.WasLearned,
            };
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            lock (gate) running = null;
            return; // the next server goes on
        }
        catch (OperationCanceledException)
        {
            ended = Find(job.Id) with { State = LessonState.Cancelled };
        }
        catch (EngramException error) when (error.Code is "no-feedback" or "lesson-exists" && LearnedBefore(job) is { } version)
        {
            // By the server before, which ended between the lesson and the word of it.
            ended = Find(job.Id) with { State = version.Promoted is null ? LessonState.Refused : LessonState.Promoted, Version = version.Number, Verdict = version.Verdict.Sentence };
        }
        catch (EngramException error)
        {
            ended = Find(job.Id) with { State = LessonState.Failed, Error = error.Code, Message = Redacted(error.Message) };
        }
        catch (Exception error)
        {
            LogUnexpected(log, name, job.Id, error);
            ended = Find(job.Id) with { State = LessonState.Failed, Error = "unexpected", Message = $"Something went wrong that nobody foresaw ({error.GetType().Name}); the server's log says more. Nothing has changed." };
        }
        double seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        lock (gate)
        {
            running = null;
            ended = End(ended);
        }
        ServerMetrics.Lessons.Add(1, new KeyValuePair<string, object?>("learner", name), new("state", ended.State.ToString()));
        ServerMetrics.LessonSeconds.Record(seconds);
        LogEnded(log, ended.Source, name, ended.State, seconds, ended.Verdict ?? ended.Message);
    }

    // The right answers of a lesson go with it, so only its name tells that it was learned.
    private PastVersion? LearnedBefore(LessonJob job)
    {
        if (!job.IsFeedback) return null;
        LearnerHistory history = learner.History();
        return history.Lessons.Any(lesson => lesson.Name == job.Name && lesson.Learned >= job.Asked) ? history.Versions.LastOrDefault(version => version.Lesson == job.Name) : null;
    }

    // While another process writes, the lesson waits for it, and lessons of other learners go first.
    private Lesson LearnWhenFree(LessonJob job, Progress progress, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                using IDisposable turn = turns.Take(cancellation);
                Tell(job.Id, one => one with { State = LessonState.Learning, Stage = "reading", Done = 0, Total = 0 });
                if (job.IsFeedback) return learner.LearnFeedback(job.Name, progress, cancellation);
                string path = PathOf(job);
                if (job.Settings is null) return learner.Learn(path, job.Name, progress, progress, cancellation);
                using DurableLearner asked = DurableLearner.OpenOrCreate(address, LessonSettings.Read(job.Settings, assemblies));
                Lesson lesson = asked.Learn(path, job.Name, progress, progress, cancellation);
                learner.Refresh();
                return lesson;
            }
            catch (EngramException error) when (error.Code == "being-written")
            {
                Tell(job.Id, one => one with { State = LessonState.Waiting, Stage = null, Message = error.Message });
                cancellation.WaitHandle.WaitOne(WriterAgain);
                cancellation.ThrowIfCancellationRequested();
            }
        }
    }

    private string PathOf(LessonJob job) => job.Path ?? (job.Upload is { } upload ? Path.Combine(folder.Of(job.Id), upload) : AllowedPath.Of(options.Data, job.Source));

    private void Tell(string id, Func<LessonJob, LessonJob> change)
    {
        lock (gate) jobs[id] = change(jobs[id]);
    }

    // Holding the gate.
    private LessonJob End(LessonJob job)
    {
        job = job with { Stage = null, Done = 0, Total = 0, Loss = null, Ended = DateTimeOffset.UtcNow };
        folder.Write(job);
        folder.RemoveUpload(job);
        jobs[job.Id] = job;
        foreach (LessonJob old in jobs.Values.Where(one => one.IsOver).SkipLast(Remembered).ToList())
        {
            jobs.Remove(old.Id);
            folder.Remove(old.Id);
        }
        return job;
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Lesson {Source} of {Learner}: {State} after {Seconds:F1} s. {Sentence}")]
    private static partial void LogEnded(ILogger log, string source, string learner, LessonState state, double seconds, string? sentence);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "Lesson {Lesson} of {Learner} failed unexpectedly.")]
    private static partial void LogUnexpected(ILogger log, string learner, string lesson, Exception error);

    private sealed class Progress(LessonQueue queue, string id) : IProgress<LearnStage>, IProgress<ReadProgress>
    {
        public void Report(LearnStage value) => queue.Tell(id, job => job with { State = LessonState.Learning, Stage = value.Stage, Done = value.Done, Total = value.Total, Loss = value.Loss, Message = null });

        public void Report(ReadProgress value) => queue.Tell(id, job => job with { State = LessonState.Learning, Stage = "reading", Done = value.Done, Total = value.Total });
    }
}
