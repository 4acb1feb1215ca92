using Engram.Evaluation;

namespace Engram.TaskOrder;

/// <summary>The plain sentences that a study of orders ends with.</summary>
internal static class OrderVerdict
{
    private const double NoForgetting = .01, MuchForgetting = .02;

    public static IReadOnlyList<string> Of(OrderStudy study)
    {
        OrderTest test = study.Test;
        string order = string.Join(", then ", study.NamesOf(study.Recommended));
        string tried = study.IsComplete ? $"all {study.Orders.Length} orders" : $"the {study.Orders.Length} orders tried";
        string margin = $"{Wording.Size(test.Margin)}{(test.StandardError is { } error ? $" ± {Wording.Points(error)}" : "")} points {(test.Margin < 0 ? "below" : "above")} {Others(study)}";
        if (test.P is not { } p)
            return [$"{(test.Seeds == 1 ? "One seed" : "Seeds that all say the same")} cannot say whether order matters. Best of {tried} is {order}, {margin}.", "Use --seeds 3 or more."];
        string evidence = $"{Wording.Count(test.Seeds, study.IsComplete ? "seed" : "fresh seed")}, {Wording.Probability(p)}{(test.ChosenFrom > 1 ? $" after correction for choosing the best of {test.ChosenFrom}" : "")}";
        if (!test.IsClear)
            return [$"No order is significantly better: learn the tasks in any order.", $"Best of {tried} is {order}, {margin}; that may be chance ({evidence})."];
        // The seed it was found with flatters it.
        OrderedRun[] best = [.. study.Runs.Where(run => run.Order.SequenceEqual(study.Recommended) && (study.IsComplete || run.Seed != study.Seeds[0]))];
        double forgotten = best.Average(run => run.Forgetting);
        List<string> sentences = [$"Learn {order}.", $"That ends at {100 * best.Average(run => run.Accuracy):0.0} %, {margin} ({evidence}).", $"{Forgets(forgotten)}; over all orders forgetting is {Wording.Points(study.Forgetting.Mean)} on average and {Wording.Points(study.Forgetting.Worst)} at worst."];
        if (forgotten < NoForgetting && study.Forgetting.Worst > MuchForgetting) sentences.Add("In this order nothing more need be done against forgetting.");
        return sentences;
    }

    private static string Others(OrderStudy study) => study.Test.Others == 1 ? "the other order" : study.IsComplete ? $"the mean of the other {study.Test.Others}" : $"the mean of {study.Test.Others} orders drawn before";

    // A negative loss puzzles.
    private static string Forgets(double forgotten) => forgotten <= -.0005 ? $"It forgets nothing: earlier tasks end {Wording.Size(forgotten)} points better than they had been" : $"It forgets {Wording.Points(forgotten)} points";
}
