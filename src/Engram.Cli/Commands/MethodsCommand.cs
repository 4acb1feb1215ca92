using System.CommandLine;
using Engram.Methods;

namespace Engram.Cli.Commands;

/// <summary><c>engram methods</c>: how forgetting can be fought.</summary>
internal static class MethodsCommand
{
    public static Command Create()
    {
        Lazy<MethodCatalog> catalog = new(() => new());
        return new CatalogListing("method", "list the methods against forgetting, or show one with its settings",
            () => catalog.Value.Entries.Select(Line),
            id => Line(catalog.Value.Find(id)),
            id => $"engram run {ExampleStream(catalog.Value.Find(id).Attribute)} --method {id}").CreateCommand("ewc");
    }

    private static CatalogLine Line(CatalogEntry<MethodAttribute> entry) =>
        new(entry.Attribute.Id, entry.Attribute, entry.Type, entry.Settings, ("scenarios", Scenarios(entry.Attribute)), ("alone", entry.Attribute.Alone));

    private static string Scenarios(MethodAttribute method) =>
        string.Join(", ", method.Scenarios.Select(scenario => scenario.ToString().ToLowerInvariant())) + (method.Reason.Length == 0 ? "" : $" ({method.Reason})");

    private static string ExampleStream(MethodAttribute method) => method.Scenarios.Contains(Streams.Scenario.Domain) ? "permuted-digits" : "split-digits";
}
