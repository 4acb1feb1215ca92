using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json.Nodes;
using Engram.Graphs;

namespace Engram.OwnData.Rows;

/// <summary>Rows of numbers, dates and names. Numbers stay as they are; what standardises them is the <see cref="TableForm"/>.</summary>
internal sealed class TableRecords : RowRecords
{
    private readonly TableColumn[] columns, hashed;
    private readonly RowStore rows;

    /// <param name="labels">Class, task, part and place of each.</param>
    /// <param name="columns">Of the table, in its order.</param>
    /// <param name="rows">Values of the input columns.</param>
    /// <param name="remarks">What to know of them.</param>
    public TableRecords(RowLabels labels, TableColumn[] columns, RowStore rows, IReadOnlyList<string> remarks) : base(labels, remarks)
    {
        (this.columns, this.rows) = (columns, rows);
        hashed = [.. columns.Where(column => column.Role == ColumnRole.Input).OrderBy(column => column.Name, StringComparer.Ordinal)];
    }

    /// <summary>The columns of the input that are not left out, in the order of the table.</summary>
    public IEnumerable<TableColumn> Inputs => columns.Where(column => column.Role == ColumnRole.Input && (column.Kind != ColumnKind.Text || column.IsCategory(Count)));

    /// <summary>All columns of the input.</summary>
    public IReadOnlyList<TableColumn> Columns => hashed;

    /// <summary>Values of a record.</summary>
    public ReadOnlySpan<byte> Row(int record) => rows[record];

    /// <summary>The hash of all values that are there, each with the name of its column, by name: their order and how a number is written change nothing.</summary>
    public override UInt128 ContentHash(int record)
    {
        Span<byte> content = hashed.Length <= 64 ? stackalloc byte[1024] : new byte[16 * hashed.Length];
        ReadOnlySpan<byte> row = rows[record];
        int length = 0;
        foreach (TableColumn column in hashed)
        {
            ulong identity = RowStore.IdentityIn(row, column);
            if (Cell.IsMissing(identity)) continue;
            BinaryPrimitives.WriteUInt64LittleEndian(content[length..], column.NameHash);
            BinaryPrimitives.WriteUInt64LittleEndian(content[(length + 8)..], identity);
            length += 16;
        }
        return HashOf(content[..length]);
    }

    /// <inheritdoc/>
    public override InputForm Fit(IReadOnlyList<int> training) => TableForm.Fit(this, training);

    /// <inheritdoc/>
    public override IReadOnlyList<FieldDescription> Describe()
    {
        (double Least, double Most)[] ranges = [.. columns.Select(_ => (double.PositiveInfinity, double.NegativeInfinity))];
        Moments[] moments = new Moments[columns.Length];
        for (int record = 0; record < Count; record++)
        {
            ReadOnlySpan<byte> row = rows[record];
            for (int at = 0; at < columns.Length; at++)
            {
                if (columns[at].Role != ColumnRole.Input || columns[at].Kind is ColumnKind.Text or ColumnKind.Undecided || RowStore.NumberIn(row, columns[at]) is var number && double.IsNaN(number)) continue;
                moments[at].Add(number);
                ranges[at] = (Math.Min(ranges[at].Least, number), Math.Max(ranges[at].Most, number));
            }
        }
        return [.. columns.Select((column, at) => column.Role != ColumnRole.Input ? Describe(column) : column.Kind switch
        {
            ColumnKind.Undecided => new(column.Name, "left out", column.Missing, "no record has a value"),
            ColumnKind.Text => DescribeNames(column),
            _ => DescribeNumbers(column, ranges[at].Least, ranges[at].Most, moments[at].Mean),
        })];
    }

    private FieldDescription DescribeNames(TableColumn column)
    {
        const int Most = 4, Longest = 20;
        string[] values = [.. column.Values.Take(Most).Select(value => Quote.Of(value.Length > Longest ? $"{value[..(Longest - 2)]}.." : value))];
        if (!column.IsCategory(Count)) return new(column.Name, "left out", column.Missing, $"{column.Different} different texts, such as {string.Join(", ", values.Take(2))}");
        return column.Values.Count == 1 && column.Missing == 0 ? new(column.Name, "left out", 0, $"all are {values[0]}")
            : new(column.Name, $"category ({column.Values.Count})", column.Missing, string.Join(", ", values) + (column.Values.Count > Most ? ", ..." : ""));
    }

