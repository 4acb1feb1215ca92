using Npgsql;

namespace Engram.Durable.Storage;

/// <summary>What an error of PostgreSQL, or of the way to it, means to the user.</summary>
internal static class PostgresErrors
{
    /// <summary>The error to throw.</summary>
    /// <param name="error">What Npgsql said.</param>
    /// <param name="address">Of the learner, without a password.</param>
    /// <param name="writes">Whether it was to be changed.</param>
    public static EngramException Explain(NpgsqlException error, string address, bool writes)
    {
        string code = writes ? "cannot-write" : "cannot-read", cannot = $"'{address}' cannot be {(writes ? "written" : "read")}", kept = writes ? "; what was saved before is kept" : "";
        string said = error is PostgresException { MessageText: { } text } ? $"the server says '{Quote.Of(text)}'" : $"'{Quote.Of((error.InnerException ?? error).Message)}'";
        // https://www.postgresql.org/docs/current/errcodes-appendix.html
        return error.SqlState switch
        {
            "28P01" or "28000" => EngramException.Input("cannot-connect", $"'{address}' does not let you in: {said}. Check user and password.", error),
            "3D000" => EngramException.Input("cannot-connect", $"'{address}': {said}. Make the database with createdb, or check the name.", error),
            "42501" or "25006" => EngramException.Input(code, $"{cannot}: {said}. Ask for the right to do it{kept}.", error),
            "40001" or "40P01" or "55P03" => EngramException.Input("being-written", $"{cannot}: somebody else is writing it. Wait for that and do this again{kept}.", error),
            "53300" => EngramException.Failure("cannot-connect", $"'{address}' cannot be reached: {said}. Let the server take more (max_connections), or each process fewer (?Maximum%20Pool%20Size=8){kept}.", error),
            "23505" => EngramException.Failure("already-there", $"{cannot}: a row of this key is there already ({said}){kept}.", error),
            "XX001" or "XX002" or "42P01" or "42703" => SqlStore.Damaged(address, said, error),
            { } => EngramException.Failure(code, $"{cannot}: {said}. Ask who runs the server{kept}.", error),
            null => EngramException.Failure("cannot-connect", $"'{address}' cannot be reached: {said}. Check host and port, and whether the server runs; what was saved before is kept.", error),
        };
    }
}
