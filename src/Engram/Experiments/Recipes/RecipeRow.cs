using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Engram.Experiments.Recipes;

/// <summary>One line of the table: a number of some runs beside the published one.</summary>
public sealed record RecipeRow : RecipeTrial
{
    /// <summary>Id of another row whose runs this one measures too; null where the row has its own.</summary>
    [Description("another row whose runs this one measures too")]
    public string? Of { get; init; }

    /// <summary>What is measured; see <see cref="RowMetric"/>.</summary>
    [Description("what is measured: accuracy, forgetting, backwardTransfer/T, R[2,1], table[name,row,column] and so on")]
    public string Metric { get; init; } = "accuracy";

    /// <summary>The published value.</summary>
    [Description("the published value")]
    public double? Paper { get; init; }

    /// <summary>Its standard deviation over runs.</summary>
    [Description("standard deviation of the published value over runs"), Range(0.0, 1.0)]
    public double? Deviation { get; init; }

    /// <summary>Its standard error.</summary>
    [Description("standard error of the published value"), Range(0.0, 1.0)]
    public double? StandardError { get; init; }

    /// <summary>Our mean may differ from the published value by so much.</summary>
    [Description("how far our mean may be from the published value"), Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double? Within { get; init; }

    /// <summary>Lowest and highest mean that is accepted; null is open.</summary>
    [Description("lowest and highest accepted mean; null is open")]
    public double?[]? Band { get; init; }

    /// <summary>False where doing nothing lies in the band, too, so that the row cannot tell the method from it and no condition does.</summary>
    [Description("false where doing nothing lies in the band too, so that the row cannot tell the method from it")]
    public bool Decides { get; init; } = true;

    /// <summary>What a reader should know.</summary>
    [Description("what a reader should know")]
    public string Note { get; init; } = "";

    /// <summary>Lowest accepted mean; null where all are.</summary>
    public double? Low() => Within is { } within ? Paper - within : Band?[0];

    /// <summary>Highest accepted mean; null where all are.</summary>
    public double? High() => Within is { } within ? Paper + within : Band?[1];

    internal override IEnumerable<string> Problems(string path)
    {
        foreach (string problem in base.Problems(path)) yield return problem;
        if (Of is null == Method is null) yield return $"{path} needs either method or of: its own runs, or another row's.";
        if (Of is not null && (Stream ?? Network ?? Training) is not null) yield return $"{path} measures the runs of '{Of}', so it can have no settings of its own; leave them out.";
        if (RowMetric.Problem(Metric) is { } metric) yield return $"{path}.metric {metric}";
        if (Within is not null && Band is not null) yield return $"{path} has both within and band; leave one of them out.";
        if (Within is not null && Paper is null) yield return $"{path}.within is {Within} but there is no published value; give paper, or band in its place.";
        if (!Decides && Within is null && Band is null) yield return $"{path}.decides is false but there is no band that could decide; leave it out.";
        if (Band is not null && (Band.Length != 2 || (Band[0] is null && Band[1] is null) || Band[0] > Band[1]))
            yield return $"{path}.band is [{string.Join(", ", Band.Select(edge => edge?.ToString() ?? "null"))}] but must be a lower and a higher value, one of them null where it is open.";
    }
}
