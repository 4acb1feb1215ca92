using Engram.Networks;
using Engram.Tests.Networks;
using Engram.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Optimizers;

public sealed class OptimizerTests : IDisposable
{
    private const int Parameters = 37, Steps = 20; // not a multiple of any vector's width
    private readonly DisposeScope scope = NewDisposeScope();

    public OptimizerTests() => NativeEngine.PrepareThread(1);

    public static TheoryData<string> Kinds => ["sgd", "sgd with decay", "momentum", "momentum with decay", "adam", "adam with decay", "adagrad", "adagrad with decay"];

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Steps_equal_those_of_the_reference(string kind)
    {
        using Optimizer onePass = Make(kind), tensors = Make(kind);
        Tensor start = Batches.Random(new(1), Parameters), first = start.clone(), second = start.clone();
        TorchSharp.Modules.Parameter reference = new(start.clone());
        var oracle = Reference(kind, reference);

        for (int step = 0; step < Steps; step++)
        {
            Tensor gradient = Gradient(step);
            reference.grad = gradient.clone();
            oracle.step();
            onePass.StepInOnePass(first, gradient);
            tensors.StepWithTensors(second, gradient);

            Batches.AssertClose(reference.detach(), first, 1e-6);
            Batches.AssertClose(reference.detach(), second, 1e-6);
        }
        oracle.Dispose();
    }

