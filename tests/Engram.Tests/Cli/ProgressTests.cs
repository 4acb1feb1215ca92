using Engram.Cli;
using Engram.Cli.Progress;
using Engram.Experiments;
using Spectre.Console;

namespace Engram.Tests.Cli;

/// <summary>What a terminal shows while work goes on.</summary>
public sealed class ProgressTests
{
    [Fact]
    public void Time_left_counts_only_what_was_done_in_this_session()
    {
        ProgressBoard board = Board(1);
        board.Report(0, Progress(0.5)); // a stopped run goes on from its half
        board.Report(0, Progress(0.6));

        Assert.Equal(40, board.Left(10)!.Value, 0.5);
    }

    [Fact]
    public void Trials_that_are_only_read_say_nothing_about_the_time_left()
    {
        ProgressBoard board = Board(4);
        board.End(0, 0.9);
        board.End(1, 0.9);
        Assert.Null(board.Left(1));
        board.Report(2, Progress(0));
        board.Report(2, Progress(0.1));

        Assert.Equal(190, board.Left(10)!.Value, 2.0);
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

    private static ProgressBoard Board(int trials) => new("compare", [.. Enumerable.Range(1, trials).Select(number => new TrialProgress($"method {number}", 1))], LiveViews.Comparison, TestContext.Current.CancellationToken);

    private static RunProgress Progress(double fraction) => new(RunPhase.Training, 1, "a", 2, 1, 1, fraction, 0.5, null);

    private static string[] Draw(IBoard board, int height)
    {
        StringWriter text = new();
        IAnsiConsole console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(text), Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
        (console.Profile.Width, console.Profile.Height) = (100, height);
        console.Write(board.Draw(console.Profile));
        return text.ToString().TrimEnd().Split('\n');
    }
}
