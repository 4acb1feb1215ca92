using Engram.Experiments;
using Engram.Methods;
using Engram.Methods.Growth;
using Engram.Networks;
using Engram.Streams;
using Engram.Tests.Datasets;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Growth;

public sealed class GrowthOnDemandTests
{
    public GrowthOnDemandTests() => NativeEngine.PrepareThread(1);

    // A threshold that no mean is above, so that every plateau of one step makes the network grow; each task as long as it is said.
    private static readonly (string, string)[] Soon = [("threshold", "1"), ("window", "1"), ("patience", "1"), ("maxLength", "1")];

    public static TheoryData<string, Scenario> Combinations
    {
        get
        {
            TheoryData<string, Scenario> data = new() { { "grow", Scenario.Task }, { "icarl+grow", Scenario.Class }, { "derpp+grow", Scenario.Class }, { "grow+si", Scenario.Domain }, { "grow+rwalk", Scenario.Task } };
            foreach (string method in new[] { "gem", "agem", "ewc", "online-ewc", "l2", "si", "mas", "rwalk", "replay", "lwf" }) data.Add($"{method}+grow", method is "replay" or "ewc" ? Scenario.Class : Scenario.Task);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void A_run_that_grows_and_dies_anywhere_goes_on_with_the_same_bits(string id, Scenario scenario)
    {
        RunConfig config = Config(id, scenario, ("training.checkpointEvery", "1"));
        RunResult straight = Toy.Run(config);
        Assert.Equal(2, straight.Growth.Length);
        Assert.Equal([[18], [36]], straight.Widths);
        Assert.True(straight.Parameters[1] > straight.Parameters[0]);

        long grows = straight.Growth[1].Step - 12; // within the second task
        // Moments of progress: the untrained row, then for each task its steps, the consolidation and the scoring.
        foreach (long step in new[] { grows - 1, grows, grows + 1, grows + 2 })
        {
            using TemporaryFolder temporary = new();
            RunFolder folder = RunFolder.Create(temporary["run"], config);
            long seen = 0;
            Assert.Throws<TimeoutException>(() => Toy.Run(config, folder, now => { if (now is { Phase: RunPhase.Training, Task: 2 } && ++seen > step) throw new TimeoutException(); }));

            Toy.AssertSame(straight, Toy.Run(config, folder));
        }
    }

    [Theory]
    [InlineData("gem+grow")]
    [InlineData("lwf+grow")]
    [InlineData("si+grow")]
    public void A_convolutional_network_grows_too(string id)
    {
        RunConfig config = Configure(Toy.Laboratory.Configure("toy", id, "cnn").Set("stream.scenario", "task").Set("network.channels", "2,3").Set("training.learningRate", "0.0003")
            .Set("training.batch", "10").Set("training.iterations", "8").Set("training.checkpointEvery", "1").Set("training.logEvery", "1"), id).Build();
        using TemporaryFolder temporary = new();
        RunFolder folder = RunFolder.Create(temporary["run"], config);
        RunResult straight = Toy.Run(config);
        int passed = 0;

        Assert.Throws<TimeoutException>(() => Toy.Run(config, folder, _ => { if (++passed == 17) throw new TimeoutException(); }));

        Toy.AssertSame(straight, Toy.Run(config, folder));
        Assert.Equal([[4, 6], [8, 12]], straight.Widths);
    }

    [Fact]
    public void It_may_grow_while_only_new_outputs_learn()
    {
        RunConfig config = Config("lwf+grow", Scenario.Task, ("method.lwf.warmUp", "8"), ("training.checkpointEvery", "1"));
        RunResult straight = Toy.Run(config);
        long grows = straight.Growth[1].Step - 12;
        Assert.InRange(grows, 1, 7); // still frozen
        using TemporaryFolder temporary = new();
        RunFolder folder = RunFolder.Create(temporary["run"], config);
        int seen = 0;

        Assert.Throws<TimeoutException>(() => Toy.Run(config, folder, now => { if (now is { Phase: RunPhase.Training, Task: 2 } && ++seen > grows + 1) throw new TimeoutException(); }));

        Toy.AssertSame(straight, Toy.Run(config, folder));
    }

    [Fact]
    public void Moments_of_the_optimizer_follow_or_begin_anew()
    {
        RunResult fresh = Toy.Run(Config("grow", Scenario.Task)), kept = Toy.Run(Config("grow", Scenario.Task, ("method.keepMoments", "true")));

        Assert.Equal(fresh.Growth.Length, kept.Growth.Length);
        Assert.NotEqual(fresh.Weights, kept.Weights);
    }

    [Fact]
    public void A_task_that_is_learned_well_enough_does_not_let_the_network_grow()
    {
        RunResult content = Toy.Run(Toy.Config("grow", Scenario.Task, ("training.iterations", "12"), ("method.threshold", "0"), ("method.window", "1"), ("method.patience", "1")));
        Assert.Empty(Unlearned(content));
        RunResult plain = Toy.Run(Toy.Config("fine-tuning", Scenario.Task, ("training.iterations", "12")));

        Assert.Empty(content.Growth);
        Assert.Equal(plain.Weights, content.Weights);
        Assert.Equal(plain.Matrix, content.Matrix);
    }

    [Fact]
    public void It_may_grow_several_times_in_a_task_and_only_in_the_layers_named()
    {
        RunResult result = Toy.Run(Config("grow", Scenario.Task, ("network.hidden", "4,5"), ("method.perTask", "2"), ("method.layers", "2"), ("method.factor", "1.5"), ("training.iterations", "20")));

        Assert.Equal([[4, 12], [4, 27]], result.Widths); // 5, 8, 12; 12, 18, 27
        Assert.Equal(["4-5 to 4-8", "4-8 to 4-12", "4-12 to 4-18", "4-18 to 4-27"], result.Growth.Select(growth => Toy.Describe(growth).Split(": ")[1]));
        Assert.Equal([1, 1, 2, 2], result.Growth.Select(growth => growth.Task));
    }

    [Theory]
    [InlineData("maxParameters", "1700", "18 would have 2724 parameters and method.maxParameters is 1700; the network stays at 9")]
    [InlineData("maxUnits", "9", "its layers have the 9 units that method.maxUnits allows; the network stays at 9")]
    public void A_limit_that_is_reached_is_said_of_every_task_and_the_run_goes_on(string setting, string value, string message)
    {
        RunConfig config = Config("grow", Scenario.Task, ($"method.{setting}", value), ("method.window", "4"), ("training.learningRate", "0.00001"), ("stream.tasks", "3"));
        RunResult result = Toy.Run(config);

        Assert.Empty(result.Growth);
        Assert.Equal([[9], [9], [9]], result.Widths);
        Assert.All(Unlearned(result), remark => Assert.Contains(message, remark));
        Assert.Equal(["grow: task 1", "grow: task 2", "grow: task 3"], Unlearned(result).Select(remark => remark.Split(" was not learned well enough (training accuracy ")[0]));
    }

    [Fact]
    public void A_layer_grows_as_far_as_its_limit()
    {
        RunResult result = Toy.Run(Config("grow", Scenario.Task, ("method.maxUnits", "11"), ("method.window", "4"), ("training.learningRate", "0.00001"), ("stream.tasks", "3")));

        Assert.Equal([[11], [11], [11]], result.Widths);
        Assert.Equal(["perTask=1 lets", "method.maxUnits", "method.maxUnits"], Unlearned(result).Select(remark => remark.Contains("method.maxUnits") ? "method.maxUnits" : remark[remark.IndexOf("perTask", StringComparison.Ordinal)..][..14]));
    }

    [Fact]
    public void A_task_is_trained_past_its_schedule_until_it_is_learned()
    {
        RunResult result = Toy.Run(Lasting("grow", ("training.learningRate", "0.01"), ("method.threshold", "0.9"), ("method.window", "5"), ("method.patience", "100"), ("method.maxLength", "100")));

        int[] steps = StepsOfTasks(result);
        Assert.Equal(3, steps.Length);
        Assert.All(steps, count => Assert.InRange(count, 5, 150));
        Assert.Contains(steps, count => count > 4);
        Assert.Empty(result.Growth);
        Assert.Empty(Unlearned(result));
        Assert.All(Enumerable.Range(0, 3), task => Assert.True(result.Matrix[task + 1][task] > 0.6));
    }

    [Fact]
    public void One_that_stops_rising_after_its_schedule_grows_and_goes_on_until_it_stops_rising_again()
    {
        RunResult result = Toy.Run(Lasting("grow"));

        Assert.Equal([1, 2, 3], result.Growth.Select(growth => growth.Task));
        int[] steps = StepsOfTasks(result), began = [0, steps[0], steps[0] + steps[1]];
        Assert.All(result.Growth, growth => Assert.InRange(growth.Step - began[growth.Task - 1], 4, steps[growth.Task - 1] - 3)); // a plateau is three steps long
        Assert.Equal(["task 1", "task 2", "task 3"], Unlearned(result).Select(remark => remark[6..12]));
        Assert.All(Unlearned(result), remark => Assert.EndsWith("and method.perTask=1 lets the network grow no more.", remark));
    }

    [Fact]
    public void The_most_that_a_task_may_take_is_kept_and_said()
    {
        RunResult result = Toy.Run(Lasting("grow", ("method.patience", "1000"), ("method.maxLength", "2.5"))), plain = Toy.Run(Lasting("fine-tuning"));

        Assert.Equal([10, 10, 10], StepsOfTasks(result));
        Assert.Equal([4, 4, 4], StepsOfTasks(plain));
        Assert.Equal(3, Unlearned(result).Length);
        Assert.Contains("): its accuracy had not stopped rising after 10 steps, which are all that training and method.maxLength=2.5 allow.", Unlearned(result)[0]);
    }

    [Theory]
    [InlineData("grow")]
    [InlineData("gem+grow")]
    [InlineData("grow+si")]
    public void A_run_that_dies_in_a_task_that_goes_on_ends_with_the_same_bits(string id)
    {
        RunConfig config = Lasting(id, ("training.checkpointEvery", "3"), ("stream.tasks", "2"));
        List<RunProgress> told = [];
        RunResult straight = Toy.Run(config, progress: told.Add);
        Assert.True(StepsOfTasks(straight)[1] > 8);
        Assert.Equal(told.Select(now => now.Fraction).Order(), told.Select(now => now.Fraction));
        Assert.All(told, now => Assert.True(now.Fraction <= 1 && now.Epoch <= now.Epochs));

        for (int moment = 2; moment <= told.Count; moment += 3)
        {
            using TemporaryFolder temporary = new();
            RunFolder folder = RunFolder.Create(temporary["run"], config);
            int passed = 0;
            Assert.Throws<TimeoutException>(() => Toy.Run(config, folder, _ => { if (++passed == moment) throw new TimeoutException(); }));

            Toy.AssertSame(straight, Toy.Run(config, folder));
        }
    }

    [Fact]
    public void Only_samples_of_the_current_task_count_and_what_was_added_behind_them_does_not()
    {
        using GrowthOnDemand method = new(new() { Window = 1, Patience = 1, Threshold = 0.6 });
        using ToyLesson lesson = new(method, Scenario.Domain);
        lesson.Begin(1);
        lesson.Begin(2);
        Tensor logits = tensor(new float[] { 1, 0, 1, 0, 1, 0, 0, 1 }).view(4, 2); // answers 0, 0, 0, and 1 for an added row
        Batch batch = new(zeros(3, 144), tensor(new long[] { 0, 1, 0 }), [1, 0, 1]); // right, wrong but old, right

        void Step(Batch seen)
        {
            method.Observe(seen, logits, zeros_like(lesson.Parameters));
            method.AfterStep(zeros_like(lesson.Parameters));
        }

        Step(batch);
        Step(batch);
        Step(new(zeros(3, 144), tensor(new long[] { 1, 1, 1 }), [0])); // nothing of the current task: not counted
        Assert.Null(lesson.Learner.TakeGrowth()); // all of the current task's are right

        Batch wrong = batch with { Targets = tensor(new long[] { 0, 1, 1 }) }; // half of them
        Step(wrong);
        var growth = lesson.Learner.TakeGrowth()!.Value.Growth;

        Assert.Equal([18], growth.To.Widths);
        growth.Old.Dispose();
        growth.Dispose();
    }

    [Fact]
    public void A_network_that_cannot_grow_and_a_layer_that_is_not_there_are_refused_before_the_first_step()
    {
        Assert.Contains("grow widens hidden layers, but the network has none", Assert.Throws<EngramException>(() => Toy.Run(Config("grow", Scenario.Task, ("network.hidden", "")))).Message);
        Assert.Contains("method.layers names hidden layer 2, but the network has 1", Assert.Throws<EngramException>(() => Toy.Run(Config("grow", Scenario.Task, ("method.layers", "1,2")))).Message);
    }

    // Three tasks of four steps each, all too small to learn anything: what grows goes on until three steps have brought nothing.
    private static RunConfig Lasting(string id, params (string, string)[] settings)
    {
        RunConfigBuilder builder = Toy.Laboratory.Configure("toy", id).Set("stream.scenario", "task").Set("stream.tasks", "3").Set("network.hidden", "9")
            .Set("training.learningRate", "0.00001").Set("training.batch", "10").Set("training.iterations", "4").Set("training.logEvery", "1");
        if (id.Contains("grow"))
            foreach (var (name, value) in new[] { ("threshold", "1"), ("window", "4"), ("patience", "3"), ("maxLength", "20") }) builder.Set(id == "grow" ? $"method.{name}" : $"method.grow.{name}", value);
        foreach (var (path, text) in settings) builder.Set(path, text);
        return builder.Build();
    }

    // Remarks on tasks that ended unlearned.
    private static string[] Unlearned(RunResult result) => [.. result.Remarks.Where(remark => remark.Contains(" was not learned well enough "))];

    private static int[] StepsOfTasks(RunResult result) => [.. result.Steps.GroupBy(step => step.Task).Select(steps => steps.Count())];

    private static RunConfig Config(string id, Scenario scenario, params (string, string)[] settings)
    {
        RunConfigBuilder builder = Toy.Laboratory.Configure("toy", id)
            .Set("stream.scenario", scenario.ToString().ToLowerInvariant()).Set("network.hidden", "9").Set("training.learningRate", "0.0003")
            .Set("training.batch", "10").Set("training.iterations", "12").Set("training.logEvery", "1").Set("training.checkpointEvery", "2");
        Configure(builder, id);
        foreach (var (path, text) in settings) builder.Set(path, text);
        return builder.Build();
    }

    private static RunConfigBuilder Configure(RunConfigBuilder builder, string id)
    {
        foreach (var (name, value) in Soon) builder.Set(id == "grow" ? $"method.{name}" : $"method.grow.{name}", value);
        return builder;
    }
}
