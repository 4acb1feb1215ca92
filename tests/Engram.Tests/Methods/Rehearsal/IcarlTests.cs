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
        using Learner learner = Points.Learner(Scenario.Class, [2, 2], First, Second);
        using Icarl method = AfterFirst(learner, new() { Variant = variant, Temperature = 2 });
        Batch batch = new(cat([Second.Batch().Inputs, First.Batch().Inputs]), cat([Second.Batch().Targets, First.Batch().Targets]), [1, 1, 1, 0, 0, 0, 0, 0]);
        Tensor old = learner.Network.Predict(batch.Inputs).clone();
        learner.Network.Parameters.mul_(0.7);
        Tensor logits = learner.Network.Forward(batch.Inputs).clone();

        Objective loss = method.Loss(batch, logits);

        Tensor wanted = nn.functional.one_hot(batch.Targets, 4).to(float32);
        if (distils) wanted.narrow(1, 0, 2).copy_((old.narrow(1, 0, 2) / 2).sigmoid());
        Assert.Equal(nn.functional.binary_cross_entropy_with_logits(logits, wanted, reduction: nn.Reduction.Sum).item<float>() / 8, loss.Value.item<float>(), 1e-5f);
    }

    [Fact]
    public void Classes_not_yet_seen_are_left_alone_and_the_mean_divides_by_those_seen()
    {
        using var scope = NewDisposeScope();
        using Learner learner = Points.Learner(Scenario.Class, [2, 2], First, Second);
        using Icarl sum = Joined(learner, new()), mean = Joined(learner, new() { MeanOverClasses = true });
        learner.TasksSeen = 1;
        Tensor logits = learner.Network.Forward(First.Batch().Inputs).clone();

        Objective loss = sum.Loss(First.Batch(), logits);

        Assert.True(loss.Gradient.narrow(1, 2, 2).eq(0).all().item<bool>());
        Assert.True((loss.Gradient / 2 - mean.Loss(First.Batch(), logits).Gradient).abs().max().item<float>() < 1e-7f);
    }

    [Fact]
    public void A_prediction_is_the_class_whose_exemplars_are_nearest()
    {
        using var scope = NewDisposeScope();
        using Learner learner = Points.Learner(Scenario.Class, [2, 2], First, Second);
        using Icarl method = AfterFirst(learner, new() { Memory = new() { PerClass = 10 } });
        method.EndTask(learner.Tasks[1]);
        Batch batch = Second.Batch();

        Tensor scores = method.Predict(batch).clone();

        Tensor Features(Tensor inputs) => nn.functional.normalize(learner.Network.Features(inputs).clone(), 2, 1, 1e-12);
        Tensor Mean(Points points, long label) => nn.functional.normalize(Features(points.Batch().Inputs[points.Batch().Targets == label]).mean([0], keepdim: true), 2, 1, 1e-12);
        Tensor means = cat([Mean(First, 0), Mean(First, 1), Mean(Second, 2), Mean(Second, 3)]), features = Features(batch.Inputs);
        Tensor distances = (features.unsqueeze(1) - means.unsqueeze(0)).square().sum(dim: 2);
        Assert.True((distances + scores - features.square().sum(dim: 1, keepdim: true)).abs().max().item<float>() < 1e-5f);
    }

    [Fact]
    public void Each_class_keeps_as_many_exemplars_as_are_given_for_each_however_many_come()
    {
        using Learner learner = Points.Learner(Scenario.Class, [2, 2], First, Second);
        using Icarl method = AfterFirst(learner, new() { Memory = new() { PerClass = 2 } });
        method.EndTask(learner.Tasks[1]);

        Assert.Equal((2 + 2 + 2 + 1) * SampleMemory.BytesPerSample([2]), method.StoredBytes);
    }

    [Fact]
    public void Means_are_taken_anew_after_every_task()
    {
        using var scope = NewDisposeScope();
        using Learner learner = Points.Learner(Scenario.Class, [2, 2], First, Second);
        using Icarl method = Joined(learner, new()), later = Joined(learner, new());
        foreach (Icarl one in new[] { method, later })
        {
            learner.TasksSeen = 1;
            one.BeginTask(learner.Tasks[0]);
            one.EndTask(learner.Tasks[0]);
            if (one == method) Assert.Equal(float.NegativeInfinity, one.Predict(First.Batch())[0, 2].item<float>()); // the means of task 1 are in use
            learner.TasksSeen = 2;
            one.BeginTask(learner.Tasks[1]);
            one.EndTask(learner.Tasks[1]);
        }

        Assert.True(method.Predict(Second.Batch()).eq(later.Predict(Second.Batch())).all().item<bool>());
    }

    [Fact]
    public void Lists_are_cut_to_their_beginning_when_classes_come()
    {
        using Learner learner = Points.Learner(Scenario.Class, [2, 2], First, Second);
        using Icarl method = Joined(learner, new() { Memory = new() { Samples = 5 } });
        learner.TasksSeen = 1;
        method.BeginTask(learner.Tasks[0]);
        method.EndTask(learner.Tasks[0]);
        float[][] before = Kept(method, learner.Tasks[1]);
        learner.TasksSeen = 2;
        method.BeginTask(learner.Tasks[1]);
        method.EndTask(learner.Tasks[1]);
        float[][] after = Kept(method, learner.Tasks[1]);

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
        using Learner learner = Points.Learner(Scenario.Class, [2, 2, 2], First, Second, third);
        using Icarl method = AfterFirst(learner, new() { MeanOverClasses = mean });
        method.EndTask(learner.Tasks[1]);
        learner.TasksSeen = 3;
        method.BeginTask(learner.Tasks[2]);
        Batch batch = third.Batch();
        Tensor old = learner.Network.Predict(batch.Inputs).clone();
        learner.Network.Parameters.mul_(0.7);
        Tensor logits = learner.Network.Forward(batch.Inputs).clone();

        Objective loss = method.Loss(batch, logits);

        Tensor wanted = nn.functional.one_hot(batch.Targets, 6).to(float32);
        wanted.narrow(1, 0, 4).copy_(old.narrow(1, 0, 4).sigmoid()); // at temperature 1
        Assert.Equal(nn.functional.binary_cross_entropy_with_logits(logits, wanted, reduction: nn.Reduction.Sum).item<float>() / 3 / divisor, loss.Value.item<float>(), 1e-5f);
    }

    [Fact]
    public void Lists_are_cut_again_when_a_third_task_comes_and_freed_room_is_used()
    {
        Points third = new(2, (4, 1, 4), (1, 4, 5), (2, 4, 4));
        using Learner learner = Points.Learner(Scenario.Class, [2, 2, 2], First, Second, third);
        using Icarl method = Joined(learner, new() { Memory = new() { Samples = 8 } });
        List<float[][]> kept = [];
        foreach (LearningTask task in learner.Tasks)
        {
            learner.TasksSeen = task.Number;
            method.BeginTask(task);
            method.EndTask(task);
            kept.Add(Kept(method, learner.Tasks[0]));
        }

        Assert.Equal([3 + 2, 2 + 2 + 2 + 1, 6], kept.Select(exemplars => exemplars.Length)); // at most 8/2, 8/4 and floor(8/6) of each class
        Assert.Equal([kept[1][0], kept[1][2], kept[1][4], kept[1][6]], kept[2][..4]);
    }

    [Fact]
    public void A_class_without_samples_is_never_predicted()
    {
        using var scope = NewDisposeScope();
        using Learner learner = Points.Learner(Scenario.Class, [3, 2], First, new Points(1, (1, 1, 3), (-1, -2, 4)));
        using Icarl method = AfterFirst(learner, new());
        method.EndTask(learner.Tasks[1]);

        Tensor scores = method.Predict(First.Batch());

        Assert.True(scores.select(1, 2).eq(double.NegativeInfinity).all().item<bool>());
        Assert.True(scores.index_select(1, tensor([0L, 1, 3, 4])).isfinite().all().item<bool>());
    }

    [Fact]
    public void A_task_may_have_one_class()
    {
        using var scope = NewDisposeScope();
        Points first = new(0, (0, 1, 0), (0, 2, 0)), second = new(1, (1, 0, 1), (2, 0, 1));
        using Learner learner = Points.Learner(Scenario.Class, [1, 1], first, second);
        using Icarl method = AfterFirst(learner, new());
        Assert.True(method.Loss(second.Batch(), learner.Network.Forward(second.Batch().Inputs)).Gradient.isfinite().all().item<bool>());
        method.EndTask(learner.Tasks[1]);

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

    private static Icarl Joined(Learner learner, Icarl.Options options)
    {
        Icarl method = new(options);
        method.Join(learner);
        return method;
    }

    private static Icarl AfterFirst(Learner learner, Icarl.Options options)
    {
        Icarl method = Joined(learner, options);
        learner.TasksSeen = 1;
        method.BeginTask(learner.Tasks[0]);
        method.EndTask(learner.Tasks[0]);
        learner.TasksSeen = 2;
        method.BeginTask(learner.Tasks[1]);
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
