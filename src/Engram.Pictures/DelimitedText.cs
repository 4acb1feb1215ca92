using System.Text;

namespace Engram.Pictures;

/// <summary>Lines of cells (RFC 4180): quotes hold delimiters and line breaks, and empty lines are skipped. The delimiter is the most frequent of comma, semicolon and tab in the first line.</summary>
/// <param name="text">All of the text.</param>
/// <param name="source">Names it in messages.</param>
internal sealed class DelimitedText(string text, string source)
{
    private readonly char delimiter = text.AsSpan(0, text.IndexOf('\n') is var end and >= 0 ? end : text.Length).ToString() is var header
        ? new[] { ',', ';', '\t' }.MaxBy(one => header.Count(letter => letter == one)) : ',';
    private int at = text.StartsWith('\uFEFF') ? 1 : 0, lines = 1;

    /// <summary>Number of the line in which the last cells began, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>The cells of the next line; null at the end.</summary>
    /// <exception cref="EngramException">A quote is never closed.</exception>
    public string[]? Next()
    {
        while (at < text.Length && text[at] is '\r' or '\n') lines += text[at++] == '\n' ? 1 : 0;
        if (at >= text.Length) return null;
        Line = lines;
        List<string> cells = [];
        StringBuilder cell = new();
        bool isQuoted = false;
        for (; at < text.Length; at++)
        {
            char letter = text[at];
            if (letter == '\n') lines++;
            if (isQuoted && letter == '"' && at + 1 < text.Length && text[at + 1] == '"') cell.Append(text[at++]);
            else if (letter == '"' && (isQuoted || cell.Length == 0)) isQuoted = !isQuoted;
            else if (isQuoted) cell.Append(letter);
            else if (letter == delimiter) EndCell();
            else if (letter is '\r' or '\n')
            {
                at++;
                break;
            }
            else cell.Append(letter);
        }
        if (isQuoted) throw EngramException.Input("open-quote", $"The quote in line {Line} of '{Quote.Of(source)}' is never closed. Close it, or double a quote that belongs to a cell.");
        EndCell();
        return [.. cells];

        void EndCell()
        {
            cells.Add(cell.ToString());
            cell.Clear();
        }
    }
}
