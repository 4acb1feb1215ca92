using System.Text.Json.Nodes;
using Engram.Methods;
using Engram.Networks;
using Engram.Streams;
using Engram.Tests.Streams;
using static TorchSharp.torch;

namespace Engram.Tests.Methods;

public sealed class ModelTests : IDisposable
{
    private const float Out = float.NegativeInfinity;
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public ModelTests() => NativeEngine.PrepareThread(1);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void A_class_that_nobody_knew_of_lets_the_network_grow_with_its_moments()
    {
        using var scope = NewDisposeScope();
        Engram.Tests.Methods.Rehearsal.Points points = new(0, (0, 0, 0));
        using Model model = new(new ModelForm([2], Scenario.Class, Engram.Answering.OneOf.Classes, 2), Toy.Network(3), new(1), CPU, 4);
        model.Meet(new(0, "one", points, null, points, [0, 1]));
        Assert.Null(model.TakeGrowth());

        model.Meet(new(1, "two", points, null, points, [1, 3]));
        var grown = model.TakeGrowth()!.Value;

        Assert.True(grown.KeepMoments);
        Assert.Equal((4, 4), (model.OutputCount, model.Network.OutputCount));
        model.TasksSeen = 2;
        Assert.Equal([0, 0, float.NegativeInfinity, 0], model.Mask(new Inputs(zeros(1, 2), [1]))!.data<float>().ToArray()); // output 2 was skipped, so nobody has seen it
        Assert.Throws<ArgumentException>("task", () => model.Meet(new(5, "six", points, null, points, [0])));
        grown.Growth.Old.Dispose();
        grown.Growth.Dispose();
    }

    [Fact]
    public void One_more_class_than_there_are_outputs_is_room_for_no_other_and_masks_are_made_anew()
    {
        Rehearsal.Points points = new(0, (0, 0, 0));
        using Model model = new(new ModelForm([2], Scenario.Class, Engram.Answering.OneOf.Classes, 2), Toy.Network(3), new(1), CPU, 4);
        model.Meet(new(0, "one", points, null, points, [0, 1]));
        Tensor before = model.Mask(0)!;

        model.Meet(new(1, "two", points, null, points, [1]));
        Assert.Null(model.TakeGrowth());
        Assert.Same(before, model.Mask(0));
        model.Meet(new(2, "three", points, null, points, [2]));
        var grown = model.TakeGrowth()!.Value;

        Assert.Equal((3, 3), (model.OutputCount, model.Network.OutputCount));
        Assert.Equal([0, 0, Out], Numbers(model.Mask(0)));
        Assert.True(before.IsInvalid);
        grown.Growth.Old.Dispose();
        grown.Growth.Dispose();
    }

    [Fact]
    public void Outputs_seen_are_each_named_once_in_ascending_order()
    {
        Rehearsal.Points points = new(0, (0, 0, 0));
        using Model model = new(new ModelForm([2], Scenario.Class, Engram.Answering.OneOf.Classes, 4), Toy.Network(3), new(1), CPU, 4);
        model.Meet(new(0, "one", points, null, points, [2, 3]));
        model.Meet(new(1, "two", points, null, points, [0, 3]));

        Assert.Equal([2, 3], model.OutputsSeen(1));
        Assert.Equal([0, 2, 3], model.OutputsSeen(2));
    }

    [Fact]
    public void All_tasks_are_known_where_they_were_told_before_the_first_one()
    {
        using Model run = Make(Scenario.Class), learner = new(new ModelForm([2], Scenario.Class, Engram.Answering.OneOf.Classes, 2), Toy.Network(3), new(1), CPU, 4);

        Assert.Equal((true, false), (run.KnowsAllTasks, learner.KnowsAllTasks));
    }

    [Fact]
    public void A_network_that_would_take_words_for_amounts_is_refused()
    {
        TaskStream stories = BabiTasksTests.Create(new() { ["tasks"] = 2, ["validation"] = 0, ["scenario"] = "domain" });

        Assert.Contains("which mlp would take for amounts", Assert.Throws<EngramException>(() => new Model(stories, Toy.Network(3), new(1), CPU, 4)).Message);
    }

