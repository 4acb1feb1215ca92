using System.Text.Json.Nodes;
using Engram.Cli.Output;
using Engram.Cli.Runners;
using Engram.Datasets;
using Engram.Experiments;
using Engram.Experiments.Recipes;
using Engram.Reports;

namespace Engram.Cli;

/// <summary>A recipe from its plan to the table of paper and ours. The exit code says whether all is inside.</summary>
internal sealed class ReproductionSession(Terminal terminal, string? data, RunnerChoice on)
{
    private readonly Laboratory laboratory = Workbench.Laboratory(data);

    /// <summary>Begins a reproduction, or goes on with the same one; in a folder that is named, also with more rows or seeds.</summary>
    public int Begin(Recipe recipe, ReproductionScope scope, string? path)
    {
        ReproductionPlan plan = ReproductionPlan.Make(recipe, laboratory.Catalogs, scope);
        return Work(plan).Carry(OutputFolder.For(path, $"reproduce-{recipe.Id}{(scope.Quick ? "-quick" : "")}",
            other => (path is null ? ReproductionFolder.IsOf(other, plan) : ReproductionFolder.Exists(other)) ? null : ""));
    }

    /// <summary>The reproduction in a folder.</summary>
    public IStudyWork Open(string path) => Work(ReproductionFolder.ReadPlan(path, laboratory.Catalogs));

    private StudyWork<TrialResults> Work(ReproductionPlan plan)
    {
        TrialList trials = new(laboratory, plan.Recipe.Id, plan.Trials, on);
        return new(terminal, data, on)
        {
            Board = trials.Board,
            Prepare = trials.Prepare,
            Doubts = trials.Doubts,
            WritePlan = output => ReproductionFolder.Open(output.Path, plan),
            Study = path => TrialResults.Study(laboratory, plan.Trials, ReproductionFolder.At(path).TrialPath),
            Show = (results, path) => Show(plan, results, ReproductionFolder.At(path)),
        };
    }

    private int Show(ReproductionPlan plan, TrialResults results, ReproductionFolder folder)
    {
        string path = folder.Path;
        Reproduction reproduction = Reproduction.Of(plan, results);
        WritePages(results, folder);
        JsonObject document = Settings.ToJson(reproduction);
        JsonFile.Write(Path.Combine(path, "results.json"), document);
        ReproductionReport.Write(reproduction, path, [.. results.Finished.Select(one => new TrialLink(one.Result, Path.GetRelativePath(path, folder.TrialPath(one.Trial)), one.Trial.Label))]);
        terminal.ShowResults(document, path, () => ReproductionSummary.Write(terminal, reproduction));
        return reproduction.Inside ? 0 : CommandLine.Failed;
    }

    private static void WritePages(TrialResults results, ReproductionFolder folder)
    {
        foreach (var (trial, result) in results.Finished)
            if (!File.Exists(Path.Combine(folder.TrialPath(trial), "report.html"))) RunReport.Write(result, folder.TrialPath(trial));
    }
}
