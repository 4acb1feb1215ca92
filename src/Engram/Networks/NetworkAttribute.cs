namespace Engram.Networks;

/// <summary>Enters a <see cref="NetworkDefinition"/> in the catalog.</summary>
/// <param name="id">The name in configurations and on the command line, such as <c>mlp</c>.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NetworkAttribute(string id) : CatalogEntryAttribute(id);
