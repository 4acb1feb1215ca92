using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Engram.Evaluation;

namespace Engram.TaskOrder;

/// <summary>One order over its seeds.</summary>
/// <param name="Order">Numbers of the tasks in the order of learning.</param>
/// <param name="N">Number of seeds.</param>
/// <param name="Accuracy">Mean accuracy over all tasks at the end.</param>
/// <param name="Forgetting">Mean drop of earlier tasks from their best.</param>
/// <param name="Final">Accuracy at the end on each task of the natural order, mean over seeds.</param>
public sealed record OrderOutcome(int[] Order, int N, SampleStatistics Accuracy, SampleStatistics Forgetting, double[] Final);

/// <summary>A number over all orders that were tried.</summary>
/// <param name="Best">The best order's mean over seeds.</param>
/// <param name="Worst">The worst order's.</param>
/// <param name="Mean">Mean over the orders: what an order drawn at random gives.</param>
/// <param name="Spread">From best to worst.</param>
public sealed record OrderSpread(double Best, double Worst, double Mean, double Spread);

/// <summary>In which order tasks should be learned, and whether it matters: what <c>order --json</c> prints and the page shows.</summary>
public sealed record OrderStudy
{
    /// <summary>Version of the document's form.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>Version of Engram that made it.</summary>
    public string Engram { get; init; } = EngramVersion.Current;

    /// <summary>Id of the stream.</summary>
    public required string Stream { get; init; }

    /// <summary><c>task</c>, <c>domain</c> or <c>class</c>.</summary>
    public required string Scenario { get; init; }

    /// <summary>Id of the method.</summary>
    public required string Method { get; init; }

    /// <summary>Id of the network.</summary>
    public required string Network { get; init; }

    /// <summary>The seeds.</summary>
    public required ulong[] Seeds { get; init; }

    /// <summary>Numbers of the tasks in the natural order.</summary>
    public required int[] Numbers { get; init; }

    /// <summary>Their names.</summary>
    public required string[] Tasks { get; init; }

    /// <summary>Whether all orders were tried with all seeds.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>The orders that were tried, the most accurate first; where they were searched, with the first seed only.</summary>
    public required OrderOutcome[] Orders { get; init; }

    /// <summary>After a search, the orders that were learned again with seeds that had no part in it; empty where all orders were tried.</summary>
    public OrderOutcome[] Judged { get; init; } = [];

    /// <summary>Accuracy over the orders; where they were searched, with the first seed only.</summary>
    public required OrderSpread Accuracy { get; init; }

    /// <summary>Forgetting over the orders; less is better.</summary>
    public required OrderSpread Forgetting { get; init; }

    /// <summary>What learning one task and then another does to both.</summary>
    public required TaskPair[] Pairs { get; init; }

    /// <summary>The order with the highest accuracy, with which the tasks should be learned if any order is better at all.</summary>
    public required int[] Recommended { get; init; }

    /// <summary>Whether it is better than the others.</summary>
    public required OrderTest Test { get; init; }

    /// <summary>How much more accurate it is than the natural order, over the seeds that both have; null where it is that order.</summary>
    public SampleStatistics? OverNatural { get; init; }

    /// <summary>What this means, in plain English.</summary>
    public string Verdict => string.Join(" ", Sentences);

    /// <summary>Its sentences.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Sentences { get; init; } = [];

    /// <summary>The runs.</summary>
    public required OrderedRun[] Runs { get; init; }

    /// <summary>What was learned in the natural order, defaults written out.</summary>
    public required JsonObject Config { get; init; }

    /// <summary>Names of an order's tasks.</summary>
    public IEnumerable<string> NamesOf(IEnumerable<int> order) => order.Select(number => Tasks[Array.IndexOf(Numbers, number)]);
}
