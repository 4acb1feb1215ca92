namespace Engram.OwnData;

/// <summary>Files of a user: opened to be read once from beginning to end, with errors that say what to do.</summary>
internal static class DataFile
{
    /// <summary>Error of data that are not what they should be.</summary>
    /// <param name="message">File, line or item, what was found, what to do.</param>
    /// <param name="cause">What led to it, if anything.</param>
    public static EngramException Wrong(string message, Exception? cause = null) => EngramException.Input("wrong-data", message, cause);

    /// <summary>Reads a file, or whatever else may fail on the disk.</summary>
    /// <param name="path">Named in errors.</param>
    /// <param name="read">Reads; its own <see cref="EngramException"/>s come out as they are.</param>
    /// <exception cref="EngramException">The file cannot be read, or its gzip stream is broken.</exception>
    public static T Read<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException cause)
        {
            throw Wrong($"'{path}' is damaged: its gzip stream is broken ({cause.Message.TrimEnd('.')}); pack it again or give the unpacked file.", cause);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw EngramException.Input("cannot-read", $"'{path}' cannot be read: {cause.Message.TrimEnd('.')}. Check that it is there, that it is no link that leads back to itself, and that you may read it.", cause);
        }
    }

    /// <summary>Opens a file that is read from beginning to end; one of no bytes is an error.</summary>
    /// <exception cref="EngramException">It is empty, or cannot be read.</exception>
    public static FileStream Open(string path) => Read(path, () =>
    {
        FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16, FileOptions.SequentialScan);
        if (file.Length > 0) return file;
        file.Dispose();
        throw Wrong($"'{path}' is empty (0 bytes); put the data into it or leave it out.");
    });
}
