namespace Engram.Datasets;

/// <summary>One data set that can be found, got and loaded by its id.</summary>
public abstract class DatasetSource
{
    /// <summary>The name in commands and settings, such as <c>fashion-mnist</c>.</summary>
    public abstract string Id { get; }

    /// <summary>What it is, in one line.</summary>
    public abstract string Summary { get; }

    /// <summary>Under which terms it may be used.</summary>
    public abstract string Licence { get; }

    /// <summary>Who made it, and where it was published.</summary>
    public abstract string Origin { get; }

    /// <summary>What a user does to have it, in a few words.</summary>
    public virtual string HowToGet => $"engram data get {Id}";

    /// <summary>The folder that holds all its files, or null; looks at names only, loading checks the content.</summary>
    public abstract string? Find(DataFolders folders);

    /// <summary>Makes sure that it is on disk, complete and undamaged, and returns its folder. A file that is there is checked and never replaced.</summary>
    /// <param name="folders">Where to look, and where to put it.</param>
    /// <param name="client">Downloads what is missing.</param>
    /// <param name="mirror">Address of a folder with the same files; null for the published one.</param>
    /// <param name="progress">Hears of every piece that has come.</param>
    /// <param name="cancellation">Stops the work; what has come stays and the next call goes on from there.</param>
    /// <exception cref="EngramException">A file cannot be fetched, is wrong or cannot be written.</exception>
    public abstract Task<string> GetAsync(
        DataFolders folders, HttpClient client, Uri? mirror = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default);
}
