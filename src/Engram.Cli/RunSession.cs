using Engram.Cli.Output;
using Engram.Cli.Progress;
using Engram.Cli.Runners;
using Engram.Datasets;
using Engram.Experiments;
using Engram.Reports;
using Engram.Streams;

namespace Engram.Cli;

/// <summary>One run from its configuration to the printed result.</summary>
internal sealed class RunSession(Terminal terminal, string? data, RunnerChoice on)
{
    private readonly Laboratory laboratory = Workbench.Laboratory(data);

    public Catalogs Catalogs => laboratory.Catalogs;

    /// <summary>Begins a run, or goes on with the same one.</summary>
    public void Begin(RunConfig config, string? path) =>
        Work(config).Carry(OutputFolder.For(path, $"{config.StreamName}-{config.Method.Id}-seed{config.Machine.Seed}", other => RunFolder.DifferenceFrom(other, config)));

    /// <summary>The run in a folder.</summary>
    public IStudyWork Open(string path) => Work(RunFolder.Open(path, Catalogs).Config);

    private StudyWork<RunResult> Work(RunConfig config)
    {
        ProgressBoard? board = null;
        TaskStream? stream = null;
        return new(terminal, data, on)
        {
            Board = stopping => board = new($"{config.StreamName}, {config.Method.Id}, {config.Network.Id}, seed {config.Machine.Seed}", [new(config.Method.Id, config.Machine.Seed)], LiveViews.Run, stopping),
            Prepare = () =>
            {
                stream = laboratory.Prepare(config);
                board!.NameTasks(0, [.. stream.Tasks.Select(task => task.Name)]);
            },
            Doubts = () => laboratory.Doubt(config, stream) is { } doubt ? [doubt] : [],
            WritePlan = output =>
            {
                RunFolder folder = RunFolder.OpenOrCreate(output.Path, config);
                if (output.GoesOn && !folder.IsFinished && !File.Exists(folder.Checkpoint.Path))
                    board!.Begin($"There is no checkpoint at {folder.Checkpoint.Path}: the run stopped before the first one, or it was deleted. It begins again at its first task in {output.Path}");
            },
            Study = path => RunTrial.Study(laboratory, config, path),
            Show = Show,
            IsOnlyShownWhenDone = true,
            OneProcess = "A run is one trial, which this process runs",
        };
    }

    private int Show(RunResult result, string path)
    {
        RunReport.Write(result, path);
        terminal.ShowResults(Settings.ToJson(result), path, () => RunSummary.Write(terminal.Results, result));
        return 0;
    }
}
