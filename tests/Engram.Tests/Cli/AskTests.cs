using Engram.Datasets;
using Engram.Tests.Datasets;

namespace Engram.Tests.Cli;

public sealed class AskTests(EngramCommand engram) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_folder_without_a_run_or_a_run_that_reads_no_words_is_refused()
    {
        Assert.Contains("holds no run", engram.RunWrong(2, folder.Path, "ask", "nowhere").ErrorLine);

        Assert.Equal(0, engram.Run(folder.Path, ["run", "permuted-digits", "--out", "digits", .. EngramCommand.Tiny]).ExitCode);
        Assert.Contains("is a run of permuted-digits with mlp, which reads no words", engram.RunWrong(2, folder.Path, "ask", "digits").ErrorLine);
    }

    [Fact]
    public void A_story_and_a_question_get_an_answer_with_the_statements_looked_at()
    {
        string? data = Environment.GetEnvironmentVariable("ENGRAM_DATA");
        Assert.SkipUnless(data is not null && DatasetCatalog.Find("babi").Find(new(data)) is not null, "ENGRAM_DATA names no folder that holds 'babi'.");
        Assert.Equal(0, engram.Run(folder.Path, "run", "babi", "--tasks", "2", "--epochs", "8", "--out", "story", "--data", data!).ExitCode);
        Outcome Ask(string text, params string[] more) => engram.RunWithInput(folder.Path, text, ["ask", "story", "--data", data!, .. more]);

        Outcome answer = Ask("Mary moved to the bathroom. John went to the hallway.\nWhere is Mary?\n\nSandra went to the garden.\nWhere is Sandra?\n");
        Assert.Equal(0, answer.ExitCode);
        Assert.Contains("where is mary? bathroom", answer.Output);
        Assert.Contains("  john went to the hallway.", answer.Output);
        Assert.Contains("where is sandra? garden", answer.Output);

        Outcome json = Ask("1 Mary moved to the bathroom.\n2 Where is Mary?\n", "--json");
        Assert.Equal("bathroom", json.Json[0]!["answer"]!.ToString());
        Assert.Equal(3, json.Json[0]!["attention"]!.AsArray().Count);
        Assert.Single(json.Json[0]!["statements"]!.AsArray());

        foreach (var (text, error) in new[]
        {
            ("Mary flew to the bathroom.\nWhere is Mary?\n", "never met the word 'flew'"), ("Mary moved to the bathroom.\n", "There is no question: 1 sentence was said"), ("", "nothing was said"),
            ("?\n", "has 0 words"), ("Mary Mary Mary Mary Mary Mary Mary Mary Mary.\n", "has 9 words"),
        })
        {
            Outcome wrong = Ask(text);
            Assert.Equal(2, wrong.ExitCode);
            Assert.Contains(error, wrong.ErrorLine);
        }
        Assert.Contains("--task is 3 but the run has the tasks 1 to 2", Ask("Where is Mary?\n", "--task", "3").ErrorLine);
    }
}
