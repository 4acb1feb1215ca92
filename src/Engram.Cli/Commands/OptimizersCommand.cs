using System.CommandLine;
using Engram.Optimizers;

namespace Engram.Cli.Commands;

/// <summary><c>engram optimizers</c>: how a gradient becomes a step.</summary>
internal static class OptimizersCommand
{
    private const string Section = "training.optimizer";

    public static Command Create()
    {
        Lazy<Catalog<Optimizer, OptimizerAttribute>> catalog = new(() => new("optimizer"));
        return new CatalogListing("optimizer", "list the optimizers, or show one with its settings",
            () => catalog.Value.Entries.Select(Line),
            id => Line(catalog.Value.Find(id)),
            id => $"engram run permuted-digits --set {Section}={id}", Section).CreateCommand("adamw");
    }

    private static CatalogLine Line(CatalogEntry<OptimizerAttribute> entry) => new(entry.Attribute.Id, entry.Attribute, entry.Type, entry.Settings);
}
