using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Engram.Bench.Learners;
using Engram.Durable;
using Engram.Server;
using Engram.Tables;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Engram.Bench;

/// <summary>A server that is asked by another process over 32 connections: against a host that answers nothing of its own, while it learns, while versions are swapped, for long.</summary>
internal static class ServeBench
{
    /// <summary>Requests of the long run where no number is given.</summary>
    public const long Usual = 200_000;

    private const int Rounds = 3, Features = 512, Classes = 10, Rows = 1000, RequestsOfASwap = 200, MostSwaps = 1000;
    private const double Seconds = 3;
    private const string Path = "/v1/line/predict";

    /// <summary>Measures.</summary>
    /// <param name="requests">Of the long run; each 200 of them let a version be swapped, a thousand times at most.</param>
    public static IEnumerable<Figure> Run(long requests)
    {
        MemoryArenas.Limit(); // before anything else, as in a process that only serves
        using LearnerTables tables = new();
        string file = tables["line.engram"];
        using DurableLearner other = DurableLearner.OpenOrCreate(file, new() { Method = "slda", Assemblies = [typeof(CsvReader).Assembly], Settings = [("gate.minNew", "0"), ("gate.maxDrop", "1"), ("gate.maxDropSinceLearned", "1")] });
        other.Learn(tables.Write("first", Rows, Features, Classes, 1));
        string one = Body(tables, "one", 1), four = Body(tables, "four", 4);
        WebApplication empty = Empty(), server = EngramServer.Build([LearnerSource.Of(file, typeof(CsvReader).Assembly)], "http://127.0.0.1:0", new Dictionary<string, string?> { ["Engram:LookEvery"] = "00:00:00.005" });
        try
        {
            int emptyPort = Port(empty), port = Port(server);
            Figure[] against = Against(new(emptyPort, "/", one), new(port, Path, one));
            foreach (Figure figure in against) yield return figure;
            foreach (Figure figure in Beside(new(port, Path, one), tables, against[^1].Value)) yield return figure;
            yield return Memory(new(port, Path, one), requests);
            foreach (Figure figure in Swaps(new(port, Path, four), other, server.Services.GetRequiredService<ServedLearners>().Find("line"), tables, (int)Math.Min(MostSwaps, requests / RequestsOfASwap))) yield return figure;
        }
        finally
        {
            foreach (WebApplication app in new[] { empty, server })
            {
                app.StopAsync().GetAwaiter().GetResult();
                ((IDisposable)app).Dispose();
            }
        }
    }

