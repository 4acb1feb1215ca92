using Engram.Answering;
using Engram.Methods;
using Engram.Methods.Rehearsal;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Rehearsal;

public sealed class DarkExperiencePlusPlusTests
{
    [Fact]
    public void The_loss_is_the_papers_with_the_logits_of_the_first_meeting()
    {
        using var scope = NewDisposeScope();
        Points points = new(0, (0, 1, 0), (1, 0, 1), (0, 2, 0));
        using Model model = Points.Model(Scenario.Class, [2], points);
        using DarkExperiencePlusPlus method = new(new() { Alpha = 0.3, Beta = 0.7 });
        method.Join(model);
        model.TasksSeen = 1;
        method.BeginTask(model.Tasks[0]);

        Batch batch = method.Prepare(points.Batch());
        Assert.Equal(3, batch.Count); // nothing is kept yet
        Tensor first = model.Network.Forward(batch.Inputs).clone();
        method.Loss(batch, first);
        model.Network.Parameters.mul_(1.5);
        Batch all = method.Prepare(points.Batch());
        Tensor logits = model.Network.Forward(all.Inputs).clone();
        Objective loss = method.Loss(all, logits);

        Assert.Equal(3 + 3 + 3, all.Count);
        Tensor kept = stack([.. Enumerable.Range(3, 3).Select(row => first[(all.Inputs[row] == points.Batch().Inputs).all(1).nonzero().item<long>()])]);
        Objective engine = Objective.Of(logits, leaf => nn.functional.cross_entropy(leaf.narrow(0, 0, 3), all.Targets.narrow(0, 0, 3))
            + 0.3 * nn.functional.mse_loss(leaf.narrow(0, 3, 3), kept) + 0.7 * nn.functional.cross_entropy(leaf.narrow(0, 6, 3), all.Targets.narrow(0, 6, 3)));
        Assert.Equal(engine.Value.item<float>(), loss.Value.item<float>(), 1e-5f);
        Assert.True((engine.Gradient - loss.Gradient).abs().max().item<float>() < 1e-6f);
    }

    [Fact]
    public void Outputs_that_nobody_knew_of_are_kept_as_the_network_has_them_when_they_come()
    {
        using var scope = NewDisposeScope();
        Points points = new(0, (0, 1, 0), (1, 0, 1), (0, 2, 0)), more = new(1, (3, 1, 2), (1, 3, 1));
        using Model model = new(new ModelForm([2], Scenario.Class, OneOf.Classes, 2), Toy.Network(5), new(3), CPU, 4);
        using DarkExperiencePlusPlus method = new(new() { Beta = 0 });
        model.Meet(new(0, "one", points, null, points, [0, 1]));
        method.Join(model);
        model.TasksSeen = 1;
        method.BeginTask(model.Tasks[0]);
        method.Loss(method.Prepare(points.Batch()), model.Network.Forward(points.Batch().Inputs).clone());

        model.Meet(new(1, "two", more, null, more, [1, 2]));
        var growth = model.TakeGrowth()!.Value.Growth;
        model.TasksSeen = 2;
        method.BeginTask(model.Tasks[1]);
        Batch all = method.Prepare(more.Batch());
        Tensor pull = method.Loss(all, model.Network.Forward(all.Inputs).clone()).Gradient.narrow(0, 2, 3);

        Assert.Equal(3, pull.shape[1]);
        Assert.InRange(pull.abs().max().item<float>(), 0, 1e-6f); // the network has not changed since, so nothing pulls
        Assert.True(model.Network.Forward(all.Inputs).narrow(1, 2, 1).abs().min().item<float>() > 1e-3f);
        growth.Old.Dispose();
        growth.Dispose();
    }

    [Fact]
    public void The_two_terms_have_batches_drawn_apart()
    {
        using var scope = NewDisposeScope();
        Points points = new(0, (0, 1, 0), (1, 0, 1), (0, 2, 0));
        using Model model = Points.Model(Scenario.Class, [2], points);
        using DarkExperiencePlusPlus method = new(new() { Draw = 1 });
        method.Join(model);
        model.TasksSeen = 1;
        method.BeginTask(model.Tasks[0]);
        method.Loss(method.Prepare(points.Batch()), model.Network.Forward(points.Batch().Inputs).clone());

        int[] pairs = new int[9]; // how often which of the three kept samples was drawn for its logits, and which for its label
        for (int step = 0; step < 900; step++)
        {
            Tensor drawn = method.Prepare(points.Batch()).Inputs.narrow(0, 3, 2);
            pairs[3 * Which(drawn[0]) + Which(drawn[1])]++;
        }

        Assert.All(pairs, times => Assert.InRange(times, 60, 140)); // 100 each, standard deviation 9

        int Which(Tensor input) => (int)(points.Batch().Inputs == input).all(1).nonzero().item<long>();
    }

