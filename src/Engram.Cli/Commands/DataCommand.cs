using System.CommandLine;
using System.Text.Json.Nodes;
using Engram.Cli.Output;
using Engram.Cli.Progress;
using Engram.Datasets;
using Engram.OwnData;

namespace Engram.Cli.Commands;

/// <summary>
/// <c>engram data list</c> and <c>engram data get NAME</c>: which data sets are there, and how to have them; <c>engram data describe PATH</c>: what is
/// in one's own.
/// </summary>
internal static class DataCommand
{
    public static Command Create() => new Command("data", "list the data sets, get one, or describe your own") { CreateList(), CreateGet(), CreateDescribe() };

    private static CommandWithNotes CreateList()
    {
        CommandWithNotes command = new("list", "list the data sets and where they are", (writer, _) => RunOptions.WriteExamples(writer, "engram data list")) { GlobalOptions.Data };
        command.SetAction(parse =>
        {
            DataFolders folders = DataFolders.FromEnvironment(parse.GetValue(GlobalOptions.Data));
            IReadOnlyList<DatasetListing> listings = DatasetCatalog.List(folders);
            if (parse.GetValue(GlobalOptions.Json)) Terminal.WriteJson(new JsonArray([.. listings.Select(listing => (JsonNode)Settings.ToJson(listing))]));
            else Show(listings, folders);
        });
        return command;
    }

    private static CommandWithNotes CreateGet()
    {
        Argument<string> name = new("NAME") { Description = $"one of {string.Join(", ", DatasetCatalog.All.Select(source => source.Id))}" };
        name.Offering(Completions.Datasets);
        Option<string?> mirror = new("--mirror") { HelpName = "URL", Description = "address of a folder with the same files [default: the published one]" };
        CommandWithNotes command = new("get", "download or make a data set; goes on where it was interrupted", (writer, _) => RunOptions.WriteExamples(writer, "engram data get mnist"))
        {
            name, GlobalOptions.Data, mirror,
        };
        command.SetAction(parse =>
        {
            bool json = parse.GetValue(GlobalOptions.Json);
            DatasetSource source = DatasetCatalog.Find(parse.GetRequiredValue(name));
            string folder = Get(source, DataFolders.FromEnvironment(parse.GetValue(GlobalOptions.Data)), Address(parse.GetValue(mirror)));
            if (json) Terminal.WriteJson(new JsonObject { ["id"] = source.Id, ["folder"] = folder });
            else Console.WriteLine($"{source.Id} is complete in {folder}");
        });
        return command;
    }

    private static CommandWithNotes CreateDescribe()
    {
        Argument<string> path = new("PATH") { Description = "a table, pictures, features or a folder of them" };
        Option<string?> label = new("--label") { HelpName = "COLUMN", Description = "column of the class [default: label, class, target or y]" };
        Option<string?> task = new("--task") { HelpName = "COLUMN", Description = "column of the task [default: task]" };
        Option<string?> text = new("--text") { HelpName = "COLUMN", Description = "column of the text [default: text]" };
        Option<string?> ignore = new("--ignore") { HelpName = "A[,B..]", Description = "columns that are no input" };
        CommandWithNotes command = new("describe", "say what is in your own data: columns, classes, tasks, what is missing or left out",
            (writer, _) => RunOptions.WriteExamples(writer, "engram data describe sensors.csv --label state --task month"))
        {
            path, label, task, text, ignore,
        };
        command.SetAction(parse =>
        {
            RecordOptions options = new() { Label = parse.GetValue(label), Task = parse.GetValue(task), Text = parse.GetValue(text), Ignore = parse.GetValue(ignore)?.Split(',') ?? [] };
            DataDescription description = Describe(parse.GetRequiredValue(path), options);
            if (parse.GetValue(GlobalOptions.Json)) Terminal.WriteJson(Settings.ToJson(description));
            else DataSummary.Write(new Terminal(json: false).Results, description);
        });
        return command;
    }

    private static DataDescription Describe(string path, RecordOptions options)
    {
        using Interruption interruption = new();
        ReadBoard board = new(path);
        return Watch.Until(board, () =>
        {
            using Records records = Workbench.Records().Open(path, options, board, interruption.Token);
            return DataDescription.Of(records);
        });
    }

    private static string Get(DatasetSource source, DataFolders folders, Uri? mirror)
    {
        using Interruption interruption = new();
        using HttpClient client = new();
        DownloadBoard board = new(source.Id);
        try
        {
            return Watch.Until(board, () => source.GetAsync(folders, client, mirror, board, interruption.Token).GetAwaiter().GetResult());
        }
        catch (OperationCanceledException stop)
        {
            throw new OperationCanceledException($"Stopped; what has come is kept. Go on with: engram data get {source.Id}", stop);
        }
    }

    private static Uri? Address(string? text)
    {
        if (text is null) return null;
        return Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https" ? address
            : throw EngramException.Input("invalid-address", $"--mirror is '{text}' but must be an address such as https://example.org/mnist/.");
    }

    private static void Show(IReadOnlyList<DatasetListing> listings, DataFolders folders)
    {
        TextColumns.Write(Console.Out, [.. listings.SelectMany(listing => new[]
        {
            new[] { listing.Id, listing.Summary },
            ["", listing.Folder is null ? $"not here: {listing.HowToGet}" : $"in {listing.Folder}"],
            ["", $"{listing.Licence}; {listing.Origin}"],
        })], TextColumns.Width, indent: "");
        Console.WriteLine();
        Console.WriteLine("Looked in:");
        foreach (string folder in folders.Lookup) Console.WriteLine($"  {folder}");
    }
}
