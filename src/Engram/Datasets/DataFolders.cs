namespace Engram.Datasets;

/// <summary>Where data sets are looked for. A data set named <c>mnist</c> lives in the folder <c>mnist</c> of one of these.</summary>
public sealed class DataFolders
{
    /// <summary>Folders to search, first one first. The last one is the user's own cache: downloads and generated data go there.</summary>
    /// <param name="folders">One or more absolute paths; they need not exist.</param>
    /// <exception cref="ArgumentException">No folder was given.</exception>
    public DataFolders(params IReadOnlyList<string> folders)
    {
        if (folders.Count == 0) throw new ArgumentException("At least one folder is needed.", nameof(folders));
        (Lookup, Cache, DownloadTo) = (folders, folders[^1], folders[^1]);
    }

    /// <summary>The folders in the order of the search.</summary>
    public IReadOnlyList<string> Lookup { get; }

    /// <summary>Where generated data are kept between runs; created when first needed.</summary>
    public string Cache { get; }

    /// <summary>Where downloads go; created when first needed. The cache unless the user named a folder.</summary>
    public string DownloadTo { get; init; }

    /// <summary>
    /// The order that the command uses: the folder the user named, the one in the environment variable <c>ENGRAM_DATA</c>, the user's
    /// cache. Reads the environment once.
    /// </summary>
    /// <param name="dataDirectory">The value of <c>--data</c>, or null where the user named none.</param>
    /// <exception cref="EngramException">The named folder does not exist.</exception>
    public static DataFolders FromEnvironment(string? dataDirectory)
    {
        string? variable = Environment.GetEnvironmentVariable("ENGRAM_DATA");
        List<string> folders = [];
        if (dataDirectory is not null) folders.Add(Existing(dataDirectory));
        if (!string.IsNullOrWhiteSpace(variable)) folders.Add(Path.GetFullPath(variable));
        folders.Add(UserCache());
        return dataDirectory is null ? new(folders) : new(folders) { DownloadTo = folders[0] };
    }

    /// <summary>The paths in which one data set would lie.</summary>
    internal IEnumerable<string> Places(string folderName) => Lookup.Select(folder => Path.Combine(folder, folderName));

    /// <summary>Where a command that gets data looks first: everywhere, or only in the folder that the user named.</summary>
    internal DataFolders ForGet() => DownloadTo == Cache ? this : new(DownloadTo);

    private static string Existing(string directory)
    {
        if (string.IsNullOrWhiteSpace(directory))
            throw EngramException.Input("missing-folder", "The data folder is an empty name; give the path of an existing folder, or leave --data out.");
        string path = Path.GetFullPath(directory);
        if (Directory.Exists(path)) return path;
        throw EngramException.Input("missing-folder", $"The data folder '{path}' does not exist; create it, or give an existing one with --data.");
    }

    /// <summary>The user's cache folder for Engram; made when first needed.</summary>
    internal static string UserCache()
    {
        string? chosen = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (chosen is not null && Path.IsPathFullyQualified(chosen)) return Path.Combine(chosen, "engram");
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
        string local = OperatingSystem.IsWindows()
            ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify)
            : home.Length == 0 ? "" : Path.Combine(home, OperatingSystem.IsMacOS() ? "Library/Caches" : ".cache");
        return Path.Combine(local.Length == 0 ? Path.GetTempPath() : local, "engram");
    }
}
