using Microsoft.Extensions.Options;

namespace Engram.Fleet;

/// <summary>Where this silo is reached.</summary>
/// <param name="options">The fleet's.</param>
internal sealed class FleetPlace(IOptions<FleetOptions> options)
{
    /// <summary>Address of the server; of the silo where there is none.</summary>
    /// <exception cref="EngramException">The server does not listen yet (<c>elsewhere</c>).</exception>
    public string Url => options.Value.Url ?? Server ?? (IsServer ? throw EngramException.Failure("elsewhere", "The server that is to hold the learner does not listen yet; ask again a little later.") : $"silo://{options.Value.SiloHost}:{options.Value.SiloPort}");

    /// <summary>Whether this process is a server.</summary>
    public bool IsServer { get; set; }

    /// <summary>Where it listens, as others reach it; null before it does.</summary>
    public string? Server { get; set; }
}
