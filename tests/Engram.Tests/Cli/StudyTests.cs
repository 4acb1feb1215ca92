using System.Text.Json.Nodes;
using Engram.Tests.Datasets;

namespace Engram.Tests.Cli;

/// <summary>The commands <c>order</c> and <c>affinity</c>.</summary>
public sealed class StudyTests(EngramCommand engram) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_study_of_orders_prints_a_document_and_leaves_page_pictures_and_trials()
    {
        string[] arguments = ["order", "rotated-digits", .. EngramCommand.Tiny, "--seeds", "2", "--json"];
        Outcome one = engram.Run(folder.Path, [.. arguments, "--out", "here", "--jobs", "1"]);
        JsonNode json = one.Json, two = engram.Run(folder.Path, [.. arguments, "--out", "two", "--jobs", "2"]).Json;

        Assert.True(JsonNode.DeepEquals(one.Results, JsonNode.Parse(File.ReadAllText(folder["here", "results.json"]))));
        Assert.True(JsonNode.DeepEquals(json["runs"], two["runs"]));
        Assert.Equal((1, 2, 4), (json["schema"]!.GetValue<int>(), json["orders"]!.AsArray().Count, json["runs"]!.AsArray().Count));
        Assert.Equal(["best", "worst", "mean", "spread"], json["accuracy"]!.AsObject().Select(part => part.Key));
        Assert.Equal(["margin", "standardError", "seeds", "others", "chosenFrom", "p"], json["test"]!.AsObject().Select(part => part.Key));
        Assert.Equal(["landscape.png", "landscape.svg", "report.html", "results.json", "study.json"], Directory.GetFiles(folder["here"]).Select(Path.GetFileName).Order());
        Assert.Equal(4, Directory.GetDirectories(folder["here", "trials"]).Length);
        Assert.Contains("engram order rotated-digits", File.ReadAllText(folder["here", "report.html"]));
    }

    [Fact]
    public void The_same_study_again_reads_what_is_there()
    {
        string[] arguments = ["order", "rotated-digits", .. EngramCommand.Tiny];
        engram.Run(folder.Path, [.. arguments, "--seeds", "1"]);
        string[] before = [.. Directory.GetFiles(folder["runs", "order-rotated-digits-fine-tuning", "trials"], "results.json", SearchOption.AllDirectories).Select(File.ReadAllText)];

        Outcome again = engram.Run(folder.Path, [.. arguments, "--seeds", "2"]);

        Assert.Equal(0, again.ExitCode);
        string[] after = [.. Directory.GetFiles(folder["runs", "order-rotated-digits-fine-tuning", "trials"], "results.json", SearchOption.AllDirectories).Select(File.ReadAllText)];
        Assert.Equal(4, after.Length);
        Assert.Subset(after.ToHashSet(), before.ToHashSet());
        Assert.Contains("+-", again.Output);
        Assert.Contains("report.html", again.Output);
    }

    [Fact]
    public void A_study_of_affinities_prints_a_document_and_leaves_page_and_pictures()
    {
        string[] arguments = ["affinity", "digit-kinds-digits", "--set", "stream.only=1,2,4", "--set", "stream.samples=256", "--set", "stream.testSamples=100", "--set", "network.hidden=16,8", "--set", "affinity.samples=50", "--set", "affinity.epochs=2", "--seeds", "2", "--pairs", "--budget", "2"];

        Outcome document = engram.Run(folder.Path, [.. arguments, "--json", "--out", "here"]);
        JsonNode json = document.Json;
        Outcome words = engram.Run(folder.Path, [.. arguments, "--out", "here"]);

        Assert.True(JsonNode.DeepEquals(document.Results, JsonNode.Parse(File.ReadAllText(folder["here", "results.json"]))));
        Assert.Equal(["digit", "parity", "quarter turn"], json["tasks"]!.AsArray().Select(task => task!.ToString()));
        Assert.Equal([1, 2, 4], json["numbers"]!.AsArray().Select(number => number!.GetValue<int>()));
        Assert.Equal(9 + 3, json["transfers"]!.AsArray().Count);
        Assert.Equal(2, json["supervisions"]![1]!["tasks"]!.AsArray().Count);
        Assert.Equal(["affinity.png", "affinity.svg", "report.html", "results.json", "study.json", "transfers.png", "transfers.svg", "tree.png", "tree.svg"], Directory.GetFiles(folder["here"]).Select(Path.GetFileName).Order());
        Assert.Contains("with 2 supervised", words.Output);
        Assert.Contains("quarter turn", words.Output);
    }

    [Fact]
    public void A_folder_of_another_kind_is_left_alone()
    {
        Assert.Equal(0, engram.Run(folder.Path, ["order", "rotated-digits", .. EngramCommand.Tiny, "--seeds", "1", "--out", "here"]).ExitCode);

        Assert.Contains("holds a study of order, not of affinity", engram.RunWrong(2, folder.Path, ["affinity", "rotated-digits", .. EngramCommand.Tiny, "--out", "here"]).ErrorLine);
        Assert.Contains("already holds a study", engram.RunWrong(2, folder.Path, ["run", "rotated-digits", .. EngramCommand.Tiny, "--out", "here"]).ErrorLine);
        File.WriteAllText(folder["here", "study.json"], "{\"schema\":1}");
        Assert.Contains("has no kind and plan", engram.RunWrong(2, folder.Path, "resume", "here").ErrorLine);
        File.WriteAllText(folder["here", "study.json"], "{\"schema\":9}");
        Assert.Contains("has schema 9", engram.RunWrong(2, folder.Path, "resume", "here").ErrorLine);
    }

    [Fact]
    public void A_run_that_diverges_fails_the_study_with_its_reason()
    {
        Outcome outcome = engram.RunWrong(1, folder.Path, ["order", "rotated-digits", .. EngramCommand.Tiny, "--seeds", "1", "--iterations", "50", "--set", "training.optimizer=sgd", "--set", "training.learningRate=1e3", "--set", "training.weightDecay=1"]);

        Assert.Contains("2 of 2 runs failed", outcome.ErrorLine);
        Assert.Contains("Training diverged", outcome.ErrorLine);
    }
}