    private static FieldDescription DescribeNumbers(TableColumn column, double least, double most, double mean)
    {
        if (least == most && column.Missing == 0) return new(column.Name, "left out", 0, $"all are {Shown(least)}");
        return column.Kind == ColumnKind.Date ? new(column.Name, "date", column.Missing, $"{Shown(least)} to {Shown(most)}")
            : new(column.Name, "number", column.Missing, $"{Shown(least)} to {Shown(most)}, mean {Shown(mean)}");

        string Shown(double number) => column.Kind == ColumnKind.Date ? Cell.DateOf(number)
            : number.ToString(Math.Abs(number) is 0 or >= 0.001 and < 1e5 ? "0.####" : Math.Floor(number) == number && Math.Abs(number) < 1e12 ? "0" : "G5", CultureInfo.InvariantCulture);
    }
}

/// <summary>
/// How rows become inputs. Numbers and dates are standardised; where training records lacked some, a place more says so, and the mean stands for
/// them. Names are one place each and one more for those never seen. Columns without any difference are left out. Columns are found by name.
/// </summary>
internal sealed class TableForm : InputForm
{
    private readonly FormColumn[] columns;
    private readonly string learned;
    private readonly LeftOut[] leftOut;
    private volatile Plan? last;

    private TableForm(string learned, IReadOnlyList<FormColumn> columns, IReadOnlyList<LeftOut> leftOut)
    {
        (this.learned, this.columns, this.leftOut) = (learned, [.. columns], [.. leftOut]);
        Shape = [columns.Sum(column => column.Places)];
    }

    private sealed record LeftOut(string Name, string Why)
    {
        public override string ToString() => $"The column '{Quote.Of(Name)}' is left out: {Why}.";
    }

    // Where the columns of the form are in some records.
    private sealed record Plan(TableRecords Records, TableColumn?[] Columns);