    [Fact]
    public void Weights_of_classes_are_freed_when_others_come_and_with_the_model()
    {
        Model model = Make(Scenario.Class);
        Tensor first = ones(6), second = ones(6);

        model.ClassWeights = first;
        model.ClassWeights = second;
        Assert.Equal((true, false), (first.IsInvalid, second.IsInvalid));
        model.Dispose();
        Assert.True(second.IsInvalid);
    }

    [Fact]
    public void A_network_with_further_outputs_answers_as_the_one_that_it_follows_which_is_freed()
    {
        Network network = Toy.Network(3).Create([2], 2, new(1), CPU), fresh = Toy.Network(3).Create([2], 3, new(2), CPU);
        Tensor inputs = tensor(new[] { 1f, -2 }).unsqueeze(0), before = network.Predict(inputs).clone();
        float ownBias = fresh.Layout.Output.Bias.Of(fresh.Parameters)[2].item<float>();

        using Network wider = Model.WithAllOutputs(network, fresh);

        Assert.Same(fresh, wider);
        Assert.Equal(Numbers(before), Numbers(wider.Predict(inputs).clone())[..2]);
        Assert.Equal(ownBias, wider.Layout.Output.Bias.Of(wider.Parameters)[2].item<float>());
        Assert.True(network.Parameters.IsInvalid);
    }

    [Fact]
    public void In_the_task_scenario_the_outputs_of_each_samples_task_compete()
    {
        using Model model = Make(Scenario.Task);

        Assert.Equal([Out, Out, 0, 0, Out, Out], Numbers(model.Mask(BatchOf(1))));
        Assert.Equal([1, 6], model.Mask(BatchOf(1))!.shape);
        Assert.Same(model.Mask(1), model.Mask(BatchOf(1)));
        Assert.Equal([Out, Out, Out, Out, 0, 0, 0, 0, Out, Out, Out, Out], Numbers(model.Mask(BatchOf(2, 0))));
    }

    [Fact]
    public void In_the_domain_scenario_all_outputs_compete_always()
    {
        using Model model = Make(Scenario.Domain);

        for (model.TasksSeen = 0; model.TasksSeen <= 3; model.TasksSeen++) Assert.Null(model.Mask(BatchOf(1)));
        Assert.Equal(2, model.Network.OutputCount);
    }

    [Fact]
    public void In_the_class_scenario_all_classes_seen_so_far_compete_whatever_the_batch()
    {
        using Model model = Make(Scenario.Class);

        Assert.Null(model.Mask(BatchOf(0)));
        model.TasksSeen = 1;
        Assert.Equal([0, 0, Out, Out, Out, Out], Numbers(model.Mask(BatchOf(2))));
        model.TasksSeen = 2;
        Assert.Equal([0, 0, 0, 0, Out, Out], Numbers(model.Mask(BatchOf(0, 1))));
        model.TasksSeen = 3;
        Assert.Null(model.Mask(BatchOf(0)));
        using Model only = new(Toy.Stream(Scenario.Class, tasks: 1), Toy.Network(3), new(1), CPU, 4) { TasksSeen = 1 };
        Assert.Null(only.Mask(BatchOf(0)));
    }

    [Fact]
    public void Classes_of_tasks_not_yet_learned_are_never_answered()
    {
        double[][] matrix = Toy.Run(Toy.Config("fine-tuning", Scenario.Class, ("stream.tasks", "3"))).Matrix.ToRows();

        Assert.Equal([0, 0], matrix[1][1..]);
        Assert.Equal([0], matrix[2][2..]);
    }

