using Engram.Answering;
using Engram.Experiments;
using Engram.Methods;
using Engram.Methods.Distillation;
using Engram.Networks;
using Engram.Streams;
using Engram.Tests.Networks;
using Engram.Tests.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Distillation;

public sealed class LearningWithoutForgettingTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public LearningWithoutForgettingTests() => NativeEngine.PrepareThread(1);

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(Scenario.Task)]
    [InlineData(Scenario.Domain)]
    [InlineData(Scenario.Class)]
    public void The_loss_on_the_third_task_is_the_papers(Scenario scenario)
    {
        using Begun run = new Begun(new LearningWithoutForgetting(new() { Lambda = 1.5, Temperature = 3 }), scenario).After(2);
        Batch batch = run.Read(2);
        Tensor old = run.Model.Network.Predict(batch.Inputs).clone();
        run.Train(2);
        Tensor logits = run.Model.Network.Forward(batch.Inputs).clone();

        Objective loss = run.Method.Loss(batch, logits);

        Objective expected = Objective.Of(logits, z => scenario switch
        {
            Scenario.Task => CrossEntropy(z.narrow(1, 4, 2), batch.Targets - 4) + 1.5 * (Keep(z, old, 0, 2) + Keep(z, old, 2, 2)),
            Scenario.Domain => CrossEntropy(z, batch.Targets) + 1.5 * 2 * Keep(z, old, 0, 2),
            _ => CrossEntropy(z, batch.Targets) + 1.5 * -((old.narrow(1, 0, 4) / 3).softmax(1) * (z / 3).log_softmax(1).narrow(1, 0, 4)).sum(1L).mean(),
        });
        Batches.AssertClose(expected.Value, loss.Value.reshape(expected.Value.shape), 1e-5);
        Batches.AssertClose(expected.Gradient, loss.Gradient, 1e-5);
    }

    [Fact]
    public void Where_all_classes_are_active_the_old_network_answers_for_those_of_tasks_to_come_too()
    {
        TaskStream stream = Toy.Laboratory.Stream(Toy.Config("fine-tuning", Scenario.Class, ("stream.tasks", "3"), ("stream.activeClasses", "all")));
        using Begun run = new Begun(new LearningWithoutForgetting(new() { Lambda = 1.5, Temperature = 3 }), Scenario.Class, stream: stream).After(1);
        Batch batch = run.Read(1);
        Tensor old = run.Model.Network.Predict(batch.Inputs).clone();
        run.Train(1);
        Tensor logits = run.Model.Network.Forward(batch.Inputs).clone();

        Objective loss = run.Method.Loss(batch, logits), expected = Objective.Of(logits, z => CrossEntropy(z, batch.Targets) + 1.5 * Keep(z, old, 0, 6));

        Batches.AssertClose(expected.Value, loss.Value.reshape(expected.Value.shape), 1e-5);
        Batches.AssertClose(expected.Gradient, loss.Gradient, 1e-5);
    }

    [Fact]
    public void Distillation_is_at_its_minimum_when_a_task_begins()
    {
        using Begun run = new Begun(new LearningWithoutForgetting(new() { Lambda = 50 }), Scenario.Task).After(1);
        Batch batch = run.Read(1);
        Tensor logits = run.Model.Network.Forward(batch.Inputs).clone();

        Objective loss = run.Method.Loss(batch, logits);

        Assert.InRange(loss.Gradient.narrow(1, 0, 2).abs().max().item<float>(), 0, 1e-5f);
        Assert.True(loss.Gradient.narrow(1, 2, 2).abs().max().item<float>() > 1e-3);
    }

    [Theory]
    [InlineData(Scenario.Task)]
    [InlineData(Scenario.Class)]
    public void Only_the_new_outputs_learn_while_warming_up(Scenario scenario)
    {
        using Begun run = new Begun(new LearningWithoutForgetting(new() { WarmUp = 6 }), scenario, iterations: 6).After(1);
        Network network = run.Model.Network;
        Tensor before = network.Parameters.clone();

        run.Train(1);

        var (weight, bias) = network.Layout.Output;
        Tensor moved = network.Parameters.ne(before);
        Tensor rows = moved.narrow(0, weight.Offset, weight.Length).view(weight.Shape).any(1), units = moved.narrow(0, bias.Offset, bias.Length);
        Assert.Equal([false, false, true, true, false, false], rows.data<bool>().ToArray());
        Assert.Equal([false, false, true, true, false, false], units.data<bool>().ToArray());
        Assert.False(moved.narrow(0, 0, weight.Offset).any().item<bool>());
    }

    [Fact]
    public void Only_the_new_outputs_learn_while_warming_up_where_the_output_layer_is_not_the_last()
    {
        using ToyLesson run = new(new LearningWithoutForgetting(new() { WarmUp = 6 }), Scenario.Class, Toy.Config("fine-tuning", Scenario.Class, ("training.iterations", "6")).Training, network: new HeadFirst(9));
        run.Learn(1);
        Tensor before = run.Parameters.clone();
        LearningTask second = run.Begin(2);

        run.Trainer.Train(second, _ => { }, _ => { });

        var (weight, bias) = run.Model.Network.Layout.Output;
        Tensor moved = run.Parameters.ne(before);
        Assert.Equal([false, false, true, true], weight.Of(moved).any(1).data<bool>().ToArray());
        Assert.Equal([false, false, true, true], bias.Of(moved).data<bool>().ToArray());
        Assert.False(moved.narrow(0, bias.Offset + bias.Length, moved.numel() - bias.Offset - bias.Length).any().item<bool>());
    }

    [Fact]
    public void A_warm_up_is_refused_by_name_where_no_layer_has_the_outputs_as_units()
    {
        TaskStream stream = BabiTasksTests.Create(new() { ["tasks"] = 2, ["validation"] = 0, ["scenario"] = "class" });
        using ToyLesson run = new(new LearningWithoutForgetting(new() { WarmUp = 1 }), stream.Scenario, stream: stream, network: new MemoryNetwork(new() { Embedding = 4 }));

        Assert.Contains("memory-network", Assert.Throws<EngramException>(() => run.Begin(1)).Message);
    }

    [Fact]
    public void After_the_warm_up_all_parameters_learn()
    {
        using Begun run = new Begun(new LearningWithoutForgetting(new() { WarmUp = 3 }), Scenario.Task, iterations: 4).After(1); // one step more
        Tensor before = run.Model.Network.Parameters.clone();

        run.Train(1);

        Assert.True(run.Model.Network.Parameters.ne(before).narrow(0, 0, 1000).any().item<bool>());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void While_warming_up_no_gradient_but_that_of_the_new_outputs_is_left_with_or_without_distillation(double lambda)
    {
        using Begun run = new Begun(new LearningWithoutForgetting(new() { WarmUp = 2, Lambda = lambda }), Scenario.Task).After(1);
        Network network = run.Model.Network;
        var (weight, bias) = network.Layout.Output;
        Tensor gradient = ones_like(network.Parameters), expected = zeros_like(gradient);
        expected.narrow(0, weight.Offset, weight.Length).view(weight.Shape).narrow(0, 2, 2).fill_(1); // outputs 2 and 3 are the task's
        expected.narrow(0, bias.Offset + 2, 2).fill_(1);

        run.Method.EditGradient(gradient);

        Batches.AssertClose(expected, gradient, 0);
        for (int step = 0; step < 2; step++) run.Method.AfterStep(gradient);
        Tensor free = ones_like(gradient);
        run.Method.EditGradient(free);
        Batches.AssertClose(ones_like(gradient), free, 0);
    }

    [Fact]
    public void On_the_first_task_and_without_strength_nothing_is_kept_and_nothing_frozen()
    {
        using Begun first = new Begun(new LearningWithoutForgetting(new() { WarmUp = 5 }), Scenario.Task).After(0), without = new Begun(new LearningWithoutForgetting(new() { Lambda = 0 }), Scenario.Task).After(1);
        Tensor gradient = ones_like(first.Model.Network.Parameters);

        first.Method.EditGradient(gradient);

        Assert.True(gradient.eq(1).all().item<bool>());
        Assert.Equal(0, first.Method.StoredBytes);
        Assert.Equal(0, without.Method.StoredBytes);
        first.Train(0);
        first.Trainer.End(first.Stream.Tasks[0]);
        first.Begin(1);
        Assert.Equal(first.Model.Network.Layout.Count * sizeof(float), first.Method.StoredBytes);
    }

    [Fact]
    public void A_warm_up_that_is_stopped_goes_on_where_it_was_and_needs_the_old_network_for_it()
    {
        using Begun run = WarmingUp(2), restored = WarmingUp(2), done = WarmingUp(1);
        run.Method.AfterStep(ones(0)); // the first of two
        done.Method.AfterStep(ones(0));

        restored.Method.Visit(Saved(run));

        Assert.True(IsFrozen(restored));
        restored.Method.AfterStep(ones(0));
        Assert.False(IsFrozen(restored));
        StateBag lost = Saved(run), notNeeded = Saved(done);
        (lost.Values["old.taken"], notNeeded.Values["old.taken"]) = (false, false);
        Assert.Equal("checkpoint-mismatch", Assert.Throws<EngramException>(() => restored.Method.Visit(lost)).Code);
        done.Method.Visit(notNeeded);
        Assert.Equal(0, done.Method.StoredBytes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void The_old_network_grows_with_the_new_one_only_while_it_tells_what_is_frozen(int warmUp)
    {
        using Begun run = WarmingUp(warmUp);
        long small = run.Model.Network.Layout.Count;
        using NetworkGrowth growth = NetworkGrowth.Widen(run.Model.Definition, run.Model.Network, 0, 20, new(1), noise: 0);
        run.Model.Replace(growth.Network, growth.To).Dispose();

        Batch batch = new(zeros(1, 144), zeros(1, dtype: int64), [1]);
        run.Method.Loss(batch, run.Model.Network.Forward(batch.Inputs).clone());

        Assert.Equal((warmUp == 1 ? growth.Network.Layout.Count : small) * sizeof(float), run.Method.StoredBytes);
        Assert.Equal(warmUp == 1, IsFrozen(run));
    }

    [Fact]
    public void A_warm_up_needs_new_outputs()
    {
        RunConfig config = Toy.Config("lwf", Scenario.Domain, ("method.warmUp", "5"));

        EngramException error = Assert.Throws<EngramException>(() => Toy.Run(config));

        Assert.Equal(ErrorKind.Input, error.Kind);
        Assert.Contains("method.warmUp is 5", error.Message);
    }

    // On the second task.
    private static Begun WarmingUp(int steps) => new Begun(new LearningWithoutForgetting(new() { WarmUp = steps }), Scenario.Task).After(1);

    private static bool IsFrozen(Begun run)
    {
        Tensor gradient = ones_like(run.Model.Network.Parameters);
        run.Method.EditGradient(gradient);
        return !gradient.eq(1).all().item<bool>();
    }

    private static StateBag Saved(Begun run)
    {
        StateBag state = new();
        run.Method.Visit(state);
        return new(state.Tensors.ToDictionary(pair => pair.Key, pair => pair.Value.clone()), state.Values);
    }

    private static Tensor CrossEntropy(Tensor logits, Tensor targets) => nn.functional.cross_entropy(logits, targets);

    private static Tensor Keep(Tensor logits, Tensor old, long first, long count) =>
        -((old.narrow(1, first, count) / 3).softmax(1) * (logits.narrow(1, first, count) / 3).log_softmax(1)).sum(1L).mean();
}
