namespace Engram.OwnData.Rows;

/// <summary>What rows are, besides their input: place, class, task and part.</summary>
/// <param name="Places">Where they come from.</param>
/// <param name="Classes">Names.</param>
/// <param name="ClassOf">Of each row.</param>
/// <param name="NamedTasks">Names from a column; empty where there is none.</param>
/// <param name="TaskOf">Of each row; empty where no column says it.</param>
/// <param name="PartOf">Of each row; empty where no column says it.</param>
internal sealed record RowLabels(RowPlaces Places, IReadOnlyList<string> Classes, int[] ClassOf, IReadOnlyList<string> NamedTasks, int[] TaskOf, RecordPart[] PartOf)
{
    private readonly string[] fileTasks = NamedTasks.Count > 0 ? [] : [.. Places.Tasks];

    /// <summary>Names of the tasks: of the column, or else of the files.</summary>
    public IReadOnlyList<string> Tasks => NamedTasks.Count > 0 ? NamedTasks : fileTasks;

    /// <summary>Place of a row's task.</summary>
    public int Task(int row) => TaskOf.Length > 0 ? TaskOf[row] : fileTasks.Length == 0 ? 0 : Array.IndexOf(fileTasks, Places.FileOf(row).Task);

    /// <summary>What a row is for.</summary>
    public RecordPart Part(int row) => PartOf.Length > 0 && PartOf[row] != RecordPart.Unsaid ? PartOf[row] : Places.FileOf(row).Part;
}
