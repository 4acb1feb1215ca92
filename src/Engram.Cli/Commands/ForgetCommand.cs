using System.CommandLine;
using Engram.Cli.Progress;
using Engram.Durable;

namespace Engram.Cli.Commands;

/// <summary><c>engram forget ENGRAM --lesson|--class|--source</c>: removes what was learned, exactly where that can be, and says where it cannot.</summary>
internal static class ForgetCommand
{
    public static Command Create()
    {
        Argument<string> engram = LearnerAccess.Argument();
        Option<string?> lesson = new("--lesson") { HelpName = "NAME", Description = "a lesson, by name or number" };
        Option<string?> label = new("--class") { HelpName = "NAME", Description = "a class, in all lessons" };
        Option<string?> source = new("--source") { HelpName = "PATH", Description = "everything that was learned from there" };
        Option<bool> relearn = new("--relearn") { Description = "learn everything else anew from what is kept, where the method cannot forget exactly" };
        CommandWithNotes command = new("forget", "forget a lesson, a class or a source; says how exactly",
            (writer, _) => RunOptions.WriteExamples(writer, "engram forget line3.engram --lesson november", "engram forget faces.engram --class 'Jane Doe' --relearn")) { engram, lesson, label, source, relearn };
        command.SetAction(parse =>
        {
            string?[] given = [parse.GetValue(lesson), parse.GetValue(label), parse.GetValue(source)];
            if (given.Count(one => one is not null) != 1) throw EngramException.Input("wrong-usage", "Say one thing to forget: --lesson NAME, --class NAME or --source PATH.");
            using DurableLearner learner = LearnerAccess.Open(parse, engram);
            using Interruption interruption = new();
            ForgetWhat what = new(given[0], given[1], given[2]);
            LearnBoard board = new($"forget {what}");
            ForgetReport report = Watch.Until(board, () => learner.Forget(what, parse.GetValue(relearn), board, interruption.Token));
            if (parse.GetValue(GlobalOptions.Json)) Terminal.WriteJson(Settings.ToJson(report));
            else Console.WriteLine($"{report.Sentence} {report.RemovedSamples} kept samples were removed. Version {report.Version} answers.");
        });
        return command;
    }
}
