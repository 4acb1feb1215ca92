using System.Text.Json.Nodes;
using Engram.Cli.Output;
using Engram.Cli.Runners;
using Engram.Datasets;
using Engram.Experiments;
using Engram.Reports;

namespace Engram.Cli;

/// <summary>A comparison from its plan to the printed verdict.</summary>
internal sealed class ComparisonSession(Terminal terminal, string? data, RunnerChoice on)
{
    /// <summary>Where a plan keeps the number of the task whose course its page draws.</summary>
    public const string Course = "course";

    private readonly Laboratory laboratory = Workbench.Laboratory(data);

    public Catalogs Catalogs => laboratory.Catalogs;

    /// <summary>Begins a comparison, or goes on with the same one.</summary>
    public void Begin(ComparisonPlan plan, string? path) =>
        Work(plan).Carry(OutputFolder.For(path, $"compare-{plan.Trials[0].Config.StreamName}", other => ComparisonFolder.IsOf(other, plan) ? null : ""));

    /// <summary>The comparison in a folder; finished trials are read, failed ones tried again.</summary>
    public IStudyWork Open(string path) => Work(ComparisonFolder.Open(path, Catalogs).Plan);

    private StudyWork<TrialResults> Work(ComparisonPlan plan)
    {
        TrialList trials = new(laboratory, plan.Trials[0].Config.StreamName, plan.Trials, on);
        return new(terminal, data, on)
        {
            Board = trials.Board,
            Prepare = () =>
            {
                trials.Prepare();
                RequireTask(CourseOf(plan), plan.Trials[0].Config);
            },
            Doubts = trials.Doubts,
            WritePlan = output => _ = output.GoesOn ? ComparisonFolder.Open(output.Path, Catalogs).Folder : ComparisonFolder.Create(output.Path, plan),
            Study = path => TrialResults.Study(laboratory, plan.Trials, ComparisonFolder.At(path).TrialPath),
            Show = (results, path) => Show(results, ComparisonFolder.At(path), plan.Json["command"]?.ToString(), CourseOf(plan)),
        };
    }

    private static int CourseOf(ComparisonPlan plan) => !StrictJson.TryGet(plan.Json[Course], out int? course) || course < 1
        ? throw EngramException.Input("corrupt-file", $"comparison.json has the {Course} {Quote.Of(plan.Json[Course]!.ToJsonString())}, but the number of a task from 1 was expected; correct or delete it.")
        : course ?? 1;

    private void RequireTask(int course, RunConfig config)
    {
        int tasks = course == 1 ? 1 : laboratory.Stream(config).Tasks.Count;
        if (course > tasks) throw EngramException.Input("invalid-setting", $"--course is {course}, but {config.StreamName} has {tasks} tasks here; give a number from 1 to {tasks}.");
    }

    private int Show(TrialResults results, ComparisonFolder folder, string? command, int course)
    {
        if (results.Compare(Catalogs) is { } comparison)
        {
            WriteFiles(results, comparison, folder, command, course);
            terminal.ShowResults(ToJson(comparison, results.Failed), folder.Path, () => ComparisonSummary.Write(terminal, comparison));
        }
        else if (Terminal.IsForMachine) Terminal.WriteResults(ToJson(null, results.Failed), folder.Path);
        if (results.Failed.Count == 0) return 0;
        string[] failures = [.. results.Failed.Select(failed => $"{failed.Trial.Label} seed {failed.Trial.Config.Machine.Seed}: {failed.Error.Message}")];
        throw EngramException.Failure("trials-failed", $"{failures.Length} of {failures.Length + results.Finished.Count} trials failed, the others are kept. {string.Join(" ", failures)}");
    }

    private static void WriteFiles(TrialResults results, Comparison comparison, ComparisonFolder folder, string? command, int course)
    {
        foreach (var ((trial, _), compared) in results.Finished.Zip(comparison.Trials))
        {
            RunResult result = compared with { Method = trial.Config.Method.Id };
            RunFolder.OpenOrCreate(folder.TrialPath(trial), trial.Config).WriteResults(result);
            RunReport.Write(result, folder.TrialPath(trial));
        }
        JsonFile.Write(Path.Combine(folder.Path, "results.json"), ToJson(comparison, results.Failed));
        ComparisonReport.Write(comparison, folder.Path, [.. results.Finished.Select(one => Path.GetRelativePath(folder.Path, folder.TrialPath(one.Trial)))], command, course);
    }

    private static JsonObject ToJson(Comparison? comparison, IReadOnlyList<FailedTrial> failed)
    {
        JsonObject json = comparison is null
            ? new() { ["schema"] = RunConfig.Schema, ["trials"] = new JsonArray(), ["summary"] = new JsonArray() }
            : Settings.ToJson(comparison);
        json["failed"] = new JsonArray([.. failed.Select(one => (JsonNode)new JsonObject
        {
            ["method"] = one.Trial.Label, ["seed"] = one.Trial.Config.Machine.Seed, ["error"] = ErrorReport.Content(one.Error.Code, one.Error.Message),
        })]);
        return json;
    }
}
