using System.Diagnostics;
using Engram.Cli.Output;
using Engram.Experiments;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Engram.Cli.Progress;

/// <summary>Where a study stands whose pieces of work come one after another: how many are done, which are under way, how long it takes.</summary>
/// <param name="title">What is being done, in a line.</param>
/// <param name="pieces">What the pieces are called.</param>
/// <param name="total">How many there are at most; null where only time limits them.</param>
/// <param name="minutes">Limit of time; null for none.</param>
/// <param name="stopping">Set once the user wants to stop.</param>
internal sealed class StudyBoard(string title, string pieces, int? total, double? minutes, CancellationToken stopping) : ITrialBoard
{
    private readonly Lock gate = new();
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly Queue<string> events = [];
    private readonly Dictionary<string, double> running = [], before = [];
    private string place = "";
    private double? since;
    private double doneNow;
    private int done;

    public string Title { get; } = title;

    public string Beside { get; set; } = "";

    /// <summary>What came of a trial, in few words.</summary>
    public Func<StudyTrial, string> Outcome { get; init; } = trial => $"accuracy {Figures.Percent(trial.Accuracy)} %";

    /// <summary>Says where the results go.</summary>
    public void Begin(string folder)
    {
        lock (gate)
        {
            place = folder;
            events.Enqueue(folder);
        }
    }

    public void Note(string line)
    {
        lock (gate) events.Enqueue(line);
    }

    public void Report(StudyTrial trial, TrialReport report) => Report(trial.Name, report.Fraction);

    public void End(StudyTrial trial)
    {
        if (trial.Error is null && trial.IsDone) End(trial.Name, Outcome(trial)); // one that was left out says nothing
    }

    /// <summary>A piece is under way.</summary>
    public void Report(string piece, double fraction)
    {
        lock (gate)
        {
            since ??= clock.Elapsed.TotalSeconds;
            before.TryAdd(piece, fraction);
            running[piece] = fraction;
        }
    }

    /// <summary>A piece is done, now or before this session.</summary>
    public void End(string piece, string outcome)
    {
        lock (gate)
        {
            if (running.Remove(piece)) doneNow += 1 - before[piece];
            done++;
            events.Enqueue($"{piece}: {outcome} ({Count()}{Left()})");
        }
    }

    public IRenderable Draw(Profile console)
    {
        lock (gate)
        {
            Table table = Look.NewTable(headers: false);
            table.AddColumn(Look.Column(""));
            table.AddColumn(Look.Column("", Justify.Right));
            foreach (var (piece, fraction) in running.OrderBy(one => one.Key, StringComparer.Ordinal).Take(Math.Max(1, console.Height - 5))) table.AddRow(new Text(piece), new Text($"{fraction:0 %}"));
            string status = stopping.IsCancellationRequested ? "stopping after the current steps; once more ends at once" : $"{Count()}{Left()}{Besides}";
            return new Rows([new Text(Title, Look.Bold), LiveViews.Place(place), table, Fraction is { } share ? LiveViews.Bar(share, console, status) : new Text(status)]);
        }
    }

    public string Status()
    {
        lock (gate) return stopping.IsCancellationRequested ? "stopping after the current steps" : $"{Count()}{Left()}{Besides}";
    }

    public IReadOnlyList<string> TakeEvents()
    {
        lock (gate)
        {
            string[] lines = [.. events];
            events.Clear();
            return lines;
        }
    }

    private double? Fraction => total is { } all ? Math.Min(1, (done + running.Values.Sum()) / all) : minutes is { } limit ? Math.Min(1, clock.Elapsed.TotalMinutes / limit) : null;

    private string Besides => Beside.Length == 0 ? "" : $"; {Beside}";

    private string Count() => total is { } all ? $"{done} of {all} {pieces}" : $"{done} {pieces}";

    private string Left() => Left(clock.Elapsed.TotalSeconds);

    /// <summary>How long it takes at a moment, in seconds since the board was made; only what was done in this session counts.</summary>
    internal string Left(double now)
    {
        double work = doneNow + running.Sum(one => one.Value - before[one.Key]), seconds = now - (since ?? now);
        if (total is not { } all) return minutes is { } limit ? $", about {Figures.Wait(Math.Max(0, 60 * limit - now))} left" : "";
        double open = all - done - running.Values.Sum();
        return work < 0.05 || open <= 0 ? "" : $", about {Figures.Wait(open * seconds / work)} left";
    }
}
