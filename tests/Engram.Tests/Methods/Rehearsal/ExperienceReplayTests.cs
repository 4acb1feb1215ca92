using Engram.Answering;
using Engram.Experiments;
using Engram.Methods;
using Engram.Methods.Rehearsal;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Rehearsal;

public sealed class ExperienceReplayTests
{
    private static readonly Points First = new(0, (0, 1, 0), (1, 0, 1), (0, 2, 0), (2, 0, 1), (0, 3, 0)), Second = new(1, (1, 1, 2), (2, 2, 3), (3, 3, 2));

    [Theory]
    [InlineData(Scenario.Task)]
    [InlineData(Scenario.Class)]
    public void A_drawn_batch_counts_one_half_on_the_second_task_and_each_row_has_its_own_outputs(Scenario scenario)
    {
        using var scope = NewDisposeScope();
        using Model model = Points.Model(scenario, [2, 2], First, Second);
        using ExperienceReplay method = AfterFirst(model, new());

        Batch both = method.Prepare(Second.Batch());
        Tensor logits = model.Network.Forward(both.Inputs).clone();
        Objective loss = method.Loss(both, logits);

        Assert.Equal(3 + 4, both.Count);
        Assert.Equal([1, 1, 1, 0, 0, 0, 0], both.Tasks);
        Tensor Mean(long from, long count, int task) => nn.functional.cross_entropy(logits.narrow(0, from, count) + (scenario == Scenario.Class ? zeros(1, 4) : model.Mask(task)!), both.Targets.narrow(0, from, count));
        Assert.Equal((0.5 * Mean(0, 3, 1) + 0.5 * Mean(3, 4, 0)).item<float>(), loss.Value.item<float>(), 1e-5f);
        if (scenario == Scenario.Task) Assert.True(loss.Gradient.narrow(0, 3, 4).narrow(1, 2, 2).eq(0).all().item<bool>());
    }

    [Fact]
    public void A_drawn_batch_counts_two_thirds_on_the_third_task()
    {
        using var scope = NewDisposeScope();
        Points third = new(2, (4, 1, 4), (1, 4, 5), (2, 4, 4));
        using Model model = Points.Model(Scenario.Class, [2, 2, 2], First, Second, third);
        using ExperienceReplay method = new(new());
        method.Join(model);
        Learn(model, method, model.Tasks[0]);
        Learn(model, method, model.Tasks[1]);
        model.TasksSeen = 3;
        method.BeginTask(model.Tasks[2]);

        Batch both = method.Prepare(third.Batch());
        Tensor logits = model.Network.Forward(both.Inputs).clone();
        Objective loss = method.Loss(both, logits);

        Objective expected = Objective.Of(logits, z => nn.functional.cross_entropy(z.narrow(0, 0, 3), both.Targets.narrow(0, 0, 3)) / 3 + 2 * nn.functional.cross_entropy(z.narrow(0, 3, 4), both.Targets.narrow(0, 3, 4)) / 3);
        Assert.Equal(expected.Value.item<float>(), loss.Value.item<float>(), 1e-5f);
        Assert.True((expected.Gradient - loss.Gradient).abs().max().item<float>() < 1e-6f);
        Assert.Equal([0, 1], Enumerable.Range(0, 50).SelectMany(_ => method.Prepare(third.Batch()).Tasks[3..]).Distinct().Order()); // of both old tasks
    }

    [Theory]
    [InlineData(ReplayMode.Weighted, 5, 8)] // on the first task, what is drawn would have the weight 0
    [InlineData(ReplayMode.Joined, 5 + 3, 8)]
    public void Samples_that_are_kept_at_every_step_are_drawn_on_the_first_task_in_larger_batches_only(ReplayMode mode, long rows, int kept)
    {
        using var scope = NewDisposeScope();
        using Model model = Points.Model(Scenario.Class, [2, 2], First, Second);
        using ExperienceReplay method = new(new() { Mode = mode, KeepAtEveryStep = true, Draw = 3, Memory = new() { Samples = kept }, Rule = MemoryRule.Reservoir });
        method.Join(model);
        model.TasksSeen = 1;
        method.BeginTask(model.Tasks[0]);

        Batch first = First.Batch();
        Assert.Same(first, method.Prepare(first)); // nothing was kept before
        Assert.Equal(rows, method.Prepare(First.Batch()).Count);
        Assert.Equal(kept * SampleMemory.BytesPerSample([2]), method.StoredBytes);
    }

