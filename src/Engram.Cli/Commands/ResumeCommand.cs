using System.CommandLine;
using Engram.Experiments;
using Engram.Experiments.Recipes;

namespace Engram.Cli.Commands;

/// <summary><c>engram resume DIR</c>: goes on where a run, a comparison or a reproduction stopped.</summary>
internal static class ResumeCommand
{
    public static Command Create()
    {
        Argument<string> folder = new("DIR") { Description = "folder that 'engram run', 'engram compare' or 'engram reproduce' made" };
        CommandWithNotes command = new("resume", "go on with a run, a comparison or a reproduction that was stopped", (writer, _) => RunOptions.WriteExamples(writer, "engram resume runs/permuted-digits-ewc-seed1"))
        {
            folder, GlobalOptions.Jobs, GlobalOptions.Data,
        };
        command.SetAction(parse =>
        {
            bool json = parse.GetValue(GlobalOptions.Json);
            string path = parse.GetRequiredValue(folder);
            string? data = parse.GetValue(GlobalOptions.Data);
            if (ReproductionFolder.Exists(path)) return new ReproductionSession(new(json), json, data, parse.GetValue(GlobalOptions.Jobs)).GoOn(path);
            if (StudyFolder.Exists(path))
            {
                if (StudyFolder.KindOf(path) == AffinitySession.Kind) new AffinitySession(new(json), json, data, parse.GetValue(GlobalOptions.Jobs)).GoOn(path);
                else new OrderSession(new(json), json, data, parse.GetValue(GlobalOptions.Jobs)).GoOn(path);
                return 0;
            }
            if (ComparisonFolder.Exists(path)) new ComparisonSession(new(json), json, data, parse.GetValue(GlobalOptions.Jobs)).GoOn(path);
            else new RunSession(new(json), json, data).GoOn(path);
            return 0;
        });
        return command;
    }
}
