using System.Reflection;
using Engram.Methods;
using Engram.Networks;
using Engram.Optimizers;

namespace Engram.Training;

/// <summary>What a learner's configuration can name.</summary>
/// <param name="assemblies">A program's own assemblies, with its own methods and networks.</param>
internal sealed class LearnerCatalogs(params Assembly[] assemblies)
{
    public MethodCatalog Methods { get; } = new(assemblies);

    public Catalog<Optimizer, OptimizerAttribute> Optimizers { get; } = new("optimizer", assemblies);

    public Catalog<NetworkDefinition, NetworkAttribute> Networks { get; } = new("network", assemblies);
}
