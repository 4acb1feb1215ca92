using System.Text;

namespace Engram.OwnData.Rows;

/// <summary>Records whose input is a text; a network that has learned to read makes features of it.</summary>
/// <param name="labels">Class, task, part and place of each.</param>
/// <param name="columns">Of the table.</param>
/// <param name="texts">The texts.</param>
/// <param name="remarks">What to know of them.</param>
internal sealed class TextRecords(RowLabels labels, IReadOnlyList<TableColumn> columns, TextStore texts, IReadOnlyList<string> remarks) : RowRecords(labels, remarks)
{
    /// <inheritdoc/>
    public override UInt128 ContentHash(int record) => HashOf(texts[record]);

    /// <inheritdoc/>
    public override string? Text(int record) => Encoding.UTF8.GetString(texts[record]);

    /// <inheritdoc/>
    /// <exception cref="EngramException">Always: a text is no array of numbers.</exception>
    public override InputForm Fit(IReadOnlyList<int> training) => throw NeedFeatures(Source);

    /// <inheritdoc/>
    public override IReadOnlyList<FieldDescription> Describe() => [.. columns.Select(column => column.Role == ColumnRole.Text ? Describe(column.Name, texts) : Describe(column))];

    /// <summary>The error of who wants numbers.</summary>
    internal static EngramException NeedFeatures(string source) =>
        EngramException.Input("needs-features", $"'{source}' holds texts, which a network that has learned to read must turn into features; name one with --features, or leave --features none out.");

    /// <summary>A line about texts.</summary>
    internal static FieldDescription Describe(string name, TextStore texts)
    {
        long letters = 0;
        int empty = 0, longest = 0;
        for (int i = 0; i < texts.Count; i++)
        {
            int length = Encoding.UTF8.GetCharCount(texts[i]);
            letters += length;
            longest = Math.Max(longest, length);
            if (length == 0) empty++;
        }
        return new(name, "text", empty, $"{letters / texts.Count} letters on average, {longest} at most");
    }
}
