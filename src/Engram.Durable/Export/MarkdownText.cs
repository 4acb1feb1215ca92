using System.Text;

namespace Engram.Durable.Export;

/// <summary>Text that users gave, in Markdown: it means what it says, whatever letters it has.</summary>
internal static class MarkdownText
{
    private const string Signs = "\\`*_[]<>|#";

    /// <summary>A text within a line or a cell.</summary>
    public static string Of(string text)
    {
        StringBuilder escaped = new();
        foreach (char letter in Quote.Of(text, int.MaxValue))
        {
            if (Signs.Contains(letter)) escaped.Append('\\');
            escaped.Append(letter);
        }
        return escaped.ToString();
    }

    /// <summary>A text as code, within a line or a cell.</summary>
    public static string Code(string text) => $"`{Quote.Of(text, int.MaxValue).Replace('`', '\'').Replace('|', '/')}`";

    /// <summary>A table.</summary>
    /// <param name="numbers">Which columns hold numbers, which stand on the right.</param>
    /// <param name="header">Names of the columns.</param>
    /// <param name="rows">Cells, each already in Markdown.</param>
    public static string Table(int[] numbers, string[] header, IEnumerable<string[]> rows) =>
        string.Concat([Line(header), Line([.. header.Select((_, column) => numbers.Contains(column) ? "---:" : "---")]), .. rows.Select(Line)]);

    private static string Line(string[] cells) => $"| {string.Join(" | ", cells)} |\n";
}
