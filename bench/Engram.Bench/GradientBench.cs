using Engram.Methods;
using Engram.Methods.Baselines;
using Engram.Methods.Gradients;

namespace Engram.Bench;

/// <summary>Steps of GEM and A-GEM on the fifth task against a plain step and the samples that pass through the network more.</summary>
internal static class GradientBench
{
    private const int Tasks = 5, Batch = 128, PerTask = 256, StepsPerBlock = 20;

    public static IEnumerable<Figure> Run()
    {
        using Setup plain = OnLastTask(new FineTuning());
        using Setup gem = OnLastTask(new GradientEpisodicMemory(new() { Memory = new() { Samples = Tasks * PerTask } }));
        using Setup averaged = OnLastTask(new AveragedGem(new()));
        double[] seconds = Interleaved.Median(11, StepsPerBlock, () => plain.Train(Tasks - 1), () => gem.Train(Tasks - 1), () => averaged.Train(Tasks - 1));
        yield return Against("GEM step / (B + (t-1) m) / B plain steps", seconds[1], seconds[0], (Tasks - 1) * PerTask);
        yield return Against("A-GEM step / (B + 256) / B plain steps", seconds[2], seconds[0], 256);
    }

    private static Figure Against(string name, double seconds, double plain, int more)
    {
        double samples = (double)(Batch + more) / Batch;
        return new(name, seconds / (plain * samples), 1.15, false, $"{seconds * 1e6:F0} us / {samples:F0} x {plain * 1e6:F0} us");
    }

    private static Setup OnLastTask(LearningMethod method)
    {
        Setup setup = new(method, StepsPerBlock, Tasks);
        for (int task = 0; task < Tasks - 1; task++)
        {
            setup.Train(task);
            setup.Trainer.End(setup.Stream.Tasks[task]);
        }
        return setup;
    }
}
