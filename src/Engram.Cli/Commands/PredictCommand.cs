using System.CommandLine;
using System.Text.Json.Nodes;
using Engram.Cli.Output;
using Engram.Cli.Progress;
using Engram.Durable;
using Engram.OwnData;

namespace Engram.Cli.Commands;

/// <summary><c>engram predict ENGRAM DATA...</c>: answers pictures, rows, texts or features; labels are not needed.</summary>
internal static class PredictCommand
{
    public static Command Create()
    {
        Argument<string> engram = LearnerAccess.Argument();
        Argument<string[]> data = new("DATA") { Arity = ArgumentArity.OneOrMore, Description = "pictures or texts, a folder of them, a table, or features" };
        Option<string?> output = new("--out") { HelpName = "FILE", Description = "write the answers as CSV; those to a CSV stand behind its own columns" };
        CommandWithNotes command = new("predict", "answer new data: the class, its probability, and whether it is like anything learned",
            (writer, _) => RunOptions.WriteExamples(writer, "engram predict line3.engram new/*.jpg", "engram predict pumps.engram today.csv --out answers.csv"))
        {
            engram, data, output,
        };
        command.SetAction(parse =>
        {
            using DurableLearner learner = LearnerAccess.Open(parse, engram);
            using Interruption interruption = new();
            string[] paths = parse.GetRequiredValue(data);
            LearnBoard board = new($"predict {Path.GetFileName(Path.TrimEndingDirectorySeparator(paths[0]))}{(paths.Length > 1 ? $" and {paths.Length - 1} more" : "")}");
            var (names, answers, records) = Watch.Until(board, () => Answered(learner, paths, board, interruption.Token));
            if (parse.GetValue(output) is { } file) AnswerTable.WriteCsv(file, paths, names, answers);
            if (parse.GetValue(GlobalOptions.Json)) Terminal.WriteJson(AnswerTable.ToJson(names, answers));
            else if (parse.GetValue(output) is null) AnswerTable.Write(new Terminal(json: false).Results, names, answers);
            else Console.WriteLine($"{Figures.Count(answers.Count)} answers of version {learner.Version}: {parse.GetValue(output)}");
            foreach (string remark in records) Terminal.Note(remark);
        });
        return command;
    }

    private static (IReadOnlyList<string> Names, IReadOnlyList<Answer> Answers, IReadOnlyList<string> Remarks) Answered(DurableLearner learner, string[] paths, LearnBoard board, CancellationToken cancellation)
    {
        using Records records = learner.Open(paths, board, cancellation);
        IReadOnlyList<Answer> answers = learner.Predict(records, board, cancellation);
        return ([.. Enumerable.Range(0, records.Count).Select(records.Name)], answers, [.. records.Remarks, .. learner.RemarksOn(records)]);
    }
}
