using System.Text.Json.Nodes;
using System.Text;
using Engram.Evaluation;
using Engram.Experiments;
using Engram.TaskOrder;

namespace Engram.Reports;

/// <summary>Numbers and facts of a run in words, the same on pictures and pages.</summary>
internal static class Words
{
    private const int LongestName = 48;

    /// <summary>The text without what a page or a picture cannot hold: control characters and halves of characters.</summary>
    public static string Clean(string text) => string.Concat(text.EnumerateRunes().Select(rune =>
        Rune.IsControl(rune) && rune.Value is not ('\n' or '\t') || rune.Value is 0xFFFE or 0xFFFF ? " " : rune.ToString()));

    /// <summary>A name, cut where it would fill the page.</summary>
    public static string Short(string name) => name.Length <= LongestName ? name : Clean(name)[..LongestName].TrimEnd() + "…";

    /// <summary>A fraction in per cent with one decimal; 100 stays short.</summary>
    public static string Percent(double fraction) => fraction >= .9995 ? "100" : Wording.Points(fraction);

    /// <summary>A gain in whole per cent; negative where something is worse than before.</summary>
    public static string Gain(double gain) => $"{100 * gain:0;−0;0}";

    /// <summary>What brackets around a gain mean.</summary>
    public const string Brackets = "In brackets: no more than chance explains.";

    /// <summary>The gain of a transfer, in brackets where it may be chance; that of a task's own encoder is not tested.</summary>
    public static string? Gain(Transfer transfer) => transfer.Gain is not { } gain ? null : transfer.IsClear || transfer.Sources is [var only] && only == transfer.Target ? Gain(gain) : $"({Gain(gain)})";

    /// <summary>A difference of fractions in points with its sign.</summary>
    public static string Points(double difference) => Wording.Signed(difference);

    /// <summary>Whether a fraction is written as 0.0, which has no sign.</summary>
    public static bool IsZero(double fraction) => Wording.Size(fraction) == Wording.Size(0);

    /// <summary>What a forgetting below 0 means, whose sign puzzles; null for one that is none.</summary>
    public static string? Improved(double? forgetting) => forgetting < 0 && !IsZero(forgetting.Value) ? "below 0 is a gain: earlier tasks end better than they had ever been" : null;

    /// <summary>A probability with its letter, such as p = 0.03.</summary>
    public static string WithLetter(double p) => Wording.Probability(p);

    /// <summary>A probability without its letter, such as 0.03.</summary>
    public static string Probability(double p) => Wording.Probability(p).Replace("p = ", "").Replace("p ", "");

    /// <summary>A strength, short also where it is very large or very small.</summary>
    public static string Strength(double value) => value == 0 || Math.Abs(value) is >= 1e-3 and < 1e5 ? $"{value:0.####}" : $"{value:0.##e0}";

    /// <summary>Widths of hidden layers, such as 16-16.</summary>
    public static string Widths(IEnumerable<int> widths) => string.Join('-', widths);

    /// <summary>Bytes with a unit.</summary>
    public static string Bytes(double bytes) => bytes switch
    {
        < 1e3 => $"{bytes:0} B",
        < 1e6 => $"{bytes / 1e3:0.0} kB",
        < 1e9 => $"{bytes / 1e6:0.0} MB",
        _ => $"{bytes / 1e9:0.00} GB",
    };

    /// <summary>A time with a unit.</summary>
    public static string Time(double seconds) => seconds switch
    {
        < 10 => $"{seconds:0.00} s",
        < 120 => $"{seconds:0.0} s",
        < 7200 => $"{Math.Floor(seconds / 60):0} min {seconds % 60:00} s",
        _ => $"{Math.Floor(seconds / 3600):0} h {seconds / 60 % 60:00} min",
    };

    public static string Title(RunResult result) => $"{result.Method} on {result.Stream}, {result.Scenario} scenario, seed {result.Seed}";

    public static string Title(Comparison comparison)
    {
        int seeds = comparison.Trials.Select(trial => trial.Seed).Distinct().Count();
        return $"{comparison.Trials[0].Stream}, {comparison.Trials[0].Scenario} scenario, {(seeds == 1 ? "1 seed" : $"{seeds} seeds")}";
    }

    /// <summary>What a scenario asks of the network.</summary>
    public static string Scenario(RunResult result) => result.Scenario switch
    {
        "task" => "Task scenario: at test time the network is told which task an example belongs to, and only that task's outputs compete.",
        "domain" => "Domain scenario: all tasks share the same outputs, and the network is not told which task an example belongs to.",
        "class" when (string?)(result.Config["stream"] as JsonObject)?["activeClasses"] == "all" => "Class scenario: all classes compete from the first task on, those of tasks to come, too, and the network is not told which task an example belongs to.",
        "class" => "Class scenario: all classes seen so far compete, and the network is not told which task an example belongs to.",
        var other => $"{other} scenario.",
    };

    /// <summary>Name of a task that says its number.</summary>
    public static string Numbered(string task, int index) => IsNumbered(task, index) ? task : $"{index + 1}. {task}";

    /// <summary>A task within a sentence: with its number, unless its name ends with that.</summary>
    public static string InSentence(string task, int index) => IsNumbered(task, index) ? Short(task) : $"task {index + 1} ({Short(task)})";

    /// <summary>What happened in the run, in one or two sentences.</summary>
    public static string Story(RunResult result)
    {
        int tasks = result.Matrix.TaskCount;
        if (tasks == 1) return $"After its one task the network knows {Percent(result.Matrix[1, 1])} % of it; with one task there is nothing to forget.";
        double[] drops = Metrics.ForgettingPerTask(result.Matrix, tasks);
        int worst = Array.IndexOf(drops, drops.Max());
        string story = $"After {tasks} tasks the network still knows {Percent(Metrics.Accuracy(result.Matrix))} % on average; ";
        if (drops[worst] < .01) return story + "no task lost more than one point.";
        string name = InSentence(result.Tasks[worst], worst);
        double last = result.Matrix[tasks, worst + 1];
        string guessing = last <= result.Chance[worst] + .02 ? ", no better than guessing" : "";
        return $"{story}{name} fell from {Percent(last + drops[worst])} % to {Percent(last)} %{guessing}.";
    }

    private static bool IsNumbered(string task, int index) => task.EndsWith($" {index + 1}", StringComparison.Ordinal);
}
