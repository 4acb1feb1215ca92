using System.CommandLine;
using Engram.Networks;

namespace Engram.Cli.Commands;

/// <summary><c>engram networks</c>: what can learn.</summary>
internal static class NetworksCommand
{
    public static Command Create()
    {
        Lazy<Catalog<NetworkDefinition, NetworkAttribute>> catalog = new(() => new("network"));
        return new CatalogListing("network", "list the networks, or show one with its settings",
            () => catalog.Value.Entries.Select(Line),
            id => Line(catalog.Value.Find(id)),
            id => $"engram run {catalog.Value.Find(id).Attribute.ExampleStream} --network {id}").CreateCommand("mlp");
    }

    private static CatalogLine Line(CatalogEntry<NetworkAttribute> entry) => new(entry.Attribute.Id, entry.Attribute, entry.Type, entry.Settings,
        ("trainingDefaults", entry.Attribute.TrainingDefaults));
}
