using System.Text.Json.Nodes;
using Engram.Training;

namespace Engram.Experiments;

/// <summary>Everything that decides a run's numbers. Equal configurations give equal results, bit for bit on CPU.</summary>
public sealed record RunConfig
{
    /// <summary>Version of the file's form.</summary>
    public const int Schema = 1;

    /// <summary>The tasks.</summary>
    public required Choice Stream { get; init; }

    /// <summary>The tasks as people call them: the id of the stream, or the last part of the path of own data.</summary>
    public string StreamName => Stream.Id.AsSpan().ContainsAny('/', '\\') ? Path.GetFileName(Path.TrimEndingDirectorySeparator(Stream.Id)) : Stream.Id;

    /// <summary>How forgetting is fought.</summary>
    public required Choice Method { get; init; }

    /// <summary>What learns.</summary>
    public required Choice Network { get; init; }

    /// <summary>How every task is trained.</summary>
    public required TrainingOptions Training { get; init; }

    /// <summary>Everything else.</summary>
    public required MachineOptions Machine { get; init; }

    /// <summary>The file's form, defaults written out.</summary>
    public JsonObject ToJson()
    {
        JsonObject json = new()
        {
            ["schema"] = Schema,
            ["engram"] = EngramVersion.Current,
            ["stream"] = Stream.ToJson(),
            ["method"] = Method.ToJson(),
            ["network"] = Network.ToJson(),
            ["training"] = Settings.ToJson(Training),
        };
        foreach (var (name, value) in Settings.ToJson(Machine)) json[name] = value?.DeepClone();
        return json;
    }
}
