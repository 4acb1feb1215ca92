using Engram.Cli;
using Engram.Cli.Progress;
using Engram.Experiments;
using Spectre.Console;

namespace Engram.Tests.Cli;

/// <summary>What a terminal shows while work goes on.</summary>
public sealed class ProgressTests
{
    private readonly HandClock clock = new();

    [Fact]
    public void Time_left_counts_only_what_was_done_in_this_session()
    {
        ProgressBoard board = Board(1);
        board.Report(0, Progress(0.5)); // a stopped run goes on from its half
        clock.Second = 10;
        board.Report(0, Progress(0.6));

        Assert.Equal(40, board.SecondsLeft!.Value, 1e-6);
    }

    [Fact]
    public void Trials_that_are_only_read_say_nothing_about_the_time_left()
    {
        ProgressBoard board = Board(4);
        board.End(0, 0.9);
        board.End(1, 0.9);
        clock.Second = 1;
        Assert.Null(board.SecondsLeft);
        board.Report(2, Progress(0));
        clock.Second = 11;
        board.Report(2, Progress(0.1));

        Assert.Equal(190, board.SecondsLeft!.Value, 1e-6);
    }

    [Fact]
    public void Tasks_that_take_longer_and_longer_are_expected_to_go_on_so()
    {
        ProgressBoard board = Board(1);
        LearnTask(board, 0, 1, 10);
        Assert.Equal(40, board.SecondsLeft!.Value, 1e-6); // one task says nothing about growth
        LearnTask(board, 0, 2, 20);

        Assert.Equal(30 + 40 + 50, board.SecondsLeft!.Value, 1e-6);

        LearnTask(board, 0, 3, 30);
        board.Report(0, Progress(0.7) with { Task = 4 }); // half of the fourth at once: what is under way does not change the pace, from 25 s by 250 s
        Assert.Equal((0.3 * 25) + (0.51 * 125), board.SecondsLeft!.Value, 1e-6);
    }

    [Fact]
    public void Tasks_that_take_less_and_less_are_not()
    {
        ProgressBoard board = Board(1);
        LearnTask(board, 0, 1, 30);
        LearnTask(board, 0, 2, 10);

        Assert.Equal(60, board.SecondsLeft!.Value, 1e-6);
    }

    [Fact]
    public void The_same_task_of_two_seeds_says_nothing_about_growth()
    {
        ProgressBoard board = Board("joint", "joint");
        LearnTask(board, 0, 1, 10);
        board.Report(1, Progress(0.01));
        clock.Second = 30;
        board.Report(1, Progress(0.2) with { Task = 2 }); // 20 s for a little less

        Assert.Equal(2 * 0.8 * (30 / 0.39), board.SecondsLeft!.Value, 1.0);
    }

    [Fact]
    public void Each_method_takes_its_own_time()
    {
        ProgressBoard board = Board("quick", "slow", "quick", "slow");
        foreach (var (trial, seconds) in new[] { (0, 1), (1, 100), (2, 1) }) LearnAll(board, trial, seconds);

        Assert.Equal(500, board.SecondsLeft!.Value, 1e-6);

        board.Report(3, Progress(0)); // one that has only begun says nothing yet
        Assert.Equal(500, board.SecondsLeft!.Value, 1e-6);
        clock.Second += 50;
        board.Report(3, Progress(0.1));
        Assert.Equal(450, board.SecondsLeft!.Value, 1e-6); // by the trial that is over
    }

    [Fact]
    public void A_method_that_has_only_begun_is_expected_to_take_what_the_others_take()
    {
        ProgressBoard board = Board("slow", "quick");
        LearnAll(board, 0, 10);
        board.Report(1, Progress(0));

        Assert.Equal(50, board.SecondsLeft!.Value, 1e-6);

        clock.Second += 10;
        board.Report(1, Progress(0.02)); // the first steps are slow
        Assert.Equal(49, board.SecondsLeft!.Value, 1e-6);

        clock.Second += 10;
        board.Report(1, Progress(0.5));
        Assert.Equal(20, board.SecondsLeft!.Value, 1e-6);
    }

    [Fact]
    public void Trials_side_by_side_share_what_is_left_and_none_is_faster_than_itself()
    {
        ProgressBoard board = Board(5);
        foreach (int trial in (int[])[0, 1]) board.Report(trial, Progress(0));
        clock.Second = 10;
        foreach (int trial in (int[])[0, 1]) board.Report(trial, Progress(0.5));
        Assert.Equal((10 + 10 + (3 * 20)) / 2, board.SecondsLeft!.Value, 1e-6);

        clock.Second = 20;
        foreach (int trial in (int[])[0, 1, 2, 3]) board.End(trial, 0.9);
        Assert.Equal(20, board.SecondsLeft!.Value, 1e-6);
    }

    [Fact]
    public void A_trial_that_failed_says_nothing_about_the_others()
    {
        ProgressBoard board = Board("ewc", "ewc");
        board.Report(0, Progress(0));
        clock.Second = 10;
        board.Report(0, Progress(0.1));
        board.End(0, null);

        Assert.Equal(100, board.SecondsLeft!.Value, 1e-6);

        ProgressBoard atOnce = Board("ewc", "ewc");
        atOnce.Report(0, Progress(0));
        atOnce.End(0, null);
        Assert.Null(atOnce.SecondsLeft);
    }

