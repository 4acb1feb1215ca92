using Engram.Bench.Learners;
using Engram.Tests.Cli;

namespace Engram.Tests.Durable;

public sealed class LearnerKillTests(EngramCommand engram, ITestOutputHelper output)
{
    /// <summary><c>ENGRAM_KILLS</c> says how many; <c>Engram.Bench kills</c> does a thousand.</summary>
    [Fact]
    public void Kills_at_random_moments_lose_nothing_and_what_goes_on_ends_with_the_same_bits()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        using LearnerKills lives = new(EngramCommand.Program, seed, (folder, step) => engram.Run(folder, step).ExitCode);

        IReadOnlyList<string> faults = lives.Run(Amount.Of("ENGRAM_KILLS", 20));

        output.WriteLine($"{lives.Kills} kills in {lives.Lives} lives");
        Assert.Empty(faults);
    }
}
