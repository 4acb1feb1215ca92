using System.CommandLine;
using Engram.Cli.Runners;

namespace Engram.Cli.Commands;

/// <summary><c>engram collect DIR</c>: the results and the page of a study whose trials are all done.</summary>
internal static class CollectCommand
{
    public static Command Create()
    {
        Argument<string> folder = new("DIR") { Description = "folder of the study" };
        CommandWithNotes command = new("collect", "finish a study whose trials are all done, or say which are missing", (writer, _) => RunOptions.WriteExamples(writer, "engram collect runs/compare-permuted-digits"))
        {
            folder, GlobalOptions.Data,
        };
        command.SetAction(parse =>
        {
            string path = parse.GetRequiredValue(folder);
            return StudyKinds.Open(path, new(parse.GetValue(GlobalOptions.Json)), parse.GetValue(GlobalOptions.Data), RunnerChoice.Threads(1)).Collect(path);
        });
        return command;
    }
}
