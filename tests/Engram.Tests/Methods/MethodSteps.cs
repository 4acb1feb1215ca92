using Engram.Methods;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods;

/// <summary>Hooks of a step of which only the gradient matters.</summary>
internal static class MethodSteps
{
    public static void EditGradient(this LearningMethod method, Tensor gradient) => method.EditGradient(With(gradient));

    public static void AfterStep(this LearningMethod method, Tensor gradient) => method.AfterStep(With(gradient));

    private static TrainingStep With(Tensor gradient) => new(new(zeros(1, 144), zeros(1, dtype: int64), [0]), zeros(1, 2), gradient);
}
