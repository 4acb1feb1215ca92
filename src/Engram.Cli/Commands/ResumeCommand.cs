using System.CommandLine;
using Engram.Cli.Runners;

namespace Engram.Cli.Commands;

/// <summary><c>engram resume DIR</c>: goes on where a run, a comparison, a study or a reproduction stopped.</summary>
internal static class ResumeCommand
{
    public static Command Create()
    {
        Argument<string> folder = new("DIR") { Description = "folder that 'engram run', 'compare', 'order', 'affinity' or 'reproduce' made; 'engram runs' lists them" };
        CommandWithNotes command = new("resume", "go on with a run, a comparison, a study of orders or affinities, or a reproduction that was stopped", (writer, _) => RunOptions.WriteExamples(writer, "engram resume runs/permuted-digits-ewc-seed1"))
        {
            folder, GlobalOptions.Data,
        };
        RunnerOptions runner = new();
        runner.AddTo(command);
        command.SetAction(parse =>
        {
            string path = parse.GetRequiredValue(folder);
            return StudyKinds.Open(path, new(parse.GetValue(GlobalOptions.Json)), parse.GetValue(GlobalOptions.Data), runner.Choice(parse, RunnerChoice.Of(path))).GoOn(path);
        });
        return command;
    }
}
