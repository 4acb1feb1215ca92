using System.CommandLine;
using Engram.Cli.Output;
using Engram.Cli.Progress;
using Engram.Durable;
using Engram.OwnData;

namespace Engram.Cli.Commands;

/// <summary><c>engram test ENGRAM DATA</c>: accuracy on labelled data, which are not learned.</summary>
internal static class TestCommand
{
    public static Command Create()
    {
        Argument<string> engram = LearnerAccess.Argument();
        Argument<string> data = new("DATA") { Description = "labelled data of the kind that was learned" };
        CommandWithNotes command = new("test", "count what a learner answers rightly on labelled data; learns nothing", (writer, _) => RunOptions.WriteExamples(writer, "engram test line3.engram photos/labelled")) { engram, data };
        command.SetAction(parse =>
        {
            using DurableLearner learner = LearnerAccess.Open(parse, engram);
            using Interruption interruption = new();
            string path = parse.GetRequiredValue(data);
            LearnBoard board = new($"test {Path.GetFileName(Path.TrimEndingDirectorySeparator(path))}");
            TestReport report = Watch.Until(board, () =>
            {
                using Records records = learner.OpenLabelled(path, board, interruption.Token);
                return learner.Test(records, board, interruption.Token);
            });
            if (parse.GetValue(GlobalOptions.Json)) Terminal.WriteJson(Settings.ToJson(report));
            else TestSummary.Write(new Terminal(json: false).Results, report);
        });
        return command;
    }
}
