using Engram.Cli.Output;
using Engram.Cli.Progress;
using Engram.Datasets;
using Engram.Experiments;
using Engram.Reports;
using Engram.Streams;

namespace Engram.Cli;

/// <summary>One run from its configuration to the printed result; begun or gone on with.</summary>
internal sealed class RunSession(Terminal terminal, bool json, string? data)
{
    private readonly Laboratory laboratory = new(DataFolders.FromEnvironment(data));

    public Catalogs Catalogs => laboratory.Catalogs;

    /// <summary>Begins a run, or goes on with the same one.</summary>
    public void Begin(RunConfig config, string? path) =>
        Carry(config, OutputFolder.For(path, $"{config.Stream.Id}-{config.Method.Id}-seed{config.Machine.Seed}", other => RunFolder.DifferenceFrom(other, config)));

    /// <summary>Goes on with a run; of a finished one only the pictures and the page are made anew.</summary>
    public void GoOn(string path)
    {
        var (folder, config) = RunFolder.Open(path, Catalogs);
        if (!folder.IsFinished)
        {
            Carry(config, OutputFolder.Of(path));
            return;
        }
        using OutputFolder output = OutputFolder.Of(path);
        output.Claim(_ => { });
        Show(folder.ReadResults(), path);
    }

    private void Carry(RunConfig config, OutputFolder output)
    {
        using OutputFolder held = output;
        using Interruption interruption = new();
        TrialProgress trial = new(config.Method.Id, config.Machine.Seed);
        ProgressBoard board = new($"{config.Stream.Id}, {config.Method.Id}, {config.Network.Id}, seed {config.Machine.Seed}", [trial], LiveViews.Run, interruption.Token);
        try
        {
            Show(Watch.Until(board, Work), output.Path);
        }
        catch (OperationCanceledException stop)
        {
            throw new OperationCanceledException(output.Stopped(data), stop);
        }

        RunResult Work()
        {
            TaskStream stream = laboratory.Prepare(config);
            board.NameTasks(0, [.. stream.Tasks.Select(task => task.Name)]);
            interruption.Token.ThrowIfCancellationRequested();
            output.Claim(board.Begin);
            if (laboratory.Doubt(config, stream) is { } doubt) board.Note(doubt);
            RunFolder folder = RunFolder.OpenOrCreate(output.Path, config);
            if (folder.IsFinished) return folder.ReadResults();
            if (output.GoesOn && !File.Exists(folder.Checkpoint.Path))
                board.Begin($"There is no checkpoint at {folder.Checkpoint.Path}: the run stopped before the first one, or it was deleted. It begins again at its first task in {output.Path}");
            return laboratory.Run(config, folder, report => board.Report(0, report), interruption.Token);
        }
    }

    private void Show(RunResult result, string path)
    {
        RunReport.Write(result, path);
        if (json) Terminal.WriteResults(Settings.ToJson(result), path);
        else RunSummary.Write(terminal.Results, result);
        terminal.SayWhere("Report", Path.Combine(path, "report.html"));
    }
}
