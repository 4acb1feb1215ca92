using System.Text.Json.Nodes;
using Engram.Cli.Output;
using Engram.Cli.Progress;
using Engram.Cli.Runners;
using Engram.Evaluation;
using Engram.Experiments;
using Engram.Experiments.Recipes;
using Engram.Reports;

namespace Engram.Cli;

/// <summary>All recipes, from their plan to the one table of paper and ours. The exit code says whether all that was run is inside.</summary>
internal sealed class TableSession(Terminal terminal, string? data, RunnerChoice on)
{
    public const string Kind = "recipes";
    private readonly Laboratory laboratory = Workbench.Laboratory(data);

    /// <summary>Begins the table, or goes on with the same one, with as much time as is given now.</summary>
    public int Begin(TablePlan plan, string? path) => Work(plan).Carry(OutputFolder.For(path, $"reproduce-all{(plan.Quick ? "-quick" : "")}", other =>
        StudyFolder.Exists(other) && StudyFolder.KindOf(other) == Kind && plan.AsksTheSame(TablePlan.Read(StudyFolder.PlanOf(other))) ? null : ""));

    /// <summary>The table in a folder.</summary>
    public IStudyWork Open(string path) => Work(TablePlan.Read(StudyFolder.PlanOf(path)));

    private StudyWork<ReproductionTable> Work(TablePlan plan)
    {
        TableStudy study = new(laboratory, plan);
        return new(terminal, data, on)
        {
            Board = stopping => new StudyBoard($"{Wording.Count(plan.Recipes.Count, "recipe")}, the cheapest rows first, {Wording.Count(on.Here, "run")} at a time", "runs", null, 60 * plan.Hours, stopping),
            Prepare = study.Begin,
            Doubts = () => [Outlook(study, plan)],
            WritePlan = output => StudyFolder.Open(output.Path, Kind, plan.ToJson()),
            Study = path => study.Study(StudyFolder.At(path).TrialPath),
            Show = (table, path) => Show(table, path),
            OneProcess = "What --all runs depends on the time that is left, which one process must know",
        };
    }

    private string Outlook(TableStudy study, TablePlan plan)
    {
        var (runs, seconds, impossible) = study.Outlook();
        return $"{Wording.Count(runs, "run")}, estimated {Figures.Wait(seconds / on.Here)} in all, as far as is known before the first one; there are {Figures.Wait(3600 * plan.Hours)}."
            + (impossible > 0 ? $" {impossible} more cannot be run here; the table says why." : "");
    }

    private int Show(ReproductionTable table, string path)
    {
        StudyFolder folder = StudyFolder.At(path);
        foreach (var (trial, result) in table.Finished)
            if (!File.Exists(Path.Combine(folder.TrialPath(trial), "report.html"))) RunReport.Write(result, folder.TrialPath(trial));
        JsonObject document = Settings.ToJson(table);
        JsonFile.Write(Path.Combine(path, "results.json"), document);
        ReproductionTableReport.Write(table, path);
        terminal.ShowResults(document, path, () => ReproductionTableSummary.Write(terminal, table));
        return table.Inside ? 0 : CommandLine.Failed;
    }
}
