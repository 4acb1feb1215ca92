using System.Text.Json.Nodes;
using Engram.Durable.Drift;
using Engram.Durable.Storage;
using Engram.OwnData;

namespace Engram.Durable;

/// <summary>Compares today's inputs with the held-out samples of what a learner has learned.</summary>
/// <param name="learner">The learner.</param>
internal sealed class DriftCheck(DurableLearner learner)
{
    private const int Most = 20_000; // of each side; more show nothing that these do not

    /// <summary>Compares records, which need no labels.</summary>
    /// <param name="records">Today's.</param>
    /// <param name="reading">Hears how far a frozen network has come; null for nobody.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="EngramException">No held-out samples are kept, or the records are of another kind.</exception>
    public DriftReport Of(Records records, IProgress<ReadProgress>? reading, CancellationToken cancellation) => Of([.. learner.InputsOf(records, reading, cancellation)]);

    /// <summary>Compares inputs as the learner sees them.</summary>
    /// <param name="inputs">Today's, one at least.</param>
    public DriftReport Of(float[][] inputs)
    {
        float[][] reference = Reference();
        if (reference.Length == 0) throw EngramException.Input("nothing-kept", $"'{learner.Address}' keeps no held-out samples with which today's data could be compared; learn the next lesson with --keep tests or --keep features.");
        float[][] today = [.. Thinned(inputs)];
        int unknown = today.Chunk(512).Sum(part => learner.Predict(part).Count(answer => !answer.IsKnown));
        return DriftTest.Compare([.. Thinned(reference)], today, new(), NamesOf(reference[0].Length), new(unknown, today.Length, KnownInputs.Share, reference.Length));
    }

    private float[][] Reference() => learner.File.Store.Read(reader =>
    {
        Settled settled = learner.File.Settle(reader)!;
        HashSet<int> line = [.. reader.Matrix(settled.Row.Current).Select(row => row.Lesson)];
        return reader.Lessons().Where(lesson => line.Contains(lesson.Number)).SelectMany(lesson => reader.Held(lesson.Number, test: true)).Select(row => SampleBytes.ToNumbers(row.Input)).ToArray();
    });

    // Evenly over all of them, the same on any day.
    private static IEnumerable<float[]> Thinned(float[][] rows) => rows.Length <= Most ? rows : Enumerable.Range(0, Most).Select(place => rows[(long)place * rows.Length / Most]);

    private string[]? NamesOf(int length)
    {
        if (learner.Inputs() is not { Features: null, Form: { } form } || form.ToJson()["columns"] is not JsonArray columns) return null;
        string[] names = [.. columns.SelectMany(column => NamesOf((JsonObject)column!))];
        return names.Length == length ? names : null;
    }

    private static IEnumerable<string> NamesOf(JsonObject column)
    {
        string name = column["name"]!.GetValue<string>();
        if (column["names"] is JsonArray values)
        {
            foreach (JsonNode? value in values) yield return $"{name} = {value}";
            yield return $"{name} = another";
        }
        else yield return name;
        if (column["indicator"]!.GetValue<bool>()) yield return $"{name} is missing";
    }
}
