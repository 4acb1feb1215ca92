namespace Engram.OwnData;

/// <summary>How many records have a class, belong to a task or a part.</summary>
/// <param name="Name">Of the class, task or part.</param>
/// <param name="Count">How many.</param>
public sealed record RecordCount(string Name, int Count);

/// <summary>What there is in a user's data, before anything is learned from them.</summary>
public sealed record DataDescription
{
    /// <summary>What the user named.</summary>
    public required string Source { get; init; }

    /// <summary>How many records there are.</summary>
    public required int Records { get; init; }

    /// <summary>Columns of a table, or what other data are made of.</summary>
    public required IReadOnlyList<FieldDescription> Fields { get; init; }

    /// <summary>Classes in the order in which they were first seen.</summary>
    public required IReadOnlyList<RecordCount> Classes { get; init; }

    /// <summary>Tasks in the same order; empty where the data name none.</summary>
    public required IReadOnlyList<RecordCount> Tasks { get; init; }

    /// <summary>Parts that have records; empty where the data name none.</summary>
    public required IReadOnlyList<RecordCount> Parts { get; init; }

    /// <summary>Records that are equal to an earlier one in all but class, task and part.</summary>
    public required int Repeated { get; init; }

    /// <summary>What was left out, and what to know besides, a sentence each.</summary>
    public required IReadOnlyList<string> Remarks { get; init; }

    /// <summary>Describes records; every content hash is asked for once.</summary>
    public static DataDescription Of(Records records)
    {
        int[] classes = new int[records.Classes.Count], tasks = new int[records.Tasks.Count], parts = new int[Enum.GetValues<RecordPart>().Length];
        HashSet<UInt128> seen = [];
        for (int record = 0; record < records.Count; record++)
        {
            if (records.HasLabels) classes[records.ClassOf(record)]++;
            if (tasks.Length > 0) tasks[records.TaskOf(record)]++;
            parts[(int)records.PartOf(record)]++;
            seen.Add(records.ContentHash(record));
        }
        return new()
        {
            Source = records.Source, Records = records.Count, Fields = records.Describe(), Repeated = records.Count - seen.Count,
            Classes = [.. records.Classes.Select((name, place) => new RecordCount(name, classes[place]))],
            Tasks = [.. records.Tasks.Select((name, place) => new RecordCount(name, tasks[place]))],
            Parts = parts[(int)RecordPart.Unsaid] == records.Count ? [] : [.. Enum.GetValues<RecordPart>().Where(part => parts[(int)part] > 0).Select(part => new RecordCount(part.ToString().ToLowerInvariant(), parts[(int)part]))],
            Remarks = [.. records.Remarks, .. Warnings(records, classes)],
        };
    }

    private static IEnumerable<string> Warnings(Records records, int[] classes)
    {
        string[] lone = [.. records.Classes.Where((_, place) => classes[place] == 1)];
        if (lone.Length > 0)
            yield return $"{(lone.Length == 1 ? "One class has" : $"{lone.Length} classes have")} a single record ({string.Join(", ", lone.Take(5).Select(name => $"'{Quote.Of(name, 30)}'"))}{(lone.Length > 5 ? ", ..." : "")}): it can be learned or tested, not both.";
        if (classes.Length == 1) yield return $"There is one class only, '{Quote.Of(records.Classes[0])}': there is nothing to tell apart yet.";
    }
}
