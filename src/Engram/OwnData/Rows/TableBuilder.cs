using System.Collections;
using System.Runtime.InteropServices;

namespace Engram.OwnData.Rows;

/// <summary>
/// Makes records out of rows, which a reader gives one after the other. The first thousand rows are looked at before the kind of each column is
/// decided; from then on a row is written where it stays. A column of a few different numbers in which a text comes later is read again as names
/// (<see cref="ReadAgainException"/>); any other is an error, for its numbers would silently become names.
/// </summary>
/// <param name="source">What the user named.</param>
/// <param name="options">What the user said.</param>
/// <param name="hints">What was learned in an earlier reading.</param>
internal sealed class TableBuilder(string source, RecordOptions options, TableHints hints)
{
    private const int RowsToLookAt = 1000, FewestNumbered = 20;
    private const double MostlyNumbers = 0.9;

    private readonly List<LookedAt[]> looked = [];
    private readonly NameList classes = new(), tasks = new();
    private readonly List<string> remarks = [.. hints.Remarks];
    private readonly RowPlaces places = new();
    private readonly List<int> classOf = [], taskOf = [];
    private readonly List<RecordPart> partOf = [];
    private TableColumn[] columns = [];
    private Dictionary<string, int> columnOfName = [];
    private int[] map = [];
    private bool isTyped, hasLabels = true;
    private RowStore? rows;
    private TextStore? texts;
    private byte[] missing = [], row = [];
    private LookedAt[] lookedRow = [];
    private int rowClass, rowTask;
    private RecordPart rowPart;

    /// <summary>Begins a file.</summary>
    /// <param name="item">The file.</param>
    /// <param name="names">Of its columns, in its order.</param>
    /// <param name="rowWord">What a row of it is called in messages, such as <c>line</c>.</param>
    /// <param name="typed">Whether the file itself says what is a number and what is a text; otherwise digits are a number.</param>
    /// <param name="mayLack">Whether columns may be missing or new, as keys of objects may be.</param>
    /// <exception cref="EngramException">Columns differ from those of an earlier file, or their roles cannot be told.</exception>
    public void Begin(DataItem item, IReadOnlyList<string> names, string rowWord, bool typed, bool mayLack = false)
    {
        if (columns.Length == 0)
        {
            columns = TableRoles.Of($"'{item.Path}'", names, options);
            columnOfName = Enumerable.Range(0, columns.Length).ToDictionary(at => columns[at].Name, at => at);
            if (Has(ColumnRole.Text)) texts = new();
        }
        else if (!mayLack) RequireSame(item.Path, names);
        places.Begin(item, rowWord);
        isTyped = typed;
        map = [.. names.Select((name, at) => columnOfName.GetValueOrDefault(name.Length == 0 ? $"column {at + 1}" : name, -1))];
        int strange = mayLack ? Array.IndexOf(map, -1) : -1;
        if (strange >= 0) throw new ReadAgainException(hints with { MoreColumns = [.. hints.MoreColumns, names[strange]] });
    }

    /// <summary>Columns that an earlier reading met after the rows that are looked at.</summary>
    public IReadOnlyList<string> MoreColumns => hints.MoreColumns;

    /// <summary>The reading that knows of a column from its first row on.</summary>
    public ReadAgainException WithColumn(string name) => new(hints with { MoreColumns = [.. hints.MoreColumns, name] });

    /// <summary>Adds a remark.</summary>
    public void Remark(string remark)
    {
        if (!remarks.Contains(remark)) remarks.Add(remark);
    }

    /// <summary>Begins a row; values that are not given are missing.</summary>
    /// <param name="line">Its line or number in the file, from 1.</param>
    public void BeginRow(long line)
    {
        places.Next(line);
        (rowClass, rowTask, rowPart) = (-1, -1, RecordPart.Unsaid);
        if (rows is null) lookedRow = new LookedAt[columns.Length];
        else missing.CopyTo(row, 0);
    }

    /// <summary>Whether numbers of a column of the file can be given as such.</summary>
    public bool TakesNumbers(int column) => rows is not null && map[column] is >= 0 and int at && columns[at] is { Role: ColumnRole.Input, IsNumber: true };

