using System.CommandLine;
using System.Text.Json.Nodes;
using Engram.Durable;

namespace Engram.Cli.Commands;

/// <summary><c>engram promote ENGRAM VERSION --reason TEXT</c>: lets a version through that the gate has refused.</summary>
internal static class PromoteCommand
{
    public static Command Create()
    {
        Argument<string> engram = LearnerAccess.Argument();
        Argument<int> version = LearnerAccess.Version("number of the version ('engram history' lists them)");
        Option<string> reason = new("--reason") { HelpName = "TEXT", Required = true, Description = "why; kept in the history" };
        CommandWithNotes command = new("promote", "make a version answer that the gate has refused, with a reason",
            (writer, _) => RunOptions.WriteExamples(writer, "engram promote line3.engram 4 --reason 'class scratch is no longer made'")) { engram, version, reason };
        command.SetAction(parse =>
        {
            using DurableLearner learner = LearnerAccess.Open(parse, engram);
            learner.Promote(parse.GetRequiredValue(version), parse.GetRequiredValue(reason));
            if (parse.GetValue(GlobalOptions.Json)) Terminal.WriteJson(new JsonObject { ["version"] = learner.Version });
            else Console.WriteLine($"Version {learner.Version} answers now.");
        });
        return command;
    }
}
