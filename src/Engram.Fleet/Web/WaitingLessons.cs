using Engram.Server;
using Engram.Server.Lessons;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Engram.Fleet.Web;

/// <summary>Looks again and again for learners whose lessons wait, and asks for them: so they stay where they learn, and come to be elsewhere after a server's death.</summary>
internal sealed partial class WaitingLessons(FleetClient fleet, IOptions<ServerOptions> options, ILogger<WaitingLessons> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Every);
        string? told = null;
        while (await timer.WaitForNextTickAsync(stoppingToken).AsTask().ContinueWith(tick => tick.IsCompletedSuccessfully && tick.Result, TaskScheduler.Default))
        {
            try
            {
                DirectoryInfo marks = new(Path.Combine(options.Value.Spool!, LessonFolder.Waiting));
                if (marks.Exists)
                    foreach (FileInfo mark in marks.EnumerateFiles()) await fleet.Of(mark.Name).Where(begins: true).WaitAsync(stoppingToken);
                told = null;
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested && (error is IOException or UnauthorizedAccessException or EngramException || FleetClient.IsPassing(error)))
            {
                if (told != error.Message) LogTrouble(log, error.Message);
                told = error.Message;
            }
            catch (OperationCanceledException)
            {
                return; // the program ends
            }
        }
    }

    [LoggerMessage(EventId = 20, Level = LogLevel.Warning, Message = "Lessons that wait: {Trouble}")]
    private static partial void LogTrouble(ILogger log, string trouble);
}
