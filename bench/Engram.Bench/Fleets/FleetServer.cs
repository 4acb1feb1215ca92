using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Engram.Bench.Fleets;

/// <summary>A process of a cluster, <c>engram serve --cluster</c> on loopback, which can be killed.</summary>
internal sealed class FleetServer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process process;
    private readonly StringBuilder said = new();

    private FleetServer(string program, string database, string spool, string[] more)
    {
        int port = FreePort();
        Address = $"http://127.0.0.1:{port}";
        string[] arguments = ["serve", "--cluster", database, "--urls", Address, "--quiet", "--set", $"Spool={spool}", "--set", "Fleet:GatewayPort=0", .. more];
        process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = spool, RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Where it listens.</summary>
    public string Address { get; }

    /// <summary>What it said: warnings and errors.</summary>
    public string Said
    {
        get
        {
            lock (said) return said.ToString();
        }
    }

    /// <summary>Mebibytes that it holds in memory.</summary>
    public double Memory
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64 / 1048576.0;
        }
    }

    /// <summary>Starts one and waits until it answers.</summary>
    /// <param name="program">The command <c>engram</c>.</param>
    /// <param name="database">Of the cluster.</param>
    /// <param name="spool">Folder that all share.</param>
    /// <param name="more">More arguments.</param>
    public static async Task<FleetServer> Start(string program, string database, string spool, params string[] more)
    {
        FleetServer server = new(program, database, spool, more);
        using HttpClient client = new() { BaseAddress = new(server.Address) };
        for (long begun = Stopwatch.GetTimestamp(); ; await Task.Delay(50))
        {
            try
            {
                if ((await client.GetAsync("/health/live")).IsSuccessStatusCode) return server;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
            if (!server.process.HasExited && Stopwatch.GetElapsedTime(begun) < Patience) continue;
            server.Dispose();
            throw new InvalidOperationException($"The server does not answer: {server.Said}");
        }
    }

    /// <summary>Ends it as a power cut would end the program.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    public void Dispose()
    {
        if (!process.HasExited) Kill();
        process.Dispose();
    }

    private void Hear(string? line)
    {
        lock (said) said.AppendLine(line);
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
