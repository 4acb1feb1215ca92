using System.CommandLine;
using Engram.Experiments;

namespace Engram.Cli.Commands;

/// <summary><c>engram resume DIR</c>: goes on where a run, a comparison, a study or a reproduction stopped.</summary>
internal static class ResumeCommand
{
    public static Command Create()
    {
        Argument<string> folder = new("DIR") { Description = "folder that 'engram run', 'compare', 'order', 'affinity' or 'reproduce' made; 'engram runs' lists them" };
        CommandWithNotes command = new("resume", "go on with a run, a comparison, a study of orders or affinities, or a reproduction that was stopped", (writer, _) => RunOptions.WriteExamples(writer, "engram resume runs/permuted-digits-ewc-seed1"))
        {
            folder, GlobalOptions.Jobs, GlobalOptions.Data,
        };
        command.SetAction(parse =>
        {
            bool json = parse.GetValue(GlobalOptions.Json);
            string path = parse.GetRequiredValue(folder);
            string? data = parse.GetValue(GlobalOptions.Data);
            int jobs = parse.GetValue(GlobalOptions.Jobs);
            switch (WorkFolder.KindOf(path) ?? WorkFolder.NamedKindOf(path))
            {
                case "reproduction": return new ReproductionSession(new(json), json, data, jobs).GoOn(path);
                case "study" when StudyFolder.KindOf(path) == AffinitySession.Kind:
                    new AffinitySession(new(json), json, data, jobs).GoOn(path);
                    break;
                case "study":
                    new OrderSession(new(json), json, data, jobs).GoOn(path);
                    break;
                case "comparison":
                    new ComparisonSession(new(json), json, data, jobs).GoOn(path);
                    break;
                default:
                    new RunSession(new(json), json, data).GoOn(path);
                    break;
            }
            return 0;
        });
        return command;
    }
}
