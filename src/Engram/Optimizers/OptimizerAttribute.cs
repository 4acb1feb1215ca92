namespace Engram.Optimizers;

/// <summary>Enters an <see cref="Optimizer"/> in the catalog.</summary>
/// <param name="id">The name in configurations and on the command line, such as <c>adam</c>.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OptimizerAttribute(string id) : CatalogEntryAttribute(id);
