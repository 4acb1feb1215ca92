using Engram.Experiments;
using Engram.TaskOrder;
using Engram.Tests.Datasets;

namespace Engram.Tests.TaskOrder;

public sealed class OrderSearchTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();

    public void Dispose() => temporary.Dispose();

    [Fact]
    public void All_orders_are_tried_and_the_number_of_jobs_changes_nothing()
    {
        OrderPlan plan = OrderPlanTests.Plan(3) with { Seeds = 2 };

        OrderStudy one = Study(plan, jobs: 1), three = Study(plan, jobs: 3);

        Assert.Equal(12, one.Runs.Length);
        Assert.Equal(6, one.Orders.Length);
        Assert.Equal(Settings.ToJson(one).ToJsonString(), Settings.ToJson(three).ToJsonString());
        Assert.Equal(one.Orders.Max(outcome => outcome.Accuracy.Mean), one.Accuracy.Best);
        Assert.Equal(one.Orders[0].Order, one.Recommended);
        Assert.Equal((6, 5), (one.Test.ChosenFrom, one.Test.Others));
        Assert.Equal(6, one.Pairs.Length);
    }

    [Fact]
    public void An_order_is_the_run_that_the_run_command_makes()
    {
        OrderPlan plan = OrderPlanTests.Plan(3) with { Seeds = 1 };
        RunResult run = Toy.Run(Toy.Config("fine-tuning", Engram.Streams.Scenario.Class, ("stream.tasks", "3"), ("stream.order", "2,3,1")));

        OrderedRun ordered = Study(plan, 2).Runs.Single(one => Orders.Key(one.Order) == "2-3-1");

        Assert.Equal(run.Metrics["accuracy"], ordered.Accuracy);
        Assert.Equal(run.Matrix.ToRows()[^1], new[] { ordered.Matrix[^1][1], ordered.Matrix[^1][2], ordered.Matrix[^1][0] });
    }

    [Fact]
    public void A_search_keeps_to_its_budget_and_judges_with_fresh_seeds()
    {
        OrderPlan plan = OrderPlanTests.Plan(3) with { Seeds = 2, Budget = 9 };

        OrderStudy study = Study(plan, 1);

        Assert.False(study.IsComplete);
        Assert.Equal(9, study.Runs.Length);
        Assert.Equal("1-2-3", Orders.Key(study.Runs[0].Order)); // the natural order comes first
        Assert.Equal(5, study.Runs.Count(run => run.Seed == 1));
        Assert.Equal(4, study.Runs.Count(run => run.Seed == 2));
        Assert.Contains(study.Runs, run => run.Seed == 2 && run.Order.SequenceEqual(study.Recommended));
        Assert.All(study.Orders, outcome => Assert.Equal(1, outcome.N));
        Assert.Equal(study.Runs.Where(run => run.Seed == 2).Select(run => Orders.Key(run.Order)).Order(), study.Judged.Select(outcome => Orders.Key(outcome.Order)).Order());
        Assert.Equal((1, 1, 3), (study.Test.ChosenFrom, study.Test.Seeds, study.Test.Others));
        Assert.Equal(study.Runs.Where(run => run.Seed == 1).MaxBy(run => run.Accuracy)!.Order, study.Recommended);
        Assert.Equal(study.Runs.Length, study.Runs.DistinctBy(run => (run.Seed, Orders.Key(run.Order))).Count());
        Assert.Equal(Settings.ToJson(study).ToJsonString(), Settings.ToJson(Study(plan, 3)).ToJsonString());
    }

    [Fact]
    public void A_search_ends_when_its_time_is_over_or_all_orders_are_known()
    {
        OrderStudy study = Study(OrderPlanTests.Plan(2) with { Seeds = 1, Minutes = 100 }, 1);

        Assert.Equal(2, study.Runs.Length);
        Assert.True(Study(OrderPlanTests.Plan(3) with { Seeds = 1, Minutes = 1e-9 }, 1).Runs.Length >= 2);
    }

    [Fact]
    public void A_stopped_study_goes_on_and_repeats_nothing()
    {
        OrderPlan plan = OrderPlanTests.Plan(2) with { Seeds = 2 };
        StudyFolder folder = StudyFolder.Open(temporary["study"], "order", plan.ToJson());
        using CancellationTokenSource stop = new();
        int finished = 0;
        Assert.Throws<OperationCanceledException>(() => new OrderSearch(Toy.Laboratory, plan) { FolderOf = folder.TrialPath }.Study(plan.Prepare(Toy.Laboratory))
            .Run(new TrialThreads(1), new() { Ended = _ => { if (++finished == 2) stop.Cancel(); } }, stop.Token));

        List<string> trained = [];
        OrderSearch search = new(Toy.Laboratory, OrderPlan.Read(Toy.Catalogs, StudyFolder.PlanOf(temporary["study"]))) { FolderOf = StudyFolder.At(temporary["study"]).TrialPath };
        OrderStudy resumed = search.Study(plan.Prepare(Toy.Laboratory)).Run(new TrialThreads(1), Training(trained.Add), TestContext.Current.CancellationToken);

        Assert.Equal(2, trained.Distinct().Count());
        Assert.Equal(Settings.ToJson(Study(plan, 1)).ToJsonString(), Settings.ToJson(resumed).ToJsonString());
    }

    [Fact]
    public void Another_study_in_the_same_folder_finds_the_trials_of_equal_settings_only()
    {
        StudyFolder folder = StudyFolder.Open(temporary["study"], "order", []);
        OrderPlan plan = OrderPlanTests.Plan(2), longer = OrderPlanTests.Plan(2, ("training.iterations", "7"));
        int Trained(OrderPlan asked)
        {
            HashSet<string> trained = [];
            new OrderSearch(Toy.Laboratory, asked) { FolderOf = folder.TrialPath }.Study(asked.Prepare(Toy.Laboratory)).Run(new TrialThreads(1), Training(name => trained.Add(name)), TestContext.Current.CancellationToken);
            return trained.Count;
        }

        Assert.Equal(4, Trained(plan with { Seeds = 2 }));
        Assert.Equal(2, Trained(plan with { Seeds = 3 }));
        Assert.Equal(6, Trained(longer with { Seeds = 3 }));
        Assert.Equal(0, Trained(longer with { Seeds = 3 }));
        Assert.Equal("folder-in-use", Assert.Throws<EngramException>(() => StudyFolder.Open(temporary["study"], "affinity", [])).Code);
    }

    [Fact]
    public void The_verdict_says_when_order_does_not_matter_and_when_it_does()
    {
        OrderPlan plan = OrderPlanTests.Plan(2) with { Seeds = 3 };
        double[,] none = new double[2, 2], some = { { 0, .3 }, { .005, 0 } };
        OrderedRun[] With(double[,] damage) => [.. Orders.All([1, 2]).SelectMany(order => plan.SeedNumbers.Select(seed => Runs.Of(order, seed, damage, .9 + .001 * seed * order[0])))];

        OrderStudy equal = OrderConclusions.Of(plan, ["one", "two"], With(none)), differing = OrderConclusions.Of(plan, ["one", "two"], With(some));

        Assert.StartsWith("No order is significantly better", equal.Verdict);
        Assert.StartsWith("Learn two, then one.", differing.Verdict);
        Assert.Contains("nothing more need be done against forgetting", differing.Verdict);
        Assert.Equal(.15, differing.OverNatural!.Mean, .01);
        Assert.StartsWith("One seed cannot say", OrderConclusions.Of(plan with { Seeds = 1 }, ["one", "two"], [.. With(some).Where(run => run.Seed == 1)]).Verdict);
    }

    private static OrderStudy Study(OrderPlan plan, int jobs) =>
        new OrderSearch(Toy.Laboratory, plan.Checked()).Study(plan.Prepare(Toy.Laboratory)).Run(new TrialThreads(jobs), null, TestContext.Current.CancellationToken);

    private static StudyWatch Training(Action<string> tell) => new() { Progress = (trial, now) => { if (now.Run!.Phase == RunPhase.Training) tell(trial.Name); } };
}
