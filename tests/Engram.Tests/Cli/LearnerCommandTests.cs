using System.Text.Json.Nodes;
using Engram.Tests.Durable;

namespace Engram.Tests.Cli;

/// <summary>A learner that lasts, as a user has it on the command line.</summary>
public sealed class LearnerCommandTests(EngramCommand engram) : IDisposable
{
    private readonly Months months = new();

    public void Dispose() => months.Dispose();

    [Fact]
    public void A_lesson_says_what_was_chosen_and_ends_in_one_sentence_and_a_second_one_compares()
    {
        Outcome first = Done("learn", "line.engram", months.Table("january", 200, "ab", 1)), second = Done("learn", "line.engram", months.Table("february", 200, "bc", 2), "--name", "short days");

        Assert.Contains("The method is replay: ", first.Output);
        Assert.Contains("Lesson 1 'january': ", first.Output);
        Assert.Contains("new: a, b", first.Output);
        Assert.Contains("Version 1 answers now (2 classes", first.Output);
        Assert.DoesNotContain("The method is", second.Output);
        Assert.Contains("short days (new)", second.Output);
        Assert.Contains("Version 2 answers now (3 classes", second.Output);
    }

    [Fact]
    public void A_refused_lesson_has_the_exit_code_3_and_can_be_promoted_with_a_reason()
    {
        Done("learn", "line.engram", months.Table("january", 400, "ab", 1), "--method", "fine-tuning", "--set", "training.epochs=20");

        Outcome refused = engram.Run(months.Folder, "learn", "line.engram", months.Table("february", 400, "c", 2), "--json", "--quiet");

        Assert.Equal(3, refused.ExitCode);
        Assert.False(refused.Json["promoted"]!.GetValue<bool>());
        Assert.Equal("failed", refused.Json["verdict"]!["outcome"]!.GetValue<string>());
        Assert.Contains("Required", engram.RunWrong(2, months.Folder, "promote", "line.engram", "2").Error, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Version 2 answers now", Done("promote", "line.engram", "2", "--reason", "only c is made").Output);
        Assert.Contains("Version 1 answers again", Done("rollback", "line.engram").Output);
    }

    [Fact]
    public void Answers_stand_behind_the_columns_of_the_table_that_was_asked()
    {
        string today = months.Table("today", 30, "ab", 3, labels: false);
        Done("learn", "line.engram", months.Table("january", 300, "ab", 1), "--method", "slda");

        Done("predict", "line.engram", today, "--out", "answers.csv");
        JsonArray json = Done("predict", "line.engram", today, "--json").Json.AsArray();

        string[] asked = File.ReadAllLines(today), answered = File.ReadAllLines(Path.Combine(months.Folder, "answers.csv"));
        Assert.Equal(asked[0] + ",answer,probability,known,version", answered[0]);
        Assert.Equal(asked.Length, answered.Length);
        for (int row = 1; row < asked.Length; row++)
        {
            Assert.StartsWith(asked[row] + ",", answered[row]);
            Assert.Equal(json[row - 1]!["label"]!.GetValue<string>(), answered[row].Split(',')[4]);
        }
    }

    [Fact]
    public void What_is_checked_tested_forgotten_pruned_and_exported_is_said_in_words_and_as_JSON()
    {
        string february = months.Table("february", 300, "bc", 2);
        Done("learn", "line.engram", months.Table("january", 300, "ab", 1), "--method", "slda");
        Done("learn", "line.engram", february);

        Assert.Contains("No difference beyond chance was found.", Done("check", "line.engram", months.Table("like", 200, "abcb", 5, labels: false)).Output);
        Assert.True(Done("check", "line.engram", months.Table("warmer", 200, "abcb", 6, shift: 3, labels: false), "--json").Json["drifted"]!.GetValue<bool>());
        Assert.Contains("% of 300 samples are right (version 2)", Done("test", "line.engram", february).Output);
        Assert.Contains("line.onnx", Done("export", "line.engram", "line.onnx").Output);
        Assert.Contains("line.md", Done("export", "line.engram", "line.safetensors").Output);
        Assert.Contains("february", File.ReadAllText(Path.Combine(months.Folder, "line.md")));
        Assert.Contains("as if it had never learned lesson 'february'", Done("forget", "line.engram", "--lesson", "february").Output);
        Assert.Single(Done("prune", "line.engram", "--keep", "1", "--json").Json["removed"]!.AsArray());
        JsonNode history = Done("history", "line.engram", "--json").Json;
        Assert.Equal(3, history["current"]!.GetValue<int>());
        Assert.Contains("february (forgotten)", Done("history", "line.engram").Output);
    }

    [Fact]
    public void A_key_is_added_listed_and_revoked_and_its_secret_stands_alone_on_standard_output()
    {
        Outcome added = Done("keys", "add", "line.engram", "--create", "--role", "learn", "--name", "camera 2");
        JsonNode second = Done("keys", "add", "line.engram", "--role", "read", "--json").Json, third = Done("keys", "add", "line.engram", "--role", "read", "--json").Json;

        Assert.Matches("^engram_[0-9a-f]{8}_[A-Za-z0-9_-]{43}\n$", added.Output);
        Assert.Equal(("read", "read", "read 2"), (second["role"]!.ToString(), second["name"]!.ToString(), third["name"]!.ToString()));
        Assert.Contains($"_{second["id"]}_", second["secret"]!.ToString());
        Assert.Matches(@"^[0-9a-f]{8}  learn  \d{4}-\d\d-\d\d  camera 2\n", Done("keys", "list", "line.engram").Output);
        Assert.Equal($"Key 'read' ({second["id"]}) is revoked.\n", Done("keys", "revoke", "line.engram", $"{second["id"]}").Output);
        Assert.Equal("camera 2", Done("keys", "revoke", "line.engram", "camera 2", "--json").Json["name"]!.ToString());
        Assert.Contains("camera 2 (revoked ", Done("keys", "list", "line.engram").Output);
        Assert.Equal(2, Done("keys", "list", "line.engram", "--json").Json.AsArray().Count(key => key!["revoked"] is not null));
        Assert.All(Done("keys", "list", "line.engram", "--json").Json.AsArray(), key => Assert.Null(key!["secret"]));
    }

    [Theory]
    [InlineData("is not there", "predict", "nowhere.engram", "january.csv")]
    [InlineData("is no engram", "history", "january.csv")]
    [InlineData("There is no version 7", "rollback", "line.engram", "7")]
    [InlineData("Say one thing to forget", "forget", "line.engram")]
    [InlineData("did you mean 'january'", "forget", "line.engram", "--lesson", "januar")]
    [InlineData("for life", "learn", "line.engram", "january.csv", "--method", "ewc")]
    [InlineData("did you mean 'gate.maxDrop'", "learn", "line.engram", "january.csv", "--set", "gate.maxdrop=1")]
    [InlineData("ends in none of", "export", "line.engram", "line.pkl")]
    [InlineData("must be a whole number >= 1", "prune", "line.engram", "--keep", "0")]
    [InlineData("must be one of read, learn, admin", "keys", "add", "line.engram", "--role", "write")]
    [InlineData("There is no key 'camera'", "keys", "revoke", "line.engram", "camera")]
    [InlineData("is not there", "keys", "add", "nowhere.engram", "--role", "read")]
    [InlineData("no file or folder", "check", "line.engram", "nowhere.csv")]
    public void What_cannot_be_is_refused_in_one_line_with_what_to_do(string said, params string[] arguments)
    {
        Done("learn", "line.engram", months.Table("january", 100, "ab", 1), "--method", "slda");

        Assert.Contains(said, engram.RunWrong(2, months.Folder, arguments).Error);
    }

    private Outcome Done(params string[] arguments)
    {
        Outcome outcome = engram.Run(months.Folder, [.. arguments, "--quiet"]);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        return outcome;
    }
}
