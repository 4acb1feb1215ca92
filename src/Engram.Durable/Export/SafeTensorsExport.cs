using System.Text.Json;
using System.Text.Json.Nodes;
using Engram.Training;

namespace Engram.Durable.Export;

/// <summary>
/// Writes the numbers by which a learner answers as safetensors, which any language reads: the network's parameters by their names in PyTorch, such as
/// <c>network.0.weight</c> [outputs, inputs], and where the method has an answer of its own what that follows from, such as <c>method.statistics.lesson0.sums</c>.
/// </summary>
/// <remarks>
/// Texts in the file's metadata: <c>config</c> says method, network and their settings, classes in the order of the outputs, lessons and the shape of an
/// input; <c>state</c> has the values that are no tensors; <c>sha256</c> is a checksum of it all.
/// </remarks>
public static class SafeTensorsExport
{
    /// <summary>Writes the file; a stop at any moment leaves the old one or the new one.</summary>
    /// <param name="predictor">What a learner knew at one moment.</param>
    /// <param name="path">The file, usually <c>*.safetensors</c>; replaced where it is there.</param>
    /// <exception cref="EngramException">It cannot be written.</exception>
    public static void Write(Predictor predictor, string path)
    {
        LearnerHeader header = predictor.Header;
        JsonObject description = new()
        {
            ["kind"] = "export",
            ["config"] = header.Config.DeepClone(),
            ["inputShape"] = JsonSerializer.SerializeToNode(header.InputShape),
            ["answers"] = header.Answers.Id,
            ["classes"] = JsonSerializer.SerializeToNode(header.Answers.Names),
            ["lessons"] = JsonSerializer.SerializeToNode(header.Tasks.Select(task => task.Name)),
        };
        predictor.Show((tensors, values) => StateFile.Save(path, new StateBag(tensors.ToDictionary(), values), description));
    }
}
