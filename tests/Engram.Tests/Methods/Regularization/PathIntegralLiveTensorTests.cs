using Engram.Methods.Regularization;
using Engram.Networks;
using Engram.Streams;
using Engram.Tests.Networks;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Regularization;

[Collection(nameof(Alone))]
public sealed class PathIntegralLiveTensorTests
{
    [Fact]
    public void Nothing_is_left_of_a_path_that_followed_a_grown_network()
    {
        using ToyLesson lesson = new(new L2Penalty(new()), Scenario.Domain);
        using NetworkGrowth growth = NetworkGrowth.Widen(lesson.Model.Definition, lesson.Model.Network, 0, 20, new(1), noise: 0);
        Walk(lesson, growth); // what is made once and kept, such as tables of the engine
        long before = EveryMethodLiveTensorTests.Count();

        Walk(lesson, growth);

        Assert.InRange(Tensor.TotalCount, 0, before); // before the collector comes and hides what was left
        growth.Network.Dispose();
    }

    private static void Walk(ToyLesson lesson, NetworkGrowth growth)
    {
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        using QuadraticPenalty penalty = new();
        using PathIntegral path = new(penalty);
        penalty.Replace(zeros_like(lesson.Parameters), lesson.Parameters);
        path.Restart(lesson.Parameters);
        Step(lesson.Parameters);
        path.Visit(new(growth), lesson.Parameters);
        penalty.Visit(new(growth), lesson.Parameters);
        Step(growth.Network.Parameters);

        void Step(Tensor parameters)
        {
            Tensor gradient = ones_like(parameters);
            path.BeginStep(parameters, gradient, 1, Batches.StepOf(gradient));
        }
    }
}