    /// <summary>Whether a number is one that 32 bits can hold; others are given as text, for the error.</summary>
    public static bool CanHold(double number) => Math.Abs(number) <= float.MaxValue;

    /// <summary>Gives a number that can be held to a column that takes them.</summary>
    public void Number(int column, double number)
    {
        TableColumn target = columns[map[column]];
        if (target.Kind == ColumnKind.Number) MemoryMarshal.Write(row.AsSpan(target.Offset), (float)number);
        else MemoryMarshal.Write(row.AsSpan(target.Offset), number);
    }

    /// <summary>Gives a value as it is written.</summary>
    /// <param name="column">Of the file.</param>
    /// <param name="text">The value.</param>
    /// <param name="isNumber">Whether a file that says so says that it is a number.</param>
    /// <exception cref="EngramException">It is not what the column should hold.</exception>
    public void Text(int column, ReadOnlySpan<char> text, bool isNumber = false)
    {
        if (map[column] < 0) return;
        TableColumn target = columns[map[column]];
        ReadOnlySpan<char> trimmed = text.Trim();
        if (target.Role == ColumnRole.Text) texts!.Add(text);
        else if (target.Role == ColumnRole.Label) rowClass = trimmed.Length > 0 ? classes.PlaceOf(trimmed) : -1;
        else if (target.Role == ColumnRole.Task) rowTask = trimmed.Length > 0 ? tasks.PlaceOf(trimmed) : -1;
        else if (target.Role == ColumnRole.Split) rowPart = PartIn(trimmed, target);
        else if (target.Role == ColumnRole.LeftOut || (isTyped ? trimmed.Length == 0 : Cell.IsMissing(trimmed))) return;
        else if (rows is null) lookedRow[map[column]] = new(trimmed.ToString(), !isTyped || isNumber);
        else Store(target, trimmed, mayBeNumber: !isTyped || isNumber);
    }

    /// <summary>Ends a row.</summary>
    /// <exception cref="EngramException">It has no label, or no task where a column holds them.</exception>
    public void EndRow()
    {
        if (rowClass < 0 && !options.Unlabelled) throw Lacks("label", ColumnRole.Label);
        if (rowTask < 0 && Has(ColumnRole.Task)) throw Lacks("task", ColumnRole.Task);
        classOf.Add(rowClass);
        if (rowTask >= 0) taskOf.Add(rowTask);
        if (Has(ColumnRole.Split)) partOf.Add(rowPart);
        if (texts?.Count < classOf.Count) texts.Add("");
        if (rows is not null) Keep();
        else
        {
            looked.Add(lookedRow);
            if (looked.Count == RowsToLookAt) Decide();
        }
    }

    /// <summary>The records.</summary>
    /// <exception cref="EngramException">There are none, or a column is neither numbers nor names.</exception>
    public Records Build()
    {
        if (classOf.Count == 0) throw DataFile.Wrong($"'{source}' has no rows below the names of its columns; add some or name another file.");
        if (rows is null) Decide();
        if (classOf.Contains(-1)) LeaveLabelsOut();
        RequireClasses();
        foreach (TableColumn column in columns) Judge(column);
        RowLabels labels = new(places, hasLabels ? classes.Names : [], [.. classOf], tasks.Names, [.. taskOf], [.. partOf]);
        if (texts is not null) return new TextRecords(labels, columns, texts, remarks) { Source = source };
        if (!columns.Any(column => column.Role == ColumnRole.Input)) throw DataFile.Wrong($"'{source}' has no column besides {TableRoles.List(columns.Where(column => column.Role is not ColumnRole.LeftOut).Select(column => column.Name))} that could be learned from; ignore fewer columns, or check that the values are separated.");
        return new TableRecords(labels, columns, rows!, remarks) { Source = source };
    }

    private bool Has(ColumnRole role)
    {
        foreach (TableColumn column in columns)
            if (column.Role == role) return true;
        return false;
    }

    private string Here => places.Where(places.Count - 1);

    private EngramException Lacks(string what, ColumnRole role) =>
        DataFile.Wrong($"The {what} is empty in {Here} (column '{Quote.Of(columns.First(column => column.Role == role).Name)}'); fill it in or take the row out.");

