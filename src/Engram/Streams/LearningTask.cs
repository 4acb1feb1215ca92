using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Streams;

/// <summary>One task of a stream: data and the outputs that are its answers.</summary>
/// <param name="Index">Place in the order of learning, from 0.</param>
/// <param name="Name">What a reader of the matrix sees, such as <c>digits 0/1</c>.</param>
/// <param name="Train">What the task is learned from.</param>
/// <param name="Validation">Held out from the training data; null where none was asked for.</param>
/// <param name="Test">Used for rows of the accuracy matrix and nothing else.</param>
/// <param name="Outputs">The outputs that are answers of the task, in ascending order. Other tasks may have some of them, too, and lower or higher ones, in any order.</param>
public sealed record LearningTask(int Index, string Name, Samples Train, Samples? Validation, Samples Test, IReadOnlyList<int> Outputs)
{
    /// <summary>Place in the order of learning, from 1.</summary>
    public int Number => Index + 1;

    /// <summary>Where targets stand among the task's own outputs, from 0: what a network of the task alone learns.</summary>
    /// <param name="targets">Outputs of the task, [batch], int64.</param>
    internal Tensor PlacesOf(Tensor targets)
    {
        using Tensor outputs = OutputsOn(targets.device);
        return searchsorted(outputs, targets);
    }

    /// <summary>The outputs of places among the task's own.</summary>
    /// <param name="places">[batch], int64.</param>
    internal Tensor OutputsAt(Tensor places)
    {
        using Tensor outputs = OutputsOn(places.device);
        return outputs.index_select(0, places);
    }

    /// <summary>The task's outputs as a tensor, [outputs], int64.</summary>
    internal Tensor OutputsOn(Device device) => tensor([.. Outputs.Select(output => (long)output)], device: device);
}
