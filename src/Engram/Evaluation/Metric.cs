namespace Engram.Evaluation;

/// <summary>How a metric's number is written; the number itself is a fraction.</summary>
public enum MetricUnit
{
    /// <summary>A share, in per cent.</summary>
    Percent,

    /// <summary>A difference of shares, in points.</summary>
    Points,
}

/// <summary>Which of two values of a metric is the better one.</summary>
public enum BetterWhen
{
    /// <summary>The higher.</summary>
    Higher,

    /// <summary>The lower.</summary>
    Lower,
}

/// <summary>Where a metric is shown.</summary>
public enum MetricGroup
{
    /// <summary>Wherever runs and methods are: in the command's tables and on all pages.</summary>
    Main,

    /// <summary>On a run's page only.</summary>
    Detail,

    /// <summary>Where methods stand beside joint training.</summary>
    Offline,

    /// <summary>Among the criteria of Díaz-Rodríguez et al. 2018.</summary>
    Criteria,
}

/// <summary>What a metric needs besides the accuracy matrix; where that is missing, it has no value.</summary>
public enum MetricNeed
{
    /// <summary>Nothing, or what every run measures.</summary>
    Nothing,

    /// <summary>That tasks to come have the outputs of those learned (<see cref="MetricInputs.SharesOutputs"/>).</summary>
    SharedOutputs,

    /// <summary>A joint run on the same tasks (<see cref="MetricInputs.Reference"/>).</summary>
    Reference,

    /// <summary>A learning curve, which a run measures when it is told to (<see cref="MetricInputs.LearningCurve"/>).</summary>
    LearningCurve,
}

/// <summary>One number that says what a run kept, lost or gained. What it is called, means and is made from stands here and nowhere else.</summary>
/// <param name="Id">Its name in results, recipes and programs, such as <c>backwardTransfer</c>.</param>
/// <param name="Name">Its name in words, such as <c>backward transfer</c>.</param>
/// <param name="Unit">How the number is written.</param>
/// <param name="BetterWhen">Which of two values is the better one.</param>
/// <param name="Meaning">What it says, in half a line.</param>
/// <param name="Of">The number, a fraction; null where a run has too few tasks for it or is of a version that did not measure what it is made from.</param>
public sealed record Metric(string Id, string Name, MetricUnit Unit, BetterWhen BetterWhen, string Meaning, Func<MetricInputs, double?> Of)
{
    /// <summary>Where it is shown.</summary>
    public MetricGroup Group { get; init; }

    /// <summary>What it needs besides the matrix.</summary>
    public MetricNeed Needs { get; init; }

    /// <summary>Its name above a narrow column.</summary>
    public string Column { get; init; } = Name;

    /// <summary>The same number divided by T in place of T - 1, as published code has it; recipes ask for it by the id with <c>/T</c>. Null where there is none.</summary>
    public Func<MetricInputs, double?>? OverTasks { get; init; }

    /// <summary>What a number below 0 means, with <c>{0}</c> for its size in points; null where that is its meaning.</summary>
    public string? Below { get; init; }

    /// <summary>What a number that is written as 0 means; null where that is its meaning.</summary>
    public string? Zero { get; init; }

    /// <summary>What a number above 0 means, with <c>{0}</c> for its size in points; null where that is its meaning.</summary>
    public string? Above { get; init; }

    /// <summary>Whether it is a gain where it is above 0 and a loss below, so that its sign is always written.</summary>
    public bool IsSigned => Unit == MetricUnit.Points && BetterWhen == BetterWhen.Higher;

    /// <summary>The number; null where it has no meaning or what it needs is missing.</summary>
    public double? ValueOf(MetricInputs inputs) => Needs switch
    {
        MetricNeed.SharedOutputs when !inputs.SharesOutputs => null,
        MetricNeed.Reference when inputs.Reference is null => null,
        MetricNeed.LearningCurve when inputs.LearningCurve.Count == 0 => null,
        _ => Of(inputs),
    };

    /// <summary>What a number of it means, in words that need no sign.</summary>
    public string MeaningOf(double value) =>
        ((Wording.Size(value) == Wording.Size(0) ? Zero : value < 0 ? Below : Above) ?? Meaning).Replace("{0}", Wording.Size(value), StringComparison.Ordinal);
}
