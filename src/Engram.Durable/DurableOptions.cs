using System.Reflection;
using Engram.OwnData;

namespace Engram.Durable;

/// <summary>What a new learner is made with; what is left out is chosen by the data of its first lesson and said with the reason (<see cref="LearnerHistory.Choices"/>).</summary>
public sealed record DurableOptions
{
    /// <summary>Id of the method, for life; null chooses.</summary>
    public string? Method { get; init; }

    /// <summary>Id of the network, for life; null chooses.</summary>
    public string? Network { get; init; }

    /// <summary>Frozen network that samples are seen through, for life: an id such as <c>resnet18</c>, a file.onnx, or <c>none</c>; null chooses.</summary>
    public string? Features { get; init; }

    /// <summary>What of the data may stay in the file; null leaves it as it is, <see cref="Keep.Features"/> at first.</summary>
    public Keep? Keep { get; init; }

    /// <summary>Columns and the like, for life; null leaves them as they are.</summary>
    public RecordOptions? Records { get; init; }

    /// <summary>Single settings as people type them: <c>method.shrinkage</c>, <c>network.hidden</c>, <c>training.epochs</c>, <c>seed</c> for life; <c>gate.maxDrop</c>, <c>held.share</c> and the like at any time.</summary>
    public IReadOnlyList<(string Path, string Value)> Settings { get; init; } = [];

    /// <summary>Assemblies with readers, frozen networks, methods and networks of one's own, such as that of <c>Engram.Pictures</c>.</summary>
    public IReadOnlyList<Assembly> Assemblies { get; init; } = [];
}
