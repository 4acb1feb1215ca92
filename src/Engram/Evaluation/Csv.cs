using System.Text;

namespace Engram.Evaluation;

/// <summary>Comma-separated values with quoted fields (RFC 4180), as far as <c>matrix.csv</c> needs them.</summary>
internal static class Csv
{
    private static readonly char[] Special = ['"', ',', '\r', '\n'];

    /// <summary>The field as it stands in a file: in quotes where it holds a quote, a comma or a line break.</summary>
    public static string Quote(string field) => field.IndexOfAny(Special) < 0 ? field : $"\"{field.Replace("\"", "\"\"")}\"";

    /// <summary>All records; quoted fields may hold line breaks, empty lines are skipped.</summary>
    /// <exception cref="EngramException">A quote is never closed.</exception>
    public static List<string[]> Parse(string text, string source)
    {
        List<string[]> records = [];
        List<string> fields = [];
        StringBuilder field = new();
        bool isQuoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (isQuoted && c == '"' && i + 1 < text.Length && text[i + 1] == '"') field.Append(text[i++]);
            else if (c == '"') isQuoted = !isQuoted;
            else if (isQuoted || c is not (',' or '\r' or '\n')) field.Append(c);
            else if (c == ',') EndField();
            else EndRecord();
        }
        if (isQuoted) throw EngramException.Input("malformed-matrix", $"{source}: a quote in line {records.Count + 1} is never closed.");
        EndRecord();
        return records;

        void EndField()
        {
            fields.Add(field.ToString());
            field.Clear();
        }

        void EndRecord()
        {
            if (fields.Count == 0 && field.Length == 0) return;
            EndField();
            records.Add([.. fields]);
            fields.Clear();
        }
    }
}
