using System.Text.Json.Nodes;
using Engram.Experiments;
using Engram.Tests.Datasets;

namespace Engram.Tests.Cli;

/// <summary>The commands <c>runs</c>, <c>completion</c> and the parts of <c>doctor</c> that look at folders.</summary>
public sealed class RunsTests(EngramCommand engram) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Past_runs_are_listed_with_state_and_accuracy()
    {
        string[] tiny = EngramCommand.Tiny;
        JsonNode run = engram.Run(folder.Path, ["run", "permuted-digits", .. tiny, "--json"]).Json, comparison = engram.Run(folder.Path, ["compare", "permuted-digits", "--methods", "fine-tuning,joint", "--seeds", "1", .. tiny, "--json"]).Json;
        JsonNode order = engram.Run(folder.Path, ["order", "permuted-digits", "--seeds", "1", .. tiny, "--json"]).Json;
        File.Copy(folder["runs", "permuted-digits-fine-tuning-seed1", "config.json"], Directory.CreateDirectory(folder["runs", "stopped"]).FullName + "/config.json");
        File.WriteAllText(Directory.CreateDirectory(folder["runs", "damaged"]).FullName + "/comparison.json", "{\"schema\":1,\"engram\":\"0.1.0\"}");
        File.WriteAllText(Directory.CreateDirectory(folder["runs", "strange"]).FullName + "/config.json", "{}");
        Directory.CreateDirectory(folder["runs", "empty"]);
        using FolderLock held = FolderLock.Take(folder["runs", "stopped"]);

        Dictionary<string, JsonNode> listed = engram.Run(folder.Path, "runs", "--json").Json.AsArray().ToDictionary(one => Path.GetFileName(one!["folder"]!.ToString()), one => one!);
        held.Dispose();
        string words = engram.Run(folder.Path, "runs").Output;

        Assert.Equal(["compare-permuted-digits", "damaged", "order-permuted-digits-fine-tuning", "permuted-digits-fine-tuning-seed1", "stopped"], listed.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("run", "done", run["metrics"]!["accuracy"]!.GetValue<double>()), Of("permuted-digits-fine-tuning-seed1"));
        Assert.Equal(("comparison", "done", comparison["summary"]!.AsArray().Max(method => method!["accuracy"]!["mean"]!.GetValue<double>())), Of("compare-permuted-digits"));
        Assert.Equal(("order", "done", order["accuracy"]!["best"]!.GetValue<double>()), Of("order-permuted-digits-fine-tuning"));
        Assert.Equal(("run", "running", null), Of("stopped"));
        Assert.Equal(("comparison", "damaged", null), Of("damaged"));
        Assert.Equal(["fine-tuning", "joint"], listed["compare-permuted-digits"]["methods"]!.AsArray().Select(method => method!.ToString()));
        Assert.Matches(@"runs.stopped +\d{4}-\d\d-\d\d \d\d:\d\d +run +interrupted +- +permuted-digits", words);
        Assert.Contains("engram resume FOLDER", words);

        (string, string, double?) Of(string name) => (listed[name]["kind"]!.ToString(), listed[name]["state"]!.ToString(), (double?)listed[name]["accuracy"]);
    }

    [Fact]
    public void Without_any_there_is_a_hint_and_an_empty_document()
    {
        Assert.Contains("engram run permuted-digits", engram.Run(folder.Path, "runs").Output);
        Assert.Empty(engram.Run(folder.Path, "runs", "--json").Json.AsArray());
    }

    [Theory]
    [InlineData("com", "compare completion")]
    [InlineData("run permuted-", "permuted-cifar-10 permuted-cifar-100 permuted-digits permuted-fashion-mnist permuted-mnist")]
    [InlineData("run --network m", "lstm memory-network mlp")]
    [InlineData("compare permuted-digits --methods fine-tuning,jo", "fine-tuning,joint")]
    [InlineData("run --set training.ba", "training.batch=")]
    [InlineData("run --scenario t", "task")]
    public void Shells_are_told_what_fits(string line, string expected) =>
        Assert.Equal(expected.Split(' '), engram.Run(folder.Path, $"[suggest:{line.Length}]", line).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("bash", "complete -o default -F _engram engram")]
    [InlineData("zsh", "#compdef engram")]
    [InlineData("fish", "complete -c engram")]
    [InlineData("pwsh", "Register-ArgumentCompleter -Native -CommandName engram")]
    public void A_script_for_each_shell_is_printed(string shell, string part) => Assert.Contains(part, engram.Run(folder.Path, "completion", shell).Output);

    [Theory]
    [InlineData("engram stre", "streams")]
    [InlineData("engram run split-d", "split-digits")]
    [InlineData("engram run --set training.ba", "training.batch=")]
    public void The_script_of_bash_completes(string line, string expected)
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "There is no bash here.");
        string script = $"""
            PATH="{Path.GetDirectoryName(EngramCommand.Program)}:$PATH"; eval "$(engram completion bash)"
            COMP_LINE='{line}'; COMP_POINT={line.Length}; COMP_WORDS=({line}); COMP_CWORD=$((${"{"}#COMP_WORDS[@]{"}"} - 1))
            _engram; printf '%s\n' "${"{"}COMPREPLY[@]{"}"}"
            """;

        Assert.Equal(expected, engram.RunOther(folder.Path, "/bin/bash", "--norc", "-c", script).Output.Trim());
    }

    [Fact]
    public void Doctor_tries_whether_folders_can_be_written()
    {
        Assert.Matches(@"folder for results +\S+runs can be written", engram.Run(folder.Path, "doctor").Output);
        File.WriteAllText(folder["runs"], "");

        Outcome doctor = engram.RunWrong(1, folder.Path, "doctor");

        Assert.Matches(@"folder for results +\S+runs cannot be written", doctor.Output);
        Assert.Contains($"make '{folder["runs"]}' a folder that you may write to", doctor.Output.ReplaceLineEndings(" ").Replace("  ", ""));
    }

    [Fact]
    public void Angles_are_names_in_plain_letters_wherever_tasks_are_named()
    {
        Outcome orders = engram.Run(folder.Path, ["order", "rotated-digits", "--seeds", "2", .. EngramCommand.Tiny, "--out", "here"]), one = engram.Run(folder.Path, ["run", "rotated-digits", .. EngramCommand.Tiny]);

        Assert.Matches(@"1\. [\d.]+, [\d.]+ degrees", orders.Output);
        Assert.Matches(@"[\d.]+, [\d.]+ degrees", File.ReadAllText(folder["here", "report.html"]));
        Assert.Matches(@"\n1 [\d.]+ degrees", one.Output);
        Assert.All(orders.Output + orders.Error + one.Output + one.Error, letter => Assert.InRange(letter, '\n', '~'));
    }
}
