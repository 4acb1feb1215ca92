using System.Text.RegularExpressions;
using Engram.Tests.Datasets;
using Engram.Tests.Durable;

namespace Engram.Tests.Cli;

/// <summary>The process that stays does what processes of their own do, request after request.</summary>
public sealed partial class CommandWorkerTests(EngramCommand engram) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("--version")]
    [InlineData("--help")]
    [InlineData("run --help")]
    [InlineData("run --data")]
    [InlineData("nothing")]
    [InlineData("methods ewc")]
    [InlineData("streams split-mnist --json")]
    [InlineData("networks")]
    [InlineData("optimizers")]
    [InlineData("recipes two-image-tasks")]
    [InlineData("runs")]
    [InlineData("ask nowhere --json")]
    [InlineData("data list")]
    [InlineData("data get mnits --json")]
    public void What_a_command_says_is_what_a_process_of_its_own_says(string command) => AssertSame(command, folder.Path, folder.Path);

    [Fact]
    public void What_a_learner_says_is_what_processes_of_their_own_say()
    {
        using Months stays = new(), own = new();
        stays.Table("january", 200, "ab", 1);
        stays.Table("today", 100, "abcb", 5, labels: false);
        Assert.Equal(0, engram.Run(stays.Folder, "learn", "line.engram", "january.csv", "--method", "slda").ExitCode);
        foreach (string file in Directory.GetFiles(stays.Folder)) File.Copy(file, Path.Combine(own.Folder, Path.GetFileName(file)));

        foreach (string line in (string[])["data describe january.csv", "predict line.engram today.csv", "test line.engram january.csv", "check line.engram today.csv --json", "show line.engram", "history line.engram", "export line.engram line.safetensors"])
            AssertSame(line, own.Folder, stays.Folder);

        Assert.Equal(Directory.GetFiles(own.Folder).Select(Path.GetFileName).Order(), Directory.GetFiles(stays.Folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void One_that_is_killed_says_so_and_can_be_asked_no_more()
    {
        using CommandWorker worker = engram.Hire();
        Assert.Equal(EngramVersion.Current, worker.Run(new(folder.Path, ["--version"], ""), TimeSpan.FromMinutes(1)).Output.Trim());
        CommandRequest run = new(folder.Path, ["run", "permuted-digits", "--out", "here"], ""); // seconds, where a version may be said before the process is killed

        foreach (string _ in (string[])["killed", "gone"])
            Assert.Contains("The process of 'engram run permuted-digits --out here' ended with", Assert.Throws<InvalidOperationException>(() => worker.Run(run, TimeSpan.Zero)).Message);
    }

    private void AssertSame(string command, string ownFolder, string staysFolder)
    {
        Outcome own = engram.RunProcess(ownFolder, command.Split(' ')), stays = engram.Run(staysFolder, command.Split(' '));

        Assert.Equal((own.ExitCode, Comparable(own.Output, ownFolder), own.Error), (stays.ExitCode, Comparable(stays.Output, staysFolder), stays.Error));
    }

    private static string Comparable(string output, string folder) => Time().Replace(output.Replace(folder, "FOLDER"), "TIME");

    [GeneratedRegex(@"\d\d:\d\d(:\d\d)?")]
    private static partial Regex Time();
}
