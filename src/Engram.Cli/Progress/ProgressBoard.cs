using Engram.Experiments;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Engram.Cli.Progress;

/// <summary>Where all trials stand: training threads write, the screen reads.</summary>
/// <param name="title">What is being done, in a line.</param>
/// <param name="trials">One entry per trial.</param>
/// <param name="view">Draws the board where it can be redrawn in place.</param>
/// <param name="stopping">Set once the user wants to stop.</param>
/// <param name="clock">Measures time; null for the system's.</param>
internal sealed class ProgressBoard(string title, IReadOnlyList<TrialProgress> trials, Func<ProgressBoard, Profile, IRenderable> view, CancellationToken stopping, TimeProvider? clock = null) : ITrialBoard
{
    private readonly Lock gate = new();
    private readonly TimeProvider clock = clock ?? TimeProvider.System;
    private readonly long made = (clock ?? TimeProvider.System).GetTimestamp();
    private readonly Queue<string> notes = [], events = [];
    private readonly Dictionary<string, int> places = trials.Index().DistinctBy(one => one.Item.Name).ToDictionary(one => one.Item.Name, one => one.Index);

    public string Title { get; } = title;

    public IReadOnlyList<TrialProgress> Trials { get; } = trials;

    /// <summary>Where the results go; empty until that is known.</summary>
    public string Place { get; private set; } = "";

    public string Beside { get; set; } = "";

    public bool IsStopping => stopping.IsCancellationRequested;

    public double Seconds => clock.GetElapsedTime(made).TotalSeconds;

    /// <summary>Share of all work that is done, 0 to 1.</summary>
    public double Fraction => Trials.Average(trial => trial.Fraction);

    /// <summary>Estimated seconds to go, from what was done in this session; null while there is nothing to estimate from.</summary>
    public double? SecondsLeft => TimeLeft.Of(Trials, Seconds);

    /// <summary>Says where the results go.</summary>
    public void Begin(string place)
    {
        lock (gate)
        {
            Place = place;
            events.Enqueue(place);
        }
    }

    /// <summary>Tells people something before the work begins.</summary>
    public void Note(string line)
    {
        lock (gate)
        {
            notes.Enqueue(line);
            events.Enqueue(line);
        }
    }

    public void Report(StudyTrial trial, TrialReport report)
    {
        if (report.Run is { } run) Report(PlaceOf(trial), run);
    }

    public void End(StudyTrial trial) => End(PlaceOf(trial), trial.Error is null ? trial.Accuracy : null);

    public void Report(int trial, RunProgress report)
    {
        lock (gate)
        {
            bool learned = Trials[trial].Take(report, Seconds);
            if (learned && Trials.Count == 1) events.Enqueue(PlainView.TaskLearned(Trials[trial]));
        }
    }

    public void End(int trial, double? accuracy)
    {
        lock (gate)
        {
            Trials[trial].End(accuracy, Seconds);
            if (Trials.Count > 1) events.Enqueue(PlainView.TrialOver(Trials[trial], this));
        }
    }

    public void NameTasks(int trial, IReadOnlyList<string> names)
    {
        lock (gate) Trials[trial].Tasks = names;
    }

    public IRenderable Draw(Profile console)
    {
        lock (gate) return view(this, console);
    }

    public string Status()
    {
        lock (gate) return PlainView.Status(this);
    }

    public IReadOnlyList<string> TakeNotes() => Take(notes);

    public IReadOnlyList<string> TakeEvents() => Take(events);

    private int PlaceOf(StudyTrial trial) => places.GetValueOrDefault(trial.Name);

    private string[] Take(Queue<string> from)
    {
        lock (gate)
        {
            string[] lines = [.. from];
            from.Clear();
            return lines;
        }
    }
}
