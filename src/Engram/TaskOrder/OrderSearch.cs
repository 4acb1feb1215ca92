using System.Diagnostics;
using Engram.Experiments;
using Engram.Streams;

namespace Engram.TaskOrder;

/// <summary>Learns a stream's tasks in many orders and says which is best, and whether that is more than chance.</summary>
/// <remarks>
/// All orders where the plan says so. Otherwise, with the first seed: the natural order and random ones until half of the budget is spent,
/// then local search in rounds of <see cref="Round"/>: the order that <see cref="OrderModel"/> thinks best and the neighbours of the best
/// order so far that it thinks best. Then the best order and those drawn first are learned with the other seeds. What is tried next depends
/// on finished rounds only, so who runs the trials, and how many at a time, changes nothing; with a limit of time it depends on the machine's speed.
/// </remarks>
/// <param name="laboratory">Makes the runs.</param>
/// <param name="plan">What is tried.</param>
public sealed class OrderSearch(Laboratory laboratory, OrderPlan plan)
{
    private const int Round = 4;
    private readonly int[] numbers = [.. ((StreamOptions)plan.Config.Stream.Options).Chosen()];

    /// <summary>Where a trial has its folder; null keeps everything in memory.</summary>
    public Func<Trial, string>? FolderOf { get; init; }

    /// <summary>The study of the orders. Without a run that fails, such as a training that diverges, it does not go on; the others are kept.</summary>
    /// <param name="tasks">Names of the tasks, from <see cref="OrderPlan.Prepare"/>.</param>
    public Study<OrderStudy> Study(IReadOnlyList<string> tasks)
    {
        List<OrderedRun> runs = [];
        return new(Rounds(runs), plan.Runs ?? int.MaxValue, () => OrderConclusions.Of(plan, tasks, runs));
    }

    private IEnumerable<IReadOnlyList<StudyTrial>> Rounds(List<OrderedRun> runs)
    {
        runs.Clear();
        foreach (var (orders, seeds) in plan.IsComplete ? [([.. Orders.All(numbers)], plan.SeedNumbers)] : Search(runs))
        {
            (int[] Order, RunTrial Trial)[] round = [.. orders.SelectMany(order => seeds.Select(seed => (order, TrialOf(order, seed))))];
            yield return [.. round.Select(one => one.Trial)];
            RunTrial[] failed = [.. round.Select(one => one.Trial).Where(trial => trial.Error is not null)];
            if (failed.Length > 0)
                throw EngramException.Failure("trials-failed", $"{failed.Length} of {round.Length} runs failed, the others are kept. Order {failed[0].Trial.Label} seed {failed[0].Trial.Config.Machine.Seed}: {failed[0].Error!.Message}");
            runs.AddRange(round.Select(one => OrderedRun.Of(one.Order, one.Trial.Result!)));
        }
    }

    // Orders and the seeds that each is learned with, round by round.
    private IEnumerable<(IReadOnlyList<int[]> Orders, IReadOnlyList<ulong> Seeds)> Search(List<OrderedRun> runs)
    {
        long begun = Stopwatch.GetTimestamp();
        ulong first = plan.SeedNumbers[0];
        IReadOnlyList<ulong> fresh = [.. plan.SeedNumbers.Skip(1)];
        int most = (int)Math.Min(plan.Runs is { } all ? all - plan.RunsToConfirm : int.MaxValue, Orders.Count(numbers.Length) ?? int.MaxValue);
        RandomSource random = new Seed(first).For("orders");
        HashSet<string> known = [];
        List<int[]> drawn = [];
        int[] Draw()
        {
            int[] order = drawn.Count == 0 ? numbers : [.. random.Permutation(numbers.Length).Select(place => numbers[place])];
            if (known.Add(Orders.Key(order))) drawn.Add(order);
            return order;
        }

        int randomly = Math.Max(Math.Min(most, OrderPlan.Witnesses + 1), most == int.MaxValue ? 5 * Round : (most + 1) / 2);
        while (runs.Count < most && HasTime(begun, runs.Count))
        {
            int count = Math.Min(Round, most - runs.Count);
            List<int[]> next = [];
            if (runs.Count >= randomly) next.AddRange(Proposals(runs, known).Take(count));
            foreach (int[] order in next) known.Add(Orders.Key(order));
            while (next.Count < count)
            {
                int before = drawn.Count;
                int[] order = Draw();
                if (drawn.Count > before) next.Add(order);
            }
            yield return (next, [first]);
        }
        int[] best = runs.OrderByDescending(run => run.Accuracy).ThenBy(run => run.Forgetting).First().Order;
        yield return ([best, .. drawn.Where(order => !order.SequenceEqual(best)).Take(OrderPlan.Witnesses)], fresh);
    }

    // Best first; every order once.
    private static IEnumerable<int[]> Proposals(IReadOnlyList<OrderedRun> runs, HashSet<string> known)
    {
        OrderModel model = new(runs);
        int[] best = runs.MaxBy(run => run.Accuracy)!.Order;
        return Orders.Neighbours(best).OrderByDescending(model.Of).Prepend(model.Climb(best)).DistinctBy(Orders.Key).Where(order => !known.Contains(Orders.Key(order)));
    }

    // The runs with other seeds must fit in, too.
    private bool HasTime(long begun, int runs)
    {
        if (plan.Minutes is not { } minutes || runs < 2) return true;
        double seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        return seconds * (1 + (Round + plan.RunsToConfirm) / (double)runs) < 60 * minutes;
    }

    private RunTrial TrialOf(int[] order, ulong seed)
    {
        Trial trial = plan.Trial(laboratory.Catalogs, order, seed);
        return new(laboratory, trial, FolderOf?.Invoke(trial), $"order {trial.Label} seed {seed}");
    }
}
