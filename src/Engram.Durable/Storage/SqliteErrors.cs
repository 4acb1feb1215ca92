using Microsoft.Data.Sqlite;

namespace Engram.Durable.Storage;

/// <summary>What an error of SQLite means to the user.</summary>
internal static class SqliteErrors
{
    // https://sqlite.org/rescode.html
    private const int Permission = 3, Busy = 5, Locked = 6, NoMemory = 7, ReadOnly = 8, InputOutput = 10, Full = 13, CannotOpen = 14, Constraint = 19, Authorization = 23;
    private const int ShortRead = 522;

    /// <summary>The error to throw.</summary>
    /// <param name="error">What SQLite said.</param>
    /// <param name="path">The file.</param>
    /// <param name="writes">Whether it was to be changed.</param>
    public static EngramException Explain(SqliteException error, string path, bool writes)
    {
        string code = writes ? "cannot-write" : "cannot-read", cannot = $"'{path}' cannot be {(writes ? "written" : "read")}", kept = writes ? "; what was saved before is kept" : "";
        string? folder = Path.GetDirectoryName(path);
        return error.SqliteErrorCode switch
        {
            _ when error.SqliteExtendedErrorCode == ShortRead => SqlStore.Damaged(path, "it is shorter than it was", error),
            Full => EngramException.Failure(code, $"{cannot}: the disk is full. Free some space{kept}.", error),
            CannotOpen when !Directory.Exists(folder) => EngramException.Input(code, $"{cannot}: the folder '{folder}' is not there. Make it or check the path.", error),
            CannotOpen when !writes && File.Exists(path + "-wal") => EngramException.Input(code, $"{cannot}: the newest changes are in '{path}-wal', and its folder cannot be written. Copy both to a folder that can be written.", error),
            Permission or ReadOnly or CannotOpen or Authorization => EngramException.Input(code, $"{cannot}: file or folder is read-only. Check the rights of both, or copy it to another folder{kept}.", error),
            InputOutput => EngramException.Failure(code, $"{cannot}: the disk reports an error (SQLite {error.SqliteExtendedErrorCode}). Check the disk{kept}.", error),
            Busy or Locked => EngramException.Input("being-written", $"{cannot}: another program has had it locked for seconds. Close what has it open and do this again{kept}.", error),
            NoMemory => EngramException.Failure(code, $"{cannot}: there is not enough memory. Free some{kept}.", error),
            Constraint => EngramException.Failure("already-there", $"{cannot}: a row of this key is there already ({error.Message}){kept}.", error),
            _ => SqlStore.Damaged(path, $"SQLite says '{Quote.Of(error.Message)}'", error),
        };
    }
}
