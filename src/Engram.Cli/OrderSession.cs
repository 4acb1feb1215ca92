using System.Text.Json.Nodes;
using Engram.Cli.Output;
using Engram.Cli.Progress;
using Engram.Cli.Runners;
using Engram.Datasets;
using Engram.Experiments;
using Engram.Reports;
using Engram.TaskOrder;

namespace Engram.Cli;

/// <summary>A study of orders from its plan to the recommended order.</summary>
internal sealed class OrderSession(Terminal terminal, string? data, RunnerChoice on)
{
    public const string Kind = "order";
    private readonly Laboratory laboratory = Workbench.Laboratory(data);

    public Catalogs Catalogs => laboratory.Catalogs;

    /// <inheritdoc cref="Laboratory.Counted"/>
    public RunConfig Counted(RunConfig config) => laboratory.Counted(config);

    /// <summary>Begins a study, or goes on in the folder where it is one of orders: what is done there is not repeated.</summary>
    public void Begin(OrderPlan plan, string? path, string command)
    {
        JsonObject asked = plan.Checked().ToJson();
        asked["command"] = command;
        Work(plan, asked).Carry(OutputFolder.For(path, $"order-{plan.Config.StreamName}-{plan.Config.Method.Id}", other => StudyFolder.Exists(other) && (path is not null || StudyFolder.KindOf(other) == Kind) ? null : ""));
    }

    /// <summary>The study in a folder.</summary>
    public IStudyWork Open(string path)
    {
        JsonObject asked = StudyFolder.PlanOf(path);
        return Work(OrderPlan.Read(Catalogs, asked), asked);
    }

    private StudyWork<OrderStudy> Work(OrderPlan plan, JsonObject asked)
    {
        Lazy<IReadOnlyList<string>> tasks = new(() => plan.Prepare(laboratory));
        return new(terminal, data, on)
        {
            Board = stopping => new StudyBoard($"{plan.Config.StreamName}, {plan.Config.Method.Id}: {(plan.IsComplete ? "all" : "searching")} orders of {plan.Tasks} tasks, {on.InWords(plan.Runs)}", "runs", plan.Runs, plan.Minutes, stopping),
            Prepare = () =>
            {
                _ = tasks.Value;
                laboratory.Prepare([.. Enumerable.Repeat(plan.Config, Math.Min(on.Here, plan.Runs ?? on.Here))], on.Here);
            },
            WritePlan = output => StudyFolder.Open(output.Path, Kind, asked),
            Study = path => new OrderSearch(laboratory, plan) { FolderOf = StudyFolder.At(path).TrialPath }.Study(tasks.Value),
            Show = (study, path) => StudyDocument.Show(terminal, study, path, asked["command"]?.ToString(), OrderReport.Write, OrderSummary.Write),
            Unplanned = plan.Minutes is { } minutes ? $"The orders are searched for {minutes} minutes, so which runs that takes shows only while it searches" : null,
        };
    }
}
