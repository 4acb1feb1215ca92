using System.Net;
using System.Net.Http.Headers;

namespace Engram.Datasets;

/// <summary>Fetches the files of a data set, going on where an interrupted attempt stopped.</summary>
/// <param name="client">Makes the requests.</param>
/// <param name="address">The folder on the server.</param>
/// <param name="folder">The folder on disk; created if need be.</param>
/// <param name="progress">Hears of every piece that has come.</param>
internal sealed class DatasetDownload(HttpClient client, Uri address, string folder, IProgress<DownloadProgress>? progress)
{
    private const string GoOn = "run the command again to go on from there";

    /// <summary>How long a server may stay silent.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Puts one file into the folder: complete, checked and under its final name, or not at all. A partial file waits as <c>.part</c>.</summary>
    /// <exception cref="EngramException">The server cannot be reached, the content is wrong or the disk cannot be written.</exception>
    /// <param name="name">The file's name on the server and on disk.</param>
    /// <param name="check">Checks the content of a path, told what the user should do if it is wrong.</param>
    /// <param name="cancellation">Stops the work.</param>
    public async Task FetchAsync(string name, Action<string, string> check, CancellationToken cancellation)
    {
        string target = Path.Combine(folder, name), partial = $"{target}.part";
        try
        {
            Directory.CreateDirectory(folder);
            await TransferAsync(From(address, Path.GetFileName(target)), partial, cancellation);
            Check(partial, check);
            File.Move(partial, target, overwrite: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw EngramException.Failure("cannot-write", $"'{target}' cannot be written ({e.Message.TrimEnd('.')}); make room or choose another folder with --data, then {GoOn}.", e);
        }
    }

    private static Uri From(Uri folder, string name) => new(folder.AbsoluteUri.EndsWith('/') ? folder : new($"{folder.AbsoluteUri}/"), name);

    private void Check(string partial, Action<string, string> check)
    {
        try
        {
            check(partial, $"'{address}' sent something else, which has been removed; run the command again, or copy the files into '{folder}' by hand");
        }
        catch (EngramException e) when (e.Code == "corrupt-data")
        {
            File.Delete(partial);
            throw EngramException.Failure("wrong-download", e.Message, e);
        }
    }

    private async Task TransferAsync(Uri file, string partial, CancellationToken cancellation)
    {
        long have = File.Exists(partial) ? new FileInfo(partial).Length : 0;
        using HttpResponseMessage first = await AskAsync(file, have, cancellation);
        if (first.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && first.Content.Headers.ContentRange?.Length == have) return;
        bool goesOn = first.StatusCode == HttpStatusCode.PartialContent && first.Content.Headers.ContentRange?.From == have;
        if (!goesOn) have = 0;
        // A server that honours ranges but not this one is asked anew for the whole; one without ranges has sent the whole already.
        bool mustAskAnew = first.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable || (first.StatusCode == HttpStatusCode.PartialContent && !goesOn);
        using HttpResponseMessage? second = mustAskAnew ? await AskAsync(file, 0, cancellation) : null;
        HttpResponseMessage response = second ?? first;
        if (!response.IsSuccessStatusCode)
            throw EngramException.Failure("download-failed", $"'{file}' answered {(int)response.StatusCode} ({response.ReasonPhrase}), 200 was expected; try again later, or copy the files into '{folder}' by hand.");
        await using FileStream disk = new(partial, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        disk.SetLength(have);
        disk.Position = have;
        await CopyAsync(response, file, disk, cancellation);
        disk.Flush(flushToDisk: true);
    }

    private async Task<HttpResponseMessage> AskAsync(Uri file, long from, CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, file);
        if (from > 0) request.Headers.Range = new RangeHeaderValue(from, null);
        try
        {
            return await InTimeAsync(token => client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token), cancellation);
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutException)
        {
            throw EngramException.Failure("download-failed", $"'{file}' cannot be reached ({e.Message.TrimEnd('.')}); check the network, or copy the files into '{folder}' by hand.", e);
        }
    }

    private async Task CopyAsync(HttpResponseMessage response, Uri file, FileStream disk, CancellationToken cancellation)
    {
        long? total = disk.Position + response.Content.Headers.ContentLength;
        await using Stream body = await response.Content.ReadAsStreamAsync(cancellation);
        byte[] buffer = new byte[1 << 16];
        while (true)
        {
            progress?.Report(new(Path.GetFileName(file.LocalPath), disk.Position, total));
            int count;
            try
            {
                count = await InTimeAsync(token => body.ReadAsync(buffer, token).AsTask(), cancellation);
            }
            catch (Exception e) when (e is IOException or HttpRequestException or TimeoutException)
            {
                throw EngramException.Failure("download-interrupted", $"'{file}' broke off at byte {disk.Position} of {total?.ToString() ?? "an unknown number"} ({e.Message.TrimEnd('.')}); {GoOn}.", e);
            }
            if (count == 0) return;
            await disk.WriteAsync(buffer.AsMemory(0, count), cancellation);
        }
    }

    private async Task<T> InTimeAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        using CancellationTokenSource timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(Patience);
        try
        {
            return await work(timer.Token);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer for {Patience.TotalSeconds:0.#} seconds", e);
        }
    }
}
