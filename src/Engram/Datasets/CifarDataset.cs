using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Engram.Datasets;

/// <summary>
/// A downloadable data set of 32x32 colour images in the binary form of CIFAR: the published archive as it is, or a folder with its unpacked files.
/// The archive is compared with its published checksum at every load; of unpacked files, which have none, size and labels are checked.
/// </summary>
/// <param name="id">The name in commands and of its folder.</param>
/// <param name="summary">What it is, in one line.</param>
/// <param name="address">The public folder with the archive.</param>
/// <param name="form">Its files and records.</param>
/// <param name="classNames">One name per label.</param>
public sealed class CifarDataset(string id, string summary, Uri address, CifarForm form, IReadOnlyList<string> classNames) : ImageDatasetSource
{
    /// <inheritdoc/>
    public override string Id => id;

    /// <inheritdoc/>
    public override string Summary => summary;

    /// <inheritdoc/>
    public override string Licence => "none stated; its authors ask to be cited";

    /// <inheritdoc/>
    public override string Origin => "Krizhevsky (2009), https://www.cs.toronto.edu/~kriz/cifar.html";

    /// <inheritdoc/>
    public override string? Find(DataFolders folders) => Candidates(folders).FirstOrDefault(folder => HasArchive(folder) || Missing(folder).Length == 0);

    /// <inheritdoc/>
    public override ImageDataset Load(DataFolders folders)
    {
        string folder = Find(folders) ?? throw NotFound(folders);
        Func<string, byte[]> read = HasArchive(folder) ? Unpack(ArchiveIn(folder)) : name => ReadFile(Path.Combine(folder, name));
        CifarRecords records = new(form, classNames.Count);
        string place = HasArchive(folder) ? $"{ArchiveIn(folder)}/{form.Folder}" : folder;
        (byte[], int, Func<string, EngramException>) File(string name, int images) => (read(name), images, finding => Damaged(Path.Combine(place, name), finding));
        return new(records.Read([.. form.TrainFiles.Select(name => File(name, form.ImagesPerTrainFile))]), records.Read([File(form.TestFile, form.TestImages)]), classNames);
    }

    /// <inheritdoc/>
    public override async Task<string> GetAsync(
        DataFolders folders, HttpClient client, Uri? mirror = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default)
    {
        string folder = Find(folders.ForGet()) ?? Path.Combine(folders.DownloadTo, id);
        if (HasArchive(folder)) Check(ArchiveIn(folder), Remedy);
        else if (Missing(folder).Length == 0) _ = Load(new(folders.ForGet().Lookup));
        else await new DatasetDownload(client, mirror ?? address, folder, progress).FetchAsync(form.Archive, Check, cancellation);
        return folder;
    }

    private string Remedy => $"delete the file and run '{HowToGet}'";

    // As it is downloaded, and as the archive unpacks.
    private IEnumerable<string> Candidates(DataFolders folders) => folders.Places(id).SelectMany(place => new[] { place, Path.Combine(place, form.Folder) }).Concat(folders.Places(form.Folder));

    private string ArchiveIn(string folder) => Path.Combine(folder, form.Archive);

    private bool HasArchive(string folder) => File.Exists(ArchiveIn(folder));

    private string[] Missing(string folder) => [.. form.Files.Where(name => !File.Exists(Path.Combine(folder, name)))];

    private EngramException NotFound(DataFolders folders)
    {
        IEnumerable<string> tried = Candidates(folders).Select(folder => (Folder: folder, Missing: Missing(folder)))
            .Select(one => one.Missing.Length == form.Files.Count() ? $"'{one.Folder}'" : $"'{one.Folder}' (lacks {string.Join(", ", one.Missing)})");
        return EngramException.Input("missing-data", $"The data set '{id}' was not found; tried {string.Join(", ", tried)}; run '{HowToGet}', or name the folder that holds '{id}' with --data.");
    }

    private void Check(string archive, string remedy)
    {
        using FileStream file = Open(archive, remedy);
        string found = Convert.ToHexStringLower(MD5.HashData(file));
        if (found != form.Md5) throw Damaged(archive, $"its checksum (md5) is {found} and {form.Md5} was expected", remedy);
    }

    private byte[] ReadFile(string path)
    {
        using FileStream file = Open(path, Remedy);
        byte[] content = new byte[file.Length];
        file.ReadExactly(content);
        return content;
    }

    // The files of the archive by their names. Its checksum comes first, so that the rest can only fail where the form itself is another one.
    private Func<string, byte[]> Unpack(string archive)
    {
        Check(archive, Remedy);
        Dictionary<string, byte[]> files = [];
        try
        {
            using FileStream packed = Open(archive, Remedy);
            using GZipStream unpacked = new(packed, CompressionMode.Decompress);
            using TarReader reader = new(unpacked);
            while (reader.GetNextEntry() is { } entry)
            {
                string name = Path.GetFileName(entry.Name);
                if (entry is not { EntryType: TarEntryType.RegularFile or TarEntryType.V7RegularFile, DataStream: { } content } || !form.Files.Contains(name)) continue;
                using MemoryStream bytes = new();
                content.CopyTo(bytes);
                files[name] = bytes.ToArray();
            }
        }
        catch (Exception cause) when (cause is InvalidDataException or EndOfStreamException)
        {
            throw Damaged(archive, $"it is no archive that can be unpacked ({cause.Message.TrimEnd('.')})");
        }
        return name => files.TryGetValue(name, out byte[]? content) ? content : throw Damaged(archive, $"it lacks '{form.Folder}/{name}'");
    }

    private static FileStream Open(string path, string remedy)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw EngramException.Input("unreadable-data", $"The file '{path}' cannot be read ({cause.Message.TrimEnd('.')}); {remedy}.", cause);
        }
    }

    private EngramException Damaged(string path, string finding, string? remedy = null) => EngramException.Input("corrupt-data", $"The file '{path}' is damaged: {finding}; {remedy ?? Remedy}.");
}
