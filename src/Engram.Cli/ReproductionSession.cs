using System.Text.Json.Nodes;
using Engram.Cli.Output;
using Engram.Datasets;
using Engram.Experiments;
using Engram.Experiments.Recipes;
using Engram.Reports;

namespace Engram.Cli;

/// <summary>A recipe from its plan to the table of paper and ours; begun or gone on with. The exit code says whether all is inside.</summary>
internal sealed class ReproductionSession(Terminal terminal, bool json, string? data, int jobs)
{
    private readonly Laboratory laboratory = new(DataFolders.FromEnvironment(data));

    /// <summary>Begins a reproduction, or goes on with the same one; in a folder that is named, also with more rows or seeds.</summary>
    public int Begin(Recipe recipe, ReproductionScope scope, string? path)
    {
        ReproductionPlan plan = ReproductionPlan.Make(recipe, laboratory.Catalogs, scope);
        return Carry(plan, OutputFolder.For(path, $"reproduce-{recipe.Id}{(scope.Quick ? "-quick" : "")}",
            other => (path is null ? ReproductionFolder.IsOf(other, plan) : ReproductionFolder.Exists(other)) ? null : ""));
    }

    /// <summary>Goes on with a reproduction.</summary>
    public int GoOn(string path) => Carry(ReproductionFolder.ReadPlan(path, laboratory.Catalogs), OutputFolder.Of(path));

    private int Carry(ReproductionPlan plan, OutputFolder output)
    {
        using OutputFolder held = output;
        ReproductionFolder? folder = null;
        TrialResults results = new TrialWork(laboratory, jobs, data).Run(plan.Recipe.Id, plan.Trials, output, place => (folder = ReproductionFolder.Open(place, plan)).TrialPath);
        string path = output.Path;
        Reproduction reproduction = Reproduction.Of(plan, results);
        WritePages(results, folder!);
        JsonObject document = Settings.ToJson(reproduction);
        JsonFile.Write(Path.Combine(path, "results.json"), document);
        ReproductionReport.Write(reproduction, path, [.. results.Finished.Select(one => new TrialLink(one.Result, Path.GetRelativePath(path, folder!.TrialPath(one.Trial)), one.Trial.Label))]);
        if (json) Terminal.WriteResults(document, path);
        else ReproductionSummary.Write(terminal, reproduction);
        terminal.SayWhere("Report", Path.Combine(path, "report.html"));
        return reproduction.Inside ? 0 : CommandLine.Failed;
    }

    private static void WritePages(TrialResults results, ReproductionFolder folder)
    {
        foreach (var (trial, result) in results.Finished)
            if (!File.Exists(Path.Combine(folder.TrialPath(trial), "report.html"))) RunReport.Write(result, folder.TrialPath(trial));
    }
}
