using System.Text.Json.Nodes;
using Engram.Cli.Progress;
using Engram.Experiments;

namespace Engram.Cli;

/// <summary>Carries a study from its plan to its page: shows meanwhile where it stands, and stops with everything saved.</summary>
/// <typeparam name="T">What the study finds: a record that is printed as JSON.</typeparam>
internal sealed class StudyWork<T>(Terminal terminal, bool json, string? data) where T : notnull
{
    /// <summary>What kind of study it is, as <c>study.json</c> says it.</summary>
    public required string Kind { get; init; }

    /// <summary>The board that shows where it stands, given what says that the user wants to stop.</summary>
    public required Func<CancellationToken, StudyBoard> Board { get; init; }

    /// <summary>Does the work; asks for the folder once the data are there, so that nothing is written for a study that cannot begin.</summary>
    public required Func<StudyBoard, Func<StudyFolder>, CancellationToken, T> Work { get; init; }

    /// <summary>Writes pictures and page into a folder, with the command that was typed.</summary>
    public required Action<T, string, string?> WriteReport { get; init; }

    /// <summary>Prints the result for people.</summary>
    public required Action<Terminal, T> Print { get; init; }

    /// <summary>Does it.</summary>
    /// <param name="output">Its folder; claimed once the data are there.</param>
    /// <param name="asked">The plan as the folder keeps it.</param>
    public void Carry(OutputFolder output, JsonObject asked)
    {
        using OutputFolder held = output;
        using Interruption interruption = new();
        StudyBoard board = Board(interruption.Token);
        T study;
        try
        {
            study = Watch.Until(board, () => Work(board, Open, interruption.Token));
        }
        catch (OperationCanceledException stop)
        {
            throw new OperationCanceledException(output.Stopped(data), stop);
        }
        string path = output.Path;
        JsonObject document = Settings.ToJson(study);
        JsonFile.Write(Path.Combine(path, "results.json"), document);
        WriteReport(study, path, asked["command"]?.ToString());
        if (json) Terminal.WriteResults(document, path);
        else Print(terminal, study);
        terminal.SayWhere("Report", Path.Combine(path, "report.html"));

        StudyFolder Open()
        {
            interruption.Token.ThrowIfCancellationRequested();
            output.Claim(board.Begin);
            return StudyFolder.Open(output.Path, Kind, asked);
        }
    }
}
