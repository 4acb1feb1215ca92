using System.IO.Compression;

namespace Engram.Server.Lessons;

/// <summary>Takes an uploaded lesson to disk: a file as it is, a zip unpacked, within limits and inside its own folder.</summary>
/// <param name="options">The limits.</param>
internal sealed class LessonUpload(ServerOptions options)
{
    private static readonly string[] Endings = [".csv", ".tsv", ".jsonl", ".parquet", ".npy", ".safetensors", ".zip"];

    /// <summary>Writes what is uploaded.</summary>
    /// <param name="content">The bytes.</param>
    /// <param name="name">The file's name, whose ending says what it is.</param>
    /// <param name="folder">Where it goes.</param>
    /// <param name="cancellation">The caller's going away.</param>
    /// <returns>The file or folder that is the lesson, below the folder.</returns>
    /// <exception cref="EngramException">It is of another kind, too large, or no zip.</exception>
    public async Task<string> Take(Stream content, string name, string folder, CancellationToken cancellation)
    {
        string ending = Path.GetExtension(name).ToLowerInvariant(), title = TitleOf(name);
        if (!Endings.Contains(ending)) throw EngramException.Input("wrong-lesson", $"'{Quote.Of(name)}' is no lesson that can be uploaded; give a zip of pictures or texts in class folders, or a file that ends in {string.Join(", ", Endings[..^1])}.");
        string file = Path.Combine(folder, title + ending);
        await Write(content, file, name, cancellation);
        if (ending != ".zip") return Path.GetFileName(file);
        return Unpack(folder, file, name);
    }

    /// <summary>Unpacks a zip that was taken in before the server's end anew: what was unpacked may not have come to disk.</summary>
    /// <param name="folder">Where it went.</param>
    public void Again(string folder)
    {
        foreach (string zip in Directory.EnumerateFiles(folder, "*.zip").ToList()) Unpack(folder, zip, Path.GetFileName(zip));
    }

    private string Unpack(string folder, string zip, string name)
    {
        string unpacked = Path.ChangeExtension(zip, null);
        if (Directory.Exists(unpacked)) Directory.Delete(unpacked, recursive: true);
        UnpackInto(unpacked, zip, name);
        return Path.GetRelativePath(folder, Inner(unpacked));
    }

    private async Task Write(Stream content, string file, string name, CancellationToken cancellation)
    {
        byte[] buffer = new byte[128 * 1024];
        long written = 0;
        await using FileStream stream = new(file, FileMode.CreateNew, FileAccess.Write);
        for (int read; (read = await content.ReadAsync(buffer, cancellation)) > 0;)
        {
            written += read;
            if (written > options.MostBytesOfLesson) throw TooLarge(name, $"more than {options.MostBytesOfLesson} bytes");
            await stream.WriteAsync(buffer.AsMemory(0, read), cancellation);
        }
        if (written == 0) throw EngramException.Input("empty-lesson", $"'{Quote.Of(name)}' has no bytes; a lesson was expected.");
        stream.Flush(flushToDisk: true);
    }

    private void UnpackInto(string folder, string zip, string name)
    {
        string inside = Directory.CreateDirectory(folder).FullName + Path.DirectorySeparatorChar;
        byte[] buffer = new byte[128 * 1024];
        long written = 0;
        int files = 0;
        try
        {
            using ZipArchive archive = ZipFile.OpenRead(zip);
            foreach (ZipArchiveEntry entry in archive.Entries.Where(IsWanted))
            {
                if (++files > options.MostFilesUnpacked) throw TooLarge(name, $"more than {options.MostFilesUnpacked} files");
                string path = Path.GetFullPath(Path.Combine(folder, entry.FullName.Replace('\\', '/')));
                if (entry.FullName.Contains('\0') || !path.StartsWith(inside, StringComparison.Ordinal)) throw Wrong(name, $"its entry '{Quote.Of(entry.FullName)}' lies outside");
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                using Stream from = entry.Open();
                using FileStream to = new(path, FileMode.CreateNew, FileAccess.Write);
                for (int read; (read = from.Read(buffer)) > 0;)
                {
                    written += read; // what comes out, whatever the zip says of itself
                    if (written > options.MostBytesUnpacked) throw TooLarge(name, $"more than {options.MostBytesUnpacked} bytes once unpacked");
                    to.Write(buffer, 0, read);
                }
            }
        }
        catch (Exception error) when (error is InvalidDataException or NotSupportedException or IOException or ArgumentException or UnauthorizedAccessException)
        {
            if (error is IOException && IsFull(error)) throw EngramException.Failure("disk-full", $"There is no room for '{Quote.Of(name)}': {error.Message}", error);
            throw Wrong(name, error.Message.TrimEnd('.'), error);
        }
        if (files == 0) throw EngramException.Input("empty-lesson", $"The zip '{Quote.Of(name)}' holds no files; pictures or texts in class folders were expected.");
    }

    // No folders of their own, nothing that systems put beside.
    private static bool IsWanted(ZipArchiveEntry entry) => !entry.FullName.EndsWith('/') && !entry.FullName.EndsWith('\\')
        && entry.FullName.Split('/', '\\') is var parts && parts[0] != "__MACOSX" && parts[^1] is not (".DS_Store" or "Thumbs.db" or "desktop.ini");

    // The one file, or the folder that holds the folders of classes: people zip it with the folder around it.
    private static string Inner(string folder)
    {
        while (true)
        {
            FileSystemInfo[] entries = [.. new DirectoryInfo(folder).EnumerateFileSystemInfos().Take(2)];
            if (entries is not [var only]) return folder;
            if (only is FileInfo) return only.FullName;
            if (!((DirectoryInfo)only).EnumerateDirectories().Any()) return folder; // a class of its own
            folder = only.FullName;
        }
    }

    private static string TitleOf(string name)
    {
        string title = Path.GetFileNameWithoutExtension(name.Replace('\\', '/'));
        title = new([.. title.Take(80).Select(letter => char.IsLetterOrDigit(letter) || letter is '-' or '_' or ' ' or '.' ? letter : '_')]);
        return title.Trim(' ', '.') is { Length: > 0 } kept ? kept : "lesson";
    }

    private static bool IsFull(Exception error) => (error.HResult & 0xFFFF) is 28 or 112; // ENOSPC, ERROR_DISK_FULL

    private static EngramException Wrong(string name, string why, Exception? cause = null) => EngramException.Input("wrong-zip", $"'{Quote.Of(name)}' cannot be unpacked: {Quote.Of(why)}. Give a zip of pictures or texts in class folders.", cause);

    private static EngramException TooLarge(string name, string what) => EngramException.Input("too-large", $"'{Quote.Of(name)}' has {what}, which is more than this server takes; give a smaller lesson, or let who runs the server raise the limit.");
}
