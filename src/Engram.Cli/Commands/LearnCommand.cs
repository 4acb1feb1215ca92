using System.CommandLine;
using Engram.Cli.Output;
using Engram.Cli.Progress;
using Engram.Durable;
using Engram.OwnData;

namespace Engram.Cli.Commands;

/// <summary><c>engram learn ENGRAM DATA</c>: a lesson into a learner's file, which is made with the first one.</summary>
internal static class LearnCommand
{
    public static Command Create()
    {
        Argument<string> engram = LearnerAccess.Argument();
        Argument<string> data = new("DATA") { Description = "pictures in class folders, a table, texts or features" };
        Option<string?> name = new("--name") { HelpName = "NAME", Description = "name of the lesson [default: that of the data]" };
        Option<string?> method = new("--method") { HelpName = "ID", Description = "first lesson: how forgetting is fought ('engram methods' lists them) [default: what suits the data]" };
        Option<string?> network = new("--network") { HelpName = "ID", Description = "first lesson: what learns ('engram networks' lists them) [default: mlp]" };
        Option<string?> features = new("--features") { HelpName = "ID", Description = "first lesson: frozen network that samples are seen through: resnet18, minilm, none or a file.onnx [default: what suits the data]" };
        Option<string?> keep = new("--keep") { HelpName = "WHAT", Description = "what of the data stays in the file: features (as the learner sees them), tests (held-out samples alone) or nothing [default: features]" };
        DataOptions columns = new();
        Option<string[]> set = new("--set") { HelpName = "PATH=VALUE", Description = "any other setting, such as gate.maxDrop=0.01, held.share=0.3, training.epochs=20; repeatable" };
        CommandWithNotes command = new("learn", "learn a lesson into a file that learns for years; the gate says whether the new version answers", (writer, width) =>
        {
            LearnerNotes.WriteSettings(writer, width);
            RunOptions.WriteExamples(writer, "engram learn line3.engram photos/2026-10", "engram learn line3.engram photos/2026-11 --name november", "engram learn pumps.engram january.csv --label state --set gate.maxDrop=0.01");
        })
        {
            engram, data, name, method.Offering(Completions.Methods), network.Offering(Completions.Networks), features, keep, set,
        };
        columns.AddTo(command);
        command.SetAction(parse =>
        {
            DurableOptions options = new()
            {
                Method = parse.GetValue(method), Network = parse.GetValue(network), Features = parse.GetValue(features), Records = columns.Given(parse), Assemblies = Workbench.Assemblies,
                Settings = [.. RunOptions.Pairs(parse.GetValue(set) ?? []), .. parse.GetValue(keep) is { } kept ? [("keep", kept)] : ((string, string)[])[]],
            };
            Lesson lesson = Learn(parse.GetRequiredValue(engram), parse.GetRequiredValue(data), parse.GetValue(name), options, out IReadOnlyList<string> choices, out LearnerHistory history);
            if (parse.GetValue(GlobalOptions.Json)) Terminal.WriteJson(Settings.ToJson(lesson));
            else LessonSummary.Write(new Terminal(json: false).Results, lesson, choices, history);
            return lesson.Promoted ? 0 : CommandLine.Refused;
        });
        return command;
    }

    private static Lesson Learn(string engram, string data, string? name, DurableOptions options, out IReadOnlyList<string> choices, out LearnerHistory history)
    {
        using Interruption interruption = new();
        using DurableLearner learner = DurableLearner.OpenOrCreate(engram, options);
        LearnBoard board = new($"learn {Path.GetFileName(Path.TrimEndingDirectorySeparator(data))}");
        try
        {
            Lesson lesson = Watch.Until(board, () => learner.Learn(data, name, board, board, interruption.Token));
            history = learner.History();
            choices = lesson.Number == 1 ? history.Choices : [];
            return lesson;
        }
        catch (OperationCanceledException stop)
        {
            throw new OperationCanceledException($"Stopped; what was learned so far is kept. The same command goes on: engram learn {engram} {data}", stop);
        }
    }
}
