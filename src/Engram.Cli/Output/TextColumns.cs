namespace Engram.Cli.Output;

/// <summary>Plain text in columns; the last column is wrapped. Needs nothing loaded, so lists and help come at once.</summary>
internal static class TextColumns
{
    private const string Gap = "  ";

    /// <summary>Columns of the terminal; 120 where output goes elsewhere.</summary>
    public static int Width
    {
        get
        {
            if (Console.IsOutputRedirected) return 120;
            try
            {
                return Math.Max(40, Console.WindowWidth);
            }
            catch (IOException)
            {
                return 80;
            }
        }
    }

    /// <summary>Writes rows of equally many cells.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="rows">The cells.</param>
    /// <param name="width">Columns of a line.</param>
    /// <param name="indent">Put before every line.</param>
    public static void Write(TextWriter writer, IReadOnlyList<string[]> rows, int width, string indent = "  ")
    {
        if (rows.Count == 0) return;
        int[] widths = [.. Enumerable.Range(0, rows[0].Length - 1).Select(column => rows.Max(row => row[column].Length))];
        int first = indent.Length + widths.Sum(one => one + Gap.Length);
        foreach (string[] row in rows)
        {
            string start = indent + string.Concat(row.SkipLast(1).Zip(widths, (cell, cellWidth) => cell.PadRight(cellWidth) + Gap));
            foreach (string line in Wrap(row[^1], Math.Max(20, width - first)))
            {
                writer.WriteLine((start + line).TrimEnd());
                start = new(' ', first);
            }
        }
    }

    /// <summary>Breaks a text between words.</summary>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        string line = "";
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = word;
            }
            else line = line.Length == 0 ? word : $"{line} {word}";
        }
        yield return line;
    }
}
