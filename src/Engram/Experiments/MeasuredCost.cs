namespace Engram.Experiments;

/// <summary>Corrects estimates of how long runs take (<see cref="RunCost"/>) by those that have ended: of the same method and network where there are some, or else of the same network; those of another one say nothing. Several threads may tell and ask.</summary>
internal sealed class MeasuredCost
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string? Method, string Network), (double Measured, double Estimated)> sums = [];

    /// <summary>Takes what a run took.</summary>
    /// <param name="config">The run.</param>
    /// <param name="estimated">What was thought before, in seconds; above 0.</param>
    /// <param name="seconds">What it took.</param>
    public void Add(RunConfig config, double estimated, double seconds)
    {
        lock (gate)
        {
            foreach (var key in Keys(config))
            {
                var sum = sums.GetValueOrDefault(key);
                sums[key] = (sum.Measured + seconds, sum.Estimated + estimated);
            }
        }
    }

    /// <summary>What a run will take, in seconds.</summary>
    /// <param name="config">The run.</param>
    /// <param name="estimated">What is thought of it where nothing is measured.</param>
    public double Corrected(RunConfig config, double estimated)
    {
        lock (gate)
        {
            foreach (var key in Keys(config))
                if (sums.TryGetValue(key, out var sum)) return estimated * sum.Measured / sum.Estimated;
            return estimated;
        }
    }

    private static (string?, string)[] Keys(RunConfig config) => [(config.Method.Id, config.Network.Id), (null, config.Network.Id)];
}
