using Engram.Bench.Fuzzing;
using Engram.Bench.Serving;

namespace Engram.Tests.Server;

public sealed class ServerFuzzTests
{
    /// <summary><c>ENGRAM_REQUESTS</c> says how many; <c>Engram.Bench fuzz server</c> sends a million.</summary>
    [Fact]
    public async Task Wrong_requests_are_refused_and_leave_nothing()
    {
        await using ServerFuzz fuzz = await ServerFuzz.Start();

        FuzzOutcome outcome = await fuzz.Run(0, Amount.Of("ENGRAM_REQUESTS", 3000));

        Assert.Equal("", string.Join('\n', outcome.Findings));
        Assert.InRange(outcome.Accepted, 1, outcome.Inputs - 1); // neither all right nor all wrong
    }

    /// <summary>Those that a longer run has found: tables in Parquet without a description or with a damaged one, which were read for ever, and a host that no address can have.</summary>
    [Theory]
    [InlineData(72956)]
    [InlineData(898792)]
    [InlineData(109796)]
    public async Task What_was_found_once_is_refused(long number)
    {
        await using ServerFuzz fuzz = await ServerFuzz.Start();

        Assert.Equal("", string.Join('\n', (await fuzz.Run(number, 1)).Findings));
    }
}
