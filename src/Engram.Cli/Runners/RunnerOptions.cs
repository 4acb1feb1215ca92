using System.CommandLine;
using System.Text.RegularExpressions;

namespace Engram.Cli.Runners;

/// <summary>The options that say where trials run.</summary>
internal sealed partial class RunnerOptions
{
    private static readonly string[] Names = ["threads", "processes", "slurm"];

    private readonly Option<RunnerChoice?> on = new("--on")
    {
        HelpName = "WHERE",
        Description = "who runs the trials: threads, processes (processes:N for N at a time) or slurm; changes no result [default: threads; of resume: as before]",
        CustomParser = argument =>
        {
            string text = argument.Tokens[^1].Value, name = text.Split(':')[0];
            string? count = text.Contains(':') ? text[(name.Length + 1)..] : null;
            if (!Names.Contains(name)) argument.AddError($"--on is '{Quote.Of(text)}' but must be threads, processes, processes:N or slurm{NearestNames.Suggest(name, Names)}");
            else if (count is not null && name != "processes") argument.AddError($"--on is '{Quote.Of(text)}', but only processes take a number; {(name == "slurm" ? "--array-limit" : "--jobs")} says how many at a time.");
            else if (count is not null && (!int.TryParse(count, out int number) || number < 1)) argument.AddError($"--on is '{Quote.Of(text)}', but after the colon must be a whole number >= 1.");
            else return new() { On = Enum.Parse<RunnerKind>(name, ignoreCase: true), Jobs = count is null ? null : int.Parse(count) };
            return null;
        },
    };

    private readonly Option<string?> partition = Checked("--partition", "P", "with --on slurm: the partition [default: Slurm's]", PartitionName(), "the name of a partition, such as gpu ('sinfo' lists them)");
    private readonly Option<string?> time = Checked("--time", "T", "with --on slurm: limit of time of each job, after which its trial goes on in another one [default: the partition's]", TimeLimit(), "minutes, hours:minutes:seconds or days-hours, such as 90, 4:00:00 or 1-12");
    private readonly Option<string?> memory = Checked("--memory", "M", "with --on slurm: memory of each job, such as 4G [default: the partition's]", MemoryLimit(), "a number with K, M, G or T, such as 4G; without a letter it counts megabytes");
    private readonly Option<int?> arrayLimit = GlobalOptions.OptionalWholeNumber("--array-limit", 1, "with --on slurm: most jobs at a time [default: as many as Slurm allows]");
    private readonly Option<bool> noWait = new("--no-wait") { Description = "with --on slurm: submit and return; a job after the trials writes the page" };

    /// <summary>Adds all of them to a command, and <c>--jobs</c>.</summary>
    public void AddTo(Command command)
    {
        on.CompletionSources.Clear();
        on.CompletionSources.Add(Names);
        foreach (Option option in new Option[] { GlobalOptions.Jobs, on, partition, time, memory, arrayLimit, noWait }) command.Add(option);
    }

    /// <summary>What was said.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="before">What the study was last worked on with; null for threads, or where it begins.</param>
    /// <exception cref="EngramException">Options do not go together.</exception>
    public RunnerChoice Choice(ParseResult parse, RunnerChoice? before = null)
    {
        RunnerChoice? said = parse.GetValue(on);
        RunnerChoice choice = before is not null && (said is null || said.On == before.On) ? before with { Jobs = said?.Jobs ?? before.Jobs } : said ?? new();
        int? jobs = parse.GetResult(GlobalOptions.Jobs) is { Implicit: false } ? parse.GetValue(GlobalOptions.Jobs) : null;
        string[] given = [.. new Option[] { partition, time, memory, arrayLimit, noWait }.Where(option => parse.GetResult(option) is { Implicit: false }).Select(option => option.Name)];
        string? problem = given.Length > 0 && choice.On != RunnerKind.Slurm ? $"{string.Join(" and ", given)} {(given.Length == 1 ? "is" : "are")} about jobs of Slurm, but trials run on {Names[(int)choice.On]}; add --on slurm, or leave {(given.Length == 1 ? "it" : "them")} out."
            : jobs is not null && choice.On == RunnerKind.Slurm ? $"--jobs is {jobs}, which is about this machine, but trials run on Slurm; --array-limit {jobs} says how many at a time."
            : jobs is not null && said?.Jobs is { } count && count != jobs ? $"--jobs is {jobs} and --on processes:{count} says otherwise; leave one of them out."
            : null;
        if (problem is not null) throw EngramException.Input("wrong-usage", problem);
        return choice with
        {
            Jobs = jobs ?? choice.Jobs,
            Partition = parse.GetValue(partition) ?? choice.Partition,
            Time = parse.GetValue(time) ?? choice.Time,
            Memory = parse.GetValue(memory) ?? choice.Memory,
            ArrayLimit = parse.GetValue(arrayLimit) ?? choice.ArrayLimit,
            Waits = !parse.GetValue(noWait),
        };
    }

    private static Option<string?> Checked(string name, string value, string description, Regex form, string expected) => new(name)
    {
        HelpName = value,
        Description = description,
        CustomParser = argument =>
        {
            string text = argument.Tokens[^1].Value;
            if (form.IsMatch(text)) return text;
            argument.AddError($"{name} is '{Quote.Of(text)}' but must be {expected}.");
            return null;
        },
    };

    [GeneratedRegex(@"^[A-Za-z0-9_.-]+(,[A-Za-z0-9_.-]+)*\z")]
    private static partial Regex PartitionName();

    [GeneratedRegex(@"^(\d+(:\d+){0,2}|\d+-\d+(:\d+){0,2})\z")]
    private static partial Regex TimeLimit();

    [GeneratedRegex(@"^[1-9]\d*[KMGT]?\z", RegexOptions.IgnoreCase)]
    private static partial Regex MemoryLimit();
}
