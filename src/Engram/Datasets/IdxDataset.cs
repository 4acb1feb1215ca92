namespace Engram.Datasets;

/// <summary>A downloadable data set of grey 28x28 images in the layout of MNIST.</summary>
/// <param name="id">The name in commands and of its folder.</param>
/// <param name="summary">What it is, in one line.</param>
/// <param name="licence">Under which terms it may be used.</param>
/// <param name="origin">Who made it, and where it was published.</param>
/// <param name="address">The public folder with the four <c>.gz</c> files.</param>
/// <param name="checksums">What the files must contain.</param>
/// <param name="classNames">One name per label.</param>
public sealed class IdxDataset(
    string id, string summary, string licence, string origin, Uri address, IdxChecksums checksums, IReadOnlyList<string> classNames) : ImageDatasetSource
{
    /// <inheritdoc/>
    public override string Id => id;

    /// <inheritdoc/>
    public override string Summary => summary;

    /// <inheritdoc/>
    public override string Licence => licence;

    /// <inheritdoc/>
    public override string Origin => origin;

    /// <inheritdoc/>
    public override string? Find(DataFolders folders) => Candidates(folders).FirstOrDefault(folder => folder.Missing.Count == 0)?.Path;

    /// <inheritdoc/>
    public override ImageDataset Load(DataFolders folders) =>
        Folder(Find(folders) ?? throw Missing(folders)).Load(classNames);

    /// <inheritdoc/>
    public override async Task<string> GetAsync(
        DataFolders folders, HttpClient client, Uri? mirror = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default)
    {
        IdxFolder folder = Folder(Find(folders.ForGet()) ?? Path.Combine(folders.DownloadTo, id));
        DatasetDownload download = new(client, mirror ?? address, folder.Path, progress);
        foreach (IdxFolder.Part part in folder.Parts)
        {
            if (folder.Find(part) is { } present) IdxFolder.Check(present, part, Remedy);
            else await download.FetchAsync($"{part.Name}.gz", (file, remedy) => IdxFolder.Check(file, part, remedy), cancellation);
        }
        return folder.Path;
    }

    private string Remedy => $"delete the file and run '{HowToGet}'";

    private IdxFolder Folder(string path) => new(path, checksums, Remedy);

    private IEnumerable<IdxFolder> Candidates(DataFolders folders) => folders.Places(id).Select(Folder);

    private EngramException Missing(DataFolders folders)
    {
        IEnumerable<string> tried = Candidates(folders).Select(folder => folder.Missing.Count == 4
            ? $"'{folder.Path}'" : $"'{folder.Path}' (lacks {string.Join(", ", folder.Missing.Select(part => part.Name))})");
        return EngramException.Input("missing-data", $"The data set '{id}' was not found; tried {string.Join(", ", tried)}; run '{HowToGet}', or name the folder that holds '{id}' with --data.");
    }
}