    private RecordPart PartIn(ReadOnlySpan<char> text, TableColumn column) => DataFolder.IsPart(text.ToString(), out RecordPart part) ? part
        : throw DataFile.Wrong($"'{Quote.Of(text)}' stands in {Here}, column '{Quote.Of(column.Name)}', where train, validation or test was expected; correct it, or leave the column out with --ignore {column.Name}.");

    private void RequireSame(string path, IReadOnlyList<string> names)
    {
        string[] named = [.. names.Where(name => name.Length > 0)];
        if (named.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice) throw DataFile.Wrong($"'{path}' has {twice.Count()} columns named '{Quote.Of(twice.Key)}'; rename one of them.");
        string[] lacking = [.. columns.Where(column => column.Role != ColumnRole.LeftOut).Select(column => column.Name).Except(named)], strange = [.. named.Except(columns.Select(column => column.Name)).Except(options.Ignore)];
        if (lacking.Length + strange.Length > 0) throw TableRoles.Differ($"'{path}'", lacking, strange, $"'{places.FileOf(0).Path}'");
    }

    private void Decide()
    {
        int offset = 0;
        for (int at = 0; at < columns.Length; at++)
        {
            if (columns[at].Role != ColumnRole.Input) continue;
            columns[at].Kind = hints.AsNames.Contains(columns[at].Name) ? ColumnKind.Text : LookedAt.KindOf(looked.Select(row => row[at]));
            columns[at].Offset = offset;
            offset += columns[at].Size;
        }
        rows = new(offset);
        (missing, row) = (new byte[offset], new byte[offset]);
        foreach (TableColumn column in columns.Where(column => column.Role == ColumnRole.Input)) WriteMissing(column);
        for (int i = 0; i < looked.Count; i++)
        {
            missing.CopyTo(row, 0);
            for (int at = 0; at < columns.Length; at++)
                if (looked[i][at] is { Text: { } text } one) Store(columns[at], text, one.MayBeNumber, i);
            Keep();
        }
        looked.Clear();
    }

    private void WriteMissing(TableColumn column)
    {
        if (column.Kind == ColumnKind.Number) MemoryMarshal.Write(missing.AsSpan(column.Offset), float.NaN);
        else MemoryMarshal.Write(missing.AsSpan(column.Offset), Cell.IdentityOf(double.NaN));
    }

    private void Keep()
    {
        rows!.Add(row);
        foreach (TableColumn column in columns)
            if (column.Role == ColumnRole.Input && (column.Kind == ColumnKind.Number ? float.IsNaN(MemoryMarshal.Read<float>(row.AsSpan(column.Offset))) : Cell.IsMissing(MemoryMarshal.Read<ulong>(row.AsSpan(column.Offset))))) column.Missing++;
    }

    private void Store(TableColumn column, ReadOnlySpan<char> text, bool mayBeNumber, int at = -1)
    {
        if (column.Kind == ColumnKind.Undecided) column.Kind = LookedAt.KindOf([new(text.ToString(), mayBeNumber)]) is var kind and not ColumnKind.Number ? kind : ColumnKind.WideNumber;
        double value = 0;
        if (column.IsNumber && mayBeNumber && Cell.IsNumber(text, out value) || column.Kind == ColumnKind.Date && Cell.IsDate(text, out value))
        {
            if (!CanHold(value)) throw DataFile.Wrong($"'{Quote.Of(text)}' stands in {Place(at)}, column '{Quote.Of(column.Name)}', and is infinity or too large; write a number, or leave it empty where it is not known.");
            if (column.Kind == ColumnKind.Number) MemoryMarshal.Write(row.AsSpan(column.Offset), (float)value);
            else MemoryMarshal.Write(row.AsSpan(column.Offset), value);
        }
        else if (column.Kind == ColumnKind.Text) MemoryMarshal.Write(row.AsSpan(column.Offset), column.Identify(text, places, at < 0 ? places.Count - 1 : at));
        else throw Changed(column, text, Place(at));
    }

    private string Place(int at) => at < 0 ? Here : places.Where(at);

