using Engram.Datasets;
using Engram.Evaluation;
using Engram.Methods;
using Engram.Methods.Baselines;
using Engram.Methods.Distillation;
using Engram.Methods.Gradients;
using Engram.Methods.Regularization;
using Engram.Methods.Rehearsal;
using Engram.Networks;
using Engram.Optimizers;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Bench;

/// <summary>
/// How far training is from the limit of the processor: steps, scoring and importances against the matrix products that their arithmetic needs,
/// by the best library that is here.
/// </summary>
internal static class LimitsBench
{
    private const int Rounds = 9;

    private static readonly (string Name, int[] Hidden, int Batch, double Target)[] Networks = [("784-400-400-10", [400, 400], 128, 1.15), ("784-50-50-10", [50, 50], 32, 1.4)];

    public static IEnumerable<Figure> Run()
    {
        foreach (Figure figure in Steps()) yield return figure;
        foreach (Figure figure in Methods()) yield return figure;
        foreach (Figure figure in WholePasses()) yield return figure;
    }

    private static IEnumerable<Figure> Steps()
    {
        IReadOnlyList<OtherBlas> others = OtherBlas.Present();
        foreach (var (name, hidden, batch, target) in Networks)
        {
            int steps = hidden[0] > 100 ? 100 : 2000; // beside which the beginning of a task is nothing
            using StepProducts products = new([784, .. hidden, 10], batch);
            using Setup adam = new(new FineTuning(), steps, hidden: hidden, batch: batch), sgd = new(new FineTuning(), steps, hidden: hidden, batch: batch, optimizer: new Sgd.Options());
            UseCores(1);
            foreach (OtherBlas other in others) other.SetThreads(1);
            double[] seconds = Interleaved.Median(Rounds, steps,
            [
                Times(steps, products.RunOwn), () => adam.Train(0), () => sgd.Train(0), .. others.Select(other => Times(steps, () => products.Run(other))),
            ]);
            double best = seconds[3..].DefaultIfEmpty(seconds[0]).Min();
            string each = string.Join(", ", others.Select((other, i) => $"{other.Name} {Time(seconds[3 + i])}"));
            yield return new($"{name}: products of a step / best library's", seconds[0] / best, 1.05, false, $"Engram {Time(seconds[0])} ({products.Operations / seconds[0] / 1e9:F0} GFLOP/s), {each}");
            yield return new($"{name}: step / best library's products", seconds[1] / best, target, false, $"{Time(seconds[1])} / {Time(best)}");
            yield return new($"{name}: step with SGD / best library's products", seconds[2] / best, null, false, $"{Time(seconds[2])} / {Time(best)}");
            yield return new($"{name}: Adam / SGD", seconds[1] / seconds[2], 1.05, false, $"{Time(seconds[1])} / {Time(seconds[2])}");
            // Without the other libraries, whose threads look for work long after they have done theirs.
            double[] cores = Interleaved.Median(Rounds, steps, () => TrainOn(1), () => TrainOn(2));
            yield return new($"{name}: step on one core / on two", cores[0] / cores[1], 1.7, true, $"{Time(cores[0])} / {Time(cores[1])}");
            UseCores(1);

            void TrainOn(int count)
            {
                UseCores(count);
                adam.Train(0);
            }
        }
    }

