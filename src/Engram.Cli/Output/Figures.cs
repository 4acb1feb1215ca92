using Engram.Evaluation;

namespace Engram.Cli.Output;

/// <summary>Numbers as people read them.</summary>
internal static class Figures
{
    /// <summary>A fraction in percent, without the sign: 0.9312 is 93.1.</summary>
    public static string Percent(double fraction) => $"{100 * fraction:0.0;-0.0;0.0}";

    /// <summary>A fraction in percent points, or a dash where there is none.</summary>
    public static string Percent(double? fraction) => fraction is { } value ? Percent(value) : "-";

    /// <summary>A fraction in percent with its standard error, where there is one.</summary>
    public static string WithError(double fraction, double? error, string plusMinus) => error is { } known ? $"{100 * fraction:0.00} {plusMinus} {100 * known:0.00}" : $"{100 * fraction:0.00}";

    /// <summary>A mean in percent with its standard error, where there is one.</summary>
    public static string WithError(SampleStatistics statistics, string plusMinus) => statistics.StandardError is { } error ? $"{Percent(statistics.Mean)} {plusMinus} {Percent(error)}" : Percent(statistics.Mean);

    /// <summary>A sentence with signs that the console can show: a file or a pipe gets plain ASCII.</summary>
    public static string Sentence(string sentence, string plusMinus) => sentence.Replace("±", plusMinus).Replace('−', '-');

    /// <summary>What is accepted, in percent: 89.5 to 97.5, &gt;= 98.0; empty where all is.</summary>
    public static string Band(double? low, double? high) => (low, high) switch
    {
        (null, null) => "",
        (null, _) => $"<= {100 * high:0.0##}",
        (_, null) => $">= {100 * low:0.0##}",
        _ => $"{100 * low:0.0##} to {100 * high:0.0##}",
    };

    /// <summary>A time to wait, to the second: 34 s, 2:05 min, 1:02:05 h.</summary>
    public static string Wait(double seconds) => TimeSpan.FromSeconds(Math.Ceiling(seconds)) switch
    {
        { TotalMinutes: < 1 } time => $"{time.TotalSeconds:0} s",
        { TotalHours: < 1 } time => $"{time:m\\:ss} min",
        var time => $"{(int)time.TotalHours}:{time:mm\\:ss} h",
    };

    /// <summary>A count with separators: 478,410.</summary>
    public static string Count(double count) => $"{count:#,0}";
}
