using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Engram.Durable.Storage;

/// <summary>
/// Holds an engram for writing by an exclusive lock of the operating system on a file beside it (<c>line3.engram-writer</c>), which ends with
/// its process however that ends. The file says who writes, and is removed at the end.
/// </summary>
internal sealed partial class WriterFile : IDisposable
{
    // EWOULDBLOCK of Linux and macOS, sharing and lock violations of Windows.
    private static readonly int[] HeldErrors = [11, 35, unchecked((int)0x80070020), unchecked((int)0x80070021)];
    private const int Attempts = 10;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private readonly FileStream held;
    private readonly string path;

    private WriterFile(FileStream held, string path) => (this.held, this.path) = (held, path);

    /// <summary>Holds it.</summary>
    /// <param name="engram">Path of the engram.</param>
    /// <param name="what">What for.</param>
    /// <exception cref="EngramException">Somebody else writes (<c>being-written</c>), or the folder cannot be written.</exception>
    public static WriterFile Take(string engram, string what)
    {
        string path = engram + "-writer";
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            if (attempt > 0) Thread.Sleep(Pause);
            if (Open(path) is not { } held) continue;
            string note = WriterNote.Mine(what).ToJson() + "\n";
            Write(held, path, note);
            // Whoever held it before may have removed the file that is locked now, and a third may have made another.
            if (Read(path) == note) return new(held, path);
            held.Dispose();
        }
        throw WriterNote.BeingWritten(engram, Read(path) is { } other ? WriterNote.From(other) : null);
    }

    /// <summary>Lets it go.</summary>
    public void Dispose()
    {
        if (OperatingSystem.IsWindows()) held.Dispose(); // an open file cannot be removed there, nor one that the next writer holds
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The lock is what counts; a file without it holds nothing.
        }
        held.Dispose();
    }

    private static FileStream? Open(string path)
    {
        try
        {
            return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None);
        }
        catch (IOException error) when (HeldErrors.Contains(error.HResult))
        {
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(path, error);
        }
    }

    private static void Write(FileStream held, string path, string note)
    {
        try
        {
            held.SetLength(0);
            held.Write(Encoding.UTF8.GetBytes(note));
            held.Flush();
        }
        catch (IOException error)
        {
            held.Dispose();
            throw CannotWrite(path, error);
        }
    }

    private static string? Read(string path)
    {
        try
        {
            using FileStream file = OperatingSystem.IsWindows() ? new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete) : new(OpenUnlocked(path), FileAccess.Read);
            using StreamReader reader = new(file);
            return reader.ReadToEnd();
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // A file that .NET opens on Linux and macOS asks for the lock, if only to read.
    private static SafeFileHandle OpenUnlocked(string path)
    {
        int descriptor = OpenDescriptor(path, 0);
        return descriptor >= 0 ? new(descriptor, ownsHandle: true) : throw new FileNotFoundException(null, path);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenDescriptor(string path, int flags);

    private static EngramException CannotWrite(string path, Exception error) =>
        EngramException.Input("cannot-write", $"'{path}' cannot be written: {error.Message.TrimEnd('.')}. Check the rights of the folder, or copy the engram to another.", error);
}
