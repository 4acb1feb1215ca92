using System.CommandLine;
using System.Text.Json.Nodes;
using Engram.Durable;

namespace Engram.Cli.Commands;

/// <summary><c>engram rollback ENGRAM [VERSION]</c>: an older version answers again.</summary>
internal static class RollbackCommand
{
    public static Command Create()
    {
        Argument<string> engram = LearnerAccess.Argument();
        Argument<int?> version = new("VERSION") { Arity = ArgumentArity.ZeroOrOne, Description = "number of the version [default: the one that answered before]" };
        CommandWithNotes command = new("rollback", "make an older version answer again; the next lesson goes on from there", (writer, _) => RunOptions.WriteExamples(writer, "engram rollback line3.engram 3")) { engram, version };
        command.SetAction(parse =>
        {
            using DurableLearner learner = LearnerAccess.Open(parse, engram);
            int now = learner.Rollback(parse.GetValue(version));
            if (parse.GetValue(GlobalOptions.Json)) Terminal.WriteJson(new JsonObject { ["version"] = now });
            else Console.WriteLine($"Version {now} answers again; the next lesson goes on from there.");
        });
        return command;
    }
}
