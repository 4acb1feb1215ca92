using Engram.Datasets;

namespace Engram.Tests.Datasets;

/// <summary>The published files, where they are at hand: set <c>ENGRAM_DATA</c> to the folder that holds them. The figures are those of methods.md section 2.1.</summary>
public sealed class BabiTests
{
    private static readonly string? Variable = Environment.GetEnvironmentVariable("ENGRAM_DATA");

    public static string[] Names =>
    [
        "single supporting fact", "two supporting facts", "three supporting facts", "two arg relations", "three arg relations", "yes no questions", "counting",
        "lists sets", "simple negation", "indefinite knowledge", "basic coreference", "conjunction", "compound coreference", "time reasoning", "basic deduction",
        "basic induction", "positional reasoning", "size reasoning", "path finding", "agents motivations",
    ];

    [Fact]
    public void Words_answers_and_symbols_are_those_of_the_published_files()
    {
        StoryDataset data = Load();
        Story[] all = [.. data.Tasks.SelectMany(task => task.Train.Concat(task.Test))];

        Assert.Equal(Names, data.Tasks.Select(task => task.Name));
        Assert.All(data.Tasks, task => Assert.Equal((1000, 1000), (task.Train.Count, task.Test.Count)));
        Assert.Equal(145, all.SelectMany(story => story.Statements.SelectMany(words => words).Concat(story.Question)).Distinct().Count());
        Assert.Equal(58, all.Select(story => story.Answer).Distinct().Count());
        Assert.Equal(174, data.Symbols.Count);
        Assert.Equal(11, all.Max(story => story.Statements.Max(words => words.Length)));
        Assert.Equal(11, all.Max(story => story.Question.Length));
    }

