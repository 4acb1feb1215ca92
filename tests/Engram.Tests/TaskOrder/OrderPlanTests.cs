using Engram.Experiments;
using Engram.Streams;
using Engram.TaskOrder;

namespace Engram.Tests.TaskOrder;

public sealed class OrderPlanTests
{
    [Theory]
    [InlineData(2, 3, null, true, 6)]
    [InlineData(3, 3, null, true, 18)]
    [InlineData(3, 3, 18, true, 18)]
    [InlineData(3, 3, 17, false, 17)]
    [InlineData(3, 1, 6, true, 6)]
    public void Few_tasks_are_tried_in_all_orders_unless_the_budget_is_smaller(int tasks, int seeds, int? budget, bool isComplete, int runs)
    {
        OrderPlan plan = Plan(tasks) with { Seeds = seeds, Budget = budget };

        Assert.Equal((isComplete, runs), (plan.Checked().IsComplete, plan.Runs));
    }

    [Fact]
    public void Many_tasks_are_searched()
    {
        OrderPlan plan = new() { Config = new RunConfigBuilder(Toy.Catalogs, "permuted-digits").Build() };

        Assert.Equal((false, OrderPlan.StandardBudget, 8), (plan.IsComplete, plan.Runs, plan.RunsToConfirm));
        Assert.Null((plan with { Minutes = 3 }).Runs);
        Assert.True((plan with { Budget = 360 }).IsComplete);
    }

    [Fact]
    public void What_cannot_be_ordered_is_refused_with_the_remedy()
    {
        AssertRefused("one task has no order", Plan(3, ("stream.tasks", "1")));
        AssertRefused("one task has no order", Plan(3, ("stream.only", "2")));
        AssertRefused("stream.order is set", Plan(3, ("stream.order", "3,1,2")));
        AssertRefused("stream.shuffleTasks is set", Plan(3, ("stream.shuffleTasks", "true")));
        AssertRefused("The budget is 0 runs", Plan(3) with { Budget = 0 });
        AssertRefused("minutes but must be > 0", Plan(3) with { Minutes = 0 });
        AssertRefused("number of seeds is 0", Plan(3) with { Seeds = 0 });
        AssertRefused("3 seeds need at least 10", Plan(3) with { Budget = 9 });
    }

    [Fact]
    public void A_stream_that_goes_its_own_way_is_found_out()
    {
        OrderPlan plan = new() { Config = Toy.Laboratory.Configure("stubborn").Build() };

        EngramException wrong = Assert.Throws<EngramException>(() => plan.Checked().Prepare(Toy.Laboratory));

        Assert.Equal(("fixed-order", ErrorKind.Input), (wrong.Code, wrong.Kind));
        Assert.Contains("still brings pair 1, pair 2", wrong.Message);
    }

    [Fact]
    public void A_trial_is_a_run_of_its_own_with_that_order_and_seed()
    {
        Trial trial = Plan(3).Trial(Toy.Catalogs, [3, 1, 2], 5);

        Assert.Equal("3-1-2", trial.Label);
        Assert.Equal(5ul, trial.Config.Machine.Seed);
        Assert.Equal(["pair 3", "pair 1", "pair 2"], Toy.Laboratory.Stream(trial.Config).Tasks.Select(task => task.Name));
    }

    [Fact]
    public void A_plan_survives_its_file()
    {
        OrderPlan plan = Plan(3) with { Seeds = 2, Budget = 9, Minutes = 1.5 }, read = OrderPlan.Read(Toy.Catalogs, plan.ToJson());

        Assert.Equal((plan.Seeds, plan.Budget, plan.Minutes), (read.Seeds, read.Budget, read.Minutes));
        Assert.Equal(plan.Config.ToJson().ToJsonString(), read.Config.ToJson().ToJsonString());
        Assert.Equal("corrupt-file", Assert.Throws<EngramException>(() => OrderPlan.Read(Toy.Catalogs, [])).Code);
        foreach (string name in (string[])["seeds", "budget", "minutes"])
        {
            System.Text.Json.Nodes.JsonObject json = plan.ToJson();
            json[name] = "many";
            Assert.Equal("corrupt-file", Assert.Throws<EngramException>(() => OrderPlan.Read(Toy.Catalogs, json)).Code);
        }
    }

    internal static OrderPlan Plan(int tasks, params (string Path, string Text)[] settings) =>
        new() { Config = Toy.Config("fine-tuning", Scenario.Class, [("stream.tasks", $"{tasks}"), .. settings]) };

    private static void AssertRefused(string expected, OrderPlan plan)
    {
        EngramException wrong = Assert.Throws<EngramException>(plan.Checked);
        Assert.Equal(ErrorKind.Input, wrong.Kind);
        Assert.Contains(expected, wrong.Message);
    }
}

/// <summary>Brings its tasks in one order, whatever is set.</summary>
[Stream("stubborn", Family = "tests", Summary = "does not follow stream.order")]
public sealed class StubbornStream(StubbornStream.Options options) : StreamDefinition
{
    public sealed record Options : ImageStreamOptions
    {
        public Options() => Tasks = 2;
    }

    public override TaskStream Create(StreamContext context) => new ToyStream(new() { Tasks = options.Tasks }).Create(context);
}
