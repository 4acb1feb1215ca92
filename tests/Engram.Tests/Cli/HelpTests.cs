using Engram.Experiments;
using Engram.Tests.Datasets;
using Engram.Training;

namespace Engram.Tests.Cli;

public sealed class HelpTests(EngramCommand engram) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Help_of_every_command_ends_with_an_example_that_starts_with_the_command()
    {
        foreach (string command in new[] { "run", "compare", "order", "affinity", "reproduce", "resume", "trial", "collect", "runs", "ask", "methods", "streams", "networks", "optimizers", "recipes", "doctor", "learn", "predict", "test", "check", "history", "show", "promote", "rollback", "forget", "prune", "export", "serve", "keys add", "keys list", "keys revoke", "data list", "data get", "data describe" })
        {
            Outcome help = engram.Run(folder.Path, [.. command.Split(' '), "--help"]);

            Assert.Equal(0, help.ExitCode);
            Assert.StartsWith($"  engram {command}", help.Output.TrimEnd().Split('\n')[^1]);
            Assert.DoesNotMatch(@"\w\|\w", help.Output); // no list of all that can be completed
        }
    }

    [Theory]
    [InlineData("run")]
    [InlineData("compare")]
    [InlineData("order")]
    [InlineData("affinity")]
    public void Help_shows_the_defaults_of_the_settings_records(string command)
    {
        Outcome help = engram.Run(folder.Path, command, "--help");

        Assert.Contains($"--seed <N>", help.Output);
        Assert.Contains($"[default: {new MachineOptions().Seed}]", help.Output);
        foreach (Setting setting in SettingsShape.Of(typeof(TrainingOptions)).Describe())
            Assert.Matches($@"training\.{setting.Name} +{(setting.Default is "null" ? "-" : setting.Default)} +{setting.Description.Split(' ')[0]}", help.Output);
    }

    [Fact]
    public void Without_arguments_the_help_lists_all_commands()
    {
        Outcome help = engram.Run(folder.Path);

        Assert.Equal(0, help.ExitCode);
        foreach (string command in new[] { "run", "compare", "order", "affinity", "reproduce", "resume", "trial", "collect", "runs", "ask", "methods", "streams", "networks", "optimizers", "recipes", "data", "doctor", "completion", "learn", "predict", "test", "check", "history", "show", "promote", "rollback", "forget", "prune", "export", "serve", "keys" }) Assert.Contains($"\n  {command} ", help.Output);
    }

    [Fact]
    public void Help_of_resume_names_all_that_it_resumes() =>
        Assert.All(["run", "comparison", "orders", "affinities", "reproduction"], kind => Assert.Contains(kind, engram.Run(folder.Path, "resume", "--help").Output));

    [Fact]
    public void Version_is_that_of_the_library() => Assert.Equal(EngramVersion.Current, engram.Run(folder.Path, "--version").Output.Trim());

    [Fact]
    public void Redirected_output_has_no_escape_codes_and_only_ascii()
    {
        Outcome run = engram.Run(folder.Path, ["run", "permuted-digits", .. EngramCommand.Tiny]);

        Assert.Equal(0, run.ExitCode);
        Assert.All(run.Output + run.Error, letter => Assert.True(letter is '\n' or '\r' or (>= ' ' and <= '~'), $"U+{(int)letter:X4}"));
    }
}
