using Engram.Bench.Learners;
using Engram.Bench.Serving;

namespace Engram.Bench;

/// <summary>Learners that are killed at random moments: <c>kills</c> kills a thousand times, <c>kills 60 1</c> sixty times with the seed 1; <c>kills server</c> kills a server two hundred times.</summary>
internal static class LearnerKillBench
{
    private const int Usual = 1000, UsualOfServer = 200;

    /// <summary>Runs it; the exit code is 0 where nothing was lost.</summary>
    public static int Run(string[] arguments)
    {
        if (arguments is ["server", .. var forServer]) return RunServer(forServer).GetAwaiter().GetResult();
        int kills = arguments.Length > 0 ? int.Parse(arguments[0]) : Usual, seed = arguments.Length > 1 ? int.Parse(arguments[1]) : Environment.TickCount;
        using LearnerKills lives = new(StartBench.Command, seed);
        IReadOnlyList<string> faults = lives.Run(kills, () => Console.WriteLine($"seed {seed}: {lives.Kills} kills, {lives.Lives} lives"));
        foreach (string fault in faults) Console.WriteLine(fault);
        Console.WriteLine($"{lives.Kills} kills in {lives.Lives} lives, {faults.Count} faults");
        return faults.Count == 0 ? 0 : 1;
    }

    private static async Task<int> RunServer(string[] arguments)
    {
        int kills = arguments.Length > 0 ? int.Parse(arguments[0]) : UsualOfServer, seed = arguments.Length > 1 ? int.Parse(arguments[1]) : Environment.TickCount;
        using ServerKills lives = new(StartBench.Command, seed);
        IReadOnlyList<string> faults = await lives.Run(kills, () => Console.WriteLine($"seed {seed}: {lives.Kills} kills, {lives.Lives} lives"));
        foreach (string fault in faults) Console.WriteLine(fault);
        Console.WriteLine($"{lives.Kills} kills in {lives.Lives} lives, {lives.Acknowledged}, {faults.Count} faults");
        return faults.Count == 0 ? 0 : 1;
    }
}
