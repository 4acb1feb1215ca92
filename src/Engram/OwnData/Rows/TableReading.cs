namespace Engram.OwnData.Rows;

/// <summary>What the readers of tables share: all files of a place go into one builder, once more where their first rows misled.</summary>
internal static class TableReading
{
    private const int MostReadings = 1000; // each one learns of a column more

    /// <summary>Reads all files of a place.</summary>
    /// <param name="path">What the user named.</param>
    /// <param name="items">The files there.</param>
    /// <param name="options">What the user said.</param>
    /// <param name="fill">Gives the rows of one file to the builder.</param>
    public static Records Open(string path, IReadOnlyList<DataItem> items, RecordOptions options, Action<DataItem, TableBuilder> fill)
    {
        TableHints hints = TableHints.None;
        for (int reading = 0; reading < MostReadings; reading++)
        {
            try
            {
                TableBuilder builder = new(path, options, hints);
                foreach (DataItem item in items)
                    DataFile.Read(item.Path, () =>
                    {
                        fill(item, builder);
                        return item;
                    });
                return builder.Build();
            }
            catch (ReadAgainException again)
            {
                hints = again.Hints;
            }
        }
        throw DataFile.Wrong($"'{path}' has new keys again and again, {hints.MoreColumns.Count} after its first rows; give every row the same keys.");
    }
}
