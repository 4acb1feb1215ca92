using System.Text.Json.Nodes;
using Engram.Cli.Output;
using Engram.Cli.Progress;
using Engram.Cli.Runners;
using Engram.Datasets;
using Engram.Experiments;
using Engram.Reports;
using Engram.TaskOrder;

namespace Engram.Cli;

/// <summary>A study of affinities from its plan to the chosen transfers.</summary>
internal sealed class AffinitySession(Terminal terminal, string? data, RunnerChoice on)
{
    public const string Kind = "affinity";
    private readonly Laboratory laboratory = Workbench.Laboratory(data);

    public Catalogs Catalogs => laboratory.Catalogs;

    /// <inheritdoc cref="Laboratory.Counted"/>
    public RunConfig Counted(RunConfig config) => laboratory.Counted(config);

    /// <summary>Begins a study, or goes on in the folder where it is one of affinities: what is done there is not repeated.</summary>
    public void Begin(AffinityPlan plan, string? path, string command)
    {
        JsonObject asked = plan.Checked().ToJson();
        asked["command"] = command;
        Work(plan, asked).Carry(OutputFolder.For(path, $"affinity-{plan.Config.StreamName}", other => StudyFolder.Exists(other) && (path is not null || StudyFolder.KindOf(other) == Kind) ? null : ""));
    }

    /// <summary>The study in a folder.</summary>
    public IStudyWork Open(string path)
    {
        JsonObject asked = StudyFolder.PlanOf(path);
        return Work(AffinityPlan.Read(Catalogs, asked), asked);
    }

    private StudyWork<AffinityStudy> Work(AffinityPlan plan, JsonObject asked)
    {
        Lazy<IReadOnlyList<string>> tasks = new(() => AffinityMeasurement.Prepare(laboratory, plan));
        return new(terminal, data, on)
        {
            Board = stopping => new StudyBoard($"{plan.Config.StreamName}: which of {plan.Numbers.Count} tasks helps which, {on.InWords(AffinityMeasurement.PiecesOf(plan))}", "pieces", AffinityMeasurement.PiecesOf(plan), null, stopping)
            {
                Outcome = trial => $"{(trial is RunTrial ? "" : "best ")}{100 * trial.Accuracy:0.0} %",
            },
            Prepare = () =>
            {
                _ = tasks.Value;
                laboratory.Prepare([.. Enumerable.Repeat(plan.Source(Catalogs, plan.Numbers[0], plan.SeedNumbers[0]).Config, Math.Min(on.Here, AffinityMeasurement.PiecesOf(plan)))], on.Here);
            },
            WritePlan = output => StudyFolder.Open(output.Path, Kind, asked),
            Study = path => new AffinityMeasurement(laboratory, plan, StudyFolder.At(path)).Study(tasks.Value),
            Show = (study, path) => StudyDocument.Show(terminal, study, path, asked["command"]?.ToString(), AffinityReport.Write, AffinitySummary.Write),
        };
    }
}
