using Engram.Answering;
using Engram.Experiments;
using Engram.Methods;
using Engram.Methods.Rehearsal;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Rehearsal;

public sealed class IcarlTests
{
    private static readonly Points First = new(0, (0, 1, 0), (1, 0, 1), (0, 2, 0), (2, 0, 1), (0.1f, 3, 0)), Second = new(1, (1, 1, 2), (-1, -2, 3), (1, 2, 2));

    [Theory]
    [InlineData(IcarlVariant.Full, true)]
    [InlineData(IcarlVariant.Hybrid1, true)]
    [InlineData(IcarlVariant.Hybrid2, false)]
    [InlineData(IcarlVariant.Hybrid3, false)]
    [InlineData(IcarlVariant.LwfMc, true)]
    public void Old_classes_are_taught_by_the_old_network_and_new_ones_by_the_label(IcarlVariant variant, bool distils)
    {
        using var scope = NewDisposeScope();
        using Model model = Points.Model(Scenario.Class, [2, 2], First, Second);
        using Icarl method = AfterFirst(model, new() { Variant = variant, Temperature = 2 });
        Batch batch = new(cat([Second.Batch().Inputs, First.Batch().Inputs]), cat([Second.Batch().Targets, First.Batch().Targets]), [1, 1, 1, 0, 0, 0, 0, 0]);
        Tensor old = model.Network.Predict(batch.Inputs).clone();
        model.Network.Parameters.mul_(0.7);
        Tensor logits = model.Network.Forward(batch.Inputs).clone();

        Objective loss = method.Loss(batch, logits);

        Tensor wanted = nn.functional.one_hot(batch.Targets, 4).to(float32);
        if (distils) wanted.narrow(1, 0, 2).copy_((old.narrow(1, 0, 2) / 2).sigmoid());
        Assert.Equal(nn.functional.binary_cross_entropy_with_logits(logits, wanted, reduction: nn.Reduction.Sum).item<float>() / 8, loss.Value.item<float>(), 1e-5f);
    }

    [Fact]
    public void Classes_not_yet_seen_are_left_alone_and_the_mean_divides_by_those_seen()
    {
        using var scope = NewDisposeScope();
        using Model model = Points.Model(Scenario.Class, [2, 2], First, Second);
        using Icarl sum = Joined(model, new()), mean = Joined(model, new() { MeanOverClasses = true });
        model.TasksSeen = 1;
        Tensor logits = model.Network.Forward(First.Batch().Inputs).clone();

        Objective loss = sum.Loss(First.Batch(), logits);

        Assert.True(loss.Gradient.narrow(1, 2, 2).eq(0).all().item<bool>());
        Assert.True((loss.Gradient / 2 - mean.Loss(First.Batch(), logits).Gradient).abs().max().item<float>() < 1e-7f);
    }

    [Fact]
    public void A_prediction_is_the_class_whose_exemplars_are_nearest()
    {
        using var scope = NewDisposeScope();
        using Model model = Points.Model(Scenario.Class, [2, 2], First, Second);
        using Icarl method = AfterFirst(model, new() { Memory = new() { PerClass = 10 } });
        method.EndTask(model.Tasks[1]);
        Batch batch = Second.Batch();

        Tensor scores = method.Predict(batch).clone();

        Tensor Features(Tensor inputs) => nn.functional.normalize(model.Network.Features(inputs).clone(), 2, 1, 1e-12);
        Tensor Mean(Points points, long label) => nn.functional.normalize(Features(points.Batch().Inputs[points.Batch().Targets == label]).mean([0], keepdim: true), 2, 1, 1e-12);
        Tensor means = cat([Mean(First, 0), Mean(First, 1), Mean(Second, 2), Mean(Second, 3)]), features = Features(batch.Inputs);
        Tensor distances = (features.unsqueeze(1) - means.unsqueeze(0)).square().sum(dim: 2);
        Assert.True((distances + scores - features.square().sum(dim: 1, keepdim: true)).abs().max().item<float>() < 1e-5f);
    }

    [Fact]
    public void Each_class_keeps_as_many_exemplars_as_are_given_for_each_however_many_come()
    {
        using Model model = Points.Model(Scenario.Class, [2, 2], First, Second);
        using Icarl method = AfterFirst(model, new() { Memory = new() { PerClass = 2 } });
        method.EndTask(model.Tasks[1]);

        Assert.Equal((2 + 2 + 2 + 1) * SampleMemory.BytesPerSample([2]), method.StoredBytes);
    }

