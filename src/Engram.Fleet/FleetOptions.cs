using Engram.Durable;

namespace Engram.Fleet;

/// <summary>What a process of a fleet does; bound from the section <c>Fleet</c> of a program's configuration.</summary>
public sealed class FleetOptions
{
    /// <summary>Name of the section of a program's configuration.</summary>
    public const string Section = "Fleet";

    /// <summary>Name of the cluster; processes of one name and database find one another.</summary>
    public string Cluster { get; set; } = "engram";

    /// <summary>Address at which the other processes reach this one: of a network that nobody else is in, for what goes between them is not encrypted.</summary>
    public string SiloHost { get; set; } = "127.0.0.1";

    /// <summary>Port for the other processes; 0 takes a free one.</summary>
    public int SiloPort { get; set; }

    /// <summary>Port for programs that are no part of the cluster (<see cref="FleetHosting.AddEngramFleetClient"/>); null for none, 0 takes a free one.</summary>
    public int? GatewayPort { get; set; }

    /// <summary>Address at which the other servers reach this one; null takes the first that it listens on, with <see cref="SiloHost"/> where that is any.</summary>
    public string? Url { get; set; }

    /// <summary>After which time without a question a learner leaves memory. More than a second.</summary>
    public TimeSpan IdleAfter { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How often processes look whether others are alive. More than 0.</summary>
    public TimeSpan ProbeEvery { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How many looks in a row must fail before a process is taken for dead. At least 1.</summary>
    public int ProbesMissed { get; set; } = 2;

    /// <summary>Connections to PostgreSQL of one process for its learners; a quarter as many for the cluster, and one for each lesson that is learned. At least 2.</summary>
    public int Connections { get; set; } = 16;

    /// <summary>What a learner is made with that is not there; null leaves that to its first lesson.</summary>
    public DurableOptions? Begin { get; set; }
}
