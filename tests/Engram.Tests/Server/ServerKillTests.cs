using Engram.Bench.Serving;
using Engram.Tests.Cli;

namespace Engram.Tests.Server;

public sealed class ServerKillTests(ITestOutputHelper output)
{
    /// <summary><c>ENGRAM_KILLS</c> says how many; <c>Engram.Bench kills server</c> does two hundred.</summary>
    [Fact]
    public async Task What_a_killed_server_acknowledged_is_there_when_it_is_started_again()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        using ServerKills lives = new(EngramCommand.Program, seed);

        IReadOnlyList<string> faults = await lives.Run(Amount.Of("ENGRAM_KILLS", 6));

        output.WriteLine($"{lives.Kills} kills in {lives.Lives} lives, {lives.Acknowledged}");
        Assert.Empty(faults);
    }
}
