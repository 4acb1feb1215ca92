using Engram.Durable;
using Engram.Durable.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Engram.Server;

/// <summary>Looks again and again whether another process has made another version current, and ends what learns with the program.</summary>
internal sealed partial class Follower(ServedLearners learners, IOptions<ServerOptions> options, ILogger<Follower> log) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        Dictionary<string, string> told = [];
        // Lessons that an earlier server left are gone on with at once.
        foreach (string name in learners.Names) Try(name, told, () => learners.Find(name));
        using PeriodicTimer timer = new(options.Value.LookEvery);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                foreach (IGrouping<string?, ServedLearner> some in learners.Open.ToLookup(learner => PostgresLearners.ConnectionOf(learner.Learner)))
                    if (some.Key is null) foreach (ServedLearner learner in some) Try(learner.Name, told, learner.Refresh);
                    else Try("learners of PostgreSQL", told, () => Look([.. some], told));
        }
        catch (OperationCanceledException)
        {
            // The program ends.
        }
    }

    // One query tells which of them have changed.
    private void Look(IReadOnlyList<ServedLearner> some, Dictionary<string, string> told)
    {
        IReadOnlyDictionary<DurableLearner, long> marks = PostgresLearners.Marks([.. some.Select(learner => learner.Learner)]);
        foreach (ServedLearner learner in some)
            if (learner.Mark != marks[learner.Learner]) Try(learner.Name, told, () =>
            {
                learner.Refresh();
                learner.Mark = marks[learner.Learner];
            });
    }

    // Whatever is wrong with one learner is said once, and the others are looked after.
    private void Try(string name, Dictionary<string, string> told, Action look)
    {
        try
        {
            look();
            told.Remove(name);
        }
        catch (Exception error) when (error is EngramException or ObjectDisposedException)
        {
            if (told.TryGetValue(name, out string? before) && before == error.Message) return;
            told[name] = error.Message;
            LogTrouble(log, name, error.Message);
        }
    }

    [LoggerMessage(EventId = 4, Level = LogLevel.Warning, Message = "{Learner}: {Trouble}")]
    private static partial void LogTrouble(ILogger log, string learner, string trouble);
}
