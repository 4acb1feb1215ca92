using System.CommandLine;
using Engram.Cli.Output;
using Engram.Durable;

namespace Engram.Cli.Commands;

/// <summary><c>engram history ENGRAM</c>: every version with its lesson, its row of the matrix and what the gate said.</summary>
internal static class HistoryCommand
{
    public static Command Create()
    {
        Argument<string> engram = LearnerAccess.Argument();
        CommandWithNotes command = new("history", "show every version of a learner: its lesson, accuracy on every lesson, what the gate said, and which one answers",
            (writer, _) => RunOptions.WriteExamples(writer, "engram history line3.engram")) { engram };
        command.SetAction(parse =>
        {
            using DurableLearner learner = LearnerAccess.Open(parse, engram);
            LearnerHistory history = learner.History();
            if (parse.GetValue(GlobalOptions.Json)) Terminal.WriteJson(Settings.ToJson(history));
            else HistorySummary.Write(new Terminal(json: false).Results, history);
        });
        return command;
    }
}
