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

    /// <summary>Begins a run in a new folder.</summary>
    public void Begin(RunConfig config, string? path)
    {
        path ??= OutputFolder.Free($"{config.Stream.Id}-{config.Method.Id}-seed{config.Machine.Seed}");
        Carry(config, path, () => RunFolder.Create(path, config));
    }

    /// <summary>Goes on with a run; of a finished one only the pictures and the page are made anew.</summary>
    public void GoOn(string path)
    {
        var (folder, config) = RunFolder.Open(path, Catalogs);
        if (folder.IsFinished) Show(folder.ReadResults(), path);
        else Carry(config, path, () => folder);
    }

    private void Carry(RunConfig config, string path, Func<RunFolder> openFolder)
    {
        using Interruption interruption = new();
        TrialProgress trial = new(config.Method.Id, config.Machine.Seed);
        ProgressBoard board = new($"{config.Stream.Id}, {config.Method.Id}, {config.Network.Id}, seed {config.Machine.Seed}", [trial], LiveViews.Run, interruption.Token);
        bool begun = false;
        try
        {
            Show(Watch.Until(board, Work), path);
        }
        catch (OperationCanceledException stop)
        {
            throw new OperationCanceledException(OutputFolder.Stopped(begun ? path : null, data), stop);
        }

        RunResult Work()
        {
            TaskStream stream = laboratory.Prepare(config);
            board.NameTasks(0, [.. stream.Tasks.Select(task => task.Name)]);
            interruption.Token.ThrowIfCancellationRequested();
            RunFolder folder = openFolder();
            begun = true;
            return laboratory.Run(config, folder, report => board.Report(0, report), interruption.Token);
        }
    }

    private void Show(RunResult result, string path)
    {
        RunReport.Write(result, path);
        if (json) Terminal.WriteJson(Settings.ToJson(result));
        else RunSummary.Write(terminal.Results, result);
        terminal.SayWhere("Report", Path.Combine(path, "report.html"));
    }
}
