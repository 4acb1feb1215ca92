namespace Engram.Experiments.Recipes;

/// <summary>A row beside the paper. Null where there is nothing to say: no published value, no band, no finished run.</summary>
public sealed record RowOutcome
{
    /// <summary>Id of the row.</summary>
    public required string Id { get; init; }

    /// <summary>Name in tables.</summary>
    public required string Label { get; init; }

    /// <summary>Id of the method.</summary>
    public required string Method { get; init; }

    /// <summary><c>task</c>, <c>domain</c> or <c>class</c>; null without a finished run.</summary>
    public string? Scenario { get; init; }

    /// <summary>What is measured.</summary>
    public required string Metric { get; init; }

    /// <summary>The published value.</summary>
    public double? Paper { get; init; }

    /// <summary>Standard error of the published value.</summary>
    public double? PaperStandardError { get; init; }

    /// <summary>Our mean over seeds.</summary>
    public double? Ours { get; init; }

    /// <summary>Its standard error; null for one seed.</summary>
    public double? StandardError { get; init; }

    /// <summary>Seeds behind it.</summary>
    public int N { get; init; }

    /// <summary>Lowest and highest accepted mean, each null where it is open; null where nothing is asked.</summary>
    public double?[]? Band { get; init; }

    /// <summary>Whether our mean is in the band; null where nothing is asked.</summary>
    public bool? Inside { get; init; }

    /// <summary>False where doing nothing lies in the band, too, so that being inside says little.</summary>
    public bool Decides { get; init; } = true;

    /// <summary>The values of the seeds.</summary>
    public required double[] Values { get; init; }

    /// <summary>What a reader should know.</summary>
    public string Note { get; init; } = "";
}
