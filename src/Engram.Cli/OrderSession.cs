using System.Text.Json.Nodes;
using Engram.Cli.Output;
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
        Carry(plan, OutputFolder.For(path, $"order-{plan.Config.Stream.Id}-{plan.Config.Method.Id}", other => StudyFolder.Exists(other) && (path is not null || StudyFolder.KindOf(other) == Kind) ? null : ""), asked);
    }

    /// <summary>Goes on with a study.</summary>
    public void GoOn(string path)
    {
        JsonObject asked = StudyFolder.PlanOf(path);
        Carry(OrderPlan.Read(Catalogs, asked), OutputFolder.Of(path), asked);
    }

    private void Carry(OrderPlan plan, OutputFolder output, JsonObject asked) => new StudyWork<OrderStudy>(terminal, json, data)
    {
        Kind = Kind,
        Board = stopping => new($"{plan.Config.Stream.Id}, {plan.Config.Method.Id}: {(plan.IsComplete ? "all" : "searching")} orders of {plan.Tasks} tasks, {jobs} at a time", "runs", plan.Runs, plan.Minutes, stopping),
        Work = (board, openFolder, stopping) =>
        {
            IReadOnlyList<string> tasks = plan.Prepare(laboratory);
            laboratory.Prepare([.. Enumerable.Repeat(plan.Config, Math.Min(jobs, plan.Runs ?? jobs))], jobs);
            return new OrderSearch(laboratory, plan, jobs)
            {
                FolderOf = openFolder().TrialPath,
                Progress = (trial, report) => board.Report(NameOf(trial), report.Fraction),
                Finished = (trial, result) => board.End(NameOf(trial), $"accuracy {Figures.Percent(result.Metrics["accuracy"])} %"),
            }.Run(tasks, stopping);
        },
        WriteReport = OrderReport.Write,
        Print = OrderSummary.Write,
    }.Carry(output, asked);

    private static string NameOf(Trial trial) => $"order {trial.Label} seed {trial.Config.Machine.Seed}";
}
