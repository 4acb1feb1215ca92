using System.Text.Json.Nodes;
using Engram.Cli.Runners;
using Engram.Evaluation;
using Spectre.Console;

namespace Engram.Cli.Output;

/// <summary>What was handed to Slurm by a command that does not wait.</summary>
internal static class SlurmSummary
{
    /// <summary>Prints it; returns the exit code.</summary>
    /// <param name="terminal">Where.</param>
    /// <param name="path">The study's folder.</param>
    /// <param name="trials">How many trials are with Slurm.</param>
    /// <param name="array">Their jobs.</param>
    public static int Show(Terminal terminal, string path, int trials, SlurmArray array)
    {
        if (Terminal.IsForMachine)
        {
            Terminal.WriteJson(new JsonObject { ["folder"] = Path.GetFullPath(path), ["trials"] = trials, ["jobs"] = new JsonArray([.. array.Ids.Split(' ').Select(id => (JsonNode)id)]) });
            return 0;
        }
        terminal.Results.WriteLine($"{Wording.Count(trials, "trial")} with Slurm as jobs {array.Ids}, of which the last goes on with the study after the others.");
        terminal.Results.WriteLine($"'engram resume {OutputFolder.Quote(path)}' watches them, 'scancel {array.Ids}' ends them.");
        return 0;
    }
}
