using Engram.Graphs;

namespace Engram.Methods;

/// <summary>A method with an answer of its own that it can write down as operations, for a program that answers without Engram.</summary>
public interface IDescribesAnswers
{
    /// <summary>Writes down what <see cref="LearningMethod.Predict"/> computes, but for the mask of outputs that do not compete, which is put on it.</summary>
    /// <param name="graph">Gets the operations.</param>
    /// <param name="inputs">[n, inputs...], of 32 bits.</param>
    /// <param name="task">Index of the task that is asked.</param>
    /// <returns>Scores, [n, outputs].</returns>
    /// <exception cref="EngramException">The network cannot be written so.</exception>
    GraphValue Describe(Graph graph, GraphValue inputs, int task);
}
