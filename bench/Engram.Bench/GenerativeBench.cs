using Engram.Methods;
using Engram.Methods.Baselines;
using Engram.Methods.Distillation;
using Engram.Methods.Generative;

namespace Engram.Bench;

/// <summary>Steps of LwF and generative replay on the second task against a plain step and the matrix products that they add.</summary>
internal static class GenerativeBench
{
    private const int StepsPerBlock = 15;

    // Weights of 784-400-400-10, of the generator's encoder 784-400-400-200 and of its decoder 100-400-400-784.
    private const double Solver = 784 * 400 + 400 * 400 + 400 * 10, Encoder = 784 * 400 + 400 * 400 + 400 * 200, Decoder = 100 * 400 + 400 * 400 + 400 * 784, First = 784 * 400;

    // Two operations per weight and sample forward, two for the weight's gradient, two for the inputs' except the first layer's.
    private const double Plain = 6 * Solver - 2 * First, Distilling = Plain + 2 * Solver;
    private const double Replaying = 2 * Plain + 2 * Solver + 2 * Decoder + 2 * (6 * Encoder - 2 * First + 6 * Decoder);

    public static IEnumerable<Figure> Run()
    {
        using Setup plain = OnSecondTask(new FineTuning()), distilling = OnSecondTask(new LearningWithoutForgetting(new())), replaying = OnSecondTask(new GenerativeReplay(new()));
        double[] seconds = Interleaved.Median(11, StepsPerBlock, () => plain.Train(1), () => distilling.Train(1), () => replaying.Train(1));
        yield return Against("LwF step / its products' share of plain steps", seconds[1], seconds[0], Distilling / Plain);
        yield return Against("DGR step / its products' share of plain steps", seconds[2], seconds[0], Replaying / Plain);
    }

    private static Figure Against(string name, double seconds, double plain, double work) =>
        new(name, seconds / (plain * work), 1.15, false, $"{seconds * 1e6:F0} us / {work:F2} x {plain * 1e6:F0} us");

    private static Setup OnSecondTask(LearningMethod method)
    {
        Setup setup = new(method, StepsPerBlock);
        setup.Train(0);
        setup.Trainer.End(setup.Stream.Tasks[0]);
        return setup;
    }
}