    [Fact]
    public void Repeated_data_are_not_drawn_besides()
    {
        using var scope = NewDisposeScope();
        using Model model = Points.Model(Scenario.Class, [2, 2], First, Second);
        using ExperienceReplay method = AfterFirst(model, new() { Mode = ReplayMode.Repeated });

        Assert.Equal(3, method.Prepare(Second.Batch()).Count);
    }

    [Fact]
    public void Joined_batches_count_every_row_alike()
    {
        using var scope = NewDisposeScope();
        using Model model = Points.Model(Scenario.Class, [2, 2], First, Second);
        using ExperienceReplay method = AfterFirst(model, new() { Mode = ReplayMode.Joined, Draw = 2 });

        Batch both = method.Prepare(Second.Batch());
        Tensor logits = model.Network.Forward(both.Inputs).clone();

        Assert.Equal(5, both.Count);
        Assert.Equal(nn.functional.cross_entropy(logits, both.Targets).item<float>(), method.Loss(both, logits).Value.item<float>(), 1e-5f);
    }

    [Fact]
    public void Repeated_data_are_about_as_many_as_the_new_ones()
    {
        LearningTask[] tasks = [.. Toy.Stream(tasks: 3).Tasks];
        using Model model = new(Toy.Stream(tasks: 3), Toy.Network(3), new(1), CPU, 10);
        using ExperienceReplay method = new(new() { Memory = new() { Samples = 11 }, Mode = ReplayMode.Repeated, Rule = MemoryRule.TaskBalanced });
        method.Join(model);
        Assert.Same(tasks[0].Train, method.TrainingData(tasks[0]));

        Learn(model, method, tasks[0]);
        Samples second = method.TrainingData(tasks[1]);
        Learn(model, method, tasks[1]);
        Samples third = method.TrainingData(tasks[2]);

        Assert.Equal(48 + 48 / 11 * 11, second.Count);
        Assert.Equal([1], second.Lessons);
        Assert.Equal(48 + 48 / 11 * 11, third.Count);
        int[] old = [.. Enumerable.Range(48, third.Count - 48).Select(third.Task)];
        Assert.Equal([20, 24], new[] { old.Count(task => task == 0), old.Count(task => task == 1) }.Order());
    }

    [Fact]
    public void Each_class_of_each_task_keeps_its_room()
    {
        RunResult perClass = Toy.Run(Toy.Config("replay", Scenario.Domain, ("method.memory.perClass", "5"))), inAll = Toy.Run(Toy.Config("replay", Scenario.Domain, ("method.memory.samples", "9")));
        long one = SampleMemory.BytesPerSample([1, Toy.Side, Toy.Side]);

        Assert.Equal([10 * one, 20 * one], perClass.StoredBytes);
        Assert.Equal([10, 20], perClass.StoredSamples);
        Assert.Equal([9 * one, 9 * one], inAll.StoredBytes);
    }

    [Theory]
    [InlineData("method.mode", "joined")]
    [InlineData("method.keepAtEveryStep", "true")]
    [InlineData("method.rule", "reservoir")]
    [InlineData("method.rule", "ring")]
    public void Every_way_of_keeping_and_learning_differs_from_fine_tuning_and_equals_itself(string path, string text)
    {
        (string, string)[] settings = [(path, text), ("method.memory.samples", "8")];
        RunResult one = Toy.Run(Toy.Config("replay", Scenario.Class, settings)), same = Toy.Run(Toy.Config("replay", Scenario.Class, settings));

        Toy.AssertSame(one, same);
        Assert.NotEqual(Toy.Run(Toy.Config("fine-tuning", Scenario.Class)).Weights, one.Weights);
    }

