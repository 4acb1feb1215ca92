using System.Data.Common;

namespace Engram.Durable.Storage;

/// <summary>What both databases do alike: one transaction of rows, and checking all of them.</summary>
internal abstract class SqlStore : EngramStore
{
    private const int MostProblems = 100;

    /// <summary>Most bytes of a part of a state; tests make it small.</summary>
    internal int ChunkBytes { get; set; } = 16 << 20;

    /// <inheritdoc/>
    public sealed override T Read<T>(Func<StoreReader, T> read) => Reading(session => read(new SqlRows(session)));

    /// <inheritdoc/>
    public sealed override void Write(Action<StoreWriter> write)
    {
        try
        {
            using SqlSession session = Begin(writes: true);
            SqlRows rows = new(session);
            write(rows);
            rows.SaveCounts();
            session.Commit();
        }
        catch (DbException error)
        {
            throw Explain(error, writes: true);
        }
    }

    /// <inheritdoc/>
    public sealed override IReadOnlyList<string> Problems()
    {
        try
        {
            return [.. Reading(session => StoreCheck.Problems(session, Structure(session))).Take(MostProblems)];
        }
        catch (EngramException error) when (error.Code == DamagedCode)
        {
            return [error.Message];
        }
    }

    internal const string DamagedCode = "damaged-engram";

    internal static EngramException Damaged(string address, string what, Exception? cause = null) =>
        EngramException.Failure(DamagedCode, $"'{address}' is damaged: {what}. Take it from a backup.", cause);

    private protected abstract SqlSession Begin(bool writes);

    /// <summary>What the database itself finds wrong with its structure.</summary>
    private protected abstract IEnumerable<string> Structure(SqlSession session);

    private protected abstract EngramException Explain(DbException error, bool writes);

    private T Reading<T>(Func<SqlSession, T> read)
    {
        try
        {
            using SqlSession session = Begin(writes: false);
            return read(session);
        }
        catch (DbException error)
        {
            throw Explain(error, writes: false);
        }
    }
}
