using System.Diagnostics;
using System.Globalization;
using Engram.Bench.Fleets;
using Engram.Bench.Serving;
using Engram.Durable;
using Engram.Durable.Access;
using Engram.Durable.Storage;
using Npgsql;
using Orleans;
using Orleans.Runtime;
using Spectre.Console;

namespace Engram.Bench;

/// <summary>
/// A fleet on three processes of <c>engram serve --cluster</c> and a PostgreSQL that <c>ENGRAM_POSTGRES</c> names: against a dictionary written by hand, with a process killed again and again, and with
/// very many learners of which few are asked. <c>fleet</c> does all of it for 60 seconds each; <c>fleet kills 30 500</c> one part, its seconds and learners.
/// </summary>
internal static class FleetBench
{
    private const int Servers = 3, Features = 64, Classes = 10, Callers = 32, Teachers = 4, Blocks = 6, Usual = 60, UsualLearners = 2000, UsualKnown = 100_000, Active = 1000, KnownFeatures = 16, KnownClasses = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50), KillEvery = TimeSpan.FromSeconds(10);

    /// <summary>Runs it; the exit code is 0 where every target was met.</summary>
    public static async Task<int> Run(string[] arguments)
    {
        if (Environment.GetEnvironmentVariable("ENGRAM_POSTGRES") is not { Length: > 0 } server)
        {
            Console.Error.WriteLine("ENGRAM_POSTGRES names no server, such as postgres://engram@127.0.0.1:5432/engram; .ci/postgres start FOLDER starts one.");
            return 2;
        }
        string[] parts = [.. arguments.Where(word => !int.TryParse(word, out _))];
        int[] numbers = [.. arguments.Where(word => int.TryParse(word, out _)).Select(word => int.Parse(word, CultureInfo.InvariantCulture))];
        TimeSpan time = TimeSpan.FromSeconds(numbers.Length > 0 ? numbers[0] : Usual);
        List<Figure> figures = [];
        foreach (string part in parts.Length > 0 ? parts : ["load", "kills", "known"])
        {
            string name = $"engram_fleet_{Guid.NewGuid():N}", spool = Directory.CreateTempSubdirectory("engram-fleet-").FullName;
            Execute(server, $"CREATE DATABASE {name}");
            try
            {
                string database = new Uri(new Uri(server), "/" + name).ToString();
                figures.AddRange(part switch
                {
                    "load" => await Load(database, spool, time, numbers.Length > 1 ? numbers[1] : UsualLearners),
                    "kills" => await Kills(database, spool, time, numbers.Length > 1 ? numbers[1] : UsualLearners),
                    "known" => await Known(database, spool, numbers.Length > 1 ? numbers[1] : UsualKnown),
                    _ => throw EngramException.Input("unknown-part", $"There is no part '{part}' of the bench; choose from load, kills, known."),
                });
            }
            finally
            {
                Execute(server, $"DROP DATABASE {name} WITH (FORCE)");
                Directory.Delete(spool, recursive: true);
            }
        }
        Table table = new Table().AddColumns("figure", "measured", "target", "from").Border(TableBorder.Simple);
        foreach (Figure figure in figures)
            table.AddRow(figure.Name, figure.Value.ToString("0.##", CultureInfo.InvariantCulture), figure.Target is { } target ? $"{(figure.AtLeast ? ">=" : "<=")} {target:0.##} {(figure.Met ? "met" : "MISSED")}" : "", Markup.Escape(figure.Detail));
        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 160);
        AnsiConsole.Write(table);
        return figures.All(figure => figure.Met) ? 0 : 1;
    }

    // Both stay, and the same load is on them in turn, so that a busy neighbour slows both alike.
    private static async Task<IReadOnlyList<Figure>> Load(string database, string spool, TimeSpan time, int learners)
    {
        string other = $"{database}_by_hand";
        Execute(database, $"CREATE DATABASE {new Uri(other).AbsolutePath.Trim('/')}");
        DictionaryServer[] byHand = [];
        ServerProcess[] fleet = [];
        try
        {
            // A first write makes the tables, before many do.
            using (DurableLearner first = DurableLearner.OpenOrCreate(PostgresLearners.AddressOf(other, "first"))) first.AddKey("none", AccessRole.Read);
            byHand = [.. Enumerable.Range(0, Servers).Select(_ => DictionaryServer.Start($"{other}?Maximum%20Pool%20Size=12"))];
            fleet = await Started(database, spool, "--set", "Fleet:Connections=8");
            await using FleetCaller caller = await FleetCaller.Start(database);
            (string Whose, string Database, FleetLoad Load)[] both =
            [
                ("by hand", other, new(DictionaryServer.Of(byHand), learners, Features, Classes)), ("fleet", database, new(Of(caller), learners, Features, Classes)),
            ];
            foreach (var (_, where, load) in both) await Begin(load, where, learners);
            for (int block = 0; block < Blocks; block++)
                foreach (var (_, _, load) in both) await load.Run(time / Blocks, Callers, Teachers, Pause);
            List<Figure> figures = [];
            foreach (var (whose, where, load) in both)
            {
                IReadOnlyList<string> faults = load.Faults(where);
                foreach (string fault in faults.Take(10)) Console.WriteLine(fault);
                figures.Add(new($"lost lessons and wrong answers, {whose}", faults.Count, 0, false, $"{load.Lessons:N0} lessons acknowledged, {load.Predictions:N0} answers, {load.Right:P1} right, longest {load.Longest:F2} s"));
            }
            double rate = both[1].Load.Predictions / time.TotalSeconds, theirs = both[0].Load.Predictions / time.TotalSeconds;
            figures.Add(new("predictions per second, the fleet's to those by hand", rate / theirs, 0.5, true, $"{rate:N0} to {theirs:N0}, {learners:N0} learners, {Features} numbers, {Classes} classes, {Callers} callers, {Teachers} teachers, {Blocks} blocks in turn"));
            return figures;
        }
        finally
        {
            foreach (IDisposable server in (IEnumerable<IDisposable>)[.. byHand, .. fleet]) server.Dispose();
            NpgsqlConnection.ClearAllPools();
            Execute(database, $"DROP DATABASE {new Uri(other).AbsolutePath.Trim('/')} WITH (FORCE)");
        }
    }

    private static async Task<IReadOnlyList<Figure>> Kills(string database, string spool, TimeSpan time, int learners)
    {
        ServerProcess[] fleet = await Started(database, spool);
        try
        {
            await using FleetCaller caller = await FleetCaller.Start(database);
            FleetLoad load = new(Of(caller), learners, Features, Classes);
            await Begin(load, database, learners);
            Task asked = load.Run(time, Callers, Teachers, Pause);
            int kills = 0;
            while (await Task.WhenAny(asked, Task.Delay(KillEvery)) != asked)
            {
                int place = kills++ % Servers;
                fleet[place].Kill();
                fleet[place].Dispose();
                fleet[place] = await ServerProcess.OfCluster(StartBench.Command, database, spool);
            }
            await asked;
            IReadOnlyList<string> faults = load.Faults(database);
            foreach (string fault in faults.Take(10)) Console.WriteLine(fault);
            return
            [
                new("lost lessons, failed requests and wrong answers under kills", faults.Count, 0, false, $"{kills} kills, {load.Lessons:N0} lessons acknowledged, {load.Predictions:N0} answers, {load.Right:P1} right"),
                new("longest answer under kills, s", load.Longest, 15, false, $"{learners:N0} learners, asking again included"),
            ];
        }
        finally
        {
            foreach (ServerProcess server in fleet) server.Dispose();
        }
    }

    private static async Task<IReadOnlyList<Figure>> Known(string database, string spool, int known)
    {
        const int Idle = 10;
        ServerProcess[] fleet = await Started(database, spool, "--set", $"Fleet:IdleAfter=00:00:{Idle}");
        try
        {
            await using FleetCaller caller = await FleetCaller.Start(database);
            FleetLoad one = new(Of(caller), known, KnownFeatures, KnownClasses);
            await Begin(one, database, known);
            double empty = Memory();
            List<(double Memory, int Open)> rounds = [];
            float[] input = new float[KnownFeatures];
            for (int round = 0; round < 4; round++)
            {
                // Another thousand each time; those before have left by then.
                for (long until = Environment.TickCount64 + Idle * 2 * 1000; round == 0 || Environment.TickCount64 < until; await Task.Delay(Idle * 200))
                {
                    await Parallel.ForAsync(0, Active, new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (i, cancellation) => await caller.Client.Predict(FleetLoad.NameOf((round * Active + i) % known), [input], cancellation));
                    if (round == 0) break;
                }
                rounds.Add((Memory(), await Open(caller)));
            }
            string course = string.Join("; ", rounds.Select((round, i) => $"{i + 1}: {round.Memory:N0} MiB, {round.Open:N0} open"));
            return
            [
                new("memory with 1,000 active after 4,000 were asked, to that after the first 1,000", rounds[^1].Memory / rounds[0].Memory, 1.25, false, $"{known:N0} known, three processes hold {empty:N0} MiB at first; {course}"),
                new("learners open after 4,000 were asked", rounds[^1].Open, Active * 1.2, false, $"those that nobody asked for {Idle} s have left"),
            ];
        }
        finally
        {
            foreach (ServerProcess server in fleet) server.Dispose();
        }

        double Memory() => fleet.Sum(server => server.Memory);
    }

    // One learns; the others are written as it is, and differ by what they learn from then on.
    private static async Task Begin(FleetLoad load, string database, int learners)
    {
        long begun = Stopwatch.GetTimestamp();
        await load.Begin(1, count: 1);
        KnownLearners.Copy(database, FleetLoad.NameOf(0), Enumerable.Range(1, learners - 1).Select(FleetLoad.NameOf));
        Console.WriteLine($"{learners} learners written in {Stopwatch.GetElapsedTime(begun).TotalSeconds:F0} s");
    }

    private static async Task<int> Open(FleetCaller caller) =>
        (await caller.Grains.GetGrain<IManagementGrain>(0).GetSimpleGrainStatistics()).Where(one => one.GrainType.Contains("LearnerGrain", StringComparison.Ordinal)).Sum(one => one.ActivationCount);

    private static FleetUnderLoad Of(FleetCaller caller) => new(async (name, input) =>
    {
        Engram.Fleet.FleetAnswer answer = (await caller.Client.Predict(name, [input]))[0];
        return (answer.Label, answer.Version);
    }, async (name, lesson, inputs, labels) => (await caller.Client.Learn(name, lesson, inputs, labels)).Version);

    private static Task<ServerProcess[]> Started(string database, string spool, params string[] more) => Task.WhenAll(Enumerable.Range(0, Servers).Select(_ => ServerProcess.OfCluster(StartBench.Command, database, spool, more)));

    private static void Execute(string address, string sql)
    {
        Uri server = new(address);
        string[] user = server.UserInfo.Split(':');
        using NpgsqlConnection connection = new(new NpgsqlConnectionStringBuilder { Host = server.Host, Port = server.Port, Database = server.AbsolutePath.Trim('/'), Username = user[0], Password = user.Length > 1 ? user[1] : null, Pooling = false }.ToString());
        connection.Open();
        using NpgsqlCommand command = new(sql, connection);
        command.ExecuteNonQuery();
    }
}