    [Theory]
    [InlineData("class-balanced", "method.memory.samples is 3 but must be >= 4, one sample for each class, or 0")]
    [InlineData("ring", "method.memory.samples is 1 but must be >= 2, one sample for each task, or 0")]
    public void A_memory_that_is_too_small_is_refused(string rule, string expected)
    {
        string samples = expected.Split(' ')[2];

        Assert.Contains(expected, Assert.Throws<EngramException>(() => Toy.Run(Toy.Config("replay", Scenario.Class, ("method.rule", rule), ("method.memory.samples", samples)))).Message);
    }

    [Fact]
    public void Settings_that_do_not_fit_are_refused()
    {
        Assert.Contains("method.memory.perClass is 3, but only the rule class-balanced", Assert.Throws<EngramException>(() => Toy.Config("replay", Scenario.Class, ("method.rule", "ring"), ("method.memory.perClass", "3"))).Message);
        Assert.Contains("method.keepAtEveryStep is true", Assert.Throws<EngramException>(() => Toy.Config("replay", Scenario.Class, ("method.mode", "repeated"), ("method.keepAtEveryStep", "true"))).Message);
        Assert.Contains("did you mean 'method.memory.samples'", Assert.Throws<EngramException>(() => Toy.Config("replay", Scenario.Class, ("method.memory.sample", "3"))).Message);
    }

    [Fact]
    public void Weights_follow_the_number_of_tasks_and_the_sizes_of_both_parts()
    {
        using var scope = NewDisposeScope();
        using Model model = Points.Model(Scenario.Class, [2, 2, 2], First, Second, new Points(2, (4, 1, 4), (1, 4, 5)));
        using ExperienceReplay method = new(new() { Draw = 3 });
        method.Join(model);
        Learn(model, method, model.Tasks[0]);

        foreach (int task in new[] { 2, 3, 2 })
        {
            model.TasksSeen = task;
            foreach (Points points in new[] { First, Second, First })
            {
                Batch both = method.Prepare(points.Batch());
                Tensor logits = model.Network.Forward(both.Inputs).clone(), mask = model.Mask(both) ?? zeros(1, 6);
                Tensor Mean(long from, long count) => nn.functional.cross_entropy(logits.narrow(0, from, count) + mask, both.Targets.narrow(0, from, count));
                Assert.Equal((Mean(0, points.Count) / task + Mean(points.Count, 3) * (task - 1) / task).item<float>(), method.Loss(both, logits).Value.item<float>(), 1e-5f);
            }
        }
    }

    [Fact]
    public void No_more_are_drawn_than_are_kept()
    {
        using var scope = NewDisposeScope();
        using Model model = Points.Model(Scenario.Class, [2, 2], First, Second);
        using ExperienceReplay method = AfterFirst(model, new() { Draw = 10 });

        Batch both = method.Prepare(Second.Batch());

        Assert.Equal([1, 1, 1, 0, 0, 0, 0, 0], both.Tasks);
        Assert.Equal(First.Batch().Inputs.sum().item<float>(), both.Inputs.narrow(0, 3, 5).sum().item<float>(), 1e-5f); // each of the five once
    }

    [Fact]
    public void More_kept_samples_than_new_ones_are_repeated_once_and_none_not_at_all()
    {
        using Model model = Points.Model(Scenario.Class, [2, 2], First, Second);
        using ExperienceReplay more = AfterFirst(model, new() { Mode = ReplayMode.Repeated }), none = AfterFirst(model, new() { Mode = ReplayMode.Repeated, Memory = new() { Samples = 0 } }), drawn = AfterFirst(model, new());

        Assert.Equal(3 + 5, more.TrainingData(model.Tasks[1]).Count);
        Assert.Same(Second, none.TrainingData(model.Tasks[1]));
        Assert.Same(Second, drawn.TrainingData(model.Tasks[1]));
    }

