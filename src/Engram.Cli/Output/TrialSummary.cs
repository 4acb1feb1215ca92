using System.Text.Json.Nodes;
using Engram.Experiments;
using Spectre.Console;

namespace Engram.Cli.Output;

/// <summary>What came of one trial, and which are still to be done.</summary>
internal static class TrialSummary
{
    /// <summary>Prints it.</summary>
    /// <param name="terminal">Where.</param>
    /// <param name="path">The study's folder.</param>
    /// <param name="number">The trial's number, from 1.</param>
    /// <param name="trial">The trial.</param>
    /// <param name="known">The study's trials as far as they are known now.</param>
    public static void Show(Terminal terminal, string path, int number, StudyTrial trial, IReadOnlyList<StudyTrial> known)
    {
        int[] missing = [.. known.Index().Where(one => !one.Item.IsDone).Select(one => one.Index + 1)];
        if (Terminal.IsForMachine)
        {
            Terminal.WriteJson(new JsonObject
            {
                ["folder"] = Path.GetFullPath(path), ["trial"] = number, ["name"] = trial.Name, ["accuracy"] = trial.Accuracy, ["missing"] = new JsonArray([.. missing.Select(one => (JsonNode)one)]),
            });
            return;
        }
        string next = missing.Length == 0 ? $"All trials are done: engram collect {OutputFolder.Quote(path)}"
            : $"To be done {(missing.Length == 1 ? "is trial" : "are trials")} {string.Join(", ", missing)} of {known.Count}.";
        terminal.Results.WriteLine($"Trial {number} ({trial.Name}): accuracy {Figures.Percent(trial.Accuracy)} %. {next}");
    }
}