    [Fact]
    public void Means_are_taken_anew_after_every_task()
    {
        using var scope = NewDisposeScope();
        using Model model = Points.Model(Scenario.Class, [2, 2], First, Second);
        using Icarl method = Joined(model, new()), later = Joined(model, new());
        foreach (Icarl one in new[] { method, later })
        {
            model.TasksSeen = 1;
            one.BeginTask(model.Tasks[0]);
            one.EndTask(model.Tasks[0]);
            if (one == method) Assert.Equal(float.NegativeInfinity, one.Predict(First.Batch())[0, 2].item<float>()); // the means of task 1 are in use
            model.TasksSeen = 2;
            one.BeginTask(model.Tasks[1]);
            one.EndTask(model.Tasks[1]);
        }

        Assert.True(method.Predict(Second.Batch()).eq(later.Predict(Second.Batch())).all().item<bool>());
    }

    [Fact]
    public void Lists_are_cut_to_their_beginning_when_classes_come()
    {
        using Model model = Points.Model(Scenario.Class, [2, 2], First, Second);
        using Icarl method = Joined(model, new() { Memory = new() { Samples = 5 } });
        model.TasksSeen = 1;
        method.BeginTask(model.Tasks[0]);
        method.EndTask(model.Tasks[0]);
        float[][] before = Kept(method, model.Tasks[1]);
        model.TasksSeen = 2;
        method.BeginTask(model.Tasks[1]);
        method.EndTask(model.Tasks[1]);
        float[][] after = Kept(method, model.Tasks[1]);

        Assert.Equal(4, before.Length); // floor(5/2) of each of two classes
        Assert.Equal(4, after.Length); // floor(5/4) of each of four
        Assert.Equal([before[0], before[2]], after[..2]);
        Assert.Equal(4 * SampleMemory.BytesPerSample([2]), method.StoredBytes);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 6)]
    public void On_the_third_task_the_classes_of_both_old_ones_are_taught_by_the_old_network(bool mean, int divisor)
    {
        using var scope = NewDisposeScope();
        Points third = new(2, (4, 1, 4), (1, 4, 5), (2, 4, 4));
        using Model model = Points.Model(Scenario.Class, [2, 2, 2], First, Second, third);
        using Icarl method = AfterFirst(model, new() { MeanOverClasses = mean });
        method.EndTask(model.Tasks[1]);
        model.TasksSeen = 3;
        method.BeginTask(model.Tasks[2]);
        Batch batch = third.Batch();
        Tensor old = model.Network.Predict(batch.Inputs).clone();
        model.Network.Parameters.mul_(0.7);
        Tensor logits = model.Network.Forward(batch.Inputs).clone();

        Objective loss = method.Loss(batch, logits);

        Tensor wanted = nn.functional.one_hot(batch.Targets, 6).to(float32);
        wanted.narrow(1, 0, 4).copy_(old.narrow(1, 0, 4).sigmoid()); // at temperature 1
        Assert.Equal(nn.functional.binary_cross_entropy_with_logits(logits, wanted, reduction: nn.Reduction.Sum).item<float>() / 3 / divisor, loss.Value.item<float>(), 1e-5f);
    }

    [Fact]
    public void Lists_are_cut_again_when_a_third_task_comes_and_freed_room_is_used()
    {
        Points third = new(2, (4, 1, 4), (1, 4, 5), (2, 4, 4));
        using Model model = Points.Model(Scenario.Class, [2, 2, 2], First, Second, third);
        using Icarl method = Joined(model, new() { Memory = new() { Samples = 8 } });
        List<float[][]> kept = [];
        foreach (LearningTask task in model.Tasks)
        {
            model.TasksSeen = task.Number;
            method.BeginTask(task);
            method.EndTask(task);
            kept.Add(Kept(method, model.Tasks[0]));
        }

        Assert.Equal([3 + 2, 2 + 2 + 2 + 1, 6], kept.Select(exemplars => exemplars.Length)); // at most 8/2, 8/4 and floor(8/6) of each class
        Assert.Equal([kept[1][0], kept[1][2], kept[1][4], kept[1][6]], kept[2][..4]);
    }

    [Fact]
    public void A_class_without_samples_is_never_predicted()
    {
        using var scope = NewDisposeScope();
        using Model model = Points.Model(Scenario.Class, [3, 2], First, new Points(1, (1, 1, 3), (-1, -2, 4)));
        using Icarl method = AfterFirst(model, new());
        method.EndTask(model.Tasks[1]);

        Tensor scores = method.Predict(First.Batch());

        Assert.True(scores.select(1, 2).eq(double.NegativeInfinity).all().item<bool>());
        Assert.True(scores.index_select(1, tensor([0L, 1, 3, 4])).isfinite().all().item<bool>());
    }

    [Fact]
    public void A_task_may_have_one_class()
    {
        using var scope = NewDisposeScope();
        Points first = new(0, (0, 1, 0), (0, 2, 0)), second = new(1, (1, 0, 1), (2, 0, 1));
        using Model model = Points.Model(Scenario.Class, [1, 1], first, second);
        using Icarl method = AfterFirst(model, new());
        Assert.True(method.Loss(second.Batch(), model.Network.Forward(second.Batch().Inputs)).Gradient.isfinite().all().item<bool>());
        method.EndTask(model.Tasks[1]);

        Assert.Equal([0L, 0, 1, 1], cat([method.Predict(first.Batch()).argmax(1), method.Predict(second.Batch()).argmax(1)]).data<long>().ToArray());
    }

    [Theory]
    [InlineData("3", "method.memory.samples is 3 but must be >= 4, one sample for each class")]
    [InlineData("0", "method.memory is 0, but there must be an exemplar of each class; raise it, or set method.variant to lwf-mc")]
    public void A_memory_without_room_for_each_class_is_refused(string samples, string expected) =>
        Assert.Contains(expected, Assert.Throws<EngramException>(() => Toy.Run(Toy.Config("icarl", Scenario.Class, ("method.memory.samples", samples)))).Message);

    [Fact]
    public void The_variants_are_different_runs_and_lwf_mc_keeps_nothing()
    {
        RunResult[] results = [.. Enum.GetNames<IcarlVariant>().Select(name => Toy.Run(Toy.Config("icarl", Scenario.Class, ("method.variant", name == "LwfMc" ? "lwf-mc" : name.ToLowerInvariant()), ("method.memory.samples", "12"))))];

        Assert.Equal(results[0].Weights, results[1].Weights); // full and hybrid1 differ in prediction alone,
        Assert.Equal(results[2].Weights, results[3].Weights); // and so do hybrid2 and hybrid3
        Assert.Equal(3, results.Select(result => result.Weights).Distinct().Count());
        Assert.Equal([0L, 0], results[4].StoredBytes);
    }

    [Theory]
    [InlineData(IcarlVariant.Full, true)]
    [InlineData(IcarlVariant.Hybrid1, false)]
    [InlineData(IcarlVariant.Hybrid2, true)]
    [InlineData(IcarlVariant.Hybrid3, false)]
    [InlineData(IcarlVariant.LwfMc, false)]
    public void The_networks_outputs_predict_until_all_classes_seen_have_exemplars_and_in_some_variants_always(IcarlVariant variant, bool usesMeans)
    {
        using var scope = NewDisposeScope();
        using Model model = Points.Model(Scenario.Class, [2, 2], First, Second);
        using Icarl method = Joined(model, new() { Variant = variant });
        List<bool> byOutputs = [];
        foreach (LearningTask task in model.Tasks)
        {
            model.TasksSeen = task.Number;
            method.BeginTask(task);
            byOutputs.Add(IsByOutputs());
            method.EndTask(task);
            byOutputs.Add(IsByOutputs());
        }

        Assert.Equal([true, !usesMeans, true, !usesMeans], byOutputs);

        bool IsByOutputs()
        {
            Batch batch = First.Batch();
            Tensor outputs = model.Network.Predict(batch.Inputs).clone();
            return method.Predict(batch).eq(model.Mask(batch) is { } mask ? outputs + mask : outputs).all().item<bool>();
        }
    }

    [Theory]
    [InlineData(IcarlVariant.Full, true)]
    [InlineData(IcarlVariant.Hybrid2, false)]
    public void The_old_network_is_kept_while_a_later_task_is_learned(IcarlVariant variant, bool distils)
    {
        using Model model = Points.Model(Scenario.Class, [2, 2], First, Second);
        using Icarl method = Joined(model, new() { Variant = variant });
        List<bool> kept = [];
        foreach (LearningTask task in model.Tasks)
        {
            model.TasksSeen = task.Number;
            method.BeginTask(task);
            kept.Add(HasOld());
            method.EndTask(task);
            kept.Add(HasOld());
        }

        Assert.Equal([false, false, distils, false], kept);
        Assert.Equal((0, 1), (method.VectorsKept(1), method.VectorsKept(2)));

        bool HasOld() => new SavedState(method.Visit).Tensors.ContainsKey("old.parameters");
    }

    [Fact]
    public void Classes_of_more_samples_than_are_computed_together_are_measured_as_a_whole()
    {
        using var scope = NewDisposeScope();
        Points many = new(0, [.. Enumerable.Range(0, 600).Select(i => (MathF.Sin(i), MathF.Cos(3 * i) + i % 2, i % 2))]);
        using Model model = Points.Model(Scenario.Class, [2], many);
        using Icarl method = Joined(model, new() { Memory = new() { PerClass = 280 } });
        model.TasksSeen = 1;
        method.BeginTask(model.Tasks[0]);
        method.EndTask(model.Tasks[0]);
        Batch batch = many.Batch();

        float[][] kept = Kept(method, model.Tasks[0]);
        Tensor scores = method.Predict(batch).clone();

        Tensor features = Herding.Normalized(model.Network.Features(batch.Inputs)).clone();
        int[][] chosen = [.. Enumerable.Range(0, 2).Select(label => Herding.Choose(features[batch.Targets == label], 280))];
        for (int label = 0; label < 2; label++)
            Assert.Equal(batch.Inputs[batch.Targets == label][tensor(chosen[label], dtype: int64)].data<float>().ToArray(), kept.Skip(280 * label).Take(280).SelectMany(input => input));
        Tensor means = Herding.Normalized(stack([.. Enumerable.Range(0, 2).Select(label => features[batch.Targets == label][tensor(chosen[label], dtype: int64)].mean([0]))]));
        Assert.True((2 * features.mm(means.t()) - means.square().sum(1L) - scores).abs().max().item<float>() < 1e-5f);
    }

    [Theory]
    [InlineData("samples")]
    [InlineData("bytes")]
    [InlineData("perClass")]
    public void A_memory_without_room_is_refused_but_where_nothing_is_kept(string budget)
    {
        Assert.Contains("method.memory is 0", Assert.Throws<EngramException>(() => Toy.Config("icarl", Scenario.Class, ($"method.memory.{budget}", "0"))).Message);
        Toy.Config("icarl", Scenario.Class, ($"method.memory.{budget}", "0"), ("method.variant", "lwf-mc"));
    }

    [Fact]
    public void A_restored_one_teaches_keeps_and_predicts_as_the_saved_one_would_have()
    {
        using var scope = NewDisposeScope();
        using Model model = Points.Model(Scenario.Class, [2, 2], First, Second);
        Icarl.Options options = new() { Memory = new() { Samples = 6 } };
        using Icarl method = AfterFirst(model, options), restored = Joined(model, options);
        model.Network.Parameters.mul_(0.7); // the old network is another one now

        new SavedState(method.Visit).Restore(restored.Visit);

        Assert.Equal(Kept(method, model.Tasks[1]), Kept(restored, model.Tasks[1]));
        Tensor logits = model.Network.Forward(Second.Batch().Inputs).clone();
        Assert.Equal(method.Loss(Second.Batch(), logits).Value.item<float>(), restored.Loss(Second.Batch(), logits).Value.item<float>());
        foreach (Icarl one in new[] { method, restored }) one.EndTask(model.Tasks[1]);
        Assert.True(method.Predict(First.Batch()).eq(restored.Predict(First.Batch())).all().item<bool>());
        Assert.Equal((4, 4 * SampleMemory.BytesPerSample([2])), (restored.StoredSamples, restored.StoredBytes)); // floor(6/4) of each of four classes
    }

    [Fact]
    public void What_is_restored_takes_the_place_of_means_that_were_taken_before()
    {
        using var scope = NewDisposeScope();
        using Model model = Points.Model(Scenario.Class, [2], First);
        using Icarl method = Joined(model, new());
        model.TasksSeen = 1;
        method.BeginTask(model.Tasks[0]);
        method.EndTask(model.Tasks[0]);
        Tensor before = method.Predict(First.Batch()).clone();

        new SavedState(method.Visit).With("exemplars", "[[0],[3]]").Restore(method.Visit);

        Tensor after = method.Predict(First.Batch());
        Assert.False(before.eq(after).all().item<bool>());
        Assert.Equal(2, method.StoredSamples);
    }

    [Theory]
    [InlineData("exemplars", "[[0,1,2]]", "a list for each class learned")]
    [InlineData("exemplars", "[[0,1,2],[3,4],[]]", "a list for each class learned")]
    [InlineData("exemplars", "[[],[]]", "one at least")]
    [InlineData("exemplars", "[[0,1,2],[3,3]]", "each slot once at most")]
    [InlineData("exemplars", "[[0,1,2],[3,5]]", "0 to 4 is expected")]
    [InlineData("tasksKept", "0", "1 to 2 is expected")]
    [InlineData("tasksKept", "3", "1 to 2 is expected")]
    public void A_checkpoint_whose_exemplars_do_not_fit_is_refused(string name, string json, string expected)
    {
        using Model model = Points.Model(Scenario.Class, [2, 2], First, Second);
        using Icarl method = AfterFirst(model, new()), restored = Joined(model, new());

        new SavedState(method.Visit).With(name, json).AssertRefused(expected, restored.Visit);
    }

    [Fact]
    public void Without_exemplars_there_is_nothing_to_restore_but_the_old_network()
    {
        using Model model = Points.Model(Scenario.Class, [2, 2], First, Second);
        Icarl.Options options = new() { Variant = IcarlVariant.LwfMc };
        using Icarl method = AfterFirst(model, options), restored = Joined(model, options);

        new SavedState(method.Visit).Restore(restored.Visit);

        Assert.Equal(["old.parameters"], new SavedState(restored.Visit).Tensors.Keys);
        Assert.Same(Second, restored.TrainingData(model.Tasks[1]));
        new SavedState(method.Visit).With("exemplars", "[[],[]]").AssertRefused("a list for each class learned", restored.Visit);
    }

    [Fact]
    public void Once_freed_it_keeps_nothing()
    {
        using Model model = Points.Model(Scenario.Class, [2, 2], First, Second);
        Icarl method = AfterFirst(model, new());
        SavedState state = new(method.Visit);

        method.Dispose();

        Assert.Equal(4, state.Owned.Count); // inputs, targets, tasks and the old network
        Assert.All(state.Owned, tensor => Assert.True(tensor.IsInvalid));
    }

    [Fact]
    public void Means_are_taken_once_after_a_task_and_freed_before_the_next_and_at_the_end() => Leaks.AssertNone(() =>
    {
        using var scope = NewDisposeScope();
        using Model model = Points.Model(Scenario.Class, [2, 2], First, Second);
        using Icarl method = AfterFirst(model, new());
        method.EndTask(model.Tasks[1]);
        method.Predict(First.Batch());
        method.Predict(First.Batch());
        method.BeginTask(model.Tasks[1]);
        method.EndTask(model.Tasks[1]);
        method.Predict(First.Batch());
    });

    private static Icarl Joined(Model model, Icarl.Options options)
    {
        Icarl method = new(options);
        method.Join(model);
        return method;
    }

    private static Icarl AfterFirst(Model model, Icarl.Options options)
    {
        Icarl method = Joined(model, options);
        model.TasksSeen = 1;
        method.BeginTask(model.Tasks[0]);
        method.EndTask(model.Tasks[0]);
        model.TasksSeen = 2;
        method.BeginTask(model.Tasks[1]);
        return method;
    }

    // The inputs that follow the task's own in its training data.
    private static float[][] Kept(Icarl method, LearningTask task)
    {
        Samples data = method.TrainingData(task);
        return [.. Enumerable.Range(task.Train.Count, data.Count - task.Train.Count).Select(sample =>
        {
            float[] input = new float[2];
            data.Read(sample, input);
            return input;
        })];
    }
}
