using System.Text.Json.Nodes;
using Engram.Experiments;
using Engram.Methods;
using Engram.Methods.Regularization;
using Engram.Products;
using Engram.Streams;
using Engram.Networks;
using Engram.Optimizers;
using Engram.Tests.Methods;
using Engram.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Engram.Tests.Optimizers;

public sealed class OptimizerTests : IDisposable
{
    private const int Parameters = 37, Steps = 20; // not a multiple of any vector's width

    // Each with TorchSharp's own optimizer of the same settings, without weight decay and with it.
    private static readonly Dictionary<string, (OptimizerOptions Options, double Rate, Func<Parameter, double, optim.Optimizer> Reference)> Cases = new()
    {
        ["sgd"] = (new Sgd.Options(), 0.05, (all, decay) => optim.SGD([all], 0.05, weight_decay: decay)),
        ["momentum"] = (new Sgd.Options { Momentum = 0.9 }, 0.05, (all, decay) => optim.SGD([all], 0.05, momentum: 0.9, weight_decay: decay)),
        ["adam"] = (new Adam.Options(), 0.01, (all, decay) => optim.Adam([all], 0.01, weight_decay: decay)),
        ["adam of its own"] = (new Adam.Options { Beta1 = 0.8, Beta2 = 0.95, Epsilon = 0.001 }, 0.01, (all, decay) => optim.Adam([all], 0.01, 0.8, 0.95, 0.001, decay)),
        ["adamw"] = (new AdamW.Options(), 0.01, (all, decay) => optim.AdamW([all], 0.01, weight_decay: decay)),
        ["adamw of its own"] = (new AdamW.Options { Beta1 = 0.8, Beta2 = 0.95, Epsilon = 0.001 }, 0.01, (all, decay) => optim.AdamW([all], 0.01, 0.8, 0.95, 0.001, decay)),
        ["adagrad"] = (new Adagrad.Options(), 0.05, (all, decay) => optim.Adagrad([all], 0.05, weight_decay: decay)),
        ["adagrad of its own"] = (new Adagrad.Options { Epsilon = 0.01 }, 0.05, (all, decay) => optim.Adagrad([all], 0.05, weight_decay: decay, eps: 0.01)),
    };

    private readonly DisposeScope scope = NewDisposeScope();

    public OptimizerTests() => NativeEngine.PrepareThread(1);

    public static TheoryData<string, double> Kinds => [.. Cases.Keys.SelectMany(kind => new[] { new TheoryDataRow<string, double>(kind, 0), new(kind, 0.1) })];

