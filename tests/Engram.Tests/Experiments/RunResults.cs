using System.Text.Json.Nodes;
using Engram.Evaluation;
using Engram.Experiments;

namespace Engram.Tests.Experiments;

/// <summary>Made-up runs for tests of comparisons, pictures and pages.</summary>
internal static class RunResults
{
    public static RunResult Of(string method, ulong seed, double[][] matrix, string scenario = "domain", string[]? tasks = null)
    {
        int count = matrix[0].Length;
        tasks ??= [.. Enumerable.Range(1, count).Select(task => $"permutation {task}")];
        return new RunResult
        {
            Engram = "0.1.0",
            Stream = "permuted-digits",
            Scenario = scenario,
            Method = method,
            Network = "mlp",
            Seed = seed,
            Tasks = tasks,
            Matrix = new(tasks, matrix),
            Chance = [.. Enumerable.Repeat(.1, count)],
            Majority = [.. Enumerable.Repeat(.1135, count)],
            Metrics = MetricCatalog.ValuesOf(new(new(tasks, matrix)) { SharesOutputs = scenario == "domain" }),
            Parameters = [.. Enumerable.Repeat(478_410L, count)],
            StoredBytes = [.. Enumerable.Range(1, count).Select(task => task * 3_827_280L)],
            Seconds = new RunSeconds(12.3, 1.5, .8, 15.1),
            Weights = new string('a', 64),
            Config = new JsonObject { ["stream"] = "permuted-digits", ["method"] = new JsonObject { ["id"] = method, ["lambda"] = 100 }, ["seed"] = seed },
            Curves = [],
        };
    }

    /// <summary>A run whose tasks fade towards chance: 1 keeps everything, 0 forgets at once.</summary>
    public static RunResult Fading(string method, ulong seed, int tasks, double keeps, double noise = 0, string scenario = "domain")
    {
        Random random = new((int)seed * 31 + method.Length);
        double[][] matrix = [.. Enumerable.Range(0, tasks + 1).Select(row => Enumerable.Range(1, tasks).Select(task =>
            Math.Clamp((row < task ? .1 : .1 + .87 * Math.Pow(keeps, row - task)) + noise * (random.NextDouble() - .5), 0, 1)).ToArray())];
        return Of(method, seed, matrix, scenario);
    }
}