    /// <inheritdoc/>
    public override IReadOnlyList<long> Shape { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Remarks => [.. leftOut.Select(column => column.ToString())];

    /// <summary>The form of some records.</summary>
    /// <exception cref="EngramException">No column has a difference.</exception>
    public static TableForm Fit(TableRecords records, IReadOnlyList<int> training)
    {
        TableColumn[] inputs = [.. records.Inputs];
        Moments[] moments = new Moments[inputs.Length];
        NameCount[] names = [.. inputs.Select(_ => new NameCount())];
        foreach (int record in training)
        {
            ReadOnlySpan<byte> row = records.Row(record);
            for (int i = 0; i < inputs.Length; i++)
                if (inputs[i].Kind == ColumnKind.Text) names[i].Add(RowStore.IdentityIn(row, inputs[i]));
                else if (RowStore.NumberIn(row, inputs[i]) is var number && !double.IsNaN(number)) moments[i].Add(number);
        }
        List<FormColumn> columns = [];
        List<LeftOut> leftOut = [];
        for (int i = 0; i < inputs.Length; i++)
        {
            bool isName = inputs[i].Kind == ColumnKind.Text;
            long there = isName ? names[i].Count : moments[i].Count;
            bool differs = isName ? names[i].Different.Count > 1 : moments[i].Deviation > 0;
            if (there > 0 && (differs || there < training.Count))
                columns.Add(isName ? FormColumn.OfNames(inputs[i].Name, [.. names[i].Different.Select(identity => inputs[i].TextOf(identity)!)], there < training.Count)
                    : FormColumn.OfNumbers(inputs[i].Name, inputs[i].Kind == ColumnKind.Date, moments[i].Mean, moments[i].Deviation, there < training.Count));
            else leftOut.Add(new(inputs[i].Name, there == 0 ? "no training record has a value" : "it is the same in all training records"));
        }
        if (columns.Count == 0) throw DataFile.Wrong($"No column of '{records.Source}' differs between the training records, so there is nothing to learn from: {TableRoles.List(leftOut.Select(column => column.Name))}; give other columns or more records.");
        return new(records.Source, columns, leftOut);
    }

    /// <summary>The form that <see cref="ToJson"/> described.</summary>
    /// <exception cref="EngramException">It is damaged.</exception>
    public static TableForm FromJson(JsonObject json)
    {
        FormJson form = new(json);
        FormColumn[] columns = [.. form.Objects("columns").Select(FormColumn.FromJson)];
        LeftOut[] leftOut = [.. form.Objects("leftOut").Select(column => new LeftOut(column.Text("name"), column.Text("why")))];
        if (columns.Length == 0) throw FormJson.Damaged("has no column");
        if (columns.CountBy(column => column.Name).FirstOrDefault(one => one.Value > 1).Key is { } twice) throw FormJson.Damaged($"has the column '{Quote.Of(twice)}' twice");
        return new(form.Text("source"), columns, leftOut);
    }

    /// <inheritdoc/>
    public override JsonObject ToJson() => new()
    {
        ["kind"] = "table", ["source"] = learned, ["columns"] = new JsonArray([.. columns.Select(column => column.ToJson())]), ["leftOut"] = new JsonArray([.. leftOut.Select(column => (JsonNode)new JsonObject { ["name"] = column.Name, ["why"] = column.Why })]),
    };

    /// <inheritdoc/>
    public override void Read(Records records, int record, Span<float> input)
    {
        Plan plan = last is { } known && ReferenceEquals(known.Records, records) ? known : last = PlanFor(records);
        ReadOnlySpan<byte> row = plan.Records.Row(record);
        for (int i = 0, place = 0; i < columns.Length; place += columns[i].Places, i++)
            if (!columns[i].Write(row, plan.Columns[i], input.Slice(place, columns[i].Places)))
                throw DataFile.Wrong($"The column '{Quote.Of(columns[i].Name)}' holds {RowStore.NumberIn(row, plan.Columns[i]!):G6} in {records.Where(record)}, which is too far from all that was learned first to be a number of 32 bits; correct it, or leave the record out.");
    }

    /// <inheritdoc/>
    public override GraphValue Describe(Graph graph) => graph.Apply("Concat", [.. columns.Select(column => column.Describe(graph))], ("axis", 1L));

    /// <inheritdoc/>
    public override IReadOnlyList<string> RemarksOn(Records records)
    {
        Plan plan = PlanFor(records);
        List<string> said = [];
        for (int i = 0; i < columns.Length; i++)
        {
            if (plan.Columns[i] is not { } column) continue;
            if (column.Missing > 0 && !columns[i].HasIndicator) said.Add($"{column.Missing} of {records.Count} records have no value in the column '{Quote.Of(column.Name)}', where none was missing in what was learned first; {(columns[i].IsNames ? "they count as a name never seen" : "the mean stands for it")}.");
            string[] strange = columns[i].IsNames ? [.. Strange(plan.Records, column, columns[i]).Take(4).Select(value => $"'{Quote.Of(value, 30)}'")] : [];
            if (strange.Length > 0) said.Add($"The column '{Quote.Of(column.Name)}' has names that were not in what was learned first, such as {string.Join(", ", strange)}; they share one place.");
        }
        string[] more = [.. plan.Records.Inputs.Select(column => column.Name).Except(columns.Select(column => column.Name)).Except(leftOut.Select(column => column.Name))];
        if (more.Length > 0) said.Add($"The columns {TableRoles.List(more)} were not learned first and are left out.");
        return said;
    }

    private static IEnumerable<string> Strange(TableRecords records, TableColumn column, FormColumn form)
    {
        HashSet<ulong> seen = [];
        for (int record = 0; record < records.Count; record++)
            if (RowStore.IdentityIn(records.Row(record), column) is var identity && !Cell.IsMissing(identity) && !form.Knows(identity) && seen.Add(identity))
                yield return column.IsNumber ? $"{RowStore.NumberIn(records.Row(record), column)}" : column.TextOf(identity) ?? $"that of {records.Where(record)}";
    }

    private Plan PlanFor(Records records)
    {
        if (records is not TableRecords table) throw DataFile.Wrong($"'{records.Source}' holds no table, and a table with the columns {TableRoles.List(columns.Select(column => column.Name))} was learned; give data of that kind.");
        Dictionary<string, TableColumn> there = table.Columns.ToDictionary(column => column.Name);
        string[] lacking = [.. columns.Select(column => column.Name).Where(name => !there.ContainsKey(name))];
        if (lacking.Length > 0) throw TableRoles.Differ($"'{records.Source}'", lacking, there.Keys.Except(columns.Select(column => column.Name)), $"'{learned}'");
        foreach (FormColumn column in columns) column.RequireKind(records, there[column.Name]);
        return new(table, [.. columns.Select(column => there[column.Name].Kind == ColumnKind.Undecided ? null : there[column.Name])]);
    }

    // The different names of a column, by first sight.
    private sealed class NameCount
    {
        private readonly HashSet<ulong> seen = [];

        public List<ulong> Different { get; } = [];

        public long Count { get; private set; }

        public void Add(ulong identity)
        {
            if (Cell.IsMissing(identity)) return;
            Count++;
            if (seen.Add(identity)) Different.Add(identity);
        }
    }
}
