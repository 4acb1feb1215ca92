using Engram.Bench.Fuzzing;
using Engram.Bench.Serving;
using Engram.Datasets;
using Engram.Experiments;
using Engram.Networks;

namespace Engram.Bench;

/// <summary>
/// Mutated inputs for every parser at full size: each is read, or refused with one line. <c>fuzz</c>, <c>fuzz 1000000</c>,
/// <c>fuzz 1000000 stories recipes</c> for some of them, or <c>fuzz 1 stories from=4711</c> for one input again. <c>fuzz server 1000000</c> gives a server wrong requests.
/// </summary>
internal static class FuzzBench
{
    private const string From = "from=", Server = "server";
    private const long Inputs = 1_000_000;

    /// <summary>Runs it; the exit code is 0 where nothing was found.</summary>
    public static int Run(string[] arguments)
    {
        NativeEngine.PrepareThread(1);
        long inputs = arguments.Select(word => long.TryParse(word, out long given) ? given : (long?)null).FirstOrDefault(given => given is not null) ?? Inputs;
        long first = arguments.Where(word => word.StartsWith(From, StringComparison.Ordinal)).Select(word => long.Parse(word[From.Length..])).FirstOrDefault();
        if (arguments.Contains(Server)) return Print(Served(first, inputs).GetAwaiter().GetResult()) ? 0 : 1;
        string[] names = [.. arguments.Where(word => !long.TryParse(word, out _) && !word.StartsWith(From, StringComparison.Ordinal))];
        ParserTargets parsers = new();
        using CheckpointTargets checkpoints = new(new Laboratory(new DataFolders("nowhere"), typeof(SmallPatterns).Assembly), "small-patterns");
        bool isClean = true;
        foreach (FuzzTarget target in parsers.All.Concat(checkpoints.All).Where(target => names.Length == 0 || names.Contains(target.Name)))
            isClean &= Print(target.Run(first, inputs));
        return isClean ? 0 : 1;
    }

    private static bool Print(FuzzOutcome outcome)
    {
        Console.WriteLine($"{outcome.Name}: {outcome.Inputs} inputs, {outcome.Accepted} read, {outcome.Findings.Count} findings, slowest {outcome.Slowest * 1000:0} ms (number {outcome.SlowestInput}), {outcome.Time.TotalSeconds:0} s");
        foreach (string finding in outcome.Findings) Console.WriteLine($"  {finding}");
        return outcome.Findings.Count == 0;
    }

    private static async Task<FuzzOutcome> Served(long first, long count)
    {
        await using ServerFuzz fuzz = await ServerFuzz.Start();
        return await fuzz.Run(first, count);
    }
}
