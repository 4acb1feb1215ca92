using System.CommandLine;
using Engram.Cli.Runners;

namespace Engram.Cli.Commands;

/// <summary><c>engram trial DIR N</c>: one trial of a study, so that several processes and machines can work in one folder.</summary>
internal static class TrialCommand
{
    public static Command Create()
    {
        Argument<string> folder = new("DIR") { Description = "folder that 'engram compare', 'order', 'affinity', 'reproduce' or 'run' made; machines may share it" };
        Argument<int> number = new("N") { Description = "number of the trial, from 1; 'engram collect DIR' names those that are missing" };
        number.CustomParser = argument =>
        {
            string text = argument.Tokens[^1].Value;
            if (!int.TryParse(text, out int value) || value < 1) argument.AddError($"N is '{text}' but must be a whole number >= 1.");
            return value;
        };
        CommandWithNotes command = new("trial", "run one trial of a study, beside other processes or machines that run others", (writer, _) => RunOptions.WriteExamples(writer, "engram trial runs/compare-permuted-digits 3"))
        {
            folder, number, GlobalOptions.Data,
        };
        command.SetAction(parse =>
        {
            string path = parse.GetRequiredValue(folder);
            return StudyKinds.Open(path, new(parse.GetValue(GlobalOptions.Json)), parse.GetValue(GlobalOptions.Data), RunnerChoice.Threads(1)).RunTrial(path, parse.GetRequiredValue(number));
        });
        return command;
    }
}
