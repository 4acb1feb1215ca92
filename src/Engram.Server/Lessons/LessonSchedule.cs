using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Engram.Server.Lessons;

/// <summary>Learns what comes into folders: every file or folder in them is a lesson, taken in the order of names once nobody has written to it for a while, each once.</summary>
internal sealed partial class LessonSchedule(ServedLearners learners, IOptions<ServerOptions> options, ILogger<LessonSchedule> log) : BackgroundService
{
    private readonly HashSet<(string Learner, string Path, DateTime Written)> taken = [];
    private readonly Dictionary<string, string> told = [];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        if (options.Value.LearnFrom.Count == 0) return;
        using PeriodicTimer timer = new(options.Value.LearnEvery);
        try
        {
            do
                foreach (var (name, folder) in options.Value.LearnFrom) await Look(name, folder);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The program ends.
        }
    }

    private async Task Look(string name, string folder)
    {
        try
        {
            LessonQueue lessons = learners.Find(name, create: learners.MayBegin(name)).Lessons;
            foreach (string path in Directory.EnumerateFileSystemEntries(Path.GetFullPath(folder)).Where(IsWanted).Order(StringComparer.Ordinal))
            {
                DateTime written = LastWritten(path);
                if (DateTime.UtcNow - written < options.Value.LearnOnceQuietFor || !taken.Add((name, path, written))) continue;
                if (lessons.All.Any(job => job.Path == path && job.Asked.UtcDateTime >= written && job.State != LessonState.Cancelled)) continue; // by this server or the one before
                await lessons.Take(Path.GetFileName(path), new(null, new Dictionary<string, string>(), "schedule"), null, path);
            }
            told.Remove(name);
        }
        catch (Exception error) when (error is EngramException or IOException or UnauthorizedAccessException)
        {
            if (told.TryGetValue(name, out string? before) && before == error.Message) return;
            told[name] = error.Message;
            LogTrouble(log, folder, name, error.Message);
        }
    }

    private static bool IsWanted(string path) => Path.GetFileName(path) is var name && !name.StartsWith('.') && !name.EndsWith(".tmp", StringComparison.Ordinal) && !name.EndsWith(".part", StringComparison.Ordinal);

    // The newest moment of all that is in it.
    private static DateTime LastWritten(string path) => Directory.Exists(path)
        ? Directory.EnumerateFileSystemEntries(path, "*", SearchOption.AllDirectories).Select(File.GetLastWriteTimeUtc).Append(Directory.GetLastWriteTimeUtc(path)).Max() : File.GetLastWriteTimeUtc(path);

    [LoggerMessage(EventId = 6, Level = LogLevel.Warning, Message = "Lessons of {Folder} for {Learner}: {Trouble}")]
    private static partial void LogTrouble(ILogger log, string folder, string learner, string trouble);
}
