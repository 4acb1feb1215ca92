using System.Security.Cryptography;
using Engram.Datasets;

namespace Engram.Tests.Datasets;

public sealed class DatasetDownloadTests : IDisposable
{
    private const string First = "train-images-idx3-ubyte.gz";
    private readonly TemporaryFolder folder = new();
    private readonly TinyDataset tiny = new(train: 200);
    private readonly HttpClient client = new();
    private readonly Dictionary<string, byte[]> served;
    private readonly LoopbackServer server;
    private readonly DataFolders folders;

    public DatasetDownloadTests()
    {
        served = TinyDataset.FileNames.Zip(tiny.Files).ToDictionary(pair => $"{pair.First}.gz", pair => TinyDataset.Gzip(pair.Second));
        server = new(served);
        folders = new(folder.Path);
    }

    private string FirstPath => folder["tiny", First];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        server.Dispose();
        client.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task All_four_files_arrive_with_progress_and_load()
    {
        Progress progress = new();

        string place = await tiny.At(server.Address).GetAsync(folders, client, progress: progress, cancellation: Token);

        Assert.Equal(folder["tiny"], place);
        Assert.Equal(200, tiny.Source.Load(folders).Train.Count);
        Assert.Equal(served.Keys.Order(), Directory.GetFiles(place).Select(Path.GetFileName).Order());
        DownloadProgress last = progress.Reports.Last(report => report.File == First);
        Assert.Equal((served[First].Length, served[First].Length), (last.Bytes, last.TotalBytes));
        Assert.Equal(0, progress.Reports[0].Bytes);
    }

    [Fact]
    public async Task A_mirror_replaces_the_published_address()
    {
        await tiny.Source.GetAsync(folders, client, mirror: server.Address, cancellation: Token);

        Assert.Equal(4, server.Requests.Count);
    }

    [Fact]
    public async Task What_is_there_is_checked_and_not_fetched_again()
    {
        tiny.WriteTo(folder);

        await tiny.At(server.Address).GetAsync(folders, client, cancellation: Token);

        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_damaged_file_is_named_and_left_as_it_is()
    {
        Directory.CreateDirectory(folder["tiny"]);
        await File.WriteAllTextAsync(FirstPath, "my own notes", Token);

        EngramException error = await Fails();

        Assert.Equal(("corrupt-data", ErrorKind.Input), (error.Code, error.Kind));
        Assert.Contains($"'{FirstPath}'", error.Message);
        Assert.Contains("delete the file and run", error.Message);
        Assert.Equal("my own notes", await File.ReadAllTextAsync(FirstPath, Token));
    }

    [Fact]
    public async Task A_cut_connection_says_where_and_the_next_attempt_goes_on_from_there()
    {
        server.CutAfter = 50_000;
        EngramException error = await Fails();
        server.CutAfter = null;
        long have = new FileInfo(FirstPath + ".part").Length;

        await tiny.At(server.Address).GetAsync(folders, client, cancellation: Token);

        Assert.Equal(("download-interrupted", ErrorKind.Failure), (error.Code, error.Kind));
        Assert.Contains($"broke off at byte {have} of {served[First].Length}", error.Message);
        Assert.InRange(have, 1, 50_000);
        Assert.Equal((First, have), server.Requests[1]);
        Assert.Equal(200, tiny.Source.Load(folders).Train.Count);
    }

    [Theory]
    [InlineData(true, 1000)]
    [InlineData(true, 0)]
    [InlineData(true, -1)]
    [InlineData(false, 1000)]
    [InlineData(false, -1)]
    public async Task A_partial_file_of_any_length_ends_well(bool serverKnowsRanges, int missing)
    {
        server.KnowsRanges = serverKnowsRanges;
        Directory.CreateDirectory(folder["tiny"]);
        byte[] partial = missing < 0 ? [.. served[First], 1] : served[First][..^missing];
        await File.WriteAllBytesAsync(FirstPath + ".part", partial, Token);

        await tiny.At(server.Address).GetAsync(folders, client, cancellation: Token);

        Assert.Equal(served[First], await File.ReadAllBytesAsync(FirstPath, Token));
        Assert.Equal(4, Directory.GetFiles(folder["tiny"]).Length);
    }

    [Fact]
    public async Task Cancelling_keeps_what_has_come()
    {
        using CancellationTokenSource source = new();
        Progress progress = new(report => { if (report.Bytes > 0) source.Cancel(); });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => tiny.At(server.Address).GetAsync(folders, client, progress: progress, cancellation: source.Token));

        Assert.InRange(new FileInfo(FirstPath + ".part").Length, 1, served[First].Length);
        Assert.False(File.Exists(FirstPath));
    }

