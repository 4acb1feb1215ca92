using Engram.Methods;
using Engram.Methods.Regularization;
using Engram.Networks;
using Engram.Streams;
using Engram.Tests.Networks;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Regularization;

/// <summary>What all methods with a penalty do when the network grows.</summary>
public sealed class GrownPenaltyTests
{
    public GrownPenaltyTests() => NativeEngine.PrepareThread(1);

    public static TheoryData<string> Ids => ["ewc", "online-ewc", "l2", "mas", "si", "rwalk"];

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_pull_on_the_grown_network_is_the_gradient_that_the_chain_rule_gives(string id)
    {
        using ToyLesson lesson = Lesson(id, out NetworkGrowth growth, out Tensor move);
        Tensor before = lesson.Pull(move), expected = growth.Map.Gradients(before), movedTo = growth.Map.Weights(lesson.Parameters + move);

        Grow(lesson, growth);

        Assert.True(before.abs().max().item<float>() > 0);
        Batches.AssertClose(expected, lesson.Pull(movedTo - lesson.Parameters), 1e-4);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Stored_bytes_grow_with_the_network(string id)
    {
        using ToyLesson lesson = Lesson(id, out NetworkGrowth growth, out _);
        long bytes = lesson.Method.StoredBytes, parameters = lesson.Parameters.numel();

        Grow(lesson, growth);

        Assert.Equal(bytes / parameters, lesson.Method.StoredBytes / lesson.Parameters.numel());
        Assert.True(lesson.Parameters.numel() > parameters);
    }

    [Fact]
    public void Copies_have_equal_parts_of_what_the_one_contributed_along_the_path()
    {
        using ToyLesson lesson = new(new L2Penalty(new()), Scenario.Domain);
        using QuadraticPenalty penalty = new();
        using PathIntegral path = new(penalty);
        Tensor parameters = lesson.Parameters, step = Batches.Random(new(1), parameters.numel()), gradient = Batches.Random(new(2), parameters.numel());
        penalty.Replace(zeros_like(parameters), parameters);
        path.Restart(parameters);
        path.BeginStep(parameters, gradient);
        parameters.add_(step);
        using NetworkGrowth growth = NetworkGrowth.Widen(lesson.Learner.Definition, lesson.Learner.Network, 0, 20, new(1), noise: 0);

        path.Follow(growth); // the last step is still open

        Batches.AssertClose(growth.Map.Contributions(-gradient * step), path.Sum!, 1e-5);
        Assert.Equal(-(gradient * step).sum().item<float>(), path.Sum!.sum().item<float>(), 1e-3);
        growth.Network.Dispose();
    }

    private static ToyLesson Lesson(string id, out NetworkGrowth growth, out Tensor move)
    {
        object options = Activator.CreateInstance(Toy.Catalogs.Methods.Find(id).OptionsType)!;
        ToyLesson lesson = new(Toy.Catalogs.Methods.Create(id, options), Scenario.Domain, tasks: 3);
        lesson.Learn(1);
        lesson.Learn(2);
        move = Batches.Random(new(5), lesson.Parameters.numel());
        growth = NetworkGrowth.Widen(lesson.Learner.Definition, lesson.Learner.Network, 0, 20, new(1), noise: 0);
        lesson.Begin(3);
        return lesson;
    }

    // What is asked for is done once the hooks of the moment are over.
    private static void Grow(ToyLesson lesson, NetworkGrowth growth)
    {
        Network before = lesson.Learner.Network;
        lesson.Learner.Grow(growth);
        Assert.Same(before, lesson.Learner.Network);
        lesson.Begin(3);
        Assert.Same(growth.Network, lesson.Learner.Network);
        Assert.True(before.Parameters.IsInvalid);
    }
}
