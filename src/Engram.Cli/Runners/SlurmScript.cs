using Engram.Experiments;

namespace Engram.Cli.Runners;

/// <summary>The scripts that Slurm runs for a study.</summary>
/// <param name="path">The study's folder.</param>
/// <param name="on">What is asked of a job.</param>
/// <param name="data">What the user gave with <c>--data</c>.</param>
internal sealed class SlurmScript(string path, RunnerChoice on, string? data)
{
    /// <summary>How often a trial goes on that is killed.</summary>
    public const int MostKills = 3;

    // Seconds before a limit of time at which a trial is told to save and end; Slurm looks twice a minute.
    private const int Notice = 60, ShortNotice = 15, ShortMinutes = 5;

    private readonly string full = Path.GetFullPath(path);

    /// <summary>Where a study's scripts, and what its jobs say, are kept.</summary>
    public static string Folder(string path) => FolderPath.Within(path, WorkFolder.State, "slurm");

    /// <summary>How often a trial was killed.</summary>
    /// <param name="path">The study's folder.</param>
    /// <param name="trial">Its number.</param>
    public static string KillsOf(string path, int trial) => FolderPath.Within(Folder(path), $"{trial}.kills");

    /// <summary>Runs the trial whose number is the index of the element plus the first argument.</summary>
    public string Trial() => $"""
        #!/bin/bash
        # One trial of the study in {OneLine(full)}; its number is the element's index plus the first argument. Written by engram.
        {Head()}#SBATCH --requeue
        #SBATCH --open-mode=append
        #SBATCH --signal=B:TERM@{NoticeFor(on.Time)}
        {Environment()}study={Quoted(full)}
        trial=$(($1 + SLURM_ARRAY_TASK_ID))
        kills=$study/.engram/slurm/$trial.kills
        {Program()} trial "$study" "$trial"{Data()} &
        running=$!

        # Before the limit of time Slurm sends TERM: the trial saves everything and ends with {CommandLine.Interrupted}.
        told=
        trap 'trap "" TERM; told=1; kill -TERM "$running"' TERM
        wait "$running"; code=$?
        if [ -n "$told" ]; then wait "$running"; code=$?; fi

        # What was saved goes on in another job, unless somebody cancelled this one; so does what was killed, a few times.
        if [ "$code" -gt 128 ] && [ "$code" -ne {CommandLine.Interrupted} ]; then
          echo "exit code $code" >> "$kills"
          if [ "$(wc -l < "$kills")" -gt {MostKills} ]; then exit "$code"; fi
        fi
        if [ "$code" -gt 128 ] && scontrol show job --oneliner "$SLURM_JOB_ID" | grep -Eq 'JobState=RUNNING|Reason=TimeLimit'; then
          scontrol requeue "$SLURM_JOB_ID"
        fi
        exit "$code"

        """;

    /// <summary>Goes on with the study after a round of trials: submits the next one, or concludes.</summary>
    public string After() => $"""
        #!/bin/bash
        # Goes on with the study in {OneLine(full)} after its trials. Written by engram.
        {Head()}#SBATCH --open-mode=append
        {Environment()}exec {Program()} resume {Quoted(full)} --on slurm --no-wait{Data()}

        """;

    /// <summary>Name of a study's jobs.</summary>
    internal string Name => $"engram-{new string([.. Path.GetFileName(full).Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_' ? letter : '_')])}";

    /// <summary>A path as sbatch takes it, which reads a per cent sign as the beginning of a pattern.</summary>
    internal static string Pattern(string path) => path.Replace("%", "%%", StringComparison.Ordinal);

    /// <summary>A word as a shell takes it, whatever is in it.</summary>
    internal static string Quoted(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    /// <summary>How many seconds before a limit of time a trial is told: fewer where the limit is short.</summary>
    internal static int NoticeFor(string? time) => time is not null && int.TryParse(time.Split(':')[0], out int minutes) && minutes < ShortMinutes && time.Count(letter => letter == ':') < 2 ? ShortNotice : Notice;

    private string Head() => $"#SBATCH --job-name={Name}\n#SBATCH --ntasks=1\n#SBATCH --cpus-per-task=1\n"
        + (on.Partition is { } partition ? $"#SBATCH --partition={partition}\n" : "") + (on.Time is { } time ? $"#SBATCH --time={time}\n" : "") + (on.Memory is { } memory ? $"#SBATCH --mem={memory}\n" : "");

    private static string Environment() => $"export {ThisProgram.Cores}=1\n"
        + (System.Environment.GetEnvironmentVariable("ENGRAM_DATA") is { Length: > 0 } folder ? $"export ENGRAM_DATA={Quoted(Path.GetFullPath(folder))}\n" : "");

    private static string Program() => string.Join(' ', ThisProgram.Command.Select(Quoted));

    private string Data() => data is null ? "" : $" --data {Quoted(Path.GetFullPath(data))}";

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
