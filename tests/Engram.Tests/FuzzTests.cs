using Engram.Bench.Fuzzing;
using Engram.Networks;

namespace Engram.Tests;

/// <summary>The first inputs of the bench's full size: every parser reads an input or refuses it with one line.</summary>
public sealed class FuzzTests
{
    private const int Inputs = 1000;

    private readonly ParserTargets parsers = new();

    public FuzzTests() => NativeEngine.PrepareThread(1);

    public static TheoryData<string> Names => ["configuration", "results", "tensors", "idx", "npy", "csv", "jsonl", "stories", "recipes", "plans", "settings", "conditions", "matrix", "steps"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Whatever_comes_is_read_or_refused_in_one_line(string name)
    {
        FuzzOutcome outcome = parsers.All.Single(target => target.Name == name).Run(0, Inputs);

        Assert.Equal("", string.Join('\n', outcome.Findings));
        Assert.InRange(outcome.Accepted, 1, outcome.Inputs - 1); // neither all right nor all wrong
    }

    [Fact]
    public void No_parser_is_left_out() => Assert.Equal(Names.Select(row => row.Data), parsers.All.Select(target => target.Name));
}
