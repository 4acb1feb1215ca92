using System.Text.Json.Nodes;
using Engram.Cli.Output;
using Engram.Datasets;
using Engram.Experiments;
using Engram.Reports;
using Engram.TaskOrder;

namespace Engram.Cli;

/// <summary>A study of affinities from its plan to the chosen transfers; begun or gone on with.</summary>
internal sealed class AffinitySession(Terminal terminal, bool json, string? data, int jobs)
{
    public const string Kind = "affinity";
    private readonly Laboratory laboratory = new(DataFolders.FromEnvironment(data));

    public Catalogs Catalogs => laboratory.Catalogs;

    /// <summary>Begins a study, or goes on in the folder where it is one of affinities: what is done there is not repeated.</summary>
    public void Begin(AffinityPlan plan, string? path, string command)
    {
        JsonObject asked = plan.Checked().ToJson();
        asked["command"] = command;
        Carry(plan, OutputFolder.For(path, $"affinity-{plan.Config.Stream.Id}", other => StudyFolder.Exists(other) && (path is not null || StudyFolder.KindOf(other) == Kind) ? null : ""), asked);
    }

    /// <summary>Goes on with a study.</summary>
    public void GoOn(string path)
    {
        JsonObject asked = StudyFolder.PlanOf(path);
        Carry(AffinityPlan.Read(Catalogs, asked), OutputFolder.Of(path), asked);
    }

    private void Carry(AffinityPlan plan, OutputFolder output, JsonObject asked) => new StudyWork<AffinityStudy>(terminal, json, data)
    {
        Kind = Kind,
        Board = stopping => new($"{plan.Config.Stream.Id}: which of {plan.Numbers.Count} tasks helps which, {jobs} at a time", "pieces", AffinityMeasurement.PiecesOf(plan), null, stopping),
        Work = (board, openFolder, stopping) =>
        {
            IReadOnlyList<string> tasks = AffinityMeasurement.Prepare(laboratory, plan);
            laboratory.Prepare([.. Enumerable.Repeat(plan.Source(Catalogs, plan.Numbers[0], plan.SeedNumbers[0]).Config, Math.Min(jobs, AffinityMeasurement.PiecesOf(plan)))], jobs);
            return new AffinityMeasurement(laboratory, plan, jobs, openFolder()) { Progress = board.Report, Finished = board.End }.Run(tasks, stopping);
        },
        WriteReport = AffinityReport.Write,
        Print = AffinitySummary.Write,
    }.Carry(output, asked);
}
