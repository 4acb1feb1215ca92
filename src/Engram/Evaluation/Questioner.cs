using Engram.Methods;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Evaluation;

/// <summary>Asks a method for its answer to one input, and the network where it looked; changes nothing.</summary>
/// <param name="method">Predicts.</param>
/// <param name="model">Its network and what is known about the run.</param>
public sealed class Questioner(LearningMethod method, Model model)
{
    /// <summary>The answer to one input.</summary>
    /// <param name="input">As many numbers as the shape has.</param>
    /// <param name="task">Index of the task, for a method or scenario that must know it.</param>
    /// <exception cref="EngramException">The input has another length, or is not finite.</exception>
    public Answer Ask(float[] input, int task)
    {
        long expected = model.Network.InputShape.Aggregate(1L, (product, size) => product * size);
        if (input.Length != expected)
            throw EngramException.Input("wrong-input", $"The input has {input.Length} numbers, but the network takes {expected}, of the shape [{string.Join(", ", model.Network.InputShape)}].");
        if (FiniteInput.FirstNot(input) is >= 0 and var place)
            throw EngramException.Input("not-finite", $"The input has {input[place]} as number {place}, counted from 0; all must be finite.");
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        Inputs inputs = new(tensor(input).reshape([1, .. model.Network.InputShape]).to(model.Device), [task]);
        model.Network.TakeAttention(); // that of an earlier batch
        float[] probabilities = model.Answers.Read(method.Predict(inputs)).cpu().data<float>().ToArray();
        return new(probabilities, model.Network.TakeAttention());
    }
}
