namespace Engram.OwnData.Rows;

/// <summary>What records of tables and of texts share.</summary>
/// <param name="labels">Class, task, part and place of each.</param>
/// <param name="remarks">What to know of them.</param>
internal abstract class RowRecords(RowLabels labels, IReadOnlyList<string> remarks) : Records
{
    /// <inheritdoc/>
    public override int Count => labels.ClassOf.Length;

    /// <inheritdoc/>
    public override bool HasLabels => labels.Classes.Count > 0;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Classes => labels.Classes;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Tasks => labels.Tasks;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Remarks => remarks;

    /// <inheritdoc/>
    public override int ClassOf(int record) => labels.ClassOf[record];

    /// <inheritdoc/>
    public override int TaskOf(int record) => labels.Task(record);

    /// <inheritdoc/>
    public override RecordPart PartOf(int record) => labels.Part(record);

    /// <inheritdoc/>
    public override string Where(int record) => labels.Places.Where(record);

    /// <inheritdoc/>
    public override string Name(int record) => labels.Places.Name(record);

    /// <summary>A line about a column that is no input.</summary>
    protected FieldDescription Describe(TableColumn column) => column.Role switch
    {
        ColumnRole.Label => new(column.Name, "label", 0, $"{Classes.Count} {(Classes.Count == 1 ? "class" : "classes")}"),
        ColumnRole.Task => new(column.Name, "task", 0, $"{Tasks.Count} {(Tasks.Count == 1 ? "task" : "tasks")}"),
        ColumnRole.Split => new(column.Name, "part", 0, "train, validation or test"),
        _ => new(column.Name, "left out", column.Missing, column.Reason),
    };
}
