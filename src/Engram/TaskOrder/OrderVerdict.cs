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
        string margin = $"{Points(test.Margin)}{(test.StandardError is { } error ? $" ± {Points(error)}" : "")} points above {Others(study)}";
        if (test.P is not { } p)
            return [$"One seed cannot say whether order matters. Best of {tried} is {order}, {margin}.", "Use --seeds 3 or more."];
        string evidence = $"{test.Seeds} {(study.IsComplete ? "" : "fresh ")}{(test.Seeds == 1 ? "seed" : "seeds")}, {Probability(p)}{(test.ChosenFrom > 1 ? $" after correction for choosing the best of {test.ChosenFrom}" : "")}";
        if (!test.IsClear)
            return [$"No order is significantly better: learn the tasks in any order.", $"Best of {tried} is {order}, {margin}; that may be chance ({evidence})."];
        // The seed it was found with flatters it.
        OrderedRun[] best = [.. study.Runs.Where(run => run.Order.SequenceEqual(study.Recommended) && (study.IsComplete || run.Seed != study.Seeds[0]))];
        double forgotten = best.Average(run => run.Forgetting);
        List<string> sentences = [$"Learn {order}.", $"That ends at {100 * best.Average(run => run.Accuracy):0.0} %, {margin} ({evidence}).", $"It forgets {Points(forgotten)} points; over all orders it is {Points(study.Forgetting.Mean)} on average and {Points(study.Forgetting.Worst)} at worst."];
        if (forgotten < NoForgetting && study.Forgetting.Worst > MuchForgetting) sentences.Add("In this order nothing more need be done against forgetting.");
        return sentences;
    }

    private static string Others(OrderStudy study) => study.Test.Others == 1 ? "the other order" : study.IsComplete ? $"the mean of the other {study.Test.Others}" : $"the mean of {study.Test.Others} orders drawn before";

    private static string Points(double fraction) => $"{100 * fraction:0.0;−0.0;0.0}";

    private static string Probability(double p) => p < 0.0001 ? "p < 0.0001" : p < 0.01 ? $"p = {p:0.0000}" : $"p = {p:0.00}";
}