    [Fact]
    public void A_study_counts_the_same_way()
    {
        StudyBoard board = new("study", "runs", 3, null, TestContext.Current.CancellationToken);
        board.End("read", "done before");
        board.Report("a", 0.5);
        board.Report("a", 0.6);

        Assert.Matches("about 2:(1[89]|2[01]) min left", board.Left(10)); // 1.4 runs at a tenth in 10 s
    }

    [Theory]
    [InlineData(15, 20)]
    [InlineData(15, 3)]
    [InlineData(24, 40)]
    [InlineData(10, 12)]
    public void A_small_terminal_shows_what_fits(int height, int methods)
    {
        ProgressBoard board = Board(methods);
        board.Begin("Results go to runs/somewhere");
        board.Report(methods - 1, Progress(0.25));
        board.Report(0, Progress(0.25));
        board.End(0, 0.9);

        string[] lines = Draw(board, height);

        Assert.InRange(lines.Length, 1, height - 1);
        Assert.Contains(lines, line => line.Contains("runs/somewhere"));
        Assert.Contains(lines, line => line.StartsWith($"method {methods}", StringComparison.Ordinal)); // what is under way, above all
        Assert.Contains($"1 of {methods} trials", lines[^1]);
        if (methods > height) Assert.Contains(lines, line => line.StartsWith("and ", StringComparison.Ordinal) && line.Contains(" more"));
    }

    [Fact]
    public void A_run_of_many_tasks_fits_too()
    {
        TrialProgress trial = new("ewc", 1) { Tasks = [.. Enumerable.Range(1, 30).Select(task => $"task {task}")] };
        ProgressBoard board = new("run", [trial], LiveViews.Run, TestContext.Current.CancellationToken);
        board.Report(0, Progress(0.5) with { Task = 15, TaskCount = 30 });

        string[] lines = Draw(board, 15);

        Assert.InRange(lines.Length, 10, 14);
        Assert.Contains(lines, line => line.StartsWith(">  15", StringComparison.Ordinal));
    }

    [Fact]
    public void Who_types_is_asked_again_and_the_story_stays()
    {
        List<string> heard = [], told = [];
        Conversation typed = new(sentence => { heard.Add(sentence); return sentence.EndsWith('?'); }, () => heard.Clear(), told.Add);

        int questions = typed.Listen(["Mary went home.", "John left. Where is", "Where is Mary?", "John left."]);

        Assert.Equal((1, 4 - 1), (questions, heard.Count));
        Assert.Equal(["Mary went home.", "Where is Mary?", "John left."], heard);
        Assert.Equal("'Where is' ends with neither a stop nor a question mark; end what was said with '.' and what is asked with '?'.", Assert.Single(told));
        Assert.Equal("no-mark", Assert.Throws<EngramException>(() => new Conversation(_ => false, () => { }, null).Listen(["Where is"])).Code);
    }

    [Fact]
    public void An_unknown_word_and_an_empty_line_do_not_end_a_conversation()
    {
        List<string> story = [], told = [];
        Conversation typed = new(sentence => { if (sentence.Contains("flew")) throw EngramException.Input("unknown-word", "never met 'flew'"); story.Add(sentence); return false; }, story.Clear, told.Add);

        typed.Listen(["Mary went home.", "", "John left.", "John flew."]);

        Assert.Equal((["John left."], ["never met 'flew'"]), (story.ToArray(), told.ToArray()), (left, right) => left.Item1.SequenceEqual(right.Item1) && left.Item2.SequenceEqual(right.Item2));
    }

    private ProgressBoard Board(int trials) => Board([.. Enumerable.Range(1, trials).Select(number => $"method {number}")]);

    private ProgressBoard Board(params string[] labels) => new("compare", [.. labels.Select(label => new TrialProgress(label, 1))], LiveViews.Comparison, TestContext.Current.CancellationToken, clock);

    // One of five tasks, from its first report to the next one's.
    private void LearnTask(ProgressBoard board, int trial, int task, double seconds)
    {
        board.Report(trial, Progress((task - 1) / 5.0) with { Task = task, TaskCount = 5 });
        clock.Second += seconds;
        board.Report(trial, Progress(task / 5.0) with { Task = task + 1, TaskCount = 5 });
    }

    private void LearnAll(ProgressBoard board, int trial, double secondsPerTask)
    {
        for (int task = 1; task <= 5; task++) LearnTask(board, trial, task, secondsPerTask);
        board.End(trial, 0.9);
    }

    private static RunProgress Progress(double fraction) => new(RunPhase.Training, 1, "a", 2, 1, 1, fraction, 0.5, null);

    private static string[] Draw(IBoard board, int height)
    {
        StringWriter text = new();
        IAnsiConsole console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(text), Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
        (console.Profile.Width, console.Profile.Height) = (100, height);
        console.Write(board.Draw(console.Profile));
        return text.ToString().TrimEnd().Split('\n');
    }

    private sealed class HandClock : TimeProvider
    {
        public double Second { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => (long)(1000 * Second);
    }
}
