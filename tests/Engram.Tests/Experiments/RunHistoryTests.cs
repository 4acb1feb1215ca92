using Engram.Experiments;
using Engram.Streams;
using Engram.Tests.Datasets;

namespace Engram.Tests.Experiments;

public sealed class RunHistoryTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();

    private string StepsPath => temporary["run", "steps.csv"];

    private string CurvesPath => temporary["run", "curves.csv"];

    public void Dispose() => temporary.Dispose();

    [Fact]
    public void A_checkpoint_is_as_large_after_many_steps_as_after_few()
    {
        long Size(string iterations)
        {
            RunConfig config = Config(iterations);
            RunFolder folder = RunFolder.Create(temporary[iterations], config);
            Toy.Run(config, folder);
            return new FileInfo(folder.Checkpoint.Path).Length;
        }

        Assert.InRange(Size("200") - Size("4"), -200, 200); // 392 steps of difference, a byte for each would show; times and counts differ in their digits
    }

    [Fact]
    public void Every_step_and_every_point_is_on_disk()
    {
        RunConfig config = Config("6");

        RunResult result = Toy.Run(config, RunFolder.Create(temporary["run"], config));

        Assert.Equal(["task,epoch,step,loss", .. result.Steps.Select(step => $"{step.Task},{step.Epoch},{step.Step},{step.Loss:R}")], File.ReadAllLines(StepsPath));
        Assert.Equal(["step,task,pair 1,pair 2", .. result.Curves.Select(point => $"{point.Step},{point.Task},{point.Accuracies[0]:R},{point.Accuracies[1]:R}")], File.ReadAllLines(CurvesPath));
        Assert.Equal(12, result.Curves.Length);
    }

    [Fact]
    public void Results_hold_a_bounded_view_of_a_long_history_and_the_folder_all_of_it()
    {
        RunConfig config = Config("1200", ("training.evaluateEvery", "0"));
        RunFolder folder = RunFolder.Create(temporary["run"], config);

        RunResult result = Toy.Run(config, folder);

        Assert.Equal(2401, File.ReadLines(StepsPath).Count());
        Assert.Equal(1201, result.Steps.Count);
        Assert.Equal([1L, 3, 5], result.Steps.Take(3).Select(step => step.Step));
        Assert.Equal(2400, result.Steps[^1].Step);
        Assert.Equal(result.Steps, folder.ReadResults().Steps);
        Assert.Equal(result.Steps, Toy.Run(config).Steps); // nor does a run without a folder keep more
    }

    [Fact]
    public void What_was_written_after_the_checkpoint_is_forgotten()
    {
        RunConfig config = Config("6");
        RunFolder folder = Stopped(config);
        File.AppendAllText(StepsPath, "1,1,99,0.5\n1,1,1");
        File.AppendAllText(CurvesPath, "99,1,0.");

        RunResult result = Toy.Run(config, folder);

        Toy.AssertSame(Toy.Run(config), result);
        Assert.Equal(13, File.ReadLines(StepsPath).Count());
        Assert.Equal(13, File.ReadLines(CurvesPath).Count());
    }

    [Fact]
    public void A_run_killed_before_its_first_checkpoint_leaves_no_history()
    {
        RunConfig config = Config("6");
        RunFolder folder = RunFolder.Create(temporary["run"], config);
        File.WriteAllText(StepsPath, "task,epoch,step,loss\n1,1,1,0.5\n");

        Toy.Run(config, folder);

        Assert.Equal(13, File.ReadLines(StepsPath).Count());
    }

    [Theory]
    [InlineData("task,epoch,step,loss\n1,1,1,0.5\n", "the run's checkpoint names")]
    [InlineData(null, "the run's checkpoint names")]
    public void A_history_shorter_than_the_checkpoint_says_is_refused(string? content, string part)
    {
        RunConfig config = Config("6");
        RunFolder folder = Stopped(config);
        if (content is null) File.Delete(StepsPath);
        else File.WriteAllText(StepsPath, content);

        AssertRefused(config, folder, part);
    }

    [Fact]
    public void A_history_with_another_digit_is_refused()
    {
        RunConfig config = Config("6");
        RunFolder folder = Stopped(config);
        byte[] bytes = File.ReadAllBytes(StepsPath);
        bytes[^2] ^= 1;
        File.WriteAllBytes(StepsPath, bytes);

        AssertRefused(config, folder, "are not those that the run's checkpoint names");
    }

    [Fact]
    public void A_run_that_is_asked_keeps_its_history()
    {
        RunConfig config = Config("6");
        RunFolder folder = RunFolder.Create(temporary["run"], config);
        Toy.Run(config, folder);
        File.AppendAllText(StepsPath, "2,1,13,0.5\n"); // as another process does that goes on with the run

        using Experiment experiment = Toy.Laboratory.Open(config, folder);
        experiment.Ask(new float[Toy.Side * Toy.Side]);

        Assert.Equal(14, File.ReadLines(StepsPath).Count());
    }

    private static RunConfig Config(string iterations, params (string, string)[] settings) =>
        Toy.Config("ewc", Scenario.Task, [("training.iterations", iterations), ("stream.validation", "0.25"), ("training.evaluateEvery", "1"), ("training.checkpointEvery", "1000"), .. settings]);

    private RunFolder Stopped(RunConfig config)
    {
        RunFolder folder = RunFolder.Create(temporary["run"], config);
        using CancellationTokenSource stop = new();
        int steps = 0;
        Assert.ThrowsAny<OperationCanceledException>(() => Toy.Run(config, folder, now => { if (now.Phase == RunPhase.Training && ++steps == 5) stop.Cancel(); }, stop));
        return folder;
    }

    private static void AssertRefused(RunConfig config, RunFolder folder, string part)
    {
        EngramException error = Assert.Throws<EngramException>(() => Toy.Run(config, folder));
        Assert.Equal((ErrorKind.Input, "corrupt-history"), (error.Kind, error.Code));
        Assert.Contains(part, error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }
}
