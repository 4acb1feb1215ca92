using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;
using Engram.Bench.Serving;

namespace Engram.Bench;

/// <summary>What a process asks of a server.</summary>
/// <param name="Port">Where it listens, on loopback.</param>
/// <param name="Path">What is asked.</param>
/// <param name="Body">File of the body, JSON.</param>
/// <param name="Requests">How many; 0 asks until standard input ends.</param>
/// <param name="Expected">File of the right answers: labels and probabilities of each version by its number; null looks at none.</param>
internal sealed record LoadOrder(int Port, string Path, string Body, long Requests = 0, string? Expected = null);

/// <summary>What became of it.</summary>
/// <param name="Requests">How many were answered, after warm-up.</param>
/// <param name="Seconds">In how many seconds.</param>
/// <param name="Failed">Answers other than 200, and connections that broke.</param>
/// <param name="Mixed">Answers that are no version's, or another's than they say.</param>
/// <param name="Median">Milliseconds of half of them.</param>
/// <param name="P99">Milliseconds of 99 % of them.</param>
/// <param name="Longest">Milliseconds of the longest.</param>
internal sealed record LoadOutcome(long Requests, double Seconds, long Failed, long Mixed, double Median, double P99, double Longest)
{
    public double Rate => Requests / Seconds;
}

/// <summary>Asks a server from a process of its own, over connections that stay, each asking anew once it was answered.</summary>
internal sealed class ServeLoad : IDisposable
{
    /// <summary>The hidden word that starts it.</summary>
    public const string Word = "serve-load";

    private const int Connections = 32;
    private const double Warm = 0.5, Tolerance = 1e-3; // seconds, which are not counted; of a probability
    private readonly Process process;

    private ServeLoad(Process process) => this.process = process;

    /// <summary>Starts the other process.</summary>
    public static ServeLoad Start(LoadOrder order) => new(Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [Word, JsonSerializer.Serialize(order)]) { RedirectStandardInput = true, RedirectStandardOutput = true })!);

    /// <summary>Ends asking, or waits until all is asked.</summary>
    public LoadOutcome Outcome(bool stop)
    {
        if (stop) process.StandardInput.Close();
        string outcome = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return JsonSerializer.Deserialize<LoadOutcome>(outcome)!;
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.Dispose();
    }

    /// <summary>Asks for so many seconds.</summary>
    public static LoadOutcome For(double seconds, LoadOrder order)
    {
        using ServeLoad load = Start(order);
        Thread.Sleep(TimeSpan.FromSeconds(seconds + Warm));
        return load.Outcome(stop: true);
    }

    /// <summary>The other process.</summary>
    public static int Run(string order)
    {
        Console.WriteLine(JsonSerializer.Serialize(Asked(JsonSerializer.Deserialize<LoadOrder>(order)!).GetAwaiter().GetResult()));
        return 0;
    }

    private static async Task<LoadOutcome> Asked(LoadOrder order)
    {
        byte[] request = RawConnection.Request("POST", order.Path, "application/json", await File.ReadAllBytesAsync(order.Body));
        Dictionary<int, (string Label, float Probability)[]>? expected = order.Expected is null ? null : await Read(order.Expected);
        bool stop = false;
        if (order.Requests == 0) _ = Task.Run(() => Volatile.Write(ref stop, Console.In.ReadToEnd() is not null));
        long asked = 0, failed = 0, mixed = 0, begun = Stopwatch.GetTimestamp();
        List<double>[] waits = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(Ask)));
        double seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds - Warm;
        double[] all = [.. waits.SelectMany(some => some).Order()];
        return new(all.Length, seconds, failed, mixed, At(0.5), At(0.99), At(1));

        double At(double share) => all.Length == 0 ? 0 : all[Math.Min(all.Length - 1, (int)(all.Length * share))];

        async Task<List<double>> Ask()
        {
            List<double> own = [];
            RawConnection? connection = null;
            while (!Volatile.Read(ref stop) && (order.Requests == 0 || Interlocked.Increment(ref asked) <= order.Requests))
            {
                try
                {
                    connection ??= await RawConnection.To(order.Port);
                    long start = Stopwatch.GetTimestamp();
                    RawAnswer answer = await connection.Ask(request);
                    if (Stopwatch.GetElapsedTime(begun).TotalSeconds > Warm) own.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                    if (answer.Status != 200 || !answer.Stays) throw new IOException();
                    if (expected is not null && !IsOf(expected, answer)) Interlocked.Increment(ref mixed);
                }
                catch (Exception error) when (error is SocketException or IOException)
                {
                    Interlocked.Increment(ref failed);
                    connection?.Dispose();
                    connection = null;
                    if (Volatile.Read(ref failed) > 10_000) break; // nobody is there
                }
            }
            connection?.Dispose();
            return own;
        }
    }

    // Whether all answers are those of the version that the answer names.
    private static bool IsOf(Dictionary<int, (string Label, float Probability)[]> expected, RawAnswer answer)
    {
        using JsonDocument json = JsonDocument.Parse(answer.Body);
        if (!expected.TryGetValue(json.RootElement.GetProperty("version").GetInt32(), out (string Label, float Probability)[]? right)) return false;
        JsonElement answers = json.RootElement.GetProperty("answers");
        return answers.GetArrayLength() == right.Length && answers.EnumerateArray().Zip(right).All(pair => pair.First.GetProperty("label").GetString() == pair.Second.Label && Math.Abs(pair.First.GetProperty("probability").GetSingle() - pair.Second.Probability) < Tolerance);
    }

    private static async Task<Dictionary<int, (string Label, float Probability)[]>> Read(string file)
    {
        Dictionary<int, ExpectedAnswer[]> all = JsonSerializer.Deserialize<Dictionary<int, ExpectedAnswer[]>>(await File.ReadAllTextAsync(file))!;
        return all.ToDictionary(one => one.Key, one => one.Value.Select(answer => (answer.Label, answer.Probability)).ToArray());
    }
}

/// <summary>What a version answers.</summary>
/// <param name="Label">The class.</param>
/// <param name="Probability">Its probability.</param>
internal sealed record ExpectedAnswer(string Label, float Probability);
