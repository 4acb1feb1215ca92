using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Engram.Bench.Serving;

/// <summary>A process of <c>engram serve</c> on loopback, which can be killed.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const string Listening = "Now listening on: ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly Process process;
    private readonly StringBuilder said = new();
    private readonly HttpClient client;
    private string? listens;

    /// <summary>Starts it and waits until it answers.</summary>
    /// <param name="program">The command <c>engram</c>.</param>
    /// <param name="folder">Where it runs.</param>
    /// <param name="arguments">What is served, and how.</param>
    public ServerProcess(string program, string folder, params string[] arguments)
    {
        process = Process.Start(new ProcessStartInfo(program, ["serve", .. arguments, "--urls", "http://127.0.0.1:0"]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        client = new() { Timeout = Patience };
        for (long end = Environment.TickCount64 + (long)Patience.TotalMilliseconds; !Answers(); Thread.Sleep(20))
        {
            if (!process.HasExited && Environment.TickCount64 < end) continue;
            Dispose();
            throw new InvalidOperationException($"The server does not answer: {Said}");
        }
        Address = listens!;
    }

    /// <summary>Starts one of a cluster.</summary>
    /// <param name="program">The command <c>engram</c>.</param>
    /// <param name="database">Of the cluster.</param>
    /// <param name="spool">Folder that all share.</param>
    /// <param name="more">More arguments.</param>
    public static Task<ServerProcess> OfCluster(string program, string database, string spool, params string[] more) =>
        Task.Run(() => new ServerProcess(program, spool, ["--cluster", database, "--set", $"Spool={spool}", "--set", "Fleet:GatewayPort=0", .. more]));

    /// <summary>Where it listens: at the port that the system gave it.</summary>
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
        client.Dispose();
    }

    /// <summary>Asks.</summary>
    /// <returns>Status 0 where it was killed meanwhile: whether it did what it was asked, nobody knows.</returns>
    public async Task<(int Status, JsonNode? Body)> Send(HttpMethod method, string path, HttpContent? content = null)
    {
        try
        {
            using HttpRequestMessage request = new(method, path) { Content = content };
            using HttpResponseMessage response = await client.SendAsync(request);
            string text = await response.Content.ReadAsStringAsync();
            return ((int)response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return (0, null);
        }
    }

    /// <summary>Posts JSON.</summary>
    public Task<(int Status, JsonNode? Body)> Post(string path, JsonNode json) => Send(HttpMethod.Post, path, JsonContent.Create(json));

    /// <summary>Gets what is there.</summary>
    public Task<(int Status, JsonNode? Body)> Get(string path) => Send(HttpMethod.Get, path);

    private void Hear(string? line)
    {
        if (line is null) return;
        if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var place) Volatile.Write(ref listens, line[(place + Listening.Length)..].Trim());
        if (line.Contains(" info: ", StringComparison.Ordinal)) return;
        lock (said) said.AppendLine(line);
    }

    private bool Answers()
    {
        if (Volatile.Read(ref listens) is not { } address) return false;
        client.BaseAddress ??= new(address);
        try
        {
            using HttpResponseMessage response = client.Send(new(HttpMethod.Get, "/health/live"));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