    // On the third of three tasks, against a step of fine-tuning; those that pass more samples through the network, against as many more.
    private static IEnumerable<Figure> Methods()
    {
        (string Name, double Share, double? Target, Func<LearningMethod> Make)[] methods =
        [
            ("EWC", 1, 1.05, () => new ElasticWeightConsolidation(new())), ("SI", 1, 1.05, () => new SynapticIntelligence(new())), ("MAS", 1, 1.05, () => new MemoryAwareSynapses(new())),
            ("LwF", 1, null, () => new LearningWithoutForgetting(new())), ("replay", 2, null, () => new ExperienceReplay(new())), ("DER++", 3, null, () => new DarkExperiencePlusPlus(new())),
            ("A-GEM", 3, null, () => new AveragedGem(new())), ("GEM", 5, null, () => new GradientEpisodicMemory(new() { Memory = new() { Samples = 3 * 256 } })),
        ];
        foreach (var (name, hidden, batch, _) in Networks)
        {
            int steps = hidden[0] > 100 ? 30 : 300;
            UseCores(1);
            using Setup plain = OnLastTask(new FineTuning());
            Setup[] setups = [.. methods.Select(method => OnLastTask(method.Make()))];
            using TorchLoop loop = new(plain, [784, .. hidden, 10], batch, steps);
            double[] seconds = Interleaved.Median(Rounds, steps, [() => plain.Train(2), loop.Run, .. setups.Select(setup => (Action)(() => setup.Train(2)))]);
            yield return new($"{name}: step / TorchSharp loop", seconds[0] / seconds[1], 1.0, false, $"{Time(seconds[0])} / {Time(seconds[1])}");
            for (int i = 0; i < methods.Length; i++)
            {
                var (method, share, target, _) = methods[i];
                double samples = name.StartsWith("784-50", StringComparison.Ordinal) && method is "A-GEM" or "GEM" ? (batch + (method == "GEM" ? 512 : 256)) / (double)batch : share;
                yield return new($"{name}: {method} / {(samples == 1 ? "" : $"{samples:0.#} x ")}plain", seconds[2 + i] / seconds[0] / samples, target, false, $"{Time(seconds[2 + i])} / {Time(seconds[0])}");
                setups[i].Dispose();
            }

            Setup OnLastTask(LearningMethod method)
            {
                Setup setup = new(method, steps, 3, hidden, batch);
                for (int task = 0; task < 2; task++)
                {
                    setup.Train(task);
                    setup.Trainer.End(setup.Stream.Tasks[task]);
                }
                return setup;
            }
        }
    }

    // 10,000 samples through 784-400-400-10: scored, and their importances.
    private static IEnumerable<Figure> WholePasses()
    {
        const int Samples = 10_000;
        OtherBlas[] others = [.. OtherBlas.Present()];
        foreach (OtherBlas other in others) other.SetThreads(1);
        using Setup setup = new(new FineTuning(), 200);
        setup.Train(0);
        LearningTask task = setup.Stream.Tasks[0];
        ImageDataset digits = Datasets.Digits.Generate(Samples, Samples);
        TaskStream scored = new PermutedImages(new() { Tasks = 1 }).Create(new("permuted-digits", "digits", _ => digits, new(1)));
        Evaluator evaluator = new(setup.Method, CPU, scored.Answers);
        using StepProducts forward = new([784, 400, 400, 10], 500), importance = new([784, 400, 400, 10], 250);
        double[] score = Interleaved.Median(7, 1, [() => evaluator.Accuracy(scored.Tasks[0].Test), .. others.Select(other => Times(Samples / 500, () => forward.Forward(other)))]);
        double best = score[1..].DefaultIfEmpty(score[0]).Min();
        yield return new("scoring 10,000 images / best library's products", score[0] / best, null, false, $"{score[0] * 1e3:F0} / {best * 1e3:F0} ms");
        // The exact Fisher information needs a forward product, ten times those below the top, and one product of squares for each layer.
        double[] fisher = Interleaved.Median(5, 1,
        [
            () => FisherInformation.Estimate(setup.Model, task, FisherEstimator.Exact, Samples).Dispose(), () => OutputSensitivity.Estimate(setup.Model, task.Train, SensitivityEstimator.Exact, Samples).Dispose(),
            .. others.Select(other => Times(Samples / 250, () => importance.Importance(other, 10))), .. others.Select(other => Times(Samples / 250, () => importance.Importance(other, 1))),
        ]);
        double ofFisher = fisher[2..(2 + others.Length)].DefaultIfEmpty(fisher[0]).Min(), ofMas = fisher[(2 + others.Length)..].DefaultIfEmpty(fisher[1]).Min();
        yield return new("exact Fisher of 10,000 / best library's products", fisher[0] / ofFisher, 1.3, false, $"{fisher[0]:F2} / {ofFisher:F2} s");
        yield return new("MAS importance of 10,000 / best library's products", fisher[1] / ofMas, 1.3, false, $"{fisher[1]:F2} / {ofMas:F2} s");
    }

    private static void UseCores(int count)
    {
        NativeEngine.Lend(count);
        NativeEngine.PrepareThread(1);
    }

    private static Action Times(int count, Action work) => () =>
    {
        for (int i = 0; i < count; i++) work();
    };

    private static string Time(double seconds) => seconds < 1e-3 ? $"{seconds * 1e6:F0} us" : $"{seconds * 1e3:F2} ms";
}