    [Fact]
    public void Answers_majorities_and_lengths_of_every_task_are_those_of_the_published_files()
    {
        StoryDataset data = Load();
        int[] answers = [6, 6, 6, 6, 7, 2, 4, 14, 2, 3, 6, 6, 6, 6, 4, 4, 2, 2, 12, 7];
        double[] majority = [18.7, 18.7, 18.5, 17.1, 18.9, 49.7, 48.8, 33.6, 63.8, 43.7, 18.7, 15.2, 15.4, 16.2, 21.3, 23.6, 52.0, 46.9, 8.1, 18.0];
        int[] longest = [10, 88, 228, 2, 102, 26, 34, 58, 10, 10, 10, 10, 10, 14, 8, 9, 2, 15, 5, 12], mean = [6, 15, 50, 2, 19, 6, 9, 9, 6, 6, 6, 6, 6, 8, 8, 9, 2, 6, 5, 6];
        int[] unsorted = [0, 705, 1000, 0, 0, 0, 0, 52, 0, 0, 0, 0, 0, 643, 1000, 764, 512, 671, 489, 0];

        foreach (var (i, task) in data.Tasks.Index())
        {
            Story[] both = [.. task.Train, .. task.Test];
            string most = task.Train.GroupBy(story => story.Answer).MaxBy(group => group.Count())!.Key;
            Assert.Equal(answers[i], both.Select(story => story.Answer).Distinct().Count());
            Assert.Equal(majority[i], 100.0 * task.Test.Count(story => story.Answer == most) / task.Test.Count, 1e-9);
            Assert.Equal(longest[i], both.Max(story => story.Statements.Count));
            Assert.Equal(mean[i], both.Average(story => story.Statements.Count), 0.6);
            Assert.Equal(unsorted[i], task.Train.Count(story => !story.Supporting.SequenceEqual(story.Supporting.Order())));
        }
        Assert.Equal(28.3, majority.Average(), 0.05);
        Assert.Equal(633, File.ReadLines(PathOf("qa5_three-arg-relations_train.txt")).Count(line => line.Split('\t') is [_, var answer, _] && char.IsAsciiLetterUpper(answer[0])));
        Assert.Equal(76, data.Tasks[7].Train.Count(story => story.Answer.Contains(',')));
        Assert.Equal(9, data.Tasks[7].Train.Where(story => story.Answer.Contains(',')).Select(story => story.Answer).Distinct().Count());
        Assert.Single(data.Tasks[7].Test.Select(story => story.Answer).Distinct().Except(data.Tasks[7].Train.Select(story => story.Answer)));
        Assert.Equal(12, data.Tasks[18].Train.Select(story => story.Answer).Distinct().Count());
        foreach (var (task, expected) in new[] { (1, 200), (4, 1000), (16, 1000), (19, 1000), (15, 250), (17, 125), (18, 198), (20, 94) })
            Assert.Equal(expected, File.ReadLines(PathOf($"qa{task}_{Names[task - 1].Replace(' ', '-')}_train.txt")).Count(line => line.StartsWith("1 ", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_damaged_file_is_named_with_its_line_and_a_changed_one_with_its_checksum()
    {
        _ = Load();
        using TemporaryFolder folder = new();
        string target = folder["babi", "en"];
        Directory.CreateDirectory(target);
        foreach (string file in Directory.GetFiles(Path.GetDirectoryName(PathOf("x"))!, "*.txt")) File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        string path = Path.Combine(target, "qa7_counting_test.txt"), text = File.ReadAllText(path);

        File.WriteAllText(path, text.Replace("moved", "walked"));
        Assert.Contains("checksum", Assert.Throws<EngramException>(() => Babi.Source.Load(new(folder.Path))).Message);
        File.WriteAllText(path, text[..^1]);
        Assert.Contains("breaks off", Assert.Throws<EngramException>(() => Babi.Source.Load(new(folder.Path))).Message);
        File.Delete(path);
        EngramException missing = Assert.Throws<EngramException>(() => Babi.Source.Load(new(folder.Path)));
        Assert.Equal("missing-data", missing.Code);
        Assert.Contains("(lacks qa7_counting_test.txt)", missing.Message);
        Assert.Contains("engram data get babi", missing.Message);
    }

    [Fact]
    public async Task The_large_edition_says_how_to_have_it()
    {
        using TemporaryFolder folder = new();
        using HttpClient client = new();

        EngramException error = await Assert.ThrowsAsync<EngramException>(() => Babi.LargeSource.GetAsync(new(folder.Path), client, cancellation: TestContext.Current.CancellationToken));

        Assert.Equal("no-download", error.Code);
        Assert.Contains("en-10k", error.Message);
    }

    [Fact]
    public async Task Getting_fetches_every_file_from_a_mirror_and_refuses_other_content()
    {
        _ = Load();
        Dictionary<string, byte[]> files = Directory.GetFiles(Path.GetDirectoryName(PathOf("x"))!, "*.txt").ToDictionary(file => Path.GetFileName(file), File.ReadAllBytes);
        using TemporaryFolder folder = new();
        using LoopbackServer server = new(files);
        using HttpClient client = new();
        Task<string> Get() => Babi.Source.GetAsync(new(folder.Path), client, server.Address, cancellation: TestContext.Current.CancellationToken);

        byte[] right = files["qa3_three-supporting-facts_test.txt"];
        files["qa3_three-supporting-facts_test.txt"] = [.. right[..^10], .. right[^9..]];
        EngramException error = await Assert.ThrowsAsync<EngramException>(Get);
        Assert.Equal("wrong-download", error.Code);
        Assert.Contains("qa3_three-supporting-facts_test.txt", error.Message);

        files["qa3_three-supporting-facts_test.txt"] = right;
        Assert.Equal(folder["babi", "en"], await Get());
        Assert.Equal(20, Babi.Source.Load(new(folder.Path)).Tasks.Count);
    }

    private static string PathOf(string file) => Path.Combine(Babi.Source.Find(new(Variable!))!, file);

    private static StoryDataset Load()
    {
        Assert.SkipUnless(Variable is not null && Babi.Source.Find(new(Variable)) is not null, "ENGRAM_DATA names no folder that holds 'babi'.");
        return Babi.Source.Load(new(Variable!));
    }
}
