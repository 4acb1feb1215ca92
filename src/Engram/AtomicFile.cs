using System.Runtime.InteropServices;

namespace Engram;

/// <summary>Writes files so that a stop at any moment leaves either the old content or the new, never a part.</summary>
public static partial class AtomicFile
{
    /// <summary>Ending of a file that is not whole yet.</summary>
    internal const string Unfinished = ".tmp";

    // As large as an array may be that is no large object: for those, memory is collected as a whole after every few files.
    private const int Buffer = 1 << 16;

    /// <summary>Writes text as UTF-8.</summary>
    /// <exception cref="EngramException">The file cannot be written.</exception>
    public static void Write(string path, string text) => Write(path, stream =>
    {
        using StreamWriter writer = new(stream, leaveOpen: true);
        writer.Write(text);
    });

    /// <summary>Writes to a temporary file in the same folder, forces it to disk and renames it.</summary>
    /// <exception cref="EngramException">The file cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string temporary = path + Unfinished;
        try
        {
            File.Delete(temporary); // a rest of an interrupted write, or a link, through which nothing is written
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, Buffer))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
            FlushFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (DirectoryNotFoundException cause)
        {
            throw EngramException.Failure("cannot-write", $"'{path}' cannot be written, for its folder is not there any more. Make it again or choose another folder.", cause);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            Remove(temporary);
            throw EngramException.Failure("cannot-write", $"'{path}' cannot be written: {cause.Message.TrimEnd('.')}. Free some space or choose another folder; what was saved before is kept.", cause);
        }
    }

    // Half a file would only take the space that was missing.
    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            // The folder cannot be changed at all; the error that led here says so.
        }
    }

    // The rename itself is only on disk once the folder is.
    private static void FlushFolder(string folder)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS()) return;
        int descriptor = Open(folder, 0);
        if (descriptor < 0) return;
        _ = Synchronize(descriptor);
        _ = Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
