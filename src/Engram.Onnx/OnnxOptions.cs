using Engram.OwnData;

namespace Engram.Onnx;

/// <summary>What an exported graph begins with and which question it answers.</summary>
public sealed record OnnxOptions
{
    /// <summary>How the user's records become inputs: then the graph takes raw values, columns by their names or pixels as bytes. Null: it takes what the learner takes.</summary>
    public InputForm? Form { get; init; }

    /// <summary>The frozen network whose features the learner takes, such as <c>resnet18</c>: the graph then begins behind it, with an input <c>features</c>. Null where there is none.</summary>
    public string? Features { get; init; }

    /// <summary>Name of the task that is asked, for a scenario or method that must know it; null is the last one.</summary>
    public string? Task { get; init; }

    /// <summary>Greatest distance of an input that is known: the graph then also answers <c>distance</c> and <c>known</c>. Null leaves them out.</summary>
    public double? MostDistance { get; init; }

    /// <summary>Least probability of an input's most probable class where it is known, for a method that measures no distance: the graph then also answers <c>known</c>. Null leaves it out.</summary>
    public double? LeastProbability { get; init; }

    /// <summary>More that is written into the file's metadata, such as name and version of the learner.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}
