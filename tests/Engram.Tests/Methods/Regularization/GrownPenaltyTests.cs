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
        path.BeginStep(parameters, gradient, 0, Batches.StepOf(gradient));
        parameters.add_(step);
        using NetworkGrowth growth = NetworkGrowth.Widen(lesson.Model.Definition, lesson.Model.Network, 0, 20, new(1), noise: 0);

        path.Visit(new(growth), parameters); // the last step is still open

        Batches.AssertClose(growth.Map.Contributions(-gradient * step), path.Sum!, 1e-5);
        Assert.Equal(-(gradient * step).sum().item<float>(), path.Sum!.sum().item<float>(), 1e-3);
        growth.Network.Dispose();
    }

    [Fact]
    public void What_a_parameter_contributed_before_the_network_grew_becomes_importance_of_its_copies()
    {
        using ToyLesson lesson = new(new SynapticIntelligence(new() { Lambda = 1, Damping = 1, Clamp = PathClamp.None }), Scenario.Domain);
        LearningTask task = lesson.Begin(1);
        Tensor start = lesson.Parameters.clone(), gradient = Batches.Random(new(1), start.numel()), move = Batches.Random(new(2), start.numel());
        See(lesson, gradient);
        lesson.Parameters.add_(move);
        lesson.Method.AfterStep(gradient);

        NetworkGrowth growth = GrowNow(lesson);
        lesson.Method.EndTask(task);

        Tensor expected = growth.Map.Contributions(-gradient * move) / ((lesson.Parameters - growth.Map.Weights(start)).square() + 1);
        Batches.AssertClose(expected, lesson.Pull(ones_like(lesson.Parameters)) / 2, 1e-4); // 2 c Omega
        growth.Old.Dispose();
        growth.Dispose();
    }

    [Fact]
    public void A_walk_goes_on_in_the_middle_of_its_steps_when_the_network_grows()
    {
        // Steps of rate 0.1, taken together by twos: one in the first task, then three, the last of which is still alone when the network grows, and two more.
        using ToyLesson lesson = new(new RiemannianWalk(new() { Lambda = 0.5, Every = 2, Damping = 0.1 }), Scenario.Domain);
        LearningTask task = lesson.Begin(1);
        Tensor fisher = Step(1).square(), score = Score(0.1 * fisher, fisher, 0.01 * fisher);
        lesson.Method.EndTask(task);
        task = lesson.Begin(2);
        Tensor first = Step(2), second = Step(3), mean = (first.square() + second.square()) / 2, began = lesson.Parameters.clone();
        Tensor taskScore = Score(0.2 * mean, fisher, (0.1 * (first + second)).square());
        fisher = 0.1 * fisher + 0.9 * mean;
        Tensor third = Step(4);

        NetworkGrowth growth = GrowNow(lesson);
        ParameterMap map = growth.Map;
        Tensor fourth = Step(5).square();
        fisher = map.SquaredGradients(fisher);
        taskScore = map.Importances(taskScore) + Score(map.Contributions(0.1 * third.square()) + 0.1 * fourth, fisher, (lesson.Parameters - map.Weights(began)).square());
        fisher = 0.1 * fisher + 0.9 * (map.SquaredGradients(third.square()) + fourth) / 2;
        Tensor fifth = Step(6).square();
        taskScore += Score(0.1 * fifth, fisher, 0.01 * fifth);
        fisher = 0.1 * fisher + 0.9 * fifth;
        lesson.Method.EndTask(task);

        score = (map.Importances(score) + taskScore) / 2;
        Batches.AssertClose(Scaled(fisher) + Scaled(score), lesson.Pull(ones_like(lesson.Parameters)), 1e-3);
        growth.Old.Dispose();
        growth.Dispose();

        Tensor Step(ulong seed)
        {
            Tensor gradient = Batches.Random(new(seed), lesson.Parameters.numel());
            See(lesson, gradient);
            lesson.Parameters.sub_(0.1 * gradient);
            lesson.Method.AfterStep(gradient);
            return gradient;
        }

        static Tensor Score(Tensor path, Tensor fisher, Tensor squaredDistance) => path / (fisher * squaredDistance / 2 + 0.1);

        static Tensor Scaled(Tensor values) => (values - values.min()) / (values.max() - values.min());
    }

    private static void See(ToyLesson lesson, Tensor gradient)
    {
        lesson.Method.EditGradient(gradient.clone());
    }

    // As the trainer does between two steps.
    private static NetworkGrowth GrowNow(ToyLesson lesson)
    {
        lesson.Model.Grow(NetworkGrowth.Widen(lesson.Model.Definition, lesson.Model.Network, 0, 20, new(1), noise: 0));
        lesson.Method.Visit(new(lesson.Model.Growing!.Value.Growth));
        return lesson.Model.TakeGrowth()!.Value.Growth;
    }

    private static ToyLesson Lesson(string id, out NetworkGrowth growth, out Tensor move)
    {
        object options = Toy.Catalogs.Methods.Find(id).Settings.Create();
        ToyLesson lesson = new(Toy.Catalogs.Methods.Create(id, options), Scenario.Domain, tasks: 3);
        lesson.Learn(1);
        lesson.Learn(2);
        move = Batches.Random(new(5), lesson.Parameters.numel());
        growth = NetworkGrowth.Widen(lesson.Model.Definition, lesson.Model.Network, 0, 20, new(1), noise: 0);
        lesson.Begin(3);
        return lesson;
    }

    // What is asked for is done once the hooks of the moment are over.
    private static void Grow(ToyLesson lesson, NetworkGrowth growth)
    {
        Network before = lesson.Model.Network;
        lesson.Model.Grow(growth);
        Assert.Same(before, lesson.Model.Network);
        lesson.Begin(3);
        Assert.Same(growth.Network, lesson.Model.Network);
        Assert.True(before.Parameters.IsInvalid);
    }
}
