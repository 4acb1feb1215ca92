using Engram.Experiments;
using Engram.Methods;
using Engram.Methods.Growth;
using Engram.Networks;
using Engram.Streams;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Growth;

public sealed class GrowthOnDemandTests
{
    public GrowthOnDemandTests() => NativeEngine.PrepareThread(1);

    // A threshold that no mean is above, so that every plateau of one step makes the network grow; each task as long as it is said.
    private static readonly (string, string)[] Soon = [("threshold", "1"), ("window", "1"), ("patience", "1"), ("maxLength", "1")];

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
        Assert.Equal(plain.Matrix.ToRows(), content.Matrix.ToRows());
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
        Assert.All(Enumerable.Range(0, 3), task => Assert.True(result.Matrix[task + 1, task + 1] > 0.6));
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
            TrainingStep taken = new(seen, logits, zeros_like(lesson.Parameters));
            method.EditGradient(taken);
            method.AfterStep(taken);
        }

        Step(batch);
        Step(batch);
        Step(new(zeros(3, 144), tensor(new long[] { 1, 1, 1 }), [0])); // nothing of the current task: not counted
        Assert.Null(lesson.Model.TakeGrowth()); // all of the current task's are right

        Batch wrong = batch with { Targets = tensor(new long[] { 0, 1, 1 }) }; // half of them
        Step(wrong);
        var growth = lesson.Model.TakeGrowth()!.Value.Growth;

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

    [Theory]
    [InlineData("maxParameters", "2648", 18)] // 144 x 18 + 18 + 18 x 2 + 2
    [InlineData("maxParameters", "2647", 9)]
    [InlineData("factor", "1.01", 10)] // one unit at least
    [InlineData("factor", "1.5", 14)] // 13.5, to the even number
    [InlineData("maxUnits", "12", 12)]
    [InlineData("maxUnits", "5", 9)] // none is taken away
    [InlineData("perTask", "0", 9)]
    public void A_layer_becomes_as_wide_as_factor_and_limits_say(string setting, string value, int width)
    {
        RunResult result = Toy.Run(Config("grow", Scenario.Task, ("stream.tasks", "1"), ("training.learningRate", "0.00001"), ($"method.{setting}", value)));

        Assert.Equal([[width]], result.Widths);
    }

    [Fact]
    public void An_accuracy_that_was_never_measured_is_said_to_be_unknown()
    {
        RunResult result = Toy.Run(Config("grow", Scenario.Task, ("method.window", "50"), ("training.iterations", "4")));

        Assert.All(Unlearned(result), remark => Assert.Contains("(training accuracy not known, method.threshold 100", remark));
        Assert.Equal(2, Unlearned(result).Length);
    }

    [Fact]
    public void Only_the_outputs_that_compete_count()
    {
        using GrowthOnDemand method = new(new() { Window = 1, Patience = 1, Threshold = 1 });
        using ToyLesson lesson = new(method, Scenario.Task);
        lesson.Begin(1);
        lesson.Begin(2);
        Tensor logits = tensor(new float[] { 9, 9, 1, 0 }).view(1, 4); // outputs 0 and 1 are the first task's

        for (int step = 0; step < 3; step++)
        {
            TrainingStep taken = new(new(zeros(1, 144), tensor(new long[] { 2 }), [1]), logits, zeros_like(lesson.Parameters));
            method.EditGradient(taken);
            method.AfterStep(taken);
        }

        Assert.Null(lesson.Model.TakeGrowth()); // it is right
    }

    [Fact]
    public void What_is_counted_is_saved_and_restored()
    {
        using GrowthOnDemand method = new(new() { Window = 2, Patience = 1, MaxParameters = 1 }), restored = new(new() { Window = 2, Patience = 1, MaxParameters = 1 });
        using ToyLesson lesson = new(method, Scenario.Domain), other = new(restored, Scenario.Domain);
        lesson.Begin(1);
        other.Begin(1);
        for (int step = 0; step < 3; step++)
        {
            TrainingStep taken = new(new(zeros(2, 144), tensor(new long[] { 0, 1 }), [0]), zeros(2, 2), zeros(1));
            method.EditGradient(taken);
            method.AfterStep(taken);
        }

        SavedState state = new(method.Visit);
        state.Restore(restored.Visit);

        Assert.Equal(["3", "0", "0"], new[] { "stepsOfTask", "growthsOfTask", "growths" }.Select(name => state.Values[name]!.ToJsonString()));
        Assert.Equal("[0.5,0.5]", state.Values["plateau.recent"]!.ToJsonString());
        Assert.Equal(state.Values.ToJsonString(), new SavedState(restored.Visit).Values.ToJsonString());
    }

    // Three tasks of four steps each, all too small to learn anything: what grows goes on until three steps have brought nothing.
    internal static RunConfig Lasting(string id, params (string, string)[] settings)
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

    internal static int[] StepsOfTasks(RunResult result) => [.. result.Steps.GroupBy(step => step.Task).Select(steps => steps.Count())];

    internal static RunConfig Config(string id, Scenario scenario, params (string, string)[] settings)
    {
        RunConfigBuilder builder = Toy.Laboratory.Configure("toy", id)
            .Set("stream.scenario", scenario.ToString().ToLowerInvariant()).Set("network.hidden", "9").Set("training.learningRate", "0.0003")
            .Set("training.batch", "10").Set("training.iterations", "12").Set("training.logEvery", "1").Set("training.checkpointEvery", "2");
        Configure(builder, id);
        foreach (var (path, text) in settings) builder.Set(path, text);
        return builder.Build();
    }

    internal static RunConfigBuilder Configure(RunConfigBuilder builder, string id)
    {
        foreach (var (name, value) in Soon) builder.Set(id == "grow" ? $"method.{name}" : $"method.grow.{name}", value);
        return builder;
    }
}
