namespace Engram.Streams;

/// <summary>Puts a <see cref="StreamDefinition"/> into the catalog.</summary>
/// <param name="id">Family name, such as <c>permuted</c>; with a data set it becomes <c>permuted-mnist</c>.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class StreamAttribute(string id) : CatalogEntryAttribute(id)
{
    /// <summary>Data set that the bare family name stands for; empty where the name must say the data set, or where the stream has its own data.</summary>
    public string DefaultDataset { get; init; } = "";

    /// <summary>Ids of the image data sets that it makes sense for; empty for all.</summary>
    public string[] Datasets { get; init; } = [];

    /// <summary>Whether a path stands for the stream, in place of its id.</summary>
    public bool IsNamedByPath { get; init; }

    /// <summary>Scenarios in which the stream has a meaning.</summary>
    public Scenario[] Scenarios { get; init; } = [Scenario.Task, Scenario.Domain, Scenario.Class];

    /// <summary>Why not in the others, as a clause; empty where there are none.</summary>
    public string Reason { get; init; } = "";

    /// <summary>
    /// Settings of a run that this stream suggests in place of the general defaults, as JSON. Those of the network are for
    /// <c>mlp</c> unless an id says which network is suggested.
    /// </summary>
    public string RunDefaults { get; init; } = "{}";
}
