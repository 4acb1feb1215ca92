using System.Diagnostics;
using Engram.Experiments;
using Engram.Streams;

namespace Engram.TaskOrder;

/// <summary>Learns a stream's tasks in many orders and says which is best, and whether that is more than chance.</summary>
/// <remarks>
/// All orders where the plan says so. Otherwise, with the first seed: the natural order and random ones until half of the budget is spent,
/// then local search in rounds of <see cref="Round"/>: the order that <see cref="OrderModel"/> thinks best and the neighbours of the best
/// order so far that it thinks best. Then the best order and those drawn first are learned with the other seeds. What is tried next depends
/// on finished rounds only, so the number of jobs changes nothing; with a limit of time it depends on the machine's speed.
/// </remarks>
/// <param name="laboratory">Makes the runs.</param>
/// <param name="plan">What is tried.</param>
/// <param name="jobs">Runs at a time; changes no result.</param>
public sealed class OrderSearch(Laboratory laboratory, OrderPlan plan, int jobs)
{
    private const int Round = 4;
    private readonly long begun = Stopwatch.GetTimestamp();
    private readonly int[] numbers = [.. ((StreamOptions)plan.Config.Stream.Options).Chosen()];
    private readonly List<OrderedRun> runs = [];

    /// <summary>Where a trial has its folder; null keeps everything in memory.</summary>
    public Func<Trial, string>? FolderOf { get; init; }

    /// <summary>Told where each run stands, from several threads.</summary>
    public Action<Trial, RunProgress>? Progress { get; init; }

    /// <summary>Told each result as it comes, from several threads.</summary>
    public Action<Trial, RunResult>? Finished { get; init; }

    /// <summary>Tries the orders; finished trials are read, not repeated.</summary>
    /// <param name="tasks">Names of the tasks, from <see cref="OrderPlan.Prepare"/>.</param>
    /// <param name="cancellation">Stops after the current steps, with a checkpoint for each run under way.</param>
    /// <exception cref="EngramException">A run failed, such as a training that diverged; the others are kept.</exception>
    /// <exception cref="OperationCanceledException">The search was stopped and can be resumed.</exception>
    public OrderStudy Run(IReadOnlyList<string> tasks, CancellationToken cancellation = default)
    {
        if (plan.IsComplete) Try([.. Orders.All(numbers)], plan.SeedNumbers, cancellation);
        else Search(cancellation);
        return OrderConclusions.Of(plan, tasks, runs);
    }

    private void Search(CancellationToken cancellation)
    {
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
        while (runs.Count < most && HasTime())
        {
            int count = Math.Min(Round, most - runs.Count);
            List<int[]> next = [];
            if (runs.Count >= randomly) next.AddRange(Proposals(known).Take(count));
            foreach (int[] order in next) known.Add(Orders.Key(order));
            while (next.Count < count)
            {
                int before = drawn.Count;
                int[] order = Draw();
                if (drawn.Count > before) next.Add(order);
            }
            Try(next, [first], cancellation);
        }
        int[] best = runs.OrderByDescending(run => run.Accuracy).ThenBy(run => run.Forgetting).First().Order;
        Try([best, .. drawn.Where(order => !order.SequenceEqual(best)).Take(OrderPlan.Witnesses)], fresh, cancellation);
    }

    // Best first; every order once.
    private IEnumerable<int[]> Proposals(HashSet<string> known)
    {
        OrderModel model = new(runs);
        int[] best = runs.MaxBy(run => run.Accuracy)!.Order;
        return Orders.Neighbours(best).OrderByDescending(model.Of).Prepend(model.Climb(best)).DistinctBy(Orders.Key).Where(order => !known.Contains(Orders.Key(order)));
    }

    // The runs with other seeds must fit in, too.
    private bool HasTime()
    {
        if (plan.Minutes is not { } minutes || runs.Count < 2) return true;
        double seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        return seconds * (1 + (Round + plan.RunsToConfirm) / (double)runs.Count) < 60 * minutes;
    }

    private void Try(IReadOnlyList<int[]> orders, IReadOnlyList<ulong> seeds, CancellationToken cancellation)
    {
        (int[] Order, Trial Trial)[] trials = [.. orders.SelectMany(order => seeds.Select(seed => (order, plan.Trial(laboratory.Catalogs, order, seed))))];
        TrialResults results = new Trials(laboratory, jobs).Run([.. trials.Select(one => one.Trial)], FolderOf, Progress, Finished, null, cancellation);
        if (results.Failed is [var failed, ..])
            throw EngramException.Failure("trials-failed", $"{results.Failed.Count} of {trials.Length} runs failed, the others are kept. Order {failed.Trial.Label} seed {failed.Trial.Config.Machine.Seed}: {failed.Error.Message}");
        runs.AddRange(trials.Zip(results.Finished, (one, finished) => OrderedRun.Of(one.Order, finished.Result)));
    }
}
