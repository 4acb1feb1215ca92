using Engram.OwnData;
using Spectre.Console;

namespace Engram.Cli.Output;

/// <summary>What is in a user's data: columns, classes, tasks, parts, and what to know of them.</summary>
internal static class DataSummary
{
    private const int MostFields = 60, MostNames = 20, BarWidth = 24, LongestName = 28;

    public static void Write(IAnsiConsole console, DataDescription data)
    {
        console.WriteLine($"{data.Source}: {Figures.Count(data.Records)} {(data.Records == 1 ? "record" : "records")}{(data.Repeated > 0 ? $", {Figures.Count(data.Repeated)} of them equal to an earlier one" : "")}");
        console.WriteLine();
        WriteFields(console, data.Fields);
        WriteCounts(console, "class", data.Classes, data.Records);
        WriteCounts(console, "task", data.Tasks, data.Records);
        WriteCounts(console, "part", data.Parts, data.Records);
        if (data.Remarks.Count > 0) console.WriteLine();
        foreach (string remark in data.Remarks) console.WriteLine(remark);
    }

    private static void WriteFields(IAnsiConsole console, IReadOnlyList<FieldDescription> fields)
    {
        Table table = Look.NewTable();
        table.AddColumn(Look.Column("column"));
        table.AddColumn(Look.Column("what"));
        table.AddColumn(Look.Column("missing", Justify.Right));
        table.AddColumn(new TableColumn(new Text("values", Look.Faint)) { Padding = new(0, 0, 0, 0) });
        foreach (FieldDescription field in fields.Take(MostFields))
        {
            bool isLeftOut = field.Kind == "left out";
            table.AddRow(
                new Text(Quote.Of(field.Name, LongestName), isLeftOut ? Look.Faint : Style.Plain),
                new Text(field.Kind, field.Kind is "label" or "task" or "part" or "text" ? Look.Bold : isLeftOut ? Look.Faint : Style.Plain),
                new Text(field.Missing == 0 ? "" : Figures.Count(field.Missing)),
                new Text(field.Detail, Look.Faint));
        }
        console.Write(table);
        if (fields.Count <= MostFields) return;
        var kinds = fields.Skip(MostFields).GroupBy(field => field.Kind.Split(' ')[0] == "category" ? "category" : field.Kind).Select(group => $"{group.Count()} {group.Key}");
        console.WriteFaint($"and {fields.Count - MostFields} more: {string.Join(", ", kinds)}; --json has all of them");
    }

    // The most frequent first, each with a bar of its share.
    private static void WriteCounts(IAnsiConsole console, string word, IReadOnlyList<RecordCount> counts, int records)
    {
        if (counts.Count == 0) return;
        console.WriteLine();
        Table table = Look.NewTable();
        table.AddColumn(Look.Column(word));
        table.AddColumn(Look.Column("records", Justify.Right));
        table.AddColumn(Look.Column("%", Justify.Right));
        table.AddColumn(Look.Column("", gap: 0));
        RecordCount[] shown = [.. (word == "class" ? counts.OrderByDescending(one => one.Count) : counts.AsEnumerable()).Take(MostNames)];
        int most = shown.Max(one => one.Count);
        char bar = console.Profile.Capabilities.Unicode ? '█' : '#';
        foreach (RecordCount one in shown)
            table.AddRow(new Text(Quote.Of(one.Name, LongestName)), new Text(Figures.Count(one.Count)), new Text(Figures.Percent((double)one.Count / records)), new Text(new string(bar, Math.Max(1, (int)((long)BarWidth * one.Count / most))), Look.Faint));
        console.Write(table);
        if (counts.Count > MostNames) console.WriteFaint($"and {Figures.Count(counts.Count - MostNames)} more with {Figures.Count(counts.Sum(one => (long)one.Count) - shown.Sum(one => (long)one.Count))} records; --json has all of them");
    }
}
