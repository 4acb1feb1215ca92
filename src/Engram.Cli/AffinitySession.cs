using System.Text.Json.Nodes;
using Engram.Cli.Output;
using Engram.Cli.Progress;
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
        Carry(plan, path ?? Path.Combine("runs", $"affinity-{plan.Config.Stream.Id}"), asked);
    }

    /// <summary>Goes on with a study.</summary>
    public void GoOn(string path)
    {
        JsonObject asked = StudyFolder.PlanOf(path);
        Carry(AffinityPlan.Read(Catalogs, asked), path, asked);
    }

    private void Carry(AffinityPlan plan, string path, JsonObject asked)
    {
        using Interruption interruption = new();
        StudyBoard board = new($"{plan.Config.Stream.Id}: which of {plan.Numbers.Count} tasks helps which, {jobs} at a time", "pieces", AffinityMeasurement.PiecesOf(plan), null, interruption.Token);
        StudyFolder? folder = null;
        AffinityStudy study;
        try
        {
            study = Watch.Until(board, Work);
        }
        catch (OperationCanceledException stop)
        {
            throw new OperationCanceledException(OutputFolder.Stopped(folder is null ? null : path, data), stop);
        }
        JsonObject document = Settings.ToJson(study);
        RunFolder.WriteJson(Path.Combine(path, "results.json"), document);
        AffinityReport.Write(study, path, asked["command"]?.ToString());
        if (json) Terminal.WriteJson(document);
        else AffinitySummary.Write(terminal, study);
        terminal.SayWhere("Report", Path.Combine(path, "report.html"));

        AffinityStudy Work()
        {
            IReadOnlyList<string> tasks = AffinityMeasurement.Prepare(laboratory, plan);
            interruption.Token.ThrowIfCancellationRequested();
            folder = StudyFolder.Open(path, Kind, asked);
            return new AffinityMeasurement(laboratory, plan, jobs, folder) { Progress = board.Report, Finished = board.End }.Run(tasks, interruption.Token);
        }
    }
}
