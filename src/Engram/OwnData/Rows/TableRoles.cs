namespace Engram.OwnData.Rows;

/// <summary>Finds out what the columns of a table are for.</summary>
internal static class TableRoles
{
    private static readonly string[] LabelNames = ["label", "class", "target", "y"];

    /// <summary>The columns with their roles.</summary>
    /// <param name="source">Named in errors, such as <c>'sensors.csv'</c>.</param>
    /// <param name="names">Of all columns; an empty one is left out.</param>
    /// <param name="options">What the user said.</param>
    /// <exception cref="EngramException">Two columns have one name, one that the user named is not there, or there is no label.</exception>
    public static TableColumn[] Of(string source, IReadOnlyList<string> names, RecordOptions options)
    {
        if (names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Key.Length > 0 && group.Count() > 1) is { } twice)
            throw DataFile.Wrong($"{source} has {twice.Count()} columns named '{Quote.Of(twice.Key)}' (columns {string.Join(" and ", names.Select((name, at) => (name, at)).Where(one => one.name == twice.Key).Select(one => one.at + 1))}); rename one of them.");
        foreach (string ignored in options.Ignore) _ = Named(source, names, ignored, "--ignore");
        string? label = Label(source, names, options);
        string? task = options.Task is { } chosenTask ? Named(source, names, chosenTask, "--task") : Found(source, names, options, "task"), split = Found(source, names, options, "split");
        string? text = options.Text is { } chosenText ? Named(source, names, chosenText, "--text") : Found(source, names, options, "text");
        string?[] chosen = [label, task, text];
        foreach (string name in chosen.OfType<string>())
        {
            if (options.Ignore.Contains(name)) throw EngramException.Input("wrong-column", $"The column '{Quote.Of(name)}' of {source} is to be ignored and used at once; take it out of --ignore.");
            if (chosen.Count(other => other == name) > 1) throw EngramException.Input("wrong-column", $"The column '{Quote.Of(name)}' of {source} cannot have two uses; --label, --task and --text name different columns.");
        }
        return [.. names.Select(Column)];

        TableColumn Column(string name, int at)
        {
            if (name.Length == 0) return new($"column {at + 1}", ColumnRole.LeftOut, "it has no name");
            if (options.Ignore.Contains(name)) return new(name, ColumnRole.LeftOut, "as wished");
            if (name == label) return new(name, ColumnRole.Label);
            if (name == task) return new(name, ColumnRole.Task);
            if (name == text) return new(name, ColumnRole.Text);
            if (name == split) return new(name, ColumnRole.Split);
            return text is null ? new(name, ColumnRole.Input) : new(name, ColumnRole.LeftOut, $"the text '{text}' is the input");
        }
    }

    private static string? Label(string source, IReadOnlyList<string> names, RecordOptions options)
    {
        if (options.Label is { } chosen) return options.Unlabelled && !names.Contains(chosen) ? null : Named(source, names, chosen, "--label");
        string[] found = [.. names.Where(name => LabelNames.Contains(name, StringComparer.OrdinalIgnoreCase) && !options.Ignore.Contains(name))];
        if (found.Length == 1) return found[0];
        if (found.Length == 0 && options.Unlabelled) return null;
        throw EngramException.Input("no-label", found.Length == 0
            ? $"{source} has no column named {string.Join(", ", LabelNames[..^1])} or {LabelNames[^1]}; say with --label which of its columns is the class: {List(names)}.{(names.Any(name => Cell.IsNumber(name, out _)) ? " A table without a first line of names needs one." : "")}"
            : $"{source} has more than one column that may be the class, {List(found)}; say which with --label, and leave out the others with --ignore where they say the same.");
    }

    private static string? Found(string source, IReadOnlyList<string> names, RecordOptions options, string wanted)
    {
        string[] found = [.. names.Where(name => name.Equals(wanted, StringComparison.OrdinalIgnoreCase) && name != options.Label && name != options.Task && name != options.Text && !options.Ignore.Contains(name))];
        return found.Length < 2 ? found.FirstOrDefault() : throw EngramException.Input("wrong-column", $"{source} has the columns {List(found)}, which differ only in case; rename one, or leave it out with --ignore.");
    }

    private static string Named(string source, IReadOnlyList<string> names, string name, string option) => name.Length > 0 && names.Contains(name) ? name
        : throw EngramException.Input("unknown-column", $"{source} has no column '{Quote.Of(name)}', which {option} names{NearestNames.Suggest(name, names)} Its columns: {List(names)}.");

    /// <summary>The error of columns that differ, with both sides.</summary>
    public static EngramException Differ(string path, IEnumerable<string> lacking, IEnumerable<string> strange, string other)
    {
        string[] less = [.. lacking], more = [.. strange];
        string both = less.Length > 0 && more.Length > 0 ? " and " : "";
        return EngramException.Input("columns-differ", $"{path} {(less.Length > 0 ? $"lacks {List(less)}, which {other} has," : "")}{both}{(more.Length > 0 ? $"has {List(more)}, which {other} has not" : "")}".TrimEnd(',') + "; name the columns alike (their order does not matter), or leave some out with --ignore.");
    }

    /// <summary>Names in quotes, the first twenty of them.</summary>
    public static string List(IEnumerable<string> names)
    {
        const int Most = 20;
        string[] all = [.. names.Where(name => name.Length > 0).Select(name => $"'{Quote.Of(name, 40)}'")];
        return string.Join(", ", all.Take(Most)) + (all.Length > Most ? $", ... ({all.Length} in all)" : "");
    }
}
