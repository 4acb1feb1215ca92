using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Reflection;
using System.Text.Json.Nodes;
using Engram.Bench.Fuzzing;
using Engram.Bench.Learners;
using Engram.Durable;
using Engram.Pictures;
using Engram.Server;
using Engram.Tables;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Engram.Bench.Serving;

/// <summary>
/// Wrong requests of every kind to a server on loopback: nothing is unforeseen, nothing is answered with 500, nothing is written that was refused, and no file is left. One learner is held by
/// another writer all the time, so that lessons that are right by chance wait until they are cancelled; another learns what it can, with pictures.
/// </summary>
internal sealed class ServerFuzz : IAsyncDisposable
{
    private const int Workers = 8;
    private const string Held = "held", Free = "free", Asked = "engram-asked-*";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), PatienceUnframed = TimeSpan.FromSeconds(0.3);
    private static readonly Assembly[] Assemblies = [typeof(CsvReader).Assembly, typeof(ResNet18).Assembly];

    private readonly LearnerTables tables = new();
    private readonly ConcurrentQueue<string> errors = new();
    private readonly ConcurrentDictionary<string, string> findings = new();
    private readonly DateTime begun = DateTime.UtcNow.AddSeconds(-1);
    private readonly WebApplication app;
    private readonly DurableLearner held;
    private readonly IDisposable hold;
    private readonly int port;
    private FuzzedRequests requests = null!;
    private int events;

    private ServerFuzz()
    {
        held = Learner(Held, tables.Write("rows", 200, 4, 2, 1));
        using (Learner(Free, Pictures()))
        {
        }
        app = EngramServer.Build([LearnerSource.Of(tables[$"{Held}.engram"], Assemblies), LearnerSource.Of(tables[$"{Free}.engram"], Assemblies)], "http://127.0.0.1:0", new Dictionary<string, string?>
        {
            ["Logging:Console:LogLevel:Default"] = "None", ["Engram:MostBytesUnpacked"] = "1000000", ["Engram:MostLessonsWaiting"] = "20", ["Engram:Data"] = Directory.CreateDirectory(tables["lessons"]).FullName,
        });
        app.Services.GetRequiredService<ILoggerFactory>().AddProvider(new Errors(errors));
        app.StartAsync().GetAwaiter().GetResult();
        port = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
        hold = held.File.Store.HoldForWriting("fuzz");
    }

    /// <summary>Starts the server.</summary>
    public static async Task<ServerFuzz> Start()
    {
        ServerFuzz fuzz = new();
        using RawConnection connection = await RawConnection.To(fuzz.port);
        RawAnswer answer = await connection.Ask(RawConnection.Request("POST", $"/v1/{Held}/predict", "application/json", """{"inputs":[[1,2,3,4],[4,3,2,1]]}"""u8));
        string[] ids = [.. JsonNode.Parse(answer.Text)!["answers"]!.AsArray().Select(one => (string)one!["id"]!)];
        fuzz.requests = new([Held, Free], 4, ids);
        fuzz.events = fuzz.Events();
        return fuzz;
    }

    /// <summary>Gives the server many requests. The same number is always the same request.</summary>
    /// <param name="first">Number of the first.</param>
    /// <param name="count">How many.</param>
    public async Task<FuzzOutcome> Run(long first, long count)
    {
        Stopwatch clock = Stopwatch.StartNew();
        long next = first - 1, accepted = 0, slowestInput = 0;
        double slowest = 0;
        Lock gate = new();
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(Work)));
        await Judge();
        return new("server", count, accepted, slowest, slowestInput, clock.Elapsed, [.. findings.Values]);

        async Task Work()
        {
            RawConnection? connection = null;
            for (long number; (number = Interlocked.Increment(ref next)) < first + count;)
            {
                long start = Stopwatch.GetTimestamp();
                FuzzedRequest request = requests.Of(new Seed(1).For("server", step: number));
                if (!request.IsFramed) Drop(ref connection);
                connection ??= await RawConnection.To(port);
                RawAnswer answer = await Ask(connection, request, number);
                if (answer.Status is >= 200 and < 300) Interlocked.Increment(ref accepted);
                if (answer.Status == 202) await Cancel(answer.Text);
                Look(answer, number);
                if (!answer.Stays || !request.IsFramed) Drop(ref connection);
                if (request.IsFramed && Stopwatch.GetElapsedTime(start).TotalSeconds is var seconds)
                    lock (gate)
                        if (seconds > slowest) (slowest, slowestInput) = (seconds, number);
            }
            connection?.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        hold.Dispose();
        held.Dispose();
        tables.Dispose();
    }

    private async Task<RawAnswer> Ask(RawConnection connection, FuzzedRequest request, long number)
    {
        using CancellationTokenSource patience = new(request.IsFramed ? Patience : PatienceUnframed);
        try
        {
            return await connection.Ask(request.Bytes, patience.Token);
        }
        catch (OperationCanceledException)
        {
            if (request.IsFramed) findings.TryAdd("late", $"server {number}: no answer within {Patience.TotalSeconds:0} s");
        }
        catch (SocketException)
        {
            // It closes the connection of who sends nonsense.
        }
        catch (FormatException error)
        {
            findings.TryAdd("no-http", $"server {number}: the answer is no HTTP: {Quote.Of(error.Message)}");
        }
        return default;
    }

    private void Look(RawAnswer answer, long number)
    {
        if (answer.Status == 500) findings.TryAdd($"500 {answer.Text}", $"server {number}: 500 {Quote.Of(answer.Text, 300)}");
        if (answer.Status >= 400 && answer.Text.Contains(tables.Folder, StringComparison.Ordinal)) findings.TryAdd("leak", $"server {number}: the answer names a folder of the server: {Quote.Of(answer.Text, 300)}");
    }

    private async Task Cancel(string job)
    {
        if (job.Length == 0) return; // the answer broke off; it is cancelled in the end
        JsonNode json = JsonNode.Parse(job)!;
        using RawConnection connection = await RawConnection.To(port);
        await connection.Ask(RawConnection.Request("POST", $"/v1/{json["learner"]}/jobs/{json["id"]}/cancel", null, []));
    }

    // What has to hold when all is answered.
    private async Task Judge()
    {
        foreach (string name in new[] { Held, Free }) await AllEnded(name);
        foreach (string error in errors) findings.TryAdd(error, $"logged as an error: {Quote.Of(error, 600)}");
        if (held.Refresh() || held.Version != 1) findings.TryAdd("version", $"version {held.Version} of '{Held}' answers, but nobody could write");
        if (Events() != events) findings.TryAdd("events", $"{Events() - events} events of '{Held}' were written, but nobody could write");
        foreach (string problem in held.Problems()) findings.TryAdd(problem, $"'{Held}' is damaged: {problem}");
        Directory.CreateDirectory(tables["engram-lessons"]); // the first lesson makes it
        foreach (string file in Directory.EnumerateFiles(tables["engram-lessons"], "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "lesson.json"))
            findings.TryAdd("spool", $"'{Path.GetRelativePath(tables.Folder, file)}' of an upload is left");
        foreach (string folder in Directory.EnumerateDirectories(tables["engram-lessons"]).SelectMany(Directory.EnumerateDirectories).Where(folder => !File.Exists(Path.Combine(folder, "lesson.json"))))
            findings.TryAdd("folder", $"'{Path.GetRelativePath(tables.Folder, folder)}' of a lesson that was refused is left");
        for (int tries = 0; Left().Any() && tries < 100; tries++) await Task.Delay(100); // what others ask about at this moment
        foreach (string file in Left()) findings.TryAdd("asked", $"'{file}' is left");
    }

    private async Task AllEnded(string name)
    {
        using RawConnection connection = await RawConnection.To(port);
        for (long end = Environment.TickCount64 + (long)Patience.TotalMilliseconds; Environment.TickCount64 < end; await Task.Delay(50))
        {
            RawAnswer answer = await connection.Ask(RawConnection.Request("GET", $"/v1/{name}/lessons", null, []));
            JsonArray jobs = JsonNode.Parse(answer.Text)!.AsArray();
            if (jobs.FirstOrDefault(job => (string)job!["error"]! == "unexpected") is { } failed) findings.TryAdd("lesson", $"a lesson failed unexpectedly: {Quote.Of(failed.ToJsonString(), 400)}");
            if (jobs.All(job => job!["ended"] is not null)) return;
            foreach (JsonNode? job in jobs.Where(job => job!["ended"] is null)) await Cancel(job!.ToJsonString()); // also those whose answer broke off
        }
        findings.TryAdd($"ended {name}", $"a cancelled lesson of '{name}' has not ended within {Patience.TotalSeconds:0} s");
    }

    private IEnumerable<string> Left() => Directory.EnumerateFiles(Path.GetTempPath(), Asked).Where(file => File.GetCreationTimeUtc(file) > begun);

    private int Events() => held.History().Events.Count;

    private static void Drop(ref RawConnection? connection)
    {
        connection?.Dispose();
        connection = null;
    }

    private DurableLearner Learner(string name, string lesson)
    {
        DurableLearner learner = DurableLearner.OpenOrCreate(tables[$"{name}.engram"], new() { Assemblies = Assemblies, Method = "ncm", Settings = [("gate.minNew", "0")] });
        learner.Learn(lesson);
        return learner;
    }

    private string Pictures()
    {
        foreach (string one in new[] { "a", "b" })
            for (int picture = 0; picture < 20; picture++) File.WriteAllBytes(Path.Combine(Directory.CreateDirectory(tables[Path.Combine("pictures", one)]).FullName, $"{picture}.png"), FuzzedRequests.Png(8, 8, picture + (one == "a" ? 0 : 1000)));
        return tables["pictures"];
    }

    // Hears what is logged as an error or worse.
    private sealed class Errors(ConcurrentQueue<string> heard) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel) && heard.Count < 100) heard.Enqueue($"{formatter(state, exception)} {exception?.GetType().Name}: {exception?.Message} {exception?.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("Engram.", StringComparison.Ordinal))?.Trim()}");
        }

        public void Dispose()
        {
        }
    }
}
