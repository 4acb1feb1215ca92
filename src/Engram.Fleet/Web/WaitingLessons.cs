using Engram.Server;
using Engram.Server.Lessons;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Engram.Fleet.Web;

/// <summary>Looks again and again for learners whose lessons wait, and asks for them: so they stay where they learn, and come to be elsewhere after a server's death.</summary>
internal sealed partial class WaitingLessons(FleetClient fleet, IOptions<ServerOptions> options, ILogger<WaitingLessons> log) : BackgroundService
{
    private const int Together = 32;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(3), Patience = TimeSpan.FromSeconds(5);
    private string? told;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Every);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await Look(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The program ends.
        }
    }

    private async Task Look(CancellationToken stopping)
    {
        string? trouble = null;
        // Side by side, and not for long: one that a dead server still seems to hold keeps none of the others waiting.
        await Parallel.ForEachAsync(Marks(), new ParallelOptions { MaxDegreeOfParallelism = Together, CancellationToken = stopping }, async (mark, cancellation) =>
        {
            try
            {
                await fleet.Of(mark).Where(begins: true).WaitAsync(Patience, cancellation);
            }
            catch (Exception error) when (!stopping.IsCancellationRequested)
            {
                trouble = $"'{mark}': {error.Message}";
            }
        });
        if (trouble is not null && trouble != told) LogTrouble(log, trouble);
        told = trouble;
    }

    private string[] Marks()
    {
        try
        {
            DirectoryInfo marks = new(Path.Combine(options.Value.Spool!, LessonFolder.Waiting));
            return marks.Exists ? [.. marks.EnumerateFiles().Select(mark => mark.Name)] : [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogTrouble(log, error.Message);
            return [];
        }
    }

    [LoggerMessage(EventId = 20, Level = LogLevel.Warning, Message = "Lessons that wait: {Trouble}")]
    private static partial void LogTrouble(ILogger log, string trouble);
}
