using Engram.Methods;
using Engram.Methods.Baselines;
using Engram.Methods.Growth;

namespace Engram.Bench;

/// <summary>
/// A step of progressive networks on the third task against a plain step scaled by its arithmetic: the forward products of all columns and
/// the backward products of the last one, as multiplications and additions, against those of one plain network.
/// </summary>
internal static class ColumnBench
{
    private const int Tasks = 3, StepsPerBlock = 20;
    private const double First = 784 * 400, Second = 400 * 400, Third = 400 * 10;

    public static IEnumerable<Figure> Run()
    {
        using Setup plain = new(new FineTuning(), StepsPerBlock, Tasks);
        using Setup linear = OnLastTask(new() { Lateral = LateralKind.Linear }), adapter = OnLastTask(new()), input = OnLastTask(new() { Lateral = LateralKind.Linear, InputLaterals = true });
        double[] seconds = Interleaved.Median(11, StepsPerBlock, () => plain.Train(0), () => linear.Train(Tasks - 1), () => adapter.Train(Tasks - 1), () => input.Train(Tasks - 1));
        // Outputs of earlier columns are not needed; connections from the input act as one matrix with the first layer's weight, whose gradient is theirs.
        double forward = 0, adapters = 0;
        for (int j = 0; j < Tasks; j++)
        {
            forward += First + ((1 + j) * (Second + (j < Tasks - 1 ? 0 : Third)));
            adapters += First + Second + (j == 0 ? 0 : ((j + 1) * Second)) + (j < Tasks - 1 ? 0 : Third + (j * Second) + Third);
        }
        double own = First + (2 * (Second + Third)), connections = (Tasks - 1) * (Second + Third), ownAdapters = (2 * Second) + Second + ((Tasks - 1) * Second) + ((Tasks - 1) * Second) + (2 * Third);
        yield return Against("linear columns: step / its arithmetic in plain steps", seconds[1], seconds[0], forward + own + connections);
        yield return Against("columns with adapters: step / its arithmetic in plain steps", seconds[2], seconds[0], adapters + own + ownAdapters);
        yield return Against("columns connected to the input too: step / its arithmetic in plain steps", seconds[3], seconds[0], forward + own + connections);
    }

    private static Figure Against(string name, double seconds, double plain, double products)
    {
        double steps = products / ((2 * First) + (3 * (Second + Third)));
        return new(name, seconds / (plain * steps), 1.15, false, $"{seconds * 1e6:F0} us / {steps:0.##} x {plain * 1e6:F0} us");
    }

    private static Setup OnLastTask(ProgressiveNetworks.Options options)
    {
        Setup setup = new(new ProgressiveNetworks(options), StepsPerBlock, Tasks);
        for (int task = 0; task < Tasks; task++) setup.Train(task);
        return setup;
    }
}
