using System.Net;
using System.Net.Sockets;

namespace Engram.Tests.Datasets;

/// <summary>A web server on this machine that serves files by name and misbehaves on request. It stops with the test.</summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly Dictionary<string, byte[]> files;

    public LoopbackServer(Dictionary<string, byte[]> files)
    {
        this.files = files;
        using (TcpListener free = new(IPAddress.Loopback, 0))
        {
            free.Start();
            Address = new($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/data");
        }
        listener.Prefixes.Add($"{Address}/");
        listener.Start();
        _ = ServeAsync();
    }

    /// <summary>The folder on the server.</summary>
    public Uri Address { get; }

    /// <summary>Whether it answers requests for a part of a file.</summary>
    public bool KnowsRanges { get; set; } = true;

    /// <summary>Breaks off after so many bytes of a file; null for never.</summary>
    public int? CutAfter { get; set; }

    /// <summary>Sends half of each file and then nothing more.</summary>
    public bool FallsSilent { get; set; }

    /// <summary>The requests so far: file, and first byte asked for.</summary>
    public List<(string File, long From)> Requests { get; } = [];

    public void Dispose() => listener.Close();

    private async Task ServeAsync()
    {
        while (listener.IsListening)
        {
            try
            {
                await AnswerAsync(await listener.GetContextAsync());
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException)
            {
                // The client went away, or the test is over.
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        HttpListenerResponse response = context.Response;
        string name = Path.GetFileName(context.Request.Url!.LocalPath);
        string? range = context.Request.Headers["Range"];
        long from = range is null ? 0 : long.Parse(range["bytes=".Length..^1]);
        lock (Requests) Requests.Add((name, from));
        if (!files.TryGetValue(name, out byte[]? content))
        {
            response.StatusCode = 404;
            response.Close();
            return;
        }
        if (!KnowsRanges) from = 0;
        if (from >= content.Length)
        {
            response.StatusCode = 416;
            response.AddHeader("Content-Range", $"bytes */{content.Length}");
            response.Close();
            return;
        }
        if (range is not null && KnowsRanges)
        {
            response.StatusCode = 206;
            response.AddHeader("Content-Range", $"bytes {from}-{content.Length - 1}/{content.Length}");
        }
        response.ContentLength64 = content.Length - from;
        int end = FallsSilent ? content.Length / 2 : CutAfter is { } cut ? Math.Max((int)from, Math.Min(cut, content.Length)) : content.Length;
        await response.OutputStream.WriteAsync(content.AsMemory((int)from, end - (int)from));
        await response.OutputStream.FlushAsync();
        if (FallsSilent) return;
        if (end < content.Length) response.Abort();
        else response.Close();
    }
}