    // Vectors lie within larger ones: what stands behind them is another's.
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Nothing_is_written_behind_the_parameters(string kind)
    {
        using Optimizer optimizer = Make(kind);
        Tensor all = Batches.Random(new(1), Parameters + 1), last = all[Parameters].clone(), gradient = Batches.Random(new(2), Parameters + 1);
        optimizer.Step(all.narrow(0, 0, Parameters), gradient.narrow(0, 0, Parameters));
        optimizer.Step(all.narrow(0, 0, Parameters), gradient.narrow(0, 0, Parameters));

        Assert.Equal(last.item<float>(), all[Parameters].item<float>());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_gradient_or_parameters_that_do_not_lie_in_a_row_give_the_same_step(string kind)
    {
        using Optimizer inARow = Make(kind), gradientApart = Make(kind), parametersApart = Make(kind);
        Tensor start = Batches.Random(new(1), Parameters), first = start.clone(), second = start.clone(), third = Apart(start);
        for (int step = 0; step < 3; step++)
        {
            inARow.Step(first, Gradient(step));
            gradientApart.Step(second, Apart(Gradient(step)));
            parametersApart.Step(third, Gradient(step));
        }

        Batches.AssertClose(first, second, 1e-6);
        Batches.AssertClose(first, third.contiguous(), 1e-6);
    }

    // At a gradient as small as epsilon the root equals it, and the first step is half of the rate.
    [Theory]
    [InlineData("adam", 1e-8, 0.005)]
    [InlineData("adagrad", 1e-10, 0.025)]
    public void Epsilon_halves_a_step_whose_gradient_is_as_small(string kind, double epsilon, double half)
    {
        using Optimizer onePass = Make(kind), tensors = Make(kind);
        Tensor first = zeros(Parameters), second = zeros(Parameters), gradient = full(Parameters, (float)epsilon);

        onePass.StepInOnePass(first, gradient);
        tensors.StepWithTensors(second, gradient);

        Batches.AssertClose(full(Parameters, -(float)half), first, 1e-4);
        Batches.AssertClose(first, second, 1e-5);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_restored_optimizer_goes_on_bit_for_bit(string kind)
    {
        using Optimizer straight = Make(kind), restored = Make(kind);
        Tensor first = Batches.Random(new(1), Parameters);
        for (int step = 0; step < 7; step++) straight.Step(first, Gradient(step));
        Tensor second = first.clone();
        StateBag bag = new();
        straight.Visit(bag, first);
        restored.Step(first.clone(), Gradient(0)); // something to be overwritten

        restored.Visit(new StateBag(bag.Tensors.ToDictionary(), bag.Values), second);
        for (int step = 7; step < Steps; step++)
        {
            straight.Step(first, Gradient(step));
            restored.Step(second, Gradient(step));
        }

        Batches.AssertClose(first, second, 0);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void After_a_reset_it_is_as_new_and_takes_another_length(string kind)
    {
        using Optimizer used = Make(kind), fresh = Make(kind);
        for (int step = 0; step < 3; step++) used.Step(zeros(5), ones(5));

        used.Reset();
        Tensor first = Batches.Random(new(1), Parameters), second = first.clone();
        used.Step(first, Gradient(0));
        fresh.Step(second, Gradient(0));

        Batches.AssertClose(second, first, 0);
    }

    [Fact]
    public void Wrong_lengths_and_settings_are_refused()
    {
        using Adam adam = new();
        adam.Step(zeros(5), ones(5));

        Assert.Contains("Reset", Assert.Throws<ArgumentException>(() => adam.Step(zeros(6), ones(6))).Message);
        Assert.Contains("7", Assert.Throws<ArgumentException>(() => adam.Step(zeros(6), ones(7))).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(0.1, momentum: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(beta2: -0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adagrad(weightDecay: -1));
    }

    [Theory]
    [InlineData("momentum")]
    [InlineData("adam")]
    [InlineData("adagrad")]
    public void Moments_follow_a_growth_as_if_they_had_come_from_the_gradients_of_the_copies(string kind)
    {
        Mlp definition = new(new() { Hidden = [3, 2] });
        using Network network = definition.Create([4], 2, new(1), CPU);
        using NetworkGrowth growth = NetworkGrowth.Widen(definition, network, [7, 5], new(2), noise: 0);
        using Optimizer followed = Make(kind), grown = Make(kind);
        Tensor first = network.Parameters.clone(), other = growth.Network.Parameters.clone(), start = growth.Network.Parameters.clone();
        for (ulong step = 0; step < 5; step++)
        {
            Tensor gradient = Batches.Random(new(step), network.Layout.Count);
            followed.Step(first, gradient);
            grown.Step(other, growth.Map.Gradients(gradient));
        }
        Tensor next = Batches.Random(new(9), growth.Network.Layout.Count), expected = start.clone();

        followed.Follow(growth.Map);
        followed.Step(start, next);
        grown.Step(expected, next);

        Batches.AssertClose(expected, start, 1e-6);
        growth.Network.Dispose();
    }

    private static Tensor Apart(Tensor numbers)
    {
        Tensor apart = zeros(Parameters, 2).select(1, 0);
        apart.copy_(numbers);
        return apart;
    }

    private static Tensor Gradient(int step) => Batches.Random(new((ulong)step + 100), Parameters);

    private static Optimizer Make(string kind) => kind switch
    {
        "sgd" => new Sgd(0.05),
        "sgd with decay" => new Sgd(0.05, weightDecay: 0.1),
        "momentum" => new Sgd(0.05, 0.9),
        "momentum with decay" => new Sgd(0.05, 0.9, 0.1),
        "adam" => new Adam(0.01),
        "adam with decay" => new Adam(0.01, weightDecay: 0.1),
        "adagrad" => new Adagrad(0.05),
        _ => new Adagrad(0.05, weightDecay: 0.1),
    };

    private static optim.Optimizer Reference(string kind, TorchSharp.Modules.Parameter parameter) => kind switch
    {
        "sgd" => optim.SGD([parameter], 0.05),
        "sgd with decay" => optim.SGD([parameter], 0.05, weight_decay: 0.1),
        "momentum" => optim.SGD([parameter], 0.05, momentum: 0.9),
        "momentum with decay" => optim.SGD([parameter], 0.05, momentum: 0.9, weight_decay: 0.1),
        "adam" => optim.Adam([parameter], 0.01),
        "adam with decay" => optim.Adam([parameter], 0.01, weight_decay: 0.1),
        "adagrad" => optim.Adagrad([parameter], 0.05),
        _ => optim.Adagrad([parameter], 0.05, weight_decay: 0.1),
    };
}
