namespace Engram.Durable;

/// <summary>What is known of a version besides its answers.</summary>
public sealed record VersionMetrics
{
    /// <summary>When an input is none of its classes.</summary>
    public KnownInputs Known { get; init; } = KnownInputs.All;

    /// <summary>By what scores are divided before they become probabilities, so that these are in line with held-out samples; 1 changes nothing.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Seconds that learning took, without reading and features.</summary>
    public double Seconds { get; init; }

    /// <summary>Steps of its lesson.</summary>
    public long Steps { get; init; }

    /// <summary>What a reader should know of its lesson, a line each.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>How it came to be where no lesson made it, such as <c>forgot lesson 'november'</c>.</summary>
    public string? Made { get; init; }
}
