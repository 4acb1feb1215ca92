using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Engram.Tests.Datasets;

namespace Engram.Tests.Cli;

/// <summary>Every command with something wrong: one line, exit code 2, and with <c>--json</c> one document on standard error and nothing else.</summary>
public sealed partial class WrongInputTests(EngramCommand engram) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Wrong { get; } =
    [
        "run", "run mnist", "run permuted-digits --method nothing", "run permuted-digits --data nowhere", "run permuted-digits --out here --config nowhere.json", "run permuted-mnist --data .", "run permuted-digits --out ", "run permuted-digits --seed x",
        "compare permuted-digits", "compare permuted-digits --methods ewc, joint", "compare permuted-digits --methods ewc --seeds 0", "compare permuted-digits --methods ewc --course 0", "compare permuted-digits --methods ewc --tasks 2 --course 3", "compare permuted-digits --methods ewc --on procesess", "compare permuted-digits --methods ewc --on processes:0", "compare permuted-digits --methods ewc --on slurm:2", "compare permuted-digits --methods ewc --time 10", "compare permuted-digits --methods ewc --no-wait", "compare permuted-digits --methods ewc --on slurm --jobs 2",
        "order nothing", "order permuted-digits --minutes x", "order permuted-digits --minutes 1 --on processes", "affinity digit-kinds-digits --partition main", "reproduce --all --on processes", "reproduce two-image-tasks --on slurm --array-limit 0", "affinity nothing", "affinity digit-kinds-digits --budget 9", "reproduce nothing", "reproduce", "reproduce --all two-image-tasks", "reproduce --all --rows ewc", "reproduce --all --hours 0", "reproduce --all --hours x", "reproduce two-image-tasks --hours 1", "reproduce two-image-tasks --rows nothing",
        "resume", "resume nowhere", "resume . --jobs x", "resume nowhere --on nothing", "resume nowhere --memory 4G", "trial", "trial nowhere 1", "trial . x", "trial . 0", "collect", "collect nowhere", "runs nowhere", "ask nowhere", "ask . --task x", "methods nothing", "streams nothing", "networks nothing", "optimizers nothing", "run permuted-digits --set training.optimizer=nothing", "recipes nothing",
        "data", "data list --data nowhere", "data get nothing", "data get mnist --mirror x", "doctor --data nowhere", "completion nothing", "nothing", "--nothing",
        "learn", "learn line.engram nowhere.csv", "predict line.engram nowhere.csv", "test line.engram nowhere", "check line.engram nowhere", "history line.engram", "show line.engram", "serve", "serve nowhere", "serve nowhere/x.engram", "serve line.engram --urls nonsense", "serve line.engram --set MostTogether=0", "serve line.engram --set nonsense=1", "serve --cluster nonsense --set Spool=lessons", "serve --cluster postgres://engram@127.0.0.1/fleet", "serve line.engram --cluster postgres://engram@127.0.0.1/fleet --set Spool=lessons", "serve --cluster postgres://engram@127.0.0.1/fleet --set Spool=lessons --set Fleet:Nonsense=1", "serve --cluster postgres://engram@127.0.0.1/fleet --set Spool=lessons --set Fleet:SiloHost=nowhere", "promote line.engram 1 --reason x", "promote line.engram x --reason x",
        "rollback line.engram", "rollback line.engram x", "forget line.engram", "forget line.engram --lesson a", "prune line.engram --keep 0", "prune line.engram", "export line.engram line.onnx",
        "keys", "keys add", "keys add line.engram", "keys add line.engram --role read", "keys add line.engram --create --role x", "keys list line.engram", "keys revoke line.engram", "keys revoke line.engram a",
    ];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Wrong))]
    public void One_line_and_exit_code_2_for_people_and_machines(string command)
    {
        string[] arguments = command.Split(' ');

        Outcome people = engram.RunWrong(2, folder.Path, arguments), machine = engram.RunWrong(2, folder.Path, [.. arguments, "--json"]);

        Assert.StartsWith("error: ", Assert.Single(people.Error.TrimEnd().Split('\n')));
        JsonObject error = JsonNode.Parse(Assert.Single(machine.Error.TrimEnd().Split('\n')))!["error"]!.AsObject();
        Assert.Equal(["code", "message"], error.Select(member => member.Key));
        Assert.Matches("^[a-z-]+$", error["code"]!.ToString());
        Assert.NotEmpty(error["message"]!.ToString());
        Assert.Empty(people.Output + machine.Output);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_setting_after_another_is_told_to_have_its_own_flag() =>
        Assert.Contains("'training.batch=5' has no --set before it, which every setting has: --set training.batch=5. ",
            engram.RunWrong(2, folder.Path, "run", "permuted-digits", "--set", "stream.tasks=2", "training.batch=5").Error);

    [Fact]
    public void No_command_is_left_out()
    {
        string help = engram.Run(folder.Path, "--help").Output;

        IEnumerable<string> commands = CommandInHelp().Matches(help[help.IndexOf("Commands:", StringComparison.Ordinal)..]).Select(match => match.Groups[1].Value);

        Assert.Empty(commands.Except(Wrong.Select(row => row.Data.Split(' ')[0])));
    }

    [Fact]
    public void What_fails_on_the_way_is_one_document_too()
    {
        string[] wild = ["--set", "training.optimizer=sgd", "--set", "training.learningRate=1e3", "--set", "training.weightDecay=1", "--iterations", "50"];

        Outcome outcome = engram.RunWrong(1, folder.Path, ["run", "permuted-digits", .. EngramCommand.Tiny, .. wild, "--json"]);

        Assert.Equal("diverged", JsonNode.Parse(outcome.Error)!["error"]!["code"]!.ToString());
    }

    [Fact]
    public void Where_in_the_program_it_happened_is_part_of_the_document()
    {
        JsonNode error = JsonNode.Parse(engram.Run(folder.Path, "run", "mnist", "--json", "--verbose").Error)!["error"]!;

        Assert.Contains("   at Engram.", error["details"]!.ToString());
    }

    [Fact]
    public void Hints_lead_to_what_was_meant()
    {
        Assert.Contains("There is no stream 'mnist', which is a data set; did you mean 'split-mnist', 'rotated-mnist', 'permuted-mnist' or", Line("run mnist"));
        Assert.Contains("There is no method 'EWC'; did you mean 'ewc'? ", Line("run permuted-digits --method EWC"));
        Assert.Contains("write it without spaces: --methods ewc,joint", Line("compare permuted-digits --methods ewc, joint"));
        Assert.Contains("write it without spaces: --epochs 1,2", Line("run permuted-digits --epochs 1, 2"));
    }

    [Fact]
    public void What_does_not_fit_into_memory_is_refused_before_anything_begins()
    {
        string line = Line($"run permuted-digits --set network.hidden={string.Join(',', Enumerable.Repeat(65536, 32))}");

        Assert.Contains("parameters", line);
        Assert.Contains("GB", line);
        Assert.False(Directory.Exists(folder["runs"]));
        Assert.Equal(0, engram.Run(folder.Path, ["run", "permuted-digits", .. EngramCommand.Tiny, "--set", "training.batch=1000000"]).ExitCode);
    }

    private string Line(string command) => engram.RunWrong(2, folder.Path, command.Split(' ')).ErrorLine;

    [GeneratedRegex(@"^  ([a-z]+)\b", RegexOptions.Multiline)]
    private static partial Regex CommandInHelp();
}
