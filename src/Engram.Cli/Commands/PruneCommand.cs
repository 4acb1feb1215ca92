using System.CommandLine;
using System.Text.Json.Nodes;
using Engram.Durable;

namespace Engram.Cli.Commands;

/// <summary><c>engram prune ENGRAM --keep N</c>: gives back the room of old versions.</summary>
internal static class PruneCommand
{
    public static Command Create()
    {
        Argument<string> engram = LearnerAccess.Argument();
        Option<int> keep = GlobalOptions.WholeNumber("--keep", 1, 10, "versions that stay, the current one among them");
        CommandWithNotes command = new("prune", "remove the state of old versions; the history stays, the current version always", (writer, _) => RunOptions.WriteExamples(writer, "engram prune line3.engram --keep 10")) { engram, keep };
        command.SetAction(parse =>
        {
            using DurableLearner learner = LearnerAccess.Open(parse, engram);
            IReadOnlyList<int> removed = learner.Prune(parse.GetValue(keep));
            if (parse.GetValue(GlobalOptions.Json)) Terminal.WriteJson(new JsonObject { ["removed"] = new JsonArray([.. removed.Select(number => (JsonNode)number)]) });
            else Console.WriteLine(removed.Count == 0 ? "There is nothing to remove." : $"{(removed.Count == 1 ? "Version" : "Versions")} {string.Join(", ", removed)} can no longer be gone back to; version {learner.Version} answers.");
        });
        return command;
    }
}
