using Engram.Bench.Learners;
using Engram.Tests.Cli;

namespace Engram.Tests.Durable;

public sealed class LearnerKillTests(ITestOutputHelper output)
{
    /// <summary><c>Engram.Bench kills</c> does a thousand.</summary>
    [Fact]
    public void Sixty_kills_at_random_moments_lose_nothing_and_what_goes_on_ends_with_the_same_bits()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        using LearnerKills lives = new(EngramCommand.Program, seed);

        IReadOnlyList<string> faults = lives.Run(60);

        output.WriteLine($"{lives.Kills} kills in {lives.Lives} lives");
        Assert.Empty(faults);
    }
}