    [Fact]
    public void Networks_of_one_index_begin_with_the_same_numbers_and_those_of_others_with_others()
    {
        using Model model = Make(Scenario.Task);
        using Network first = model.NewNetwork(), second = model.NewNetwork(1), again = model.NewNetwork(1), wide = model.NewNetwork(0, 2);

        using Network ofSeed = Toy.Network(3).Create(model.Form.InputShape, 6, new(1), CPU), ofTask = Toy.Network(3).Create(model.Form.InputShape, 6, new Seed(1).Derive("network", 1), CPU);
        Assert.Equal(Numbers(ofSeed.Parameters), Numbers(model.Network.Parameters));
        Assert.Equal(Numbers(ofTask.Parameters), Numbers(second.Parameters));
        Assert.Equal(Numbers(model.Network.Parameters), Numbers(first.Parameters));
        Assert.Equal(Numbers(second.Parameters), Numbers(again.Parameters));
        Assert.NotEqual(Numbers(first.Parameters), Numbers(second.Parameters));
        Assert.Equal(wide.Layout.Count, model.ParameterCount(2));
        Assert.Equal(first.Layout.Count, model.ParameterCount());
    }

    [Fact]
    public void A_replaced_network_is_handed_back_alive()
    {
        using Model model = Make(Scenario.Task);
        Network next = model.NewNetwork(1), old = model.Network;

        Assert.Same(old, model.Replace(next));

        Assert.Same(next, model.Network);
        Assert.False(old.Parameters.IsInvalid);
        old.Dispose();
    }

    [Fact]
    public void A_growth_waits_until_it_is_taken_and_there_is_one_at_a_time()
    {
        using Model model = Make(Scenario.Task);
        Network old = model.Network;
        NetworkGrowth growth = NetworkGrowth.Widen(model.Definition, old, 0, 5, model.Seed), second = NetworkGrowth.Widen(model.Definition, old, 0, 7, model.Seed);

        model.Grow(growth, keepMoments: true);
        Assert.Contains("one growth at a time", Assert.Throws<InvalidOperationException>(() => model.Grow(second)).Message);
        Assert.Same(old, model.Network);
        var taken = model.TakeGrowth();

        Assert.Equal((growth, true), taken);
        Assert.Same(growth.Network, model.Network);
        Assert.Equal([5], model.Definition.Widths);
        Assert.Null(model.TakeGrowth());
        Assert.Contains("another network than the model's", Assert.Throws<ArgumentException>(() => model.Grow(second)).Message);
        using Network fresh = model.NewNetwork();
        Assert.Equal(old.Layout.Count, fresh.Layout.Count); // of the run's first size
        foreach (NetworkGrowth one in (NetworkGrowth[])[growth, second]) one.Dispose();
        second.Network.Dispose();
        old.Dispose();
    }

    [Fact]
    public void A_network_that_is_replaced_while_it_is_about_to_grow_is_an_error_and_a_growth_that_is_never_taken_is_freed()
    {
        using Model model = Make(Scenario.Task);
        NetworkGrowth growth = NetworkGrowth.Deepen(model.Definition, model.Network, 0);
        Model unlucky = Make(Scenario.Task);
        NetworkGrowth never = NetworkGrowth.Deepen(unlucky.Definition, unlucky.Network, 0);
        model.Grow(growth);
        unlucky.Grow(never);

        model.Replace(model.NewNetwork()).Dispose();
        unlucky.Dispose();

        Assert.Contains("do one of the two", Assert.Throws<InvalidOperationException>(() => model.TakeGrowth()).Message);
        Assert.True(never.Network.Parameters.IsInvalid);
    }

    [Fact]
    public void The_size_of_a_grown_network_and_the_remarks_survive_a_stop()
    {
        using Model model = Make(Scenario.Task), restored = Make(Scenario.Task);
        NetworkGrowth growth = NetworkGrowth.Deepen(model.Definition, model.Network, 0);
        model.Grow(growth);
        model.TakeGrowth();
        model.Remark("It grew.");
        StateBag bag = new();
        model.Visit(bag);
        bag.Contents("network", model.Network.Parameters);

        restored.Visit(new(bag.Tensors.ToDictionary(), bag.Values));
        using Model wider = new(Toy.Stream(Scenario.Task, tasks: 3), Toy.Network(4), new(1), CPU, 4);

        Assert.Contains($"began with parameters of shape [{model.ParameterCount()}], but [{wider.ParameterCount()}] is expected", Assert.Throws<EngramException>(() => wider.Visit(new(bag.Tensors.ToDictionary(), bag.Values))).Message);
        Assert.Equal([3, 3], restored.Definition.Widths);
        Assert.Equal(model.Network.Layout.Count, restored.Network.Layout.Count);
        Assert.Equal(["It grew."], restored.Remarks);
        growth.Old.Dispose();
        growth.Dispose();
    }

