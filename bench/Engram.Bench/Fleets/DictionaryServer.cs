using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Engram.Durable;
using Engram.Durable.Storage;

namespace Engram.Bench.Fleets;

/// <summary>
/// What a fleet is compared with, written by hand: a process with a dictionary of learners, each taught one lesson at a time, asked by frames over TCP. Who asks must know which process
/// has a learner, and nobody takes over where one dies.
/// </summary>
internal sealed class DictionaryServer : IDisposable
{
    /// <summary>The hidden word that starts it.</summary>
    public const string Word = "fleet-dictionary";

    private readonly Process process;

    private DictionaryServer(Process process, int port) => (this.process, Port) = (process, port);

    /// <summary>Where it listens, on loopback.</summary>
    public int Port { get; }

    /// <summary>Starts one.</summary>
    public static DictionaryServer Start(string database)
    {
        Process process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [Word, database]) { RedirectStandardOutput = true })!;
        return new(process, int.Parse(process.StandardOutput.ReadLine()!, System.Globalization.CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    /// <summary>The process itself.</summary>
    public static async Task<int> Run(string database)
    {
        Engram.Server.MemoryArenas.Limit();
        ConcurrentDictionary<string, Lazy<(DurableLearner Learner, SemaphoreSlim Teaching)>> learners = new(StringComparer.Ordinal);
        using SemaphoreSlim turns = new(Environment.ProcessorCount, Environment.ProcessorCount);
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Console.WriteLine(((IPEndPoint)listener.LocalEndpoint).Port);
        while (true) _ = Serve(await listener.AcceptTcpClientAsync());

        (DurableLearner Learner, SemaphoreSlim Teaching) Of(string name) =>
            learners.GetOrAdd(name, _ => new(() => (DurableLearner.OpenOrCreate(PostgresLearners.AddressOf(database, name), new() { Method = "slda" }), new(1, 1)))).Value;

        async Task Serve(TcpClient client)
        {
            using FrameStream frames = new(client);
            while (await frames.Read() is { } asked)
            {
                using BinaryReader reader = new(asked);
                (bool teaches, string name, string lesson) = (reader.ReadBoolean(), reader.ReadString(), reader.ReadString());
                float[][] inputs = Numbers(reader);
                string[] labels = [.. Enumerable.Range(0, teaches ? inputs.Length : 0).Select(_ => reader.ReadString())];
                string label = "";
                int version;
                if (teaches)
                {
                    var (learner, teaching) = Of(name);
                    await teaching.WaitAsync();
                    await turns.WaitAsync();
                    try
                    {
                        version = await Task.Run(() => learner.Learn(inputs, labels, lesson).Version);
                    }
                    finally
                    {
                        turns.Release();
                        teaching.Release();
                    }
                }
                else
                {
                    Answer answer = Of(name).Learner.Predict(inputs)[0];
                    (label, version) = (answer.Label, answer.Version);
                }
                await frames.Write(writer =>
                {
                    writer.Write(label);
                    writer.Write(version);
                });
            }
        }
    }

    /// <summary>What asks such processes: the one that a learner's name points at, over connections that stay.</summary>
    public static FleetUnderLoad Of(IReadOnlyList<DictionaryServer> servers)
    {
        ConcurrentBag<FrameStream>[] free = [.. servers.Select(_ => new ConcurrentBag<FrameStream>())];
        return new((name, input) => Ask(name, "", [input], []), async (name, lesson, inputs, labels) => (await Ask(name, lesson, inputs, labels)).Version);

        async Task<(string Label, int Version)> Ask(string name, string lesson, float[][] inputs, string[] labels)
        {
            int place = (int)((uint)name.Aggregate(17, (hash, letter) => hash * 31 + letter) % servers.Count);
            if (!free[place].TryTake(out FrameStream? frames)) frames = new(new TcpClient(IPAddress.Loopback.ToString(), servers[place].Port));
            await frames.Write(writer =>
            {
                writer.Write(labels.Length > 0);
                writer.Write(name);
                writer.Write(lesson);
                writer.Write(inputs.Length);
                writer.Write(inputs[0].Length);
                foreach (float number in inputs.SelectMany(one => one)) writer.Write(number);
                foreach (string label in labels) writer.Write(label);
            });
            using BinaryReader reader = new(await frames.Read() ?? throw new IOException("The process is gone."));
            var answer = (reader.ReadString(), reader.ReadInt32());
            free[place].Add(frames);
            return answer;
        }
    }

    private static float[][] Numbers(BinaryReader reader)
    {
        float[][] inputs = new float[reader.ReadInt32()][];
        int length = reader.ReadInt32();
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = new float[length];
            for (int place = 0; place < length; place++) inputs[i][place] = reader.ReadSingle();
        }
        return inputs;
    }
}

/// <summary>Frames over a connection: four bytes of length, then so many.</summary>
/// <param name="client">The connection.</param>
internal sealed class FrameStream(TcpClient client) : IDisposable
{
    private readonly NetworkStream stream = NoDelay(client).GetStream();
    private readonly byte[] length = new byte[4];

    /// <summary>The next frame; null where the other side has ended.</summary>
    public async Task<MemoryStream?> Read()
    {
        if (await stream.ReadAtLeastAsync(length, 4, throwOnEndOfStream: false) < 4) return null;
        byte[] frame = new byte[BitConverter.ToInt32(length)];
        await stream.ReadExactlyAsync(frame);
        return new(frame);
    }

    /// <summary>Sends a frame.</summary>
    public async Task Write(Action<BinaryWriter> write)
    {
        using MemoryStream frame = new();
        frame.Position = 4;
        using BinaryWriter writer = new(frame);
        write(writer);
        frame.Position = 0;
        writer.Write((int)frame.Length - 4);
        await stream.WriteAsync(frame.GetBuffer().AsMemory(0, (int)frame.Length));
    }

    public void Dispose() => client.Dispose();

    private static TcpClient NoDelay(TcpClient client)
    {
        client.NoDelay = true;
        return client;
    }
}
