using System.CommandLine;
using Engram.Datasets;
using Engram.Streams;

namespace Engram.Cli.Commands;

/// <summary><c>engram streams</c>: what can be learned.</summary>
internal static class StreamsCommand
{
    public static Command Create()
    {
        Lazy<StreamCatalog> catalog = new(() => new(DatasetCatalog.Images.Select(dataset => dataset.Id)));
        return new CatalogListing("stream", "list the streams of tasks, or show one with its settings",
            () => catalog.Value.Streams.Select(Line),
            id => Line(catalog.Value.Find(id)),
            id => $"engram run {id} --method ewc").CreateCommand("split-digits");
    }

    private static CatalogLine Line(NamedStream stream) => new(stream.Id, stream.Entry.Attribute, stream.Entry.Type, stream.Entry.Settings,
        ("dataset", stream.Dataset), ("runDefaults", stream.RunDefaults is "{}" ? "" : stream.RunDefaults));
}
