namespace Engram.Experiments.Recipes;

/// <summary>The runs behind a row of the table of all recipes, one for each seed. What they cost is estimated when it is first asked for, since the data are looked at for it.</summary>
internal sealed class TableRuns
{
    private readonly Lazy<(double Seconds, EngramException? Problem)> cost;

    /// <param name="estimates">What runs cost.</param>
    /// <param name="trials">The runs; one at least.</param>
    public TableRuns(RunCost estimates, IReadOnlyList<Trial> trials)
    {
        Trials = trials;
        cost = new(() =>
        {
            try
            {
                return (estimates.Seconds(trials[0].Config), null);
            }
            catch (EngramException cause) when (cause.Kind == ErrorKind.Input)
            {
                return (double.PositiveInfinity, cause);
            }
        });
    }

    /// <summary>The runs.</summary>
    public IReadOnlyList<Trial> Trials { get; }

    /// <summary>What each would take, in seconds, before anything is measured; infinite where they cannot be made here.</summary>
    public double Seconds => cost.Value.Seconds;

    /// <summary>Why they cannot be made here; null where they can.</summary>
    public EngramException? Problem => cost.Value.Problem;
}