    [Fact]
    public void A_restored_network_of_the_same_size_stays_and_one_larger_than_its_checkpoint_is_refused()
    {
        using Model model = Make(Scenario.Task), restored = Make(Scenario.Task);
        StateBag bag = new();
        model.Visit(bag);
        bag.Contents("network", model.Network.Parameters);
        Network network = restored.Network;

        restored.Visit(new(bag.Tensors.ToDictionary(), bag.Values));
        Assert.Same(network, restored.Network);
        bag.Values["widths"] = new JsonArray(60_000);
        Assert.Contains("no more than the checkpoint's own numbers", Assert.Throws<EngramException>(() => restored.Visit(new(bag.Tensors.ToDictionary(), bag.Values))).Message);
    }

    [Fact]
    public void The_mask_of_a_single_task_is_made_once_and_freed_with_the_learner()
    {
        Model task = Make(Scenario.Task), domain = Make(Scenario.Domain), classes = Make(Scenario.Class);
        Tensor mask = task.Mask(1)!;

        Assert.Equal([Out, Out, 0, 0, Out, Out], Numbers(mask));
        Assert.Same(mask, task.Mask(1));
        Assert.Null(domain.Mask(1));
        Assert.Equal([0, 0, 0, 0, Out, Out], Numbers(classes.Mask(1))); // whatever was seen
        foreach (Model model in new[] { task, domain, classes }) model.Dispose();
        Assert.True(mask.IsInvalid);
        Assert.True(task.Network.Parameters.IsInvalid);
    }

    [Fact]
    public void Where_all_classes_are_active_those_of_tasks_to_come_compete_from_the_first_task_on()
    {
        TaskStream stream = Toy.Laboratory.Stream(Toy.Config("fine-tuning", Scenario.Class, ("stream.tasks", "3"), ("stream.activeClasses", "all")));
        using Model all = new(stream, Toy.Network(3), new(1), CPU, 4), seen = Make(Scenario.Class);
        all.TasksSeen = seen.TasksSeen = 1;

        Assert.Null(all.Mask(BatchOf(0)));
        Assert.Null(all.Mask(0));
        Assert.Equal([0, 0, Out, Out, Out, Out], Numbers(seen.Mask(BatchOf(0))));
    }

    [Fact]
    public void Of_more_outputs_than_answers_only_the_answers_compete()
    {
        Rehearsal.Points points = new(0, (0, 1, 1), (1, 0, 3));
        using Model model = new(new TaskStream("toy", Scenario.Task, [new(0, "task 1", points, null, points, [1, 3])], outputs: 5), Toy.Network(3), new(1), CPU, 4);

        Assert.Equal([Out, 0, Out, 0, Out], Numbers(model.Mask(0)));
    }

    [Fact]
    public void To_go_on_is_asked_for_each_time()
    {
        using Model model = Make(Scenario.Task);

        Assert.False(model.TakeGoOn());
        model.GoOn();
        Assert.True(model.TakeGoOn());
        Assert.False(model.TakeGoOn());
    }

    private static Model Make(Scenario scenario) => new(Toy.Stream(scenario, tasks: 3), Toy.Network(3), new(1), CPU, 4);

    private static Batch BatchOf(params int[] tasks) => new(zeros(tasks.Length, 1), zeros(tasks.Length, dtype: int64), tasks);

    private static float[] Numbers(Tensor? tensor) => tensor!.data<float>().ToArray();
}
