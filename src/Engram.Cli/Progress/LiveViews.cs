using Engram.Cli.Output;
using Engram.Experiments;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Engram.Cli.Progress;

/// <summary>Progress drawn in place: a run task by task, a comparison method by method.</summary>
internal static class LiveViews
{
    private const int BarWidth = 24;

    // Lines besides those of tasks or methods: title, place, head of the table, status, and the line of the cursor.
    private const int Frame = 5;

    /// <summary>The tasks of a run with epoch, loss and accuracy so far.</summary>
    public static IRenderable Run(ProgressBoard board, Profile console)
    {
        TrialProgress trial = board.Trials[0];
        int count = trial.Latest?.TaskCount ?? trial.Tasks.Count, current = trial.Latest?.Task ?? 0;
        int shown = Math.Clamp(console.Height - Frame, 1, 20), first = Math.Clamp(current - shown / 2, 1, Math.Max(1, count - shown + 1));
        Table table = NewTable(("", 1), ("task", 0), ("epoch", 7), ("loss", 6), ("learned", 7), ("now", 7));
        for (int task = first; task < first + shown && task <= count; task++)
        {
            Style style = task == current ? Look.Bold : task > current ? Look.Faint : Style.Plain;
            table.AddRow(Cells(trial, task).Select(cell => new Text(cell, style)));
        }
        return new Rows([new Text(board.Title, Look.Bold), Place(board.Place), table, Status(board, console, trial.Latest is null ? "loading data" : PlainView.Where(trial))]);
    }

    /// <summary>A bar per method, what runs at the moment, and the whole.</summary>
    public static IRenderable Comparison(ProgressBoard board, Profile console)
    {
        Table methods = NewTable(("method", 0), ("", BarWidth), ("trials", 6), ("accuracy", 8));
        IGrouping<string, TrialProgress>[] groups = [.. board.Trials.GroupBy(trial => trial.Label)];
        int room = Math.Max(2, console.Height - Frame), shown = groups.Length < room ? groups.Length : Math.Max(1, room - 2);
        foreach (IGrouping<string, TrialProgress> group in MostTelling(groups, shown))
        {
            double[] known = [.. group.Select(trial => trial.Accuracy).OfType<double>()];
            methods.AddRow(new Text(group.Key), Bar(group.Average(trial => trial.Fraction), console),
                new Text($"{group.Count(trial => trial.IsOver)}/{group.Count()}"), new Text(known.Length == 0 ? "" : $"{Figures.Percent(known.Average())} %"));
        }
        if (shown < groups.Length) methods.AddRow($"and {groups.Length - shown} more");
        Table running = NewTable(("", 0), ("", 0));
        running.ShowHeaders = false;
        foreach (TrialProgress trial in board.Trials.Where(trial => trial.IsRunning).Take(Math.Max(1, room - methods.Rows.Count)))
            running.AddRow(new Text($"{trial.Label} seed {trial.Seed}"), new Text(PlainView.Where(trial)) { Overflow = Overflow.Ellipsis });
        return new Rows([new Text(board.Title, Look.Bold), Place(board.Place), methods, running, Status(board, console, $"{board.Trials.Count(trial => trial.IsOver)} of {board.Trials.Count} trials{(board.Beside.Length == 0 ? "" : $"  {board.Beside}")}")]);
    }

    /// <summary>The line that says where results go, cut at the end of the line.</summary>
    public static Text Place(string place) => new(place, Look.Faint) { Overflow = Overflow.Ellipsis };

    // Where not all fit: those under way, then those to come, then those that are over, in their own order.
    private static IEnumerable<IGrouping<string, TrialProgress>> MostTelling(IGrouping<string, TrialProgress>[] groups, int count) => groups.Index()
        .OrderBy(one => one.Item.Any(trial => trial.IsRunning) ? 0 : one.Item.All(trial => trial.IsOver) ? 2 : 1).ThenBy(one => one.Index).Take(count).OrderBy(one => one.Index).Select(one => one.Item);

    private static IEnumerable<string> Cells(TrialProgress trial, int task)
    {
        RunProgress? latest = trial.Latest;
        bool isCurrent = latest?.Task == task;
        yield return isCurrent ? ">" : "";
        yield return $"{task} {(isCurrent ? latest!.TaskName : task <= trial.Tasks.Count ? trial.Tasks[task - 1] : "")}";
        yield return isCurrent && latest!.Phase == RunPhase.Training ? $"{latest.Epoch}/{latest.Epochs}" : "";
        yield return trial.Losses.TryGetValue(task, out double loss) ? $"{loss:0.000}" : "";
        yield return trial.JustLearned.TryGetValue(task, out double accuracy) ? $"{Figures.Percent(accuracy)} %" : "";
        yield return latest?.Row is { } row && task <= row.Length ? $"{Figures.Percent(row[task - 1])} %" : "";
    }

    private static Paragraph Status(ProgressBoard board, Profile console, string doing)
    {
        string left = board.SecondsLeft is { } seconds ? $"about {Figures.Wait(seconds)} left" : Figures.Wait(board.Seconds);
        return Bar(board.Fraction, console, board.IsStopping ? "stopping after this step; Ctrl-C again ends at once" : $"{board.Fraction:0 %}  {left}  {doing}");
    }

    /// <summary>A bar in the terminal's own colours with a text behind it, cut to one line.</summary>
    public static Paragraph Bar(double fraction, Profile console, string text = "")
    {
        int full = (int)Math.Round(Math.Clamp(fraction, 0, 1) * BarWidth), room = Math.Max(0, console.Width - BarWidth - 3);
        var (done, open) = console.Capabilities.Unicode ? ('━', '─') : ('#', '.');
        Paragraph bar = new Paragraph().Append(new string(done, full)).Append(new string(open, BarWidth - full), Look.Faint);
        return bar.Append(text.Length == 0 ? "" : $"  {(text.Length <= room ? text : text[..room])}");
    }

    private static Table NewTable(params (string Name, int Width)[] columns)
    {
        Table table = Look.NewTable();
        foreach (var (name, width) in columns) table.AddColumn(Look.Column(name, width: width > 0 ? width : null));
        return table;
    }
}
