using System.CommandLine;
using System.Text.Json.Nodes;
using Engram.Cli.Output;

namespace Engram.Cli.Commands;

/// <summary><c>engram runs</c>: what earlier commands left, and how far it came.</summary>
internal static class RunsCommand
{
    private const string Standard = "runs";

    public static Command Create()
    {
        Argument<string?> folder = new("DIR") { Arity = ArgumentArity.ZeroOrOne, Description = $"folder to look in and directly below [default: {Standard}]" };
        CommandWithNotes command = new("runs", "list past runs, comparisons, studies and reproductions, and how far each came",
            (writer, _) => RunOptions.WriteExamples(writer, "engram runs", "engram runs --json")) { folder };
        command.SetAction(parse => Show(parse.GetValue(folder), parse.GetValue(GlobalOptions.Json)));
        return command;
    }

    private static void Show(string? folder, bool json)
    {
        string place = folder ?? Standard;
        if (!Directory.Exists(place) && folder is not null) throw EngramException.Input("missing-folder", $"The folder '{folder}' is not there; name one that holds results.");
        IReadOnlyList<PastWork> all = Directory.Exists(place) ? PastWork.In(place) : [];
        if (json)
        {
            Terminal.WriteJson(new JsonArray([.. all.Select(work => (JsonNode)Settings.ToJson(work))]));
            return;
        }
        if (all.Count == 0)
        {
            Console.WriteLine($"There are no results in {place} yet; begin with 'engram run permuted-digits'.");
            return;
        }
        TextColumns.Write(Console.Out,
        [
            ["folder", "when", "what", "state", "accuracy", "stream, methods"],
            .. all.Select(work => new[]
            {
                work.Folder, $"{work.When.ToLocalTime():yyyy-MM-dd HH:mm}", work.Kind, work.State, Figures.Percent(work.Accuracy), $"{work.Stream}{(work.Methods.Length == 0 ? "" : $", {string.Join(" ", work.Methods)}")}",
            }),
        ], TextColumns.Width, indent: "");
        if (all.Any(work => work.State is "interrupted" or "failed"))
        {
            Console.WriteLine();
            Console.WriteLine("'engram resume FOLDER' goes on with what was interrupted or failed.");
        }
    }
}
