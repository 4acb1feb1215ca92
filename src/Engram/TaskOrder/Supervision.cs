using System.Numerics;

namespace Engram.TaskOrder;

/// <summary>A way to solve a target: by a read-out on the encoders of its sources.</summary>
/// <param name="Target">Index of the target.</param>
/// <param name="Sources">Indices of the sources; the target alone where it is supervised itself.</param>
/// <param name="Value">How well that does, such as its affinity.</param>
public sealed record TransferEdge(int Target, int[] Sources, double Value);

/// <summary>Which tasks to supervise, and from which of them every task is then solved.</summary>
/// <param name="Tasks">Indices of the supervised tasks.</param>
/// <param name="Value">Sum over the targets of the values of the edges.</param>
/// <param name="Edges">The best edge into each target.</param>
public sealed record Supervision(int[] Tasks, double Value, TransferEdge[] Edges)
{
    /// <summary>Most tasks whose sets can all be tried.</summary>
    public const int MostTasks = 20;

    /// <summary>
    /// Solves the Boolean program of taskonomy (Zamir et al. 2018, arXiv 1804.08328, section 3.4) exactly: the set of supervised tasks within
    /// the budget, and one edge into every target whose sources are all supervised, with the largest sum of r_t p_e.
    /// </summary>
    /// <remarks>For a given set every target takes its own best edge, so trying all sets is exact; no solver is needed.</remarks>
    /// <param name="tasks">Number of tasks, at most <see cref="MostTasks"/>.</param>
    /// <param name="edges">Possible edges. Every target needs one whose sources fit; sets that leave a target without are left out.</param>
    /// <param name="budget">Most that the labels of the supervised tasks may cost together.</param>
    /// <param name="costs">Cost of each task's labels; null counts 1 for each.</param>
    /// <param name="weights">Importance r_t of each target; null counts 1 for each.</param>
    /// <returns>All sets that fit, best first; of equal ones the smaller first.</returns>
    /// <exception cref="EngramException">There are too many tasks, or no set fits.</exception>
    public static IReadOnlyList<Supervision> Choose(int tasks, IReadOnlyList<TransferEdge> edges, double budget, IReadOnlyList<double>? costs = null, IReadOnlyList<double>? weights = null)
    {
        if (tasks > MostTasks) throw EngramException.Input("too-many-tasks", $"There are {tasks} tasks, but sets of at most {MostTasks} can all be tried; set stream.tasks or stream.only to fewer.");
        (TransferEdge Edge, int Sources)[][] ofTarget = [.. Enumerable.Range(0, tasks).Select(target => edges.Where(edge => edge.Target == target)
            .OrderByDescending(edge => edge.Value).ThenBy(edge => edge.Sources.Length).Select(edge => (edge, edge.Sources.Aggregate(0, (set, source) => set | 1 << source))).ToArray())];
        List<Supervision> found = [];
        for (int set = 1; set < 1 << tasks; set++)
        {
            if (Members(set).Sum(task => costs?[task] ?? 1) > budget + 1e-9) continue;
            TransferEdge[] chosen = [.. ofTarget.Select(candidates => candidates.FirstOrDefault(candidate => (candidate.Sources & ~set) == 0).Edge).Where(edge => edge is not null)];
            if (chosen.Length == tasks) found.Add(new([.. Members(set)], chosen.Sum(edge => (weights?[edge.Target] ?? 1) * edge.Value), chosen));
        }
        if (found.Count == 0) throw EngramException.Input("budget-too-small", $"No set of supervised tasks within the budget {budget} reaches every one of the {tasks} tasks; set the budget higher.");
        return [.. found.OrderByDescending(one => one.Value).ThenBy(one => one.Tasks.Length)];
    }

    private static IEnumerable<int> Members(int set)
    {
        for (int rest = set; rest != 0; rest &= rest - 1) yield return BitOperations.TrailingZeroCount(rest);
    }
}
