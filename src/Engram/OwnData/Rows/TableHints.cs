namespace Engram.OwnData.Rows;

/// <summary>What an earlier reading of a table found out too late.</summary>
/// <param name="AsNames">Columns whose numbers are names.</param>
/// <param name="MoreColumns">Columns that appear after the rows that are looked at.</param>
/// <param name="Remarks">What to say about it.</param>
internal sealed record TableHints(IReadOnlyList<string> AsNames, IReadOnlyList<string> MoreColumns, IReadOnlyList<string> Remarks)
{
    /// <summary>Of the first reading.</summary>
    public static TableHints None { get; } = new([], [], []);
}

/// <summary>A table must be read once more, for it is not what its first rows looked like.</summary>
/// <param name="hints">What to know from its first row on.</param>
internal sealed class ReadAgainException(TableHints hints) : Exception
{
    /// <summary>What to know from its first row on.</summary>
    public TableHints Hints { get; } = hints;
}
