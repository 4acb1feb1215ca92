using System.Text.Json;
using System.Text.Json.Nodes;
using Engram.Answering;

namespace Engram.Training;

/// <summary>A task as a learner's file knows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Samples">How many samples it had.</param>
/// <param name="Outputs">Outputs that were its answers, in ascending order.</param>
internal sealed record TaskHeader(string Name, int Samples, int[] Outputs);

/// <summary>What a learner's file says besides its state: enough to make a learner of the same form.</summary>
/// <param name="Config">That of the learner.</param>
/// <param name="InputShape">Shape of one input.</param>
/// <param name="Answers">What is answered.</param>
/// <param name="Outputs">Outputs of the network.</param>
/// <param name="Tasks">The tasks learned, in order.</param>
internal sealed record LearnerHeader(JsonObject Config, IReadOnlyList<long> InputShape, Answers Answers, int Outputs, IReadOnlyList<TaskHeader> Tasks)
{
    private const string Kind = "learner";
    private const int MostOutputs = 1 << 20;
    private static readonly JsonSerializerOptions Form = new(Settings.Json) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>As the file holds it.</summary>
    public JsonObject ToJson() => new()
    {
        ["kind"] = Kind,
        ["config"] = Config.DeepClone(),
        ["inputShape"] = JsonSerializer.SerializeToNode(InputShape, Form),
        ["answers"] = Answers.Id,
        ["names"] = JsonSerializer.SerializeToNode(Answers.Names, Form),
        ["outputs"] = Outputs,
        ["tasks"] = JsonSerializer.SerializeToNode(Tasks, Form),
    };

    /// <summary>Reads what <see cref="ToJson"/> wrote; a file may come from anywhere.</summary>
    /// <exception cref="EngramException">It is no learner's, or something in it cannot be.</exception>
    public static LearnerHeader Read(JsonObject json)
    {
        if (json["kind"]?.ToString() != Kind) throw EngramException.Input("corrupt-checkpoint", "The file is no learner's: it was saved by something else; load it with what wrote it.");
        LearnerHeader header;
        try
        {
            header = new(json["config"]?.AsObject() ?? throw new JsonException("there is no configuration"), Part<long[]>("inputShape"), AnswerForms.Of(Part<string>("answers"), Part<string[]>("names"), Part<int>("outputs")), Part<int>("outputs"), Part<TaskHeader[]>("tasks"));
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or NotSupportedException)
        {
            throw Damaged(wrong.Message.TrimEnd('.'));
        }
        if (header.InputShape.Count is < 1 or > 8 || header.InputShape.Any(size => size < 1) || header.InputShape.Aggregate(1.0, (product, size) => product * size) > 1 << 26) throw Damaged($"inputs of the shape [{string.Join(", ", header.InputShape.Take(8))}]");
        if (header.Outputs is < 1 or > MostOutputs) throw Damaged($"{header.Outputs} outputs");
        if (header.Answers.AreClasses ? header.Answers.Names.Count != header.Outputs || header.Answers.Names.Distinct().Count() != header.Outputs : header.Answers.Outputs != header.Outputs) throw Damaged($"{header.Outputs} outputs for {header.Answers.Names.Count} names");
        if (header.Tasks.Count == 0 || header.Tasks.Any(task => task.Samples < 0 || task.Outputs.Length == 0 || task.Outputs[0] < 0 || task.Outputs[^1] >= header.Outputs || task.Outputs.Zip(task.Outputs.Skip(1)).Any(pair => pair.First >= pair.Second)))
            throw Damaged("tasks whose outputs are none of the network's");
        return header;

        T Part<T>(string name) => json[name].Deserialize<T>(Form) ?? throw new JsonException($"there is no '{name}'");
    }

    private static EngramException Damaged(string what) => EngramException.Input("corrupt-checkpoint", $"The learner's file cannot be read: it tells of {Quote.Of(what)}. It is damaged or was written by another version; restore it from a copy.");
}
