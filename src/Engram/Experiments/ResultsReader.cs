using System.Text.Json;
using System.Text.Json.Nodes;
using Engram.Methods;

namespace Engram.Experiments;

/// <summary>Reads what <c>results.json</c> holds, and refuses what pictures and comparisons could not be made from.</summary>
internal static class ResultsReader
{
    private static readonly JsonSerializerOptions Form = new(Settings.Json) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>The results.</summary>
    /// <param name="json">The file's content.</param>
    /// <param name="path">Named in errors.</param>
    /// <exception cref="EngramException">They are damaged or of another version.</exception>
    public static RunResult Read(JsonObject json, string path)
    {
        if (json["schema"]?.ToJsonString() != RunConfig.Schema.ToString())
            throw EngramException.Input("other-version", $"'{path}' has schema {Quote.Of(json["schema"]?.ToJsonString() ?? "none")}, but Engram {EngramVersion.Current} reads schema {RunConfig.Schema}; use the Engram that wrote it.");
        try
        {
            RunResult result = json.Deserialize<RunResult>(Form) ?? throw new JsonException("it is null");
            return Problem(result) is { } problem ? throw new JsonException(problem) : result with { Matrix = result.Matrix.Named(result.Tasks) };
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException)
        {
            throw EngramException.Input("corrupt-file", $"'{path}' does not have the form of Engram {EngramVersion.Current}: {Quote.Of(cause.Message.TrimEnd('.'), 300)}. Restore the file from a copy, or go on with the run, which writes it anew.", cause);
        }
    }

    // The first thing that does not fit; null where all does.
    private static string? Problem(RunResult result)
    {
        int tasks = result.Tasks.Length;
        if (tasks == 0 || result.Tasks.Any(name => name is null)) return "tasks must name one task at least";
        if (result.Matrix.TaskCount != tasks || !result.Matrix.IsComplete) return $"matrix must have {tasks + 1} rows of {tasks} fractions";
        if (!AreFractions(result.Chance, tasks) || !AreFractions(result.Majority, tasks)) return $"chance and majority must have {tasks} fractions";
        if (result.Kappa.Length != 0 && (result.Kappa.Length != tasks + 1 || result.Kappa.Any(row => row?.Length != tasks || row.Any(kappa => kappa is not (null or (>= -1 and <= 1)))))) return $"kappa must have {tasks + 1} rows of {tasks} numbers from -1 to 1, or null";
        if (result.TestSamples.Length != 0 && (result.TestSamples.Length != tasks || result.TestSamples.Any(count => count < 1))) return $"testSamples must have {tasks} numbers from 1";
        if (result.Parameters.Length != tasks || result.Parameters.Any(count => count < 1)) return $"parameters must have {tasks} numbers from 1";
        if (result.StoredBytes.Length != tasks || result.StoredBytes.Any(count => count < 0)) return $"storedBytes must have {tasks} numbers from 0";
        if (result.Widths.Length != 0 && (result.Widths.Length != tasks || result.Widths.Any(widths => widths is null || widths.Any(width => width < 1)))) return $"widths must have {tasks} lists of numbers from 1";
        if (result.Growth.Any(growth => growth is null || growth.Task < 1 || growth.Task > tasks || growth.Step < 0)) return $"growth must name tasks from 1 to {tasks} and steps from 0";
        if (result.Curves.Any(point => point is null || point.Task < 0 || point.Task > tasks || point.Step < 0 || !AreFractions(point.Accuracies, tasks))) return $"curves must have {tasks} fractions a point";
        if (result.Curves.Zip(result.Curves.Skip(1)).Any(pair => pair.First.Step > pair.Second.Step)) return "curves must not go back";
        if (result.Remarks.Any(remark => remark is null)) return "remarks must be texts";
        if (result.Classes.Any(name => name is null)) return "classes must be names";
        if (new[] { result.Seconds.Train, result.Seconds.Consolidate, result.Seconds.Evaluate, result.Seconds.Total }.Any(seconds => !(seconds >= 0 && double.IsFinite(seconds)))) return "seconds must be numbers from 0";
        if (result.Metrics.GetValueOrDefault("accuracy") is null) return "metrics must have the accuracy";
        return result.Metrics.Values.Any(value => value is { } number && !double.IsFinite(number)) ? "metrics must be finite" : result.Tables.All(ExhibitTable.IsWhole) ? null : "tables must have a fraction or null for each row and column";
    }

    private static bool AreFractions(double[]? values, int count) => values?.Length == count && values.All(value => value is >= 0 and <= 1);
}