    public static TheoryData<string> Names => [.. Cases.Keys];

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Every_optimizer_stands_here_with_other_settings_than_its_defaults()
    {
        foreach (var entry in new Catalogs().Optimizers.Entries)
        {
            JsonObject defaults = Settings.ToJson(entry.Settings.Create());
            JsonObject[] own = [.. Cases.Values.Where(one => one.Options.GetType() == entry.Settings.Create().GetType()).Select(one => Settings.ToJson(one.Options))];

            Assert.Contains(own, settings => settings.All(setting => !JsonNode.DeepEquals(setting.Value, defaults[setting.Key])));
            Assert.Equal(entry.Attribute.Id, ((OptimizerOptions)entry.Settings.Create()).Id);
            Assert.All(entry.Settings.Describe(), setting => Assert.NotEqual("", setting.Description));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Steps_equal_those_of_the_reference(string kind, double decay)
    {
        using Optimizer onePass = Make(kind, decay), tensors = Make(kind, decay);
        Tensor start = Batches.Random(new(1), Parameters), first = start.clone(), second = start.clone();
        Parameter reference = new(start.clone());
        using optim.Optimizer oracle = Cases[kind].Reference(reference, decay);

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
    }

    // Vectors lie within larger ones: what stands behind them is another's.
    // A penalty's pass waits for the optimizer's: longer than a piece, not a multiple of one, and shared by a crew.
    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_step_together_with_what_waits_for_it_equals_one_after_the_other(string kind, double decay)
    {
        const int Many = 70_003;
        using QuadraticPenalty penalty = new();
        using Optimizer alone = Make(kind, decay), together = Make(kind, decay);
        Tensor first = Batches.Random(new(1), Many), second = first.clone();
        penalty.Replace(Batches.Random(new(2), Many).square(), Batches.Random(new(3), Many));
        for (int step = 0; step < 3; step++)
        {
            Tensor gradient = Batches.Random(new((ulong)(10 + step)), Many), other = gradient.clone();
            Batch batch = new(other, other, [0]);
            PendingPass pending = new();
            NativeEngine.Lend(1 + step);
            NativeEngine.PrepareThread(1);

            penalty.AddGradient(0.5, first, gradient);
            alone.Step(first, gradient);
            penalty.AddGradient(0.5, second, new TrainingStep(batch, other, other, pending));
            Assert.NotEqual(gradient, other); // not yet
            together.Step(second, other, pending);

            Assert.Equal(gradient, other);
            Assert.Equal(first, second);
        }
    }

    [Fact]
    public void Whoever_looks_at_the_gradient_sees_what_waits_in_it()
    {
        using QuadraticPenalty penalty = new();
        Tensor parameters = Batches.Random(new(1), Parameters), gradient = zeros(Parameters), centre = zeros(Parameters);
        penalty.Replace(ones(Parameters), centre);
        PendingPass pending = new();
        TrainingStep step = new(new(gradient, gradient, [0]), gradient, gradient, pending);

        penalty.AddGradient(2, parameters, step);
        penalty.AddGradient(1, parameters, step); // does the one before
        Assert.Equal(parameters * 2, gradient);
        Assert.Equal(parameters * 3, step.Gradient);
        pending.Finish();
        Assert.Equal(parameters * 3, gradient);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Weight_decay_that_a_network_spares_its_biases_equals_that_of_the_reference_in_groups(string kind)
    {
        using Network network = new Mlp(new() { Hidden = [] }).Create([9], 4, new(1), CPU);
        network.DecaysBiases = false;
        network.Parameters.Add(0.25); // first biases are 0
        Parameter weights = new(network.Parameters.narrow(0, 0, 36).clone()), biases = new(network.Parameters.narrow(0, 36, 4).clone());
        using optim.Optimizer ofWeights = Cases[kind].Reference(weights, 0.1), ofBiases = Cases[kind].Reference(biases, 0);
        using Optimizer optimizer = Make(kind, 0);

        for (int step = 0; step < Steps; step++)
        {
            Tensor gradient = Batches.Random(new((ulong)step + 100), 40);
            (weights.grad, biases.grad) = (gradient.narrow(0, 0, 36).clone(), gradient.narrow(0, 36, 4).clone());
            ofWeights.step();
            ofBiases.step();
            optimizer.Decay(network, 0.1, gradient);
            optimizer.Step(network.Parameters, gradient);

            Batches.AssertClose(cat([weights.detach(), biases.detach()]), network.Parameters, 1e-6);
        }
    }

    [Fact]
    public void Decay_apart_from_the_gradient_falls_with_the_step_size_and_leaves_the_moments_alone()
    {
        using Optimizer optimizer = new AdamW(new()) { LearningRate = 0.5, WeightDecay = 0.2 };
        Tensor parameters = full(Parameters, 2f), still = zeros(Parameters);

        optimizer.Step(parameters, still);
        Batches.AssertClose(full(Parameters, 1.8f), parameters, 1e-6); // 2 (1 - 0.5 x 0.2)
        optimizer.LearningRate = 0.05;
        optimizer.Step(parameters, still);

        Batches.AssertClose(full(Parameters, 1.782f), parameters, 1e-6); // 1.8 (1 - 0.05 x 0.2)
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Steps_leave_no_tensors_and_what_is_kept_is_as_many_vectors_as_it_says(string kind)
    {
        using Optimizer optimizer = Make(kind, 0.1);
        Tensor parameters = Batches.Random(new(1), Parameters), apart = Apart(parameters), gradient = Gradient(0);

        Leaks.AssertNone(() =>
        {
            optimizer.Step(parameters, gradient);
            optimizer.Step(apart, gradient);
        });

        StateBag bag = new();
        optimizer.Visit(bag, parameters);
        Assert.Equal(optimizer.VectorsKept, bag.Tensors.Count);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Nothing_is_written_behind_the_parameters(string kind, double decay)
    {
        using Optimizer optimizer = Make(kind, decay);
        Tensor all = Batches.Random(new(1), Parameters + 1), last = all[Parameters].clone(), gradient = Batches.Random(new(2), Parameters + 1);
        optimizer.Step(all.narrow(0, 0, Parameters), gradient.narrow(0, 0, Parameters));
        optimizer.Step(all.narrow(0, 0, Parameters), gradient.narrow(0, 0, Parameters));

        Assert.Equal(last.item<float>(), all[Parameters].item<float>());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_gradient_or_parameters_that_do_not_lie_in_a_row_give_the_same_step(string kind, double decay)
    {
        using Optimizer inARow = Make(kind, decay), gradientApart = Make(kind, decay), parametersApart = Make(kind, decay);
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
    [InlineData("adamw", 1e-8, 0.005)]
    [InlineData("adagrad", 1e-10, 0.025)]
    public void Epsilon_halves_a_step_whose_gradient_is_as_small(string kind, double epsilon, double half)
    {
        using Optimizer onePass = Make(kind, 0), tensors = Make(kind, 0);
        Tensor first = zeros(Parameters), second = zeros(Parameters), gradient = full(Parameters, (float)epsilon);

        onePass.StepInOnePass(first, gradient);
        tensors.StepWithTensors(second, gradient);

        Batches.AssertClose(full(Parameters, -(float)half), first, 1e-4);
        Batches.AssertClose(first, second, 1e-5);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_restored_optimizer_goes_on_bit_for_bit(string kind, double decay)
    {
        using Optimizer straight = Make(kind, decay), restored = Make(kind, decay);
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
    public void After_a_reset_it_is_as_new_and_takes_another_length(string kind, double decay)
    {
        using Optimizer used = Make(kind, decay), fresh = Make(kind, decay);
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
        using Adam adam = new(new()) { LearningRate = 0.001 };
        adam.Step(zeros(5), ones(5));

        Assert.Contains("Reset", Assert.Throws<ArgumentException>(() => adam.Step(zeros(6), ones(6))).Message);
        Assert.Contains("7", Assert.Throws<ArgumentException>(() => adam.Step(zeros(6), ones(7))).Message);
        foreach (var (options, _, _) in Cases.Values)
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => options.Create(double.NaN, 0));
            Assert.Throws<ArgumentOutOfRangeException>(() => options.Create(0.1, -1));
        }
    }

    [Theory]
    [InlineData("sgd", "momentum", 1)]
    [InlineData("adam", "beta1", 1)]
    [InlineData("adam", "beta2", -0.1)]
    [InlineData("adam", "epsilon", -1e-9)]
    [InlineData("adamw", "beta1", -0.1)]
    [InlineData("adamw", "beta2", 1)]
    [InlineData("adamw", "epsilon", 2)]
    [InlineData("adagrad", "epsilon", -1e-9)]
    public void A_setting_out_of_its_range_is_refused_in_a_configuration_and_in_a_program(string id, string setting, double value)
    {
        Catalogs catalogs = new();
        object options = catalogs.Optimizers.Find(id).Settings.Create();
        options.GetType().GetProperties().Single(property => property.Name.Equals(setting, StringComparison.OrdinalIgnoreCase)).SetValue(options, value);

        Assert.Contains("but must be a number >= 0", Assert.Throws<ArgumentOutOfRangeException>(() => catalogs.Optimizers.Create(id, options)).Message);
        Assert.Contains($"training.optimizer.{setting} is {value.ToString(System.Globalization.CultureInfo.InvariantCulture)} but must be a number >= 0", Assert.Throws<EngramException>(() =>
            new RunConfigBuilder(catalogs, "permuted-digits").Set("training.optimizer", id).Set($"training.optimizer.{setting}", value.ToString(System.Globalization.CultureInfo.InvariantCulture)).Build()).Message);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Moments_follow_a_growth_as_if_they_had_come_from_the_gradients_of_the_copies(string kind)
    {
        Mlp definition = new(new() { Hidden = [3, 2] });
        using Network network = definition.Create([4], 2, new(1), CPU);
        using NetworkGrowth growth = NetworkGrowth.Widen(definition, network, [7, 5], new(2), noise: 0);
        using Optimizer followed = Make(kind, 0), grown = Make(kind, 0);
        Tensor first = network.Parameters.clone(), other = growth.Network.Parameters.clone(), start = growth.Network.Parameters.clone();
        for (ulong step = 0; step < 5; step++)
        {
            Tensor gradient = Batches.Random(new(step), network.Layout.Count);
            followed.Step(first, gradient);
            grown.Step(other, growth.Map.Gradients(gradient));
        }
        Tensor next = Batches.Random(new(9), growth.Network.Layout.Count), expected = start.clone();

        followed.Visit(new(growth), network.Parameters);
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

    private static Optimizer Make(string kind, double decay) => Cases[kind].Options.Create(Cases[kind].Rate, decay);
}