    // Reads the same body, and answers what is always the same.
    private static WebApplication Empty()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, EmptyHostJson.Default));
        WebApplication app = builder.Build();
        app.MapPost("/", (Asked asked) => Results.Json(new Told(1, [new("1-1", "c0", 1, true)])));
        return app;
    }

    private static Figure[] Against(LoadOrder empty, LoadOrder asked)
    {
        LoadOutcome[] nothing = new LoadOutcome[Rounds], answered = new LoadOutcome[Rounds];
        foreach (LoadOrder order in new[] { empty, asked }) ServeLoad.For(Seconds, order);
        TimeSpan[] work = new TimeSpan[2]; // of the processors, which a busy machine does not change as it changes rates
        for (int round = 0; round < Rounds; round++) (nothing[round], answered[round]) = (For(empty, ref work[0]), For(asked, ref work[1]));
        double rate = Median(answered.Select(one => one.Rate)), emptyRate = Median(nothing.Select(one => one.Rate));
        return
        [
            new("answers per second over HTTP / of a host that answers nothing of its own", rate / emptyRate, 0.5, true, $"{rate:#,0} of {emptyRate:#,0} a second, 512 features, slda, 10 classes, 32 connections; {answered.Sum(one => one.Failed)} failed"),
            new("processor time of an answer / of the other host", Work(1, answered) / Work(0, nothing), 2, false, $"{Work(1, answered):0} us of {Work(0, nothing):0}, of this process alone"),
            new("99 % of these within, ms", Median(answered.Select(one => one.P99)), 25, false, $"median {Median(answered.Select(one => one.Median)):0.0} ms; the other host {Median(nothing.Select(one => one.P99)):0.0} ms"),
        ];

        double Work(int which, LoadOutcome[] outcomes) => work[which].TotalMicroseconds / outcomes.Sum(one => one.Requests);

        static LoadOutcome For(LoadOrder order, ref TimeSpan work)
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            LoadOutcome outcome = ServeLoad.For(Seconds, order);
            work += Environment.CpuUsage.TotalTime - before;
            return outcome;
        }
    }

    private static Figure[] Beside(LoadOrder asked, LearnerTables tables, double quiet)
    {
        LoadOutcome[] beside = new LoadOutcome[Rounds];
        using HttpClient client = new() { BaseAddress = new($"http://127.0.0.1:{asked.Port}") };
        int learned = 0;
        for (int round = 0; round < Rounds; round++)
        {
            string lesson = tables.Write($"beside{round}", 2 * Rows, Features, Classes, (ulong)round + 10);
            using ServeLoad load = ServeLoad.Start(asked);
            Thread.Sleep(TimeSpan.FromSeconds(1));
            using ByteArrayContent content = new(File.ReadAllBytes(lesson));
            using HttpResponseMessage taken = client.PostAsync($"/v1/line/lessons?file=beside{round}.csv", content).GetAwaiter().GetResult();
            string id = (string)JsonNode.Parse(taken.Content.ReadAsStringAsync().GetAwaiter().GetResult())!["id"]!;
            JsonNode job;
            do
            {
                Thread.Sleep(50);
                job = JsonNode.Parse(client.GetStringAsync($"/v1/line/jobs/{id}").GetAwaiter().GetResult())!;
            }
            while (job["ended"] is null);
            if ((string)job["state"]! == "promoted") learned++;
            beside[round] = load.Outcome(stop: true);
        }
        double late = Median(beside.Select(one => one.P99));
        return
        [
            new("99 % while a lesson is learned beside / without", late / quiet, 3, false, $"{late:0.0} ms, longest {beside.Max(one => one.Longest):0} ms; {Median(beside.Select(one => one.Rate)):#,0} answers a second; {learned} of {Rounds} lessons of {2 * Rows} rows promoted"),
            new("requests failed while a lesson is learned beside", beside.Sum(one => one.Failed), 0, false, $"of {beside.Sum(one => one.Requests):#,0}"),
        ];
    }

    private static Figure[] Swaps(LoadOrder asked, DurableLearner other, ServedLearner served, LearnerTables tables, int swaps)
    {
        float[][] inputs = JsonSerializer.Deserialize<Asked>(File.ReadAllText(asked.Body), JsonSerializerOptions.Web)!.Inputs;
        Dictionary<int, ExpectedAnswer[]> expected = [];
        foreach (int version in new[] { 1, 2 })
        {
            other.Promote(version, "to be looked at");
            expected[version] = [.. other.Predict(inputs).Select(answer => new ExpectedAnswer(answer.Label, answer.Probability))];
        }
        double apart = expected[1].Zip(expected[2]).Max(pair => pair.First.Label != pair.Second.Label ? 1 : Math.Abs(pair.First.Probability - pair.Second.Probability));
        if (apart < 0.01) throw new InvalidOperationException($"Both versions answer the same within {apart}; nothing would be seen.");
        string right = tables["expected.json"];
        File.WriteAllText(right, JsonSerializer.Serialize(expected));
        using ServeLoad load = ServeLoad.Start(asked with { Expected = right });
        Swap(swaps / 2); // until the pools of the allocator are filled: some 400
        long before = WorkingSet(), begun = Stopwatch.GetTimestamp();
        Swap(swaps);
        double seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        long after = WorkingSet();
        LoadOutcome outcome = load.Outcome(stop: true);
        return
        [
            new("requests failed, or answered by two versions, under swaps", outcome.Failed + outcome.Mixed, 0, false, $"of {outcome.Requests:#,0} with 4 inputs, {swaps:#,0} swaps in {seconds:0} s; 99 % within {outcome.P99:0.0} ms, longest {outcome.Longest:0} ms; {outcome.Mixed} mixed"),
            new("memory after the swaps / before", (double)after / before, 1.05, false, $"{before / 1e6:0} MB, {after / 1e6:0} MB"),
        ];

        void Swap(int times)
        {
            for (int swap = 0; swap < times; swap++)
            {
                if (other.Version == 2) other.Rollback(1);
                else other.Promote(2, "in turn");
                while (served.Version != other.Version) Thread.Sleep(1);
            }
        }
    }

    private static Figure Memory(LoadOrder asked, long requests)
    {
        Ask(Math.Max(20_000, requests / 10)); // so many inputs are remembered by then as may be
        long before = WorkingSet();
        LoadOutcome outcome = Ask(requests);
        long after = WorkingSet();
        return new("memory after the long run / before", (double)after / before, 1.05, false, $"{outcome.Requests:#,0} requests in {outcome.Seconds:0} s, {outcome.Failed} failed; {before / 1e6:0} MB, {after / 1e6:0} MB");

        LoadOutcome Ask(long count)
        {
            using ServeLoad load = ServeLoad.Start(asked with { Requests = count });
            return load.Outcome(stop: false);
        }
    }

    private static long WorkingSet()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using Process self = Process.GetCurrentProcess();
        return self.WorkingSet64;
    }

    private static int Port(WebApplication app)
    {
        app.StartAsync().GetAwaiter().GetResult();
        return new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
    }

    private static string Body(LearnerTables tables, string name, int inputs)
    {
        RandomSource random = new Seed(3).For("asked");
        float[] numbers = new float[Features];
        IEnumerable<string> vectors = Enumerable.Range(0, inputs).Select(_ =>
        {
            random.FillGaussian(numbers);
            return $"[{string.Join(',', numbers.Select(number => number.ToString("0.####", CultureInfo.InvariantCulture)))}]";
        });
        string path = tables[$"{name}.json"];
        File.WriteAllText(path, $"{{\"inputs\":[{string.Join(',', vectors)}]}}");
        return path;
    }

    private static double Median(IEnumerable<double> numbers) => numbers.Order().ElementAt(Rounds / 2);

    internal sealed record Asked(float[][] Inputs);

    internal sealed record Told(int Version, One[] Answers);

    internal sealed record One(string Id, string Label, float Probability, bool Known);
}
