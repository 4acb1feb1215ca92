using System.CommandLine;
using Engram.Methods;

namespace Engram.Cli.Commands;

/// <summary><c>engram methods</c>: how forgetting can be fought.</summary>
internal static class MethodsCommand
{
    public static Command Create()
    {
        Lazy<Catalog<LearningMethod, MethodAttribute>> catalog = new(() => new("method"));
        return new CatalogListing("method", "list the methods against forgetting, or show one with its settings",
            () => catalog.Value.Entries.Select(entry => new CatalogLine(entry.Attribute.Id, entry.Attribute, entry.Type, entry.OptionsType, ("scenarios", Scenarios(entry.Attribute)))),
            id => catalog.Value.Find(id),
            id => $"engram run {ExampleStream(catalog.Value.Find(id).Attribute)} --method {id}").CreateCommand("ewc");
    }

    private static string Scenarios(MethodAttribute method) =>
        string.Join(", ", method.Scenarios.Select(scenario => scenario.ToString().ToLowerInvariant())) + (method.Reason.Length == 0 ? "" : $" ({method.Reason})");

    private static string ExampleStream(MethodAttribute method) => method.Scenarios.Contains(Streams.Scenario.Domain) ? "permuted-digits" : "split-digits";
}
