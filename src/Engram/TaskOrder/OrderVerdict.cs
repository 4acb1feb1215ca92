namespace Engram.TaskOrder;

/// <summary>The plain sentences that a study of orders ends with.</summary>
internal static class OrderVerdict
{
    public static string Of(OrderStudy study)
    {
        OrderTest test = study.Test;
        string order = string.Join(", then ", study.NamesOf(study.Recommended));
        string tried = study.IsComplete ? $"all {study.Orders.Length} orders" : $"{study.Orders.Length} orders tried";
        string margin = $"{Points(test.Margin)} points{(test.StandardError is { } error ? $" (standard error {100 * error:0.0})" : "")}";
        string over = test.Others == 1 ? "the other order" : study.IsComplete ? $"the mean of the other {test.Others}" : $"the mean of {test.Others} orders drawn before";
        if (test.P is not { } p)
            return $"With one seed nobody can say whether order matters: {order} was best of {tried}, {margin} above {over}. Use --seeds 3 or more.";
        string evidence = $"over {test.Seeds} {(study.IsComplete ? "" : "fresh ")}seeds, p = {Probability(p)}{(test.ChosenFrom > 1 ? $" corrected for choosing among {test.ChosenFrom}" : "")}";
        if (!test.IsClear)
            return $"No order is significantly better: the best of {tried}, {order}, is {margin} above {over} ({evidence}). Learn the tasks in any order.";
        OrderOutcome best = study.Orders.Single(outcome => outcome.Order.SequenceEqual(study.Recommended));
        return $"Learn {order}: {100 * best.Accuracy.Mean:0.0} % at the end, {margin} above {over} ({evidence}). Forgetting is {100 * best.Forgetting.Mean:0.0} points, {100 * study.Forgetting.Mean:0.0} on average over the orders.";
    }

    private static string Points(double fraction) => $"{100 * fraction:0.0}";

    private static string Probability(double p) => p < 0.0001 ? "less than 0.0001" : p < 0.01 ? $"{p:0.0000}" : $"{p:0.00}";
}