    public static TheoryData<string, byte[]?, string> WrongContents => new()
    {
        { "other data", [], "checksum (sha256)" },
        { "a page of a hotel's network", "<!DOCTYPE html><html>Sign in</html>"u8.ToArray(), "the mark 0x3c21444f was found" },
        { "a truncated file", null, "is damaged" },
    };

    [Theory]
    [MemberData(nameof(WrongContents))]
    public async Task Wrong_content_is_refused_and_not_kept(string _, byte[]? content, string finding)
    {
        byte[] other = [.. tiny.Files[0]];
        other[100]++;
        served[First] = content switch { null => served[First][..2000], [] => TinyDataset.Gzip(other), _ => content };

        EngramException error = await Fails();

        Assert.Equal(("wrong-download", ErrorKind.Failure), (error.Code, error.Kind));
        Assert.Contains(finding, error.Message);
        Assert.Contains($"'{server.Address}' sent something else", error.Message);
        Assert.Empty(Directory.GetFiles(folder["tiny"]));
    }

    [Fact]
    public async Task A_missing_file_on_the_server_is_named_with_its_address()
    {
        served.Remove(First);

        EngramException error = await Fails();

        Assert.Equal("download-failed", error.Code);
        Assert.Contains($"'{server.Address}/{First}' answered 404 (Not Found)", error.Message);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_an_error_with_a_way_out()
    {
        server.Dispose();

        EngramException error = await Fails();

        Assert.Equal("download-failed", error.Code);
        Assert.Contains("cannot be reached", error.Message);
        Assert.Contains($"copy the files into '{folder["tiny"]}' by hand", error.Message);
        Assert.Empty(Directory.GetFiles(folder["tiny"]));
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_given_up()
    {
        server.FallsSilent = true;
        DatasetDownload download = new(client, server.Address, folder.Path, null) { Patience = TimeSpan.FromSeconds(0.3) };
        IdxFolder.Part part = new(TinyDataset.FileNames[0], Convert.ToHexStringLower(SHA256.HashData(tiny.Files[0])), [28, 28]);

        EngramException error = await Assert.ThrowsAsync<EngramException>(() => download.FetchAsync($"{part.Name}.gz", (file, remedy) => IdxFolder.Check(file, part, remedy), Token));

        Assert.Equal("download-interrupted", error.Code);
        Assert.Contains("no answer for 0.3 seconds", error.Message);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_named()
    {
        await File.WriteAllTextAsync(folder["file"], "in the way", Token);

        EngramException error = await Assert.ThrowsAsync<EngramException>(
            () => tiny.At(server.Address).GetAsync(new(folder["file"]), client, cancellation: Token));

        Assert.Equal(("cannot-write", ErrorKind.Failure), (error.Code, error.Kind));
        Assert.Contains(folder["file"], error.Message);
    }

    [Fact]
    public async Task A_folder_that_the_user_named_gets_its_own_copy()
    {
        tiny.WriteTo(folder);
        using TemporaryFolder named = new();

        string place = await tiny.At(server.Address).GetAsync(new(named.Path, folder.Path) { DownloadTo = named.Path }, client, cancellation: Token);

        Assert.Equal(named["tiny"], place);
        Assert.Equal(4, server.Requests.Count);
    }

    private Task<EngramException> Fails() =>
        Assert.ThrowsAsync<EngramException>(() => tiny.At(server.Address).GetAsync(folders, client, cancellation: Token));

    private sealed class Progress(Action<DownloadProgress>? also = null) : IProgress<DownloadProgress>
    {
        public List<DownloadProgress> Reports { get; } = [];

        public void Report(DownloadProgress value)
        {
            Reports.Add(value);
            also?.Invoke(value);
        }
    }
}
