using System.Text.Json.Nodes;
using Engram.Experiments;

namespace Engram.Tests.Experiments;

public sealed class ComparisonPlanTests
{
    private static readonly Catalogs Catalogs = new();

    [Fact]
    public void Every_method_runs_with_every_seed_and_everything_else_equal()
    {
        ComparisonPlan plan = Make(["fine-tuning", "ewc:lambda=10", "ewc:lambda=20:samples=5"], seeds: 2, ("seed", "7"), ("training.batch", "32"));

        Assert.Equal(["fine-tuning 7", "fine-tuning 8", "ewc:lambda=10 7", "ewc:lambda=10 8", "ewc:lambda=20:samples=5 7", "ewc:lambda=20:samples=5 8"], plan.Trials.Select(trial => $"{trial.Label} {trial.Config.Machine.Seed}"));
        Assert.All(plan.Trials, trial => Assert.Equal(32, trial.Config.Training.Batch));
        Assert.Equal(["10", "10", "20", "20"], plan.Trials.Skip(2).Select(trial => Method(trial, "lambda")));
        Assert.Equal("5", Method(plan.Trials[^1], "samples"));
        Assert.Equal(6, plan.Trials.Select(trial => trial.FolderName).Distinct().Count());
        Assert.Equal(["fine-tuning", "ewc:lambda=10", "ewc:lambda=20:samples=5"], plan.Labels);
    }

    [Fact]
    public void A_setting_of_methods_reaches_those_that_have_it_and_one_of_a_method_only_that_one()
    {
        ComparisonPlan plan = Make(["fine-tuning", "l2", "ewc", "online-ewc"], seeds: 1, ("method.lambda", "3"), ("ewc.samples", "9"), ("method.gamma", "0.5"));

        Assert.Equal([null, "3", "3", "3"], plan.Trials.Select(trial => Method(trial, "lambda")));
        Assert.Equal([null, null, "9", "1000"], plan.Trials.Select(trial => Method(trial, "samples")));
        Assert.Equal([null, null, null, "0.5"], plan.Trials.Select(trial => Method(trial, "gamma")));
    }

    [Theory]
    [InlineData("fine-tuning,ewc", "method.gamma=1", "None of fine-tuning, ewc has the setting 'method.gamma'")]
    [InlineData("fine-tuning,l2", "method.lamda=1", "did you mean 'method.lambda'?")]
    [InlineData("fine-tuning,l2", "l2.lamda=1", "did you mean 'method.lambda'?")]
    [InlineData("fine-tuning,ewcc", "seed=1", "There is no method 'ewcc'; did you mean 'ewc'")]
    [InlineData("fine-tuning,fine-tuning", "seed=1", "named twice")]
    [InlineData("", "seed=1", "No method is named")]
    [InlineData("ewc:lambda", "seed=1", "'lambda' in 'ewc:lambda' is not of the form name=value")]
    [InlineData("ewc:lambda=-1,l2:lambda=x", "seed=1", "method.lambda is -1")]
    [InlineData("ewc:lambda=-1,l2:lambda=x", "seed=1", "method.lambda is \"x\"")]
    [InlineData("fine-tuning,separate", "stream.scenario=class", "separate cannot do the class scenario")]
    [InlineData("fine-tuning", "seed=-1", "seed is -1")]
    public void What_is_wrong_is_told_before_anything_runs(string methods, string setting, string part)
    {
        string[] pair = setting.Split('=');

        EngramException error = Assert.Throws<EngramException>(() => Make(methods.Split(',', StringSplitOptions.RemoveEmptyEntries), seeds: 1, (pair[0], pair[1])));

        Assert.Equal(ErrorKind.Input, error.Kind);
        Assert.Contains(part, error.Message);
    }

    [Fact]
    public void No_seed_is_no_comparison() => Assert.Contains("--seeds", Assert.Throws<EngramException>(() => Make(["ewc"], seeds: 0)).Message);

    [Fact]
    public void A_written_plan_reads_as_the_same_one()
    {
        ComparisonPlan plan = Make(["fine-tuning", "ewc:lambda=10"], seeds: 3, ("seed", "7"));

        ComparisonPlan read = ComparisonPlan.Read(Catalogs, JsonNode.Parse(plan.Json.ToJsonString())!.AsObject());

        Assert.Equal(plan.Trials.Select(trial => $"{trial.Label} {trial.FolderName} {trial.Config.ToJson().ToJsonString()}"), read.Trials.Select(trial => $"{trial.Label} {trial.FolderName} {trial.Config.ToJson().ToJsonString()}"));
    }

    [Theory]
    [InlineData("""{"schema":2}""", "other-version")]
    [InlineData("""{}""", "other-version")]
    [InlineData("""{"schema":1}""", "corrupt-file")]
    [InlineData("""{"schema":1,"trials":5}""", "corrupt-file")]
    [InlineData("""{"schema":1,"trials":[5]}""", "corrupt-file")]
    [InlineData("""{"schema":1,"trials":[null]}""", "corrupt-file")]
    [InlineData("""{"schema":1,"trials":[{"label":5,"config":{}}]}""", "corrupt-file")]
    [InlineData("""{"schema":1,"trials":[{"label":"ewc","config":[]}]}""", "corrupt-file")]
    [InlineData("""{"schema":1,"trials":[{"label":"ewc","config":{}}]}""", "missing-stream")]
    public void A_damaged_plan_is_refused(string json, string code) =>
        Assert.Equal(code, Assert.Throws<EngramException>(() => ComparisonPlan.Read(Catalogs, JsonNode.Parse(json)!.AsObject())).Code);

    private static ComparisonPlan Make(string[] methods, int seeds, params (string, string)[] settings) => ComparisonPlan.Make(Catalogs, "split-digits", methods, seeds, null, null, settings);

    private static string? Method(Trial trial, string setting) => Settings.ToJson(trial.Config.Method.Options)[setting]?.ToJsonString();
}
