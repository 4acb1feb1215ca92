namespace Engram.Cli.Runners;

/// <summary>What runs the trials of a study.</summary>
internal enum RunnerKind
{
    /// <summary>Threads of this process.</summary>
    Threads,

    /// <summary>Processes of this machine.</summary>
    Processes,

    /// <summary>Jobs of a Slurm cluster.</summary>
    Slurm,
}
