using System.Diagnostics;
using Engram.Cli.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Engram.Cli.Progress;

/// <summary>Where a study stands whose pieces of work come one after another: how many are done, which are under way, how long it takes.</summary>
/// <param name="title">What is being done, in a line.</param>
/// <param name="pieces">What the pieces are called.</param>
/// <param name="total">How many there are at most; null where only time limits them.</param>
/// <param name="minutes">Limit of time; null for none.</param>
/// <param name="stopping">Set once the user wants to stop.</param>
internal sealed class StudyBoard(string title, string pieces, int? total, double? minutes, CancellationToken stopping) : IBoard
{
    private readonly Lock gate = new();
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly Queue<string> events = [];
    private readonly Dictionary<string, double> running = [];
    private int done, trained;
    private double trainedSince;

    public string Title { get; } = title;

    /// <summary>A piece is under way.</summary>
    public void Report(string piece, double fraction)
    {
        lock (gate)
        {
            if (trainedSince == 0) trainedSince = clock.Elapsed.TotalSeconds;
            running[piece] = fraction;
        }
    }

    /// <summary>A piece is done, now or before this session.</summary>
    public void End(string piece, string outcome)
    {
        lock (gate)
        {
            if (running.Remove(piece)) trained++;
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
            foreach (var (piece, fraction) in running.OrderBy(one => one.Key, StringComparer.Ordinal).Take(Math.Max(2, console.Height - 6))) table.AddRow(new Text(piece), new Text($"{fraction:0 %}"));
            string status = stopping.IsCancellationRequested ? "stopping after the current steps; once more ends at once" : $"{Count()}{Left()}";
            return new Rows([new Text(Title, Look.Bold), table, Fraction is { } share ? LiveViews.Bar(share, console, status) : new Text(status)]);
        }
    }

    public string Status()
    {
        lock (gate) return stopping.IsCancellationRequested ? "stopping after the current steps" : $"{Count()}{Left()}";
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

    private string Count() => total is { } all ? $"{done} of {all} {pieces}" : $"{done} {pieces}";

    private string Left()
    {
        double work = trained + running.Values.Sum(), seconds = clock.Elapsed.TotalSeconds - trainedSince;
        if (total is not { } all) return minutes is { } limit ? $", about {Figures.Wait(Math.Max(0, 60 * limit - clock.Elapsed.TotalSeconds))} left" : "";
        double open = all - done - running.Values.Sum();
        return work < 0.05 || open <= 0 ? "" : $", about {Figures.Wait(open * seconds / work)} left";
    }
}
