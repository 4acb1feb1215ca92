using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Engram.Bench.Serving;

/// <summary>What a server answered.</summary>
/// <param name="Status">Status code; 0 where it closed the connection without one.</param>
/// <param name="Body">Bytes of the body.</param>
/// <param name="Stays">Whether the connection takes a further request.</param>
internal readonly record struct RawAnswer(int Status, ReadOnlyMemory<byte> Body, bool Stays)
{
    public string Text => Encoding.UTF8.GetString(Body.Span);
}

/// <summary>A connection to a server on loopback that sends bytes as they are, right or wrong, and costs next to nothing.</summary>
internal sealed class RawConnection : IDisposable
{
    private static readonly byte[] HeadEnd = "\r\n\r\n"u8.ToArray();
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] buffer = new byte[32 * 1024];

    public void Dispose() => socket.Dispose();

    /// <summary>Connects.</summary>
    public static async Task<RawConnection> To(int port, CancellationToken cancellation = default)
    {
        RawConnection connection = new();
        try
        {
            await connection.socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellation);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>A request with the right length.</summary>
    public static byte[] Request(string method, string path, string? kind, ReadOnlySpan<byte> body, string headers = "")
    {
        string head = $"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{(kind is null ? "" : $"Content-Type: {kind}\r\n")}{headers}Content-Length: {body.Length}\r\n\r\n";
        return [.. Encoding.UTF8.GetBytes(head), .. body];
    }

    /// <summary>Sends a request and reads its answer, whose body is valid until the next one.</summary>
    /// <exception cref="SocketException">The server is not there any more.</exception>
    public async ValueTask<RawAnswer> Ask(ReadOnlyMemory<byte> request, CancellationToken cancellation = default)
    {
        await socket.SendAsync(request, cancellation);
        int length = 0, head;
        while ((head = buffer.AsSpan(0, length).IndexOf(HeadEnd)) < 0)
            if (!await Receive()) return default;
        head += HeadEnd.Length;
        string headers = Encoding.ASCII.GetString(buffer, 0, head);
        int status = int.Parse(headers.AsSpan(9, 3), CultureInfo.InvariantCulture);
        if (status is >= 100 and < 200)
        {
            // "100 Continue" goes before the answer.
            buffer.AsSpan(head, length - head).CopyTo(buffer);
            length -= head;
            while ((head = buffer.AsSpan(0, length).IndexOf(HeadEnd)) < 0)
                if (!await Receive()) return default;
            head += HeadEnd.Length;
            headers = Encoding.ASCII.GetString(buffer, 0, head);
            status = int.Parse(headers.AsSpan(9, 3), CultureInfo.InvariantCulture);
        }
        bool stays = !headers.Contains("Connection: close", StringComparison.OrdinalIgnoreCase);
        if (Header(headers, "\r\nContent-Length: ") is { } size)
        {
            int end = head + int.Parse(size, CultureInfo.InvariantCulture);
            while (length < end)
                if (!await Receive()) return new(status, buffer.AsMemory(head, length - head), false);
            return new(status, buffer.AsMemory(head, end - head), stays);
        }
        if (headers.Contains("\r\nTransfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase))
        {
            int body = head, at = head; // chunks are moved together as they come
            while (true)
            {
                int line;
                while ((line = buffer.AsSpan(at, length - at).IndexOf("\r\n"u8)) < 0)
                    if (!await Receive()) return new(status, buffer.AsMemory(head, body - head), false);
                int chunk = int.Parse(Encoding.ASCII.GetString(buffer, at, line), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                at += line + 2;
                while (length < at + chunk + 2)
                    if (!await Receive()) return new(status, buffer.AsMemory(head, body - head), false);
                if (chunk == 0) return new(status, buffer.AsMemory(head, body - head), stays);
                buffer.AsSpan(at, chunk).CopyTo(buffer.AsSpan(body));
                body += chunk;
                at += chunk + 2;
            }
        }
        return new(status, ReadOnlyMemory<byte>.Empty, stays);

        async ValueTask<bool> Receive()
        {
            if (length == buffer.Length) Array.Resize(ref buffer, 2 * buffer.Length);
            int read = await socket.ReceiveAsync(buffer.AsMemory(length), cancellation);
            length += read;
            return read > 0;
        }
    }

    private static string? Header(string headers, string name)
    {
        int at = headers.IndexOf(name, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? null : headers[(at + name.Length)..headers.IndexOf("\r\n", at + name.Length, StringComparison.Ordinal)];
    }
}
