using System.Diagnostics;
using System.Text.Json.Nodes;
using Engram.Experiments;
using Engram.Tests.Datasets;

namespace Engram.Tests.Cli;

/// <summary>Where results go: who holds a folder, whose it is, and when the same command goes on.</summary>
public sealed class FolderTests(EngramCommand engram) : IDisposable
{
    private const string Recipe = """
        {
          "title": "Tiny", "source": { "authors": "Nobody", "year": 2020 }, "seeds": 1,
          "config": { "stream": { "id": "permuted-digits", "tasks": 2, "samples": 256, "testSamples": 100 }, "network": { "id": "mlp", "hidden": [16] } },
          "rows": [{ "id": "none", "label": "None", "method": { "id": "fine-tuning" } }]
        }
        """;

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Commands { get; } = ["run permuted-digits", "compare permuted-digits --methods fine-tuning,ewc", "order permuted-digits", "affinity digit-kinds-digits", "reproduce ./tiny.json"];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_second_process_is_told_who_works_there_since_when(string command)
    {
        using FolderLock held = FolderLock.Take(folder["here"]);

        Outcome second = engram.RunWrong(2, folder.Path, Command(command, "--out", "here"));

        Assert.Contains($"'here' is in use: process {Environment.ProcessId} on {Environment.MachineName} works there since", second.ErrorLine);
        Assert.Equal([".engram"], Directory.GetFileSystemEntries(folder["here"]).Select(Path.GetFileName));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_folder_with_a_persons_own_files_is_refused_and_left_as_it_is(string command)
    {
        Directory.CreateDirectory(folder["mine"]);
        File.WriteAllText(folder["mine", "report.html"], "mine");

        string line = engram.RunWrong(2, folder.Path, Command(command, "--out", "mine")).ErrorLine;

        Assert.Contains("'mine' holds 'report.html', which is not Engram's", line);
        Assert.Contains("--out names another folder.", line);
        Assert.Equal("mine", File.ReadAllText(Assert.Single(Directory.GetFileSystemEntries(folder["mine"]))));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void The_same_command_again_goes_on_in_its_folder_says_so_and_repeats_nothing(string command)
    {
        string[] arguments = Command(command, "--json");
        JsonNode first = engram.Run(folder.Path, arguments).Json;
        string made = Path.GetRelativePath(folder.Path, first["folder"]!.ToString());
        Dictionary<string, DateTime> checkpoints = Checkpoints();

        Outcome again = engram.Run(folder.Path, Command(command));

        Assert.True(again.ExitCode == 0, again.Error);
        Assert.Contains($"Goes on in {made}, ", again.Error);
        Assert.Equal([folder[made]], Directory.GetDirectories(folder["runs"]));
        Assert.Equal(checkpoints, Checkpoints());

        Dictionary<string, DateTime> Checkpoints() => Directory.GetFiles(folder[made], "*.safetensors", SearchOption.AllDirectories).ToDictionary(file => file, File.GetLastWriteTimeUtc);
    }

    [Fact]
    public void Runs_that_begin_at_the_same_time_without_a_folder_each_have_their_own()
    {
        Process[] all = [.. Enumerable.Range(0, 3).Select(_ => engram.Start(folder.Path, ["run", "permuted-digits", .. EngramCommand.Tiny, "--iterations", "200"]))];

        Outcome[] outcomes = [.. all.Select(EngramCommand.Finish)];

        Assert.All(outcomes, outcome => Assert.True(outcome.ExitCode == 0, outcome.Error));
        string[] said = [.. outcomes.Select(outcome => outcome.Error.Split('\n').Single(line => line.Contains(Path.Combine("runs", "permuted-digits-fine-tuning-seed1")) && !line.StartsWith("Report", StringComparison.Ordinal)))];
        // One that began when another had ended may have gone on in that one's folder.
        Assert.All(Directory.GetDirectories(folder["runs"]), path => Assert.True(File.Exists(Path.Combine(path, "results.json"))));
        Assert.Equal(said.Where(line => line.StartsWith("Results go to", StringComparison.Ordinal)).Distinct().Count(), Directory.GetDirectories(folder["runs"]).Length);
    }

    [Fact]
    public void A_name_that_is_held_is_passed_over_for_the_next_number()
    {
        using FolderLock held = FolderLock.Take(folder["runs", "permuted-digits-fine-tuning-seed1"]);

        Outcome run = engram.Run(folder.Path, Command("run permuted-digits"));

        Assert.Contains($"Results go to {Path.Combine("runs", "permuted-digits-fine-tuning-seed1-2")}", run.Error);
        Assert.True(File.Exists(folder["runs", "permuted-digits-fine-tuning-seed1-2", "results.json"]));
    }

    [Fact]
    public void Other_settings_have_another_folder()
    {
        Assert.Equal(0, engram.Run(folder.Path, Command("run permuted-digits")).ExitCode);

        JsonNode other = engram.Run(folder.Path, Command("run permuted-digits", "--epochs", "2", "--json")).Json;

        Assert.Equal(folder["runs", "permuted-digits-fine-tuning-seed1-2", "report.html"], other["report"]!.ToString());
    }

    [Fact]
    public void Resume_waits_for_nobody()
    {
        Assert.Equal(0, engram.Run(folder.Path, Command("compare permuted-digits --methods ewc", "--out", "here")).ExitCode);
        using FolderLock held = FolderLock.Take(folder["here"]);

        foreach (string path in new[] { "here", Path.Combine("here", "trials", "ewc-seed1") })
            Assert.Equal("folder-held", engram.RunWrong(2, folder.Path, "resume", path, "--json").ErrorJson["code"]!.ToString());
    }

    [Fact]
    public void A_run_whose_checkpoint_was_deleted_says_what_is_missing_and_begins_again()
    {
        JsonNode straight = engram.Run(folder.Path, Command("run permuted-digits", "--out", "here", "--json")).Json;
        Directory.Delete(folder["here", "checkpoint"], recursive: true);
        File.Delete(folder["here", "results.json"]);

        Outcome resumed = engram.Run(folder.Path, "resume", "here");

        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Contains($"There is no checkpoint at {Path.Combine("here", "checkpoint", "state.safetensors")}", resumed.Error);
        Assert.Equal(straight["weights"]!.ToString(), JsonNode.Parse(File.ReadAllText(folder["here", "results.json"]))!["weights"]!.ToString());
    }

    [Fact]
    public void A_folder_with_links_in_it_writes_nothing_elsewhere()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making a link needs rights on Windows.");
        Assert.Equal(0, engram.Run(folder.Path, Command("run permuted-digits", "--out", "here")).ExitCode);
        Directory.CreateDirectory(folder["elsewhere"]);
        Directory.Delete(folder["here", "checkpoint"], recursive: true);
        File.Delete(folder["here", "results.json"]);
        Directory.CreateSymbolicLink(folder["here", "checkpoint"], folder["elsewhere"]);

        Assert.Contains("is a link to", engram.RunWrong(2, folder.Path, "resume", "here").ErrorLine);
        Assert.Empty(Directory.GetFileSystemEntries(folder["elsewhere"]));
    }

    [Fact]
    public void A_trial_that_fails_is_named_and_resume_repeats_it_alone()
    {
        string[] wild = ["--set", "training.optimizer=sgd", "--set", "training.batch=16", "--set", "training.logEvery=5"];
        Outcome outcome = engram.RunWrong(1, folder.Path, Command("compare permuted-digits --methods fine-tuning,ewc:lambda=1e12 --seeds 1 --out some", wild));
        string kept = File.ReadAllText(folder["some", "trials", "fine-tuning-seed1", "steps.csv"]);

        Outcome resumed = engram.RunWrong(1, folder.Path, "resume", "some");

        Assert.Contains("1 of 2 trials failed, the others are kept. ewc:lambda=1e12 seed 1:", outcome.ErrorLine);
        Assert.Equal(outcome.ErrorLine, resumed.ErrorLine);
        Assert.Equal(kept, File.ReadAllText(folder["some", "trials", "fine-tuning-seed1", "steps.csv"]));
    }

    // A run of a command that takes a blink.
    private string[] Command(string command, params string[] more)
    {
        File.WriteAllText(folder["tiny.json"], Recipe);
        string[] settings = command.Split(' ')[0] switch
        {
            "run" => EngramCommand.Tiny,
            "compare" or "order" => [.. EngramCommand.Tiny, "--seeds", "1"],
            "affinity" => [.. EngramCommand.Tiny, "--seeds", "1", "--set", "affinity.samples=50", "--set", "affinity.epochs=1", "--set", "network.hidden=16,8"],
            _ => [],
        };
        return [.. command.Split(' '), .. command.Contains("--seeds", StringComparison.Ordinal) ? EngramCommand.Tiny : settings, .. more];
    }
}
