using System.CommandLine;
using System.Text.Json.Nodes;
using Engram.Durable;

namespace Engram.Cli.Commands;

/// <summary><c>engram export ENGRAM FILE</c>: the version that answers as ONNX, or as safetensors with a model card.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        Argument<string> engram = LearnerAccess.Argument();
        Argument<string> file = new("FILE") { Description = "where to: *.onnx runs in ONNX Runtime with the same answers; *.safetensors holds the numbers, with a model card beside it; *.md is the card alone" };
        CommandWithNotes command = new("export", "write the version that answers for other programs, by the ending of the file: ONNX, safetensors, model card",
            (writer, _) => RunOptions.WriteExamples(writer, "engram export line3.engram line3.onnx", "engram export line3.engram line3.safetensors")) { engram, file };
        command.SetAction(parse =>
        {
            using DurableLearner learner = LearnerAccess.Open(parse, engram);
            IReadOnlyList<string> written = LearnerExport.Write(learner, parse.GetRequiredValue(file));
            if (parse.GetValue(GlobalOptions.Json)) Terminal.WriteJson(new JsonObject { ["version"] = learner.Version, ["files"] = new JsonArray([.. written.Select(path => (JsonNode)Path.GetFullPath(path))]) });
            else Console.WriteLine($"Version {learner.Version}: {string.Join(", ", written)}");
        });
        return command;
    }
}
