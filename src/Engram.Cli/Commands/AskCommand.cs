using System.CommandLine;

namespace Engram.Cli.Commands;

/// <summary><c>engram ask RUN_DIR</c>: answers questions about stories with what a run has learned.</summary>
internal static class AskCommand
{
    public static Command Create()
    {
        Argument<string> folder = new("RUN_DIR") { Description = "folder that 'engram run' made, of a stream of stories such as babi" };
        Option<int?> task = new("--task") { HelpName = "N", Description = "number of the task that the question belongs to, where the scenario is task [default: the last one learned]" };
        CommandWithNotes command = new("ask", "type or pipe a story and a question, and get a run's answer with the statements it looked at", (writer, _) => RunOptions.WriteExamples(writer,
            "printf 'Mary moved to the garden.\\nWhere is Mary?\\n' | engram ask runs/babi-joint-seed1",
            "engram ask runs/babi-joint-seed1"))
        {
            folder, task, GlobalOptions.Data,
        };
        command.SetAction(parse => new AskSession(parse.GetValue(GlobalOptions.Json), parse.GetValue(GlobalOptions.Data)).Run(parse.GetRequiredValue(folder), parse.GetValue(task)));
        return command;
    }
}