    // What is no longer of the kind that the first rows showed.
    private Exception Changed(TableColumn column, ReadOnlySpan<char> text, string place)
    {
        if (Cell.HasDecimalComma(text)) return WithComma(column, $"'{Quote.Of(text)}' in {place}");
        if (column.IsNumber && AreFew(column)) return new ReadAgainException(hints with { AsNames = [.. hints.AsNames, column.Name], Remarks = [.. hints.Remarks, $"The column '{Quote.Of(column.Name)}' begins with numbers and has '{Quote.Of(text)}' in {place}, so all of its values are taken as names."] });
        return Stray(column, column.Kind == ColumnKind.Date ? "dates" : "numbers", $"'{Quote.Of(text)}' in {place}");
    }

    private bool AreFew(TableColumn column)
    {
        HashSet<ulong> different = [];
        for (int i = 0; i < rows!.Count && different.Count <= TableColumn.MostCategories; i++) different.Add(RowStore.IdentityIn(rows[i], column));
        return different.Count <= TableColumn.MostCategories;
    }

    private static EngramException Stray(TableColumn column, string kind, string found) =>
        DataFile.Wrong($"The column '{Quote.Of(column.Name)}' holds {kind}, but {found} is none; correct it, leave it empty where it is not known (also: {Cell.MissingWords}), or leave the column out with --ignore {column.Name}.");

    private static EngramException WithComma(TableColumn column, string found) =>
        DataFile.Wrong($"The column '{Quote.Of(column.Name)}' has a number with a comma, {found}; write numbers with a decimal point and without separators of thousands, or leave the column out with --ignore {column.Name}.");

    private void LeaveLabelsOut()
    {
        int lacking = classOf.Count(one => one < 0);
        if (lacking < classOf.Count) Remark($"{lacking} of {classOf.Count} rows have no label, so the labels of the others are not used.");
        hasLabels = false;
        for (int i = 0; i < classOf.Count; i++) classOf[i] = -1;
    }

    private void RequireClasses()
    {
        if (hasLabels && classOf.Count >= 100 && classes.Names.Count > classOf.Count / 2 && classes.Names.All(name => Cell.IsNumber(name, out _)) && classes.Names.FirstOrDefault(name => name.Contains('.')) is { } number)
            throw DataFile.Wrong($"The column '{columns.First(column => column.Role == ColumnRole.Label).Name}' of '{source}' holds {classes.Names.Count} different numbers, such as {Quote.Of(number)}, in {classOf.Count} rows, and classes were expected; name the column of the class with --label.");
    }

    private void Judge(TableColumn column)
    {
        if (column.Role == ColumnRole.LeftOut && column.Reason.Length > 0 && !options.Ignore.Contains(column.Name)) Remark($"The column '{Quote.Of(column.Name)}' is left out: {column.Reason}.");
        if (column.IsNumber && !options.Unlabelled && CountsRows(column)) Remark($"The column '{Quote.Of(column.Name)}' holds a number of its own for each row, without a gap, as row numbers and ids are, which say nothing about new rows; leave it out with --ignore {column.Name}.");
        if (column.Kind != ColumnKind.Text) return;
        var (numbers, withComma, others) = column.Texts;
        int all = numbers + withComma + others;
        if (withComma > 0 && others == 0) throw WithComma(column, column.FirstOther);
        if (options.Unlabelled || column.IsCategory(classOf.Count)) return; // what was learned first says what a column of data to be asked about is
        if (numbers < all && numbers >= MostlyNumbers * all) throw Stray(column, "numbers", column.FirstOther);
        Remark($"The column '{Quote.Of(column.Name)}' is left out: it has {column.Different} different texts in {all} values, as names and ids have.");
    }

    // Whether its numbers count up by one from any number on, each once and in any order.
    private bool CountsRows(TableColumn column)
    {
        int count = rows!.Count;
        if (count < FewestNumbered || column.Missing > 0) return false;
        double first = Enumerable.Range(0, count).Min(row => RowStore.NumberIn(rows[row], column));
        BitArray met = new(count);
        for (int row = 0; row < count; row++)
        {
            double place = RowStore.NumberIn(rows[row], column) - first;
            if (!(place < count) || place != Math.Floor(place) || met[(int)place]) return false;
            met[(int)place] = true;
        }
        return true;
    }
}
