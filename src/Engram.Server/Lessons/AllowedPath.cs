namespace Engram.Server.Lessons;

/// <summary>Paths of lessons that callers name: below the folder that the server allows, and nowhere else.</summary>
internal static class AllowedPath
{
    /// <summary>The path that is meant.</summary>
    /// <param name="allowed">The folder; null where none is.</param>
    /// <param name="path">As the caller names it, relative to the folder.</param>
    /// <exception cref="EngramException">No folder is allowed, or the path lies outside or is not there.</exception>
    public static string Of(string? allowed, string path)
    {
        if (allowed is null) throw EngramException.Input("no-data-folder", "This server has no folder whose lessons may be named by path; upload the lesson, or start the server with --lessons FOLDER.");
        if (path.Contains('\0')) throw Outside(path);
        string root = Real(Path.GetFullPath(allowed)), full = Path.GetFullPath(Path.Combine(root, path.Replace('\\', '/')));
        if (!Inside(root, full)) throw Outside(path);
        if (!Path.Exists(full)) throw EngramException.Input("no-such-path", $"'{Quote.Of(path)}' is not in the folder of lessons; name a file or folder below it.");
        full = Real(full); // a link may lead out of it
        return Inside(root, full) ? full : throw Outside(path);
    }

    private static bool Inside(string root, string full) => full.StartsWith(Path.TrimEndingDirectorySeparator(root) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    // Every folder on the way may be a link.
    private static string Real(string path)
    {
        string? parent = Path.GetDirectoryName(path);
        if (parent is null) return path;
        string here = Path.Combine(Real(parent), Path.GetFileName(path));
        FileSystemInfo info = Directory.Exists(here) ? new DirectoryInfo(here) : new FileInfo(here);
        return info.ResolveLinkTarget(returnFinalTarget: true)?.FullName is { } target ? Real(target) : here;
    }

    private static EngramException Outside(string path) => EngramException.Input("outside", $"'{Quote.Of(path)}' is not below the folder of lessons; name a file or folder in it.");
}
