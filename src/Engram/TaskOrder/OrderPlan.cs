using System.Text.Json.Nodes;
using Engram.Experiments;
using Engram.Streams;

namespace Engram.TaskOrder;

/// <summary>Which orders of a stream's tasks are tried: all of up to four tasks, of more as many as a budget allows.</summary>
/// <remarks>
/// With a budget, orders are searched with the first seed, and the one that is found is learned again with the other seeds, beside
/// <see cref="Witnesses"/> orders that were drawn before anything was known: choosing the best of many flatters it on the seeds it was
/// chosen by, not on others.
/// </remarks>
public sealed record OrderPlan
{
    /// <summary>Most tasks whose orders are all tried unless a budget says otherwise: 24 orders.</summary>
    public const int MostTasksForAll = 4;

    /// <summary>Runs of a search where nobody says how many.</summary>
    public const int StandardBudget = 40;

    /// <summary>Orders that the one found is compared with on fresh seeds.</summary>
    public const int Witnesses = 3;

    /// <summary>What is learned, by which method and network; its order is the one to compare with.</summary>
    public required RunConfig Config { get; init; }

    /// <summary>Seeds, counted up from the configuration's; at least 1.</summary>
    public int Seeds { get; init; } = 3;

    /// <summary>Most runs; null for as many as there are orders, or <see cref="StandardBudget"/>.</summary>
    public int? Budget { get; init; }

    /// <summary>Time to search in minutes; null for no limit. The runs with the other seeds are counted in.</summary>
    public double? Minutes { get; init; }

    /// <summary>Number of tasks.</summary>
    public int Tasks => ((StreamOptions)Config.Stream.Options).Chosen().Count();

    /// <summary>The seeds.</summary>
    public IReadOnlyList<ulong> SeedNumbers => [.. Enumerable.Range(0, Seeds).Select(i => Config.Machine.Seed + (ulong)i)];

    /// <summary>Whether every order is tried with every seed.</summary>
    public bool IsComplete => Orders.Count(Tasks) is { } count && (Budget is null && Minutes is null ? Tasks <= MostTasksForAll : count * Seeds <= (Budget ?? 0));

    /// <summary>Runs that this takes at most; null where only time limits them.</summary>
    public int? Runs => IsComplete ? (int)(Orders.Count(Tasks)! * Seeds) : Budget ?? (Minutes is null ? StandardBudget : null);

    /// <summary>Runs of a search that are kept for the seeds after the first.</summary>
    public int RunsToConfirm => (Seeds - 1) * (1 + Witnesses);

    /// <summary>Checks what only shows when the numbers stand beside one another.</summary>
    /// <exception cref="EngramException">There is nothing to reorder, an order is already given, or the budget is too small.</exception>
    public OrderPlan Checked()
    {
        StreamOptions stream = (StreamOptions)Config.Stream.Options;
        List<string> problems = [];
        if (Tasks < 2) problems.Add($"'{Config.StreamName}' has {Tasks} task here, and one task has no order; set stream.tasks to 2 or more.");
        if (stream.Order is not null || stream.ShuffleTasks) problems.Add($"{(stream.ShuffleTasks ? "stream.shuffleTasks" : "stream.order")} is set, but the order is what is looked for; leave it out.");
        if (Seeds < 1) problems.Add($"The number of seeds is {Seeds} but must be >= 1; set --seeds.");
        if (Budget is < 1) problems.Add($"The budget is {Budget} runs but must be >= 1; set --budget.");
        if (Minutes is <= 0 or double.NaN) problems.Add($"The time is {Minutes} minutes but must be > 0; set --minutes.");
        if (problems.Count == 0 && !IsComplete && Runs is { } runs && runs < RunsToConfirm + 2)
            problems.Add($"The budget is {runs} runs, but {Seeds} seeds need at least {RunsToConfirm + 2}: two orders with the first seed, then the better one and {Witnesses} others with each other seed; set --budget higher or --seeds lower.");
        return problems.Count == 0 ? this : throw EngramException.Input("invalid-setting", string.Join(" ", problems));
    }

    /// <summary>The run of one order with one seed.</summary>
    /// <param name="catalogs">Where ids are looked up.</param>
    /// <param name="order">Numbers of the tasks in the order of learning.</param>
    /// <param name="seed">One of <see cref="SeedNumbers"/>.</param>
    public Trial Trial(Catalogs catalogs, IReadOnlyList<int> order, ulong seed) => new(string.Join('-', order),
        new RunConfigBuilder(catalogs, file: Config.ToJson()).Set("stream.order", string.Join(',', order)).Set("seed", $"{seed}").Build());

    /// <summary>Loads the data and checks that the stream follows an order that is set.</summary>
    /// <returns>Names of the tasks in the natural order; as <see cref="TaskNames"/> has them where the seeds disagree, because the seed may choose what a task holds.</returns>
    /// <exception cref="EngramException">Data are missing, or the stream goes its own way.</exception>
    public IReadOnlyList<string> Prepare(Laboratory laboratory)
    {
        string[] names = Names(laboratory.Prepare(Config));
        int[] numbers = [.. ((StreamOptions)Config.Stream.Options).Chosen()];
        RunConfig reversed = Trial(laboratory.Catalogs, [.. numbers.Reverse()], Config.Machine.Seed).Config;
        if (names.Length != numbers.Length || !Names(laboratory.Stream(reversed)).SequenceEqual(names.Reverse()))
            throw EngramException.Input("fixed-order", $"The tasks of '{Config.StreamName}' cannot be reordered: with stream.order={string.Join(",", numbers.Reverse())} it still brings {string.Join(", ", Names(laboratory.Stream(reversed)))}. Choose a stream that follows stream.order, or let its Create ask OrderOf.");
        return TaskNames.Over([names, .. SeedNumbers.Skip(1).Select(seed => Names(laboratory.Stream(Trial(laboratory.Catalogs, numbers, seed).Config)))], numbers);
    }

    /// <summary>The plan as <c>study.json</c> keeps it.</summary>
    public JsonObject ToJson() => new() { ["config"] = Config.ToJson(), ["seeds"] = Seeds, ["budget"] = Budget, ["minutes"] = Minutes };

    /// <summary>Reads a plan back.</summary>
    /// <exception cref="EngramException">It is damaged.</exception>
    public static OrderPlan Read(Catalogs catalogs, JsonObject json)
    {
        if (json["config"] is not JsonObject config || json["seeds"] is not JsonValue seeds || !seeds.TryGetValue(out int count)
            || !StrictJson.TryGet(json["budget"], out int? budget) || !StrictJson.TryGet(json["minutes"], out double? minutes))
            throw EngramException.Input("corrupt-file", "study.json has no plan with config and numbers of seeds, budget and minutes; begin the study anew in another folder.");
        return new OrderPlan { Config = new RunConfigBuilder(catalogs, file: config).Build(), Seeds = count, Budget = budget, Minutes = minutes }.Checked();
    }

    private static string[] Names(TaskStream stream) => [.. stream.Tasks.Select(task => task.Name)];
}
