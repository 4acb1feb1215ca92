namespace Engram.Networks;

/// <summary>Enters a <see cref="NetworkDefinition"/> in the catalog.</summary>
/// <param name="id">The name in configurations and on the command line, such as <c>mlp</c>.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NetworkAttribute(string id) : CatalogEntryAttribute(id)
{
    /// <summary>A stream that it can learn, for examples.</summary>
    public string ExampleStream { get; init; } = "permuted-digits";

    /// <summary>Settings of the training that this network suggests, as JSON, in place of those of a stream that suggests another network. Empty leaves the stream's.</summary>
    public string TrainingDefaults { get; init; } = "";
}
