using Engram.Reports;
using Engram.TaskOrder;
using Spectre.Console;

namespace Engram.Cli.Output;

/// <summary>What a study of orders prints: its best and worst orders, what pairs of tasks do to each other, and the recommendation.</summary>
internal static class OrderSummary
{
    private const int MostRows = 10, MostPairs = 12;

    public static void Write(Terminal terminal, OrderStudy study)
    {
        IAnsiConsole console = terminal.Results;
        console.WriteFaint($"{study.Stream}, {study.Method}, {study.Scenario} scenario: {(study.IsComplete ? "all" : "")} {study.Orders.Length} orders, {study.Seeds.Length} {(study.Seeds.Length == 1 ? "seed" : "seeds")}; in %, mean {terminal.PlusMinus} standard error");
        for (int i = 0; i < study.Tasks.Length; i++) console.WriteFaint($"  {Words.Numbered(study.Tasks[i], study.Numbers[i] - 1)}");
        if (study.Judged.Length > 0) console.WriteFaint($"with seed {study.Seeds[0]}, by which the orders were searched:");
        WriteOrders(terminal, study, study.Orders);
        console.WriteFaint($"mean over the orders: accuracy {Figures.Percent(study.Accuracy.Mean)}, forgetting {Figures.Percent(study.Forgetting.Mean)}; from best to worst {Figures.Percent(study.Accuracy.Spread)} points");
        if (study.Judged.Length > 0)
        {
            console.WriteLine();
            console.WriteFaint("judged with the other seeds:");
            WriteOrders(terminal, study, study.Judged);
        }
        if (study.Pairs.Length <= MostPairs) WritePairs(console, study);
        console.WriteLine();
        console.WriteLine(Figures.Sentence(study.Verdict, terminal.PlusMinus));
    }

    private static void WriteOrders(Terminal terminal, OrderStudy study, OrderOutcome[] outcomes)
    {
        Table orders = Look.NewTable();
        orders.AddColumn(Look.Column("order"));
        foreach (string name in new[] { "accuracy", "forgetting" }) orders.AddColumn(Look.Column(name, Justify.Right));
        orders.AddColumn(Look.Column(""));
        OrderOutcome[] shown = outcomes.Length <= MostRows ? outcomes : [.. outcomes.Take(MostRows - 1), outcomes[^1]];
        foreach (OrderOutcome outcome in shown)
        {
            if (shown.Length < outcomes.Length && outcome == outcomes[^1]) orders.AddRow(new Text("..."), new Text(""), new Text(""), new Text($"{outcomes.Length - MostRows} more"));
            string role = outcome.Order.SequenceEqual(study.Recommended) ? study.Test.IsClear ? "recommended" : "best" : "";
            if (outcome.Order.SequenceEqual(study.Numbers)) role += role.Length > 0 ? ", natural" : "natural";
            orders.AddRow(new Text(string.Join(" ", outcome.Order)), new Text(Figures.WithError(outcome.Accuracy, terminal.PlusMinus)), new Text(Figures.WithError(outcome.Forgetting, terminal.PlusMinus)), new Text(role));
        }
        terminal.Results.Write(orders);
    }

    private static void WritePairs(IAnsiConsole console, OrderStudy study)
    {
        Table pairs = Look.NewTable();
        foreach (var (name, side) in new[] { ("learn", Justify.Left), ("then", Justify.Left), ("first, before", Justify.Right), ("first, after", Justify.Right), ("second, after", Justify.Right) }) pairs.AddColumn(Look.Column(name, side));
        foreach (TaskPair pair in study.Pairs)
            pairs.AddRow([.. study.NamesOf([pair.First, pair.Then]).Concat([Figures.Percent(pair.Before.Mean), Figures.Percent(pair.Kept.Mean), Figures.Percent(pair.Learned.Mean)]).Select(cell => new Text(cell))]);
        console.WriteLine();
        console.Write(pairs);
    }
}