    [Theory]
    [InlineData(0.3, 0)]
    [InlineData(0, 0.7)]
    [InlineData(0.3, 0.7)]
    public void Either_term_alone_is_enough_to_replay_and_batches_may_have_any_size(double alpha, double beta)
    {
        using var scope = NewDisposeScope();
        Points points = new(0, (0, 1, 0), (1, 0, 1), (0, 2, 0)), fewer = new(0, (3, 1, 1), (1, 3, 0));
        using Model model = Points.Model(Scenario.Class, [2], points);
        using DarkExperiencePlusPlus method = new(new() { Alpha = alpha, Beta = beta, Memory = new() { Samples = 3 }, Draw = 3 });
        method.Join(model);
        model.TasksSeen = 1;
        method.BeginTask(model.Tasks[0]);
        Tensor kept = model.Network.Forward(points.Batch().Inputs).clone();
        method.Loss(method.Prepare(points.Batch()), kept);
        model.Network.Parameters.mul_(1.5);

        Batch all = method.Prepare(fewer.Batch());
        Tensor logits = model.Network.Forward(all.Inputs).clone(), wanted = Kept(all.Inputs.narrow(0, 2, 3));

        Objective loss = method.Loss(all, logits);

        Objective engine = Objective.Of(logits, leaf => nn.functional.cross_entropy(leaf.narrow(0, 0, 2), all.Targets.narrow(0, 0, 2))
            + alpha * nn.functional.mse_loss(leaf.narrow(0, 2, 3), wanted) + beta * nn.functional.cross_entropy(leaf.narrow(0, 5, 3), all.Targets.narrow(0, 5, 3)));
        Assert.True((engine.Gradient - loss.Gradient).abs().max().item<float>() < 1e-6f);

        Tensor Kept(Tensor inputs) => stack([.. inputs.unbind().Select(input => kept[(points.Batch().Inputs == input).all(1).nonzero().item<long>()])]);
    }

    [Fact]
    public void What_is_kept_of_one_task_is_replayed_in_the_next()
    {
        using var scope = NewDisposeScope();
        Points first = new(0, (0, 1, 0), (1, 0, 1)), second = new(1, (5, 5, 2), (6, 6, 3));
        using Model model = Points.Model(Scenario.Class, [2, 2], first, second);
        using DarkExperiencePlusPlus method = new(new());
        method.Join(model);
        model.TasksSeen = 1;
        method.BeginTask(model.Tasks[0]);
        method.Loss(method.Prepare(first.Batch()), model.Network.Forward(first.Batch().Inputs).clone());
        model.TasksSeen = 2;
        method.BeginTask(model.Tasks[1]);

        Batch all = method.Prepare(second.Batch());

        Assert.Equal([1, 1, 0, 0, 0, 0], all.Tasks);
    }

    [Fact]
    public void With_the_usual_strengths_each_term_counts_one_half()
    {
        using var scope = NewDisposeScope();
        Points points = new(0, (0, 1, 0), (1, 0, 1), (0, 2, 0));
        using Model model = Points.Model(Scenario.Class, [2], points);
        using DarkExperiencePlusPlus usual = new(new()), half = new(new() { Alpha = 0.5, Beta = 0.5 });

        Assert.Equal(SecondLoss(half), SecondLoss(usual));

        float SecondLoss(DarkExperiencePlusPlus method)
        {
            method.Join(model);
            model.TasksSeen = 1;
            method.BeginTask(model.Tasks[0]);
            method.Loss(method.Prepare(points.Batch()), model.Network.Forward(points.Batch().Inputs) * 2);
            Batch all = method.Prepare(points.Batch());
            return method.Loss(all, model.Network.Forward(all.Inputs).clone()).Value.item<float>();
        }
    }

    [Fact]
    public void Without_alpha_and_beta_it_is_fine_tuning_bit_for_bit() =>
        Assert.Equal(Toy.Run(Toy.Config("fine-tuning", Scenario.Class)).Weights, Toy.Run(Toy.Config("derpp", Scenario.Class, ("method.alpha", "0"), ("method.beta", "0"))).Weights);

