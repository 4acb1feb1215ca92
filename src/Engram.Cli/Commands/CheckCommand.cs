using System.CommandLine;
using Engram.Cli.Output;
using Engram.Cli.Progress;
using Engram.Durable;
using Engram.Durable.Drift;
using Engram.OwnData;

namespace Engram.Cli.Commands;

/// <summary><c>engram check ENGRAM DATA...</c>: whether today's data look like what was learned.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        Argument<string> engram = LearnerAccess.Argument();
        Argument<string[]> data = new("DATA") { Arity = ArgumentArity.OneOrMore, Description = "today's pictures, texts, table or features; labels are not needed" };
        CommandWithNotes command = new("check", "say whether new data look like what was learned: shift of inputs, share of unknown ones, and what to do",
            (writer, _) => RunOptions.WriteExamples(writer, "engram check line3.engram photos/today", "engram check pumps.engram today.csv")) { engram, data };
        command.SetAction(parse =>
        {
            using DurableLearner learner = LearnerAccess.Open(parse, engram);
            using Interruption interruption = new();
            string[] paths = parse.GetRequiredValue(data);
            LearnBoard board = new($"check {Path.GetFileName(Path.TrimEndingDirectorySeparator(paths[0]))}");
            DriftReport report = Watch.Until(board, () =>
            {
                using Records records = learner.Open(paths, board, interruption.Token);
                return learner.Check(records, board, interruption.Token);
            });
            if (parse.GetValue(GlobalOptions.Json)) Terminal.WriteJson(Settings.ToJson(report));
            else DriftSummary.Write(new Terminal(json: false).Results, report);
        });
        return command;
    }
}
