using Engram.Durable.Storage;

namespace Engram.Durable.Export;

/// <summary>What a <see cref="ModelCard"/> is written from: rows of the store as they are, and words for what they hold as JSON.</summary>
public sealed record ModelCardFacts
{
    /// <summary>Name of the learner, such as <c>line3</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The learner.</summary>
    public required LearnerRow Learner { get; init; }

    /// <summary>Number of the version that the card is about.</summary>
    public required int Version { get; init; }

    /// <summary>All versions.</summary>
    public required IReadOnlyList<VersionRow> Versions { get; init; }

    /// <summary>All lessons, also forgotten ones.</summary>
    public required IReadOnlyList<LessonRow> Lessons { get; init; }

    /// <summary>The classes.</summary>
    public required IReadOnlyList<ClassRow> Classes { get; init; }

    /// <summary>How versions answered held-out samples.</summary>
    public required IReadOnlyList<MatrixRow> Matrix { get; init; }

    /// <summary>The method in words, such as <c>Streaming linear discriminant analysis (SLDA)</c>.</summary>
    public required string Method { get; init; }

    /// <summary>The network in words; null where none takes part in an answer.</summary>
    public string? Network { get; init; }

    /// <summary>What it takes, such as <c>a table with the columns a, b, c</c> or <c>pictures of 224 x 224 pixels in colour</c>.</summary>
    public required string Inputs { get; init; }

    /// <summary>The frozen network that sees samples first, with its checksum; null for none.</summary>
    public string? Features { get; init; }

    /// <summary>What the gate said, a sentence by number of the version.</summary>
    public IReadOnlyDictionary<int, string> Verdicts { get; init; } = new Dictionary<int, string>();

    /// <summary>How exactly a lesson was forgotten, a sentence by name of the lesson.</summary>
    public IReadOnlyDictionary<string, string> Forgetting { get; init; } = new Dictionary<string, string>();

    /// <summary>Greatest distance of an input that is known; null where the method measures none.</summary>
    public double? MostDistance { get; init; }

    /// <summary>Least probability of an input that is known, where no distance says it; null for none.</summary>
    public double? LeastProbability { get; init; }

    /// <summary>Whether probabilities were brought into line with held-out samples.</summary>
    public bool IsCalibrated { get; init; }

    /// <summary>What of the data is in the learner's file, a sentence.</summary>
    public required string Kept { get; init; }

    /// <summary>Limits that its user knows of, a sentence each.</summary>
    public IReadOnlyList<string> Limits { get; init; } = [];

    /// <summary>Files beside the card, such as <c>line3.onnx</c>.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];
}
