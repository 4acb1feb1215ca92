using Engram.Tests.Datasets;

namespace Engram.Tests.Cli;

public sealed class BadInputTests(EngramCommand engram) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Unknown_names_come_with_the_nearest_known_ones()
    {
        Assert.Contains("did you mean 'run' or 'runs'?", Wrong("rum").ErrorLine);
        Assert.Contains("did you mean '--method'?", Wrong("run", "permuted-digits", "--methd", "ewc").ErrorLine);
        Assert.Contains("did you mean 'ewc'?", Wrong("methods", "ewcc").ErrorLine);
        Assert.Contains("did you mean 'mnist'?", Wrong("data", "get", "mnits").ErrorLine);

        string both = Wrong("run", "permuted-digit", "--method", "ewcc").ErrorLine;
        Assert.Contains("did you mean 'permuted-digits'", both);
        Assert.Contains("did you mean 'ewc'?", both);

        Assert.Contains("did you mean 'method.lambda'?", Wrong("run", "permuted-digits", "--method", "ewc", "--set", "method.lamda=1").ErrorLine);
        Assert.Contains("did you mean 'method.lambda'?", Wrong("compare", "permuted-digits", "--methods", "l2,ewc", "--set", "method.lamda=1").ErrorLine);
    }

    [Fact]
    public void All_wrong_values_are_reported_at_once()
    {
        string[] wrong = ["--tasks", "0", "--epochs", "many", "--set", "training.batch=-3", "--set", "training.learningRate=NaN", "--set", "network.hidden=0"];

        string line = Wrong(["run", "permuted-digits", .. wrong]).ErrorLine;

        Assert.All(["stream.tasks is 0", "training.epochs is [\"many\"]", "training.batch is -3", "training.learningRate is \"NaN\"", "network.hidden is 0"], setting => Assert.Contains(setting, line));
    }

    [Fact]
    public void Wrong_numbers_of_flags_say_what_is_expected()
    {
        Assert.Contains("--seeds is '0' but must be a whole number >= 1", Wrong("compare", "permuted-digits", "--methods", "ewc", "--seeds", "0").ErrorLine);
        Assert.Contains("--jobs is 'all' but must be a whole number >= 1", Wrong("compare", "permuted-digits", "--methods", "ewc", "--jobs", "all").ErrorLine);
        Assert.Contains("not of the form path=value", Wrong("run", "permuted-digits", "--set", "training.batch").ErrorLine);
    }

    [Fact]
    public void An_address_that_is_none_and_an_unknown_data_set_are_refused()
    {
        Assert.Contains("--mirror is 'ftp://example.org'", Wrong("data", "get", "mnist", "--mirror", "ftp://example.org").ErrorLine);
        Assert.Contains("must be a whole number", Wrong("resume", "x", "--jobs", "0").ErrorLine);
    }

    [Fact]
    public void What_is_left_out_is_named_with_an_example()
    {
        Assert.Contains("engram run permuted-digits", Wrong("run").ErrorLine);
        Assert.Contains("--methods fine-tuning,ewc,joint", Wrong("compare", "permuted-digits").ErrorLine);
    }

    [Fact]
    public void A_scenario_that_the_method_cannot_do_is_refused_by_name() =>
        Assert.Contains("separate cannot do the domain scenario", Wrong("run", "permuted-digits", "--method", "separate").ErrorLine);

    [Fact]
    public void Missing_data_name_the_places_and_the_command()
    {
        string line = Wrong("run", "permuted-mnist", "--data", folder.Path).ErrorLine;

        Assert.Contains(folder["mnist"], line);
        Assert.Contains("engram data get mnist", line);
        Assert.False(Directory.Exists(folder["runs"]));
    }

    [Fact]
    public void A_process_that_ends_at_once_waits_for_the_engine_that_it_has_begun_to_load()
    {
        foreach (string command in new[] { "run permuted-mnist --data .", "compare permuted-mnist --methods ewc --data .", "run permuted-digits --device cuda:99" })
            Assert.Equal((command, 2), (command, engram.RunProcess(folder.Path, command.Split(' ')).ExitCode));
    }

    [Fact]
    public void Corrupt_data_name_the_file()
    {
        Directory.CreateDirectory(folder["mnist"]);
        foreach (string part in new[] { "train", "t10k" })
            foreach (string kind in new[] { "images-idx3", "labels-idx1" }) File.WriteAllText(folder["mnist", $"{part}-{kind}-ubyte"], "not images");

        Outcome outcome = Wrong("run", "permuted-mnist", "--data", folder.Path, "--json");

        Assert.Equal("corrupt-data", outcome.ErrorJson["code"]!.GetValue<string>());
        Assert.Contains("idx", outcome.ErrorJson["message"]!.GetValue<string>());
        Assert.Empty(outcome.Output);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("compare")]
    public void A_folder_that_cannot_be_made_is_named(string command)
    {
        File.WriteAllText(folder["file"], "");

        string line = Wrong([command, "permuted-digits", "--out", folder["file", "below"], .. command == "compare" ? new[] { "--methods", "ewc" } : [], .. EngramCommand.Tiny]).ErrorLine;

        Assert.Contains(folder["file", "below"], line);
        Assert.Contains("--out", line);
    }

    [Fact]
    public void A_folder_in_use_is_left_alone()
    {
        Assert.Equal(0, engram.Run(folder.Path, ["run", "permuted-digits", "--out", "here", .. EngramCommand.Tiny]).ExitCode);
        string results = File.ReadAllText(folder["here", "results.json"]);

        string line = Wrong(["run", "permuted-digits", "--seed", "2", "--out", "here", .. EngramCommand.Tiny]).ErrorLine;
        Assert.Contains("already holds a run with other settings: seed is 1 there and 2 here", line);
        Assert.Contains("engram resume here", line);
        Assert.Contains("engram resume here", Wrong(["compare", "permuted-digits", "--methods", "ewc", "--out", "here", .. EngramCommand.Tiny]).ErrorLine);
        Assert.Equal(results, File.ReadAllText(folder["here", "results.json"]));
    }

    [Fact]
    public void A_run_of_another_version_or_a_damaged_one_is_refused()
    {
        Directory.CreateDirectory(folder["old"]);
        File.WriteAllText(folder["old", "config.json"], """{"schema":99,"engram":"9.0.0","stream":{"id":"permuted-digits"}}""");
        Directory.CreateDirectory(folder["damaged"]);
        File.WriteAllText(folder["damaged", "config.json"], "{\n\"schema\":1,");

        Assert.Contains("has schema 99", Wrong("resume", "old").ErrorLine);
        Assert.Contains("line 2", Wrong("resume", "damaged").ErrorLine);
        Assert.Contains("no config.json", Wrong("resume", "nowhere").ErrorLine);
    }

    [Fact]
    public void Training_that_diverges_names_task_step_and_setting()
    {
        string[] wild = ["--set", "training.optimizer=sgd", "--set", "training.learningRate=1e3", "--set", "training.weightDecay=1", "--iterations", "50"];

        Outcome outcome = engram.RunWrong(1, folder.Path, ["run", "permuted-digits", .. EngramCommand.Tiny, .. wild]);

        Assert.Matches(@"step \d+ of task \d \(permutation \d\)", outcome.ErrorLine);
        Assert.Contains("training.learningRate (now 1000)", outcome.ErrorLine);
    }

    [Fact]
    public void Orders_that_cannot_be_studied_are_refused_before_anything_is_written()
    {
        Assert.Contains("did you mean 'permuted-digits'", Wrong("order", "permuted-digit").ErrorLine);
        Assert.Contains("did you mean 'ewc'?", Wrong("order", "permuted-digits", "--method", "ewcc").ErrorLine);
        Assert.Contains("one task has no order", Wrong("order", "permuted-digits", "--tasks", "1").ErrorLine);
        Assert.Contains("--budget is '0' but must be a whole number >= 1", Wrong("order", "permuted-digits", "--budget", "0").ErrorLine);
        Assert.Contains("--minutes is '-1' but must be a number > 0", Wrong("order", "permuted-digits", "--minutes", "-1").ErrorLine);
        Assert.Contains("3 seeds need at least 10", Wrong("order", "permuted-digits", "--budget", "4").ErrorLine);
        Assert.Contains("stream.order is set", Wrong("order", "permuted-digits", "--tasks", "2", "--set", "stream.order=2,1").ErrorLine);
        Assert.Contains("stream.only is 1,9", Wrong("order", "permuted-digits", "--set", "stream.only=1,9").ErrorLine);
        Assert.False(Directory.Exists(folder["runs"]));
    }

    [Fact]
    public void Affinities_that_cannot_be_measured_are_refused_before_anything_is_written()
    {
        Assert.Contains("did you mean 'digit-kinds-digits'", Wrong("affinity", "digit-kind-digits").ErrorLine);
        Assert.Contains("but there are 6; set --budget to 1 to 6", Wrong("affinity", "digit-kinds-digits", "--budget", "7").ErrorLine);
        Assert.Contains("--budget is '0' but must be a whole number >= 1", Wrong("affinity", "digit-kinds-digits", "--budget", "0").ErrorLine);
        Assert.Contains("nothing can be transferred", Wrong("affinity", "digit-kinds-digits", "--tasks", "1").ErrorLine);
        Assert.Contains("cannot be learned in the domain scenario", Wrong("affinity", "digit-kinds-digits", "--scenario", "domain").ErrorLine);
        Assert.Contains("affinity.samples is 0", Wrong("affinity", "digit-kinds-digits", "--set", "affinity.samples=0").ErrorLine);
        Assert.Contains("did you mean 'samples'?", Wrong("affinity", "digit-kinds-digits", "--set", "affinity.sample=9").ErrorLine);
        Assert.Contains("has 1 hidden layer", Wrong("affinity", "digit-kinds-digits", "--set", "network.hidden=9", "--set", "affinity.encoderLayers=2").ErrorLine);
        Assert.False(Directory.Exists(folder["runs"]));
    }

    private Outcome Wrong(params string[] arguments) => engram.RunWrong(2, folder.Path, arguments);
}
