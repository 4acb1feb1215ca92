using System.Text.Json.Nodes;
using Engram.Durable.Gate;
using Engram.Durable.Storage;

namespace Engram.Durable;

/// <summary>Reads everything that became of a learner.</summary>
/// <param name="file">The learner.</param>
internal sealed class PastReading(LearnerFile file)
{
    /// <summary>Reads it in one snapshot.</summary>
    /// <exception cref="EngramException">Nothing was learned yet, or the store is damaged.</exception>
    public LearnerHistory Read() => file.Store.Read(reader =>
    {
        Settled settled = file.Settle(reader) ?? throw EngramException.Input("nothing-learned", $"'{file.Store.Address}' has learned nothing yet; let it learn a lesson first: engram learn {file.Store.Address} DATA.");
        HashSet<int> known = [.. settled.Row.Current == 0 ? [] : file.HeaderOf(LearnerFile.Present(reader, settled.Row.Current)).Tasks.SelectMany(task => task.Outputs)];
        List<string> names = LearnerFile.Names(reader);
        IReadOnlyList<LessonRow> lessons = reader.Lessons();
        ILookup<int, MatrixRow> rows = reader.Matrix().ToLookup(row => row.Version);
        return new LearnerHistory(file.Store.Address, file.Store.Bytes, settled.Method, InWords(settled), settled.Choices, settled.Options, settled.Row.Current,
            [.. reader.Classes().Select(one => new PastClass(one.Name, one.Lesson, known.Contains(one.Number)))],
            [.. lessons.Select(lesson => Past(lesson, names))],
            [.. reader.Versions().Select(version => Past(version, lessons, rows[version.Number]))],
            [.. reader.Events().Select(one => new PastEvent(one.When, one.Who, one.From, one.What, one.Detail))], reader.Unfinished()?.Name);
    });

    private static PastLesson Past(LessonRow lesson, List<string> names) => new(lesson.Number, lesson.Name, lesson.Learned, lesson.Source, lesson.Samples, lesson.Tested, lesson.Held, lesson.Kept,
        [.. JsonNode.Parse(lesson.Classes)!.AsArray().Select(one => new LessonClass(names[one!["class"]!.GetValue<int>()], one["samples"]!.GetValue<int>(), one["held"]!.GetValue<int>()))], lesson.Forgotten);

    private PastVersion Past(VersionRow version, IReadOnlyList<LessonRow> lessons, IEnumerable<MatrixRow> row)
    {
        VersionMetrics metrics = file.Metrics(version);
        return new(version.Number, version.Parent, version.Lesson == 0 ? null : lessons[version.Lesson - 1].Name, metrics.Made, version.Created, version.Promoted, version.Removed,
            GateVerdict.FromJson(JsonNode.Parse(version.Verdict)!.AsObject()), row.ToDictionary(one => one.Lesson, one => new LessonAccuracy(one.Samples, one.Right)), metrics.Seconds);
    }

    private static string InWords(Settled settled)
    {
        JsonNode? inputs = JsonNode.Parse(settled.Row.Inputs), form = inputs?["form"];
        string shape = string.Join(" x ", inputs?["shape"]?.AsArray().Select(size => size?.ToString()) ?? []);
        string own = form?["kind"]?.ToString() switch
        {
            "pictures" => $"pictures of {form["side"]} x {form["side"]} pixels, {(form["channels"]?.ToString() == "1" ? "grey" : "in colour")}",
            "table" => $"a table of {form["columns"]?.AsArray().Count} columns",
            null => "texts",
            _ => $"{shape} numbers",
        };
        return inputs?["features"] is { } features ? $"{own}, seen through {Path.GetFileName(features.ToString())}" : own;
    }
}
