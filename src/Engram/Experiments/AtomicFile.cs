using System.Runtime.InteropServices;

namespace Engram.Experiments;

/// <summary>Writes files so that a stop at any moment leaves either the old content or the new, never a part.</summary>
public static partial class AtomicFile
{
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
        string temporary = path + ".tmp";
        try
        {
            using (FileStream stream = new(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
            FlushFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            Discard(temporary);
            throw EngramException.Failure("cannot-write", $"'{path}' cannot be written: {cause.Message.TrimEnd('.')}. Free some space or choose another folder with --out; what was saved before is kept.", cause);
        }
    }

    // A full disk must not stay full because of the part that no longer fitted.
    private static void Discard(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            // The write has failed already and says so.
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
