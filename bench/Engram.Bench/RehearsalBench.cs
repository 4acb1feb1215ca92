using Engram.Methods.Rehearsal;
using Engram.Streams;
using TorchSharp;

namespace Engram.Bench;

/// <summary>
/// What replay costs: a step against the plain one, where drawn samples make the batch two or three times as large, and keeping and drawing
/// samples after a long stream against a short one.
/// </summary>
internal static class RehearsalBench
{
    private const int Batch = 128, StepsPerBlock = 30, Capacity = 1000, Short = 10_000, Long = 1_000_000;

    public static IEnumerable<Figure> Run()
    {
        using Setup plain = new(new Methods.Baselines.FineTuning(), StepsPerBlock), replay = new(new ExperienceReplay(new()), StepsPerBlock), dark = new(new DarkExperiencePlusPlus(new()), StepsPerBlock);
        foreach (Setup setup in new[] { replay, dark })
        {
            setup.Train(0);
            setup.Trainer.End(setup.Stream.Tasks[0]);
        }
        double[] seconds = Interleaved.Median(11, StepsPerBlock, () => plain.Train(0), () => replay.Train(1), () => dark.Train(1));
        yield return Step("replay", 2, seconds[1], seconds[0]);
        yield return Step("DER++", 3, seconds[2], seconds[0]);
        foreach (MemoryRule rule in Enum.GetValues<MemoryRule>())
        {
            using Memory young = new(rule, plain.Stream, Short), old = new(rule, plain.Stream, Long);
            double[] steps = Interleaved.Median(21, StepsPerBlock, young.Run, old.Run);
            yield return new($"{rule}: keep and draw after 10^6 samples / after 10^4", steps[1] / steps[0], 1.15, false, $"{steps[1] * 1e6:F0} us / {steps[0] * 1e6:F0} us");
        }
    }

    private static Figure Step(string name, int rows, double seconds, double plain) =>
        new($"step with {name} / {rows} x plain step", seconds / plain / rows, 1.15, false, $"{seconds * 1e6:F0} us / {plain * 1e6:F0} us");

    // A memory that has seen so many samples; each unit of work keeps from one batch and draws another.
    private sealed class Memory : IDisposable
    {
        private readonly MemoryPolicy policy;
        private readonly SampleMemory memory;
        private readonly BatchReader reader;
        private readonly Batch batch;
        private readonly RandomSource random = new(1);
        private readonly int[] slots = new int[Batch];

        public Memory(MemoryRule rule, TaskStream stream, int seen)
        {
            policy = MemoryOptions.Policy(rule, Capacity);
            memory = new(stream.InputShape, Capacity, torch.CPU);
            reader = new(stream.InputShape, Batch, torch.CPU);
            batch = reader.Read(stream.Tasks[0].Train, [.. Enumerable.Range(0, Batch)]);
            for (int slot = 0; slot < Capacity; slot++) memory.Store(slot, batch, slot % Batch);
            for (int i = 0; i < seen; i++) policy.Place(0, i % stream.OutputCount, random);
        }

        public void Run()
        {
            for (int i = 0; i < StepsPerBlock; i++)
            {
                memory.Offer(policy, batch, Batch, random);
                policy.Draw(slots, random);
                memory.Read(slots);
            }
        }

        public void Dispose()
        {
            memory.Dispose();
            reader.Dispose();
        }
    }
}