    [Fact]
    public void No_more_are_drawn_than_are_kept_and_as_many_as_a_batch_has_where_nothing_is_said()
    {
        using var scope = NewDisposeScope();
        Points points = new(0, (0, 1, 0), (1, 0, 1), (0, 2, 0));
        using Model model = Points.Model(Scenario.Class, [2], points); // batches of four
        using DarkExperiencePlusPlus few = Begun(new() { Draw = 10 }), usual = Begun(new());

        Assert.Equal([3L + 2 * 3, 3 + 2 * 6, 3 + 2 * 9], Sizes(few));
        Assert.Equal([3L + 2 * 3, 3 + 2 * 4, 3 + 2 * 4], Sizes(usual));
        Assert.Equal((12L, 12 * SampleMemory.BytesPerSample([2], columns: 2)), (usual.StoredSamples, usual.StoredBytes));

        DarkExperiencePlusPlus Begun(DarkExperiencePlusPlus.Options options)
        {
            DarkExperiencePlusPlus method = new(options);
            method.Join(model);
            Assert.Equal((0L, 0L), (method.StoredSamples, method.StoredBytes));
            model.TasksSeen = 1;
            method.BeginTask(model.Tasks[0]);
            method.Loss(method.Prepare(points.Batch()), zeros(3, 2));
            return method;
        }

        // Of the three batches that follow; rows that were drawn are not offered once more.
        long[] Sizes(DarkExperiencePlusPlus method) => [.. Enumerable.Range(0, 3).Select(_ =>
        {
            Batch all = method.Prepare(points.Batch());
            method.Loss(all, zeros(all.Count, 2));
            return all.Count;
        })];
    }

    [Fact]
    public void A_restored_one_draws_and_keeps_as_the_saved_one_would_have()
    {
        using var scope = NewDisposeScope();
        Points points = new(0, (0, 1, 0), (1, 0, 1), (0, 2, 0), (2, 2, 1));
        DarkExperiencePlusPlus.Options options = new() { Draw = 2, Memory = new() { Samples = 6 } };
        using Model model = Points.Model(Scenario.Class, [2], points);
        using DarkExperiencePlusPlus method = new(options), restored = new(options);
        method.Join(model);
        restored.Join(model);
        model.TasksSeen = 1;
        method.BeginTask(model.Tasks[0]);
        for (int step = 0; step < 4; step++) Step(method);

        new SavedState(method.Visit).Restore(restored.Visit);

        Assert.Equal(6, restored.StoredSamples);
        for (int step = 0; step < 6; step++) Assert.Equal(Step(method), Step(restored));
        Assert.Equal(new SavedState(method.Visit).Values.ToJsonString(), new SavedState(restored.Visit).Values.ToJsonString());

        float[] Step(DarkExperiencePlusPlus one)
        {
            Batch all = one.Prepare(points.Batch());
            return [.. all.Inputs.data<float>(), one.Loss(all, model.Network.Forward(all.Inputs).clone()).Value.item<float>()];
        }
    }

    [Fact]
    public void Once_freed_it_keeps_nothing()
    {
        using var scope = NewDisposeScope();
        Points points = new(0, (0, 1, 0), (1, 0, 1), (0, 2, 0));
        using Model model = Points.Model(Scenario.Class, [2], points);
        DarkExperiencePlusPlus method = new(new());
        method.Join(model);
        method.BeginTask(model.Tasks[0]);
        method.Loss(points.Batch(), zeros(3, 2));
        SavedState state = new(method.Visit);

        method.Dispose();

        Assert.Equal(4, state.Owned.Count); // inputs, targets, tasks and logits
        Assert.All(state.Owned, tensor => Assert.True(tensor.IsInvalid));
    }

    [Fact]
    public void Weights_of_batches_of_any_size_are_freed() => Leaks.AssertNone(() =>
    {
        using var scope = NewDisposeScope();
        Points three = new(0, (0, 1, 0), (1, 0, 1), (0, 2, 0)), two = new(0, (0, 1, 0), (1, 0, 1));
        using Model model = Points.Model(Scenario.Class, [2], three);
        using DarkExperiencePlusPlus method = new(new());
        method.Join(model);
        model.TasksSeen = 1;
        method.BeginTask(model.Tasks[0]);
        foreach (Points points in new[] { three, two, three })
        {
            Batch all = method.Prepare(points.Batch());
            method.Loss(all, model.Network.Forward(all.Inputs));
        }
    });

    [Fact]
    public void Logits_count_as_bytes()
    {
        long one = SampleMemory.BytesPerSample([1, Toy.Side, Toy.Side], columns: 4);

        Assert.Equal([7 * one, 7 * one], Toy.Run(Toy.Config("derpp", Scenario.Class, ("method.memory.bytes", $"{7 * one + 5}"))).StoredBytes);
        Assert.Contains($"method.memory.bytes is 5 (room for 0 samples of {one} bytes) but must be >= {one}", Assert.Throws<EngramException>(() => Toy.Run(Toy.Config("derpp", Scenario.Class, ("method.memory.bytes", "5")))).Message);
    }
}