    [Theory]
    [InlineData(false, 0, 5)]
    [InlineData(true, 2, 2)]
    public void Samples_are_kept_at_the_end_of_a_task_or_at_every_step(bool atEveryStep, int inTraining, int atEnd)
    {
        using Model model = Points.Model(Scenario.Class, [2, 2], First, Second);
        using ExperienceReplay method = new(new() { KeepAtEveryStep = atEveryStep });
        method.Join(model);
        Assert.Equal((0, 0), (method.StoredSamples, method.StoredBytes));
        model.TasksSeen = 1;
        method.BeginTask(model.Tasks[0]);

        method.Prepare(new Points(0, (5, 5, 1), (6, 6, 0)).Batch());
        Assert.Equal(inTraining, method.StoredSamples);
        method.EndTask(model.Tasks[0]);

        Assert.Equal((atEnd, atEnd * SampleMemory.BytesPerSample([2])), (method.StoredSamples, method.StoredBytes));
    }

    [Theory]
    [InlineData(ReplayMode.Weighted, false, MemoryRule.ClassBalanced)]
    [InlineData(ReplayMode.Joined, true, MemoryRule.Reservoir)]
    [InlineData(ReplayMode.Joined, true, MemoryRule.Ring)]
    public void A_restored_one_draws_and_keeps_as_the_saved_one_would_have(ReplayMode mode, bool atEveryStep, MemoryRule rule)
    {
        using var scope = NewDisposeScope();
        ExperienceReplay.Options options = new() { Mode = mode, KeepAtEveryStep = atEveryStep, Rule = rule, Draw = 2, Memory = new() { Samples = 4 } };
        using Model model = Points.Model(Scenario.Class, [2, 2], First, Second);
        using ExperienceReplay method = AfterFirst(model, options), restored = new(options);
        restored.Join(model);
        for (int step = 0; step < 5; step++) method.Prepare(Second.Batch());

        new SavedState(method.Visit).Restore(restored.Visit);

        Assert.Equal(method.StoredSamples, restored.StoredSamples);
        for (int step = 0; step < 5; step++)
        {
            Batch expected = method.Prepare(Second.Batch()), actual = restored.Prepare(Second.Batch());
            Assert.Equal(5, actual.Count);
            Assert.True(expected.Inputs.eq(actual.Inputs).all().item<bool>());
            Assert.Equal(expected.Tasks, actual.Tasks);
        }
        Assert.Equal(new SavedState(method.Visit).Values.ToJsonString(), new SavedState(restored.Visit).Values.ToJsonString());
    }

    [Fact]
    public void Once_freed_it_keeps_nothing()
    {
        using Model model = Points.Model(Scenario.Class, [2, 2], First, Second);
        ExperienceReplay method = AfterFirst(model, new());
        SavedState state = new(method.Visit);

        method.Dispose();

        Assert.Equal(3, state.Owned.Count); // inputs, targets and tasks
        Assert.All(state.Owned, tensor => Assert.True(tensor.IsInvalid));
    }

    [Fact]
    public void Weights_of_batches_of_any_size_are_freed() => Leaks.AssertNone(() =>
    {
        using var scope = NewDisposeScope();
        using Model model = Points.Model(Scenario.Class, [2, 2], First, Second);
        using ExperienceReplay method = AfterFirst(model, new());
        foreach (Points points in new[] { First, Second, First })
        {
            Batch both = method.Prepare(points.Batch());
            method.Loss(both, model.Network.Forward(both.Inputs));
        }
    });

    private static ExperienceReplay AfterFirst(Model model, ExperienceReplay.Options options)
    {
        ExperienceReplay method = new(options);
        method.Join(model);
        Learn(model, method, model.Tasks[0]);
        model.TasksSeen = 2;
        method.BeginTask(model.Tasks[1]);
        return method;
    }

    private static void Learn(Model model, LearningMethod method, LearningTask task)
    {
        model.TasksSeen = task.Number;
        method.BeginTask(task);
        method.EndTask(task);
    }
}
