namespace Engram.OwnData.Rows;

/// <summary>Where rows come from: files one after the other, and lines, of which only those are kept that do not follow the one before.</summary>
internal sealed class RowPlaces
{
    private readonly List<(int First, DataItem Item, string RowWord)> files = [];
    private readonly List<int> jumps = []; // rows whose line is not the next one
    private readonly List<long> lines = [];
    private long line;

    /// <summary>How many rows have begun.</summary>
    public int Count { get; private set; }

    /// <summary>The tasks that places of files name, by first sight.</summary>
    public IEnumerable<string> Tasks => files.Select(file => file.Item.Task).Where(task => task.Length > 0).Distinct();

    /// <summary>A file begins.</summary>
    public void Begin(DataItem item, string rowWord)
    {
        files.Add((Count, item, rowWord));
        line = -1;
    }

    /// <summary>A row begins.</summary>
    public void Next(long at)
    {
        if (at != line + 1)
        {
            jumps.Add(Count);
            lines.Add(at);
        }
        line = at;
        Count++;
    }

    /// <summary>The file of a row.</summary>
    public DataItem FileOf(int row) => files[At(row)].Item;

    /// <summary>A row in words, such as <c>line 17 of 'sensors.csv'</c>.</summary>
    public string Where(int row) => $"{Line(row)} of '{FileOf(row).Path}'";

    /// <summary>A row in a line of output: <c>line 17</c>, after the name of its file where there are several.</summary>
    public string Name(int row) => files.Count == 1 ? Line(row) : $"{Path.GetFileName(FileOf(row).Path)} {Line(row)}";

    private string Line(int row)
    {
        int jump = jumps.BinarySearch(row);
        if (jump < 0) jump = ~jump - 1;
        return $"{files[At(row)].RowWord} {lines[jump] + row - jumps[jump]}";
    }

    private int At(int row)
    {
        int low = 0, high = files.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (files[middle].First <= row) low = middle;
            else high = middle - 1;
        }
        return low;
    }
}
