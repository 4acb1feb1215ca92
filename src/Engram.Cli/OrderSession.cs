using System.Text.Json.Nodes;
using Engram.Cli.Output;
using Engram.Cli.Progress;
using Engram.Datasets;
using Engram.Experiments;
using Engram.Reports;
using Engram.TaskOrder;

namespace Engram.Cli;

/// <summary>A study of orders from its plan to the recommended order; begun or gone on with.</summary>
internal sealed class OrderSession(Terminal terminal, bool json, string? data, int jobs)
{
    public const string Kind = "order";
    private readonly Laboratory laboratory = new(DataFolders.FromEnvironment(data));

    public Catalogs Catalogs => laboratory.Catalogs;

    /// <summary>Begins a study, or goes on in the folder where it is one of orders: what is done there is not repeated.</summary>
    public void Begin(OrderPlan plan, string? path, string command)
    {
        JsonObject asked = plan.Checked().ToJson();
        asked["command"] = command;
        Carry(plan, path ?? Path.Combine("runs", $"order-{plan.Config.Stream.Id}-{plan.Config.Method.Id}"), asked);
    }

    /// <summary>Goes on with a study.</summary>
    public void GoOn(string path)
    {
        JsonObject asked = StudyFolder.PlanOf(path);
        Carry(OrderPlan.Read(Catalogs, asked), path, asked);
    }

    private void Carry(OrderPlan plan, string path, JsonObject asked)
    {
        using Interruption interruption = new();
        StudyBoard board = new($"{plan.Config.Stream.Id}, {plan.Config.Method.Id}: {(plan.IsComplete ? "all" : "searching")} orders of {plan.Tasks} tasks, {jobs} at a time", "runs", plan.Runs, plan.Minutes, interruption.Token);
        StudyFolder? folder = null;
        OrderStudy study;
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
        OrderReport.Write(study, path, asked["command"]?.ToString());
        if (json) Terminal.WriteJson(document);
        else OrderSummary.Write(terminal, study);
        terminal.SayWhere("Report", Path.Combine(path, "report.html"));

        OrderStudy Work()
        {
            IReadOnlyList<string> tasks = plan.Prepare(laboratory);
            interruption.Token.ThrowIfCancellationRequested();
            folder = StudyFolder.Open(path, Kind, asked);
            OrderSearch search = new(laboratory, plan, jobs)
            {
                FolderOf = folder.TrialPath,
                Progress = (trial, report) => board.Report($"order {trial.Label} seed {trial.Config.Machine.Seed}", report.Fraction),
                Finished = (trial, result) => board.End($"order {trial.Label} seed {trial.Config.Machine.Seed}", $"accuracy {Figures.Percent(result.Metrics["accuracy"])} %"),
            };
            return search.Run(tasks, interruption.Token);
        }
    }
}
