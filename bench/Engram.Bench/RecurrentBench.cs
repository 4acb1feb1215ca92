using Engram.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Bench;

/// <summary>Forward and backward of the recurrent networks scheduled by hand against the same layers of TorchSharp: 128 sequences of 12 steps of 9 features, 128 units.</summary>
internal static class RecurrentBench
{
    private const int Batch = 128, Steps = 12, Features = 9, Outputs = 8, StepsPerBlock = 10;

    public static IEnumerable<Figure> Run()
    {
        foreach (var (name, definition) in new (string, Recurrent)[] { ("LSTM", new Lstm(new())), ("GRU", new Gru(new())), ("LSTM of 32 units", new Lstm(new() { Units = 32 })) })
        {
            using Network network = definition.Create([Steps, Features], Outputs, new(1), CPU), module = definition.CreateModule([Steps, Features], Outputs, CPU);
            using Tensor inputs = rand(Batch, Steps, Features), slope = rand(Batch, Outputs), gradient = zeros(network.Layout.Count), sum = zeros(network.Layout.Count);
            double[] seconds = Interleaved.Median(11, StepsPerBlock, () => Step(network), () => Step(module));
            double[] each = Interleaved.Median(5, Batch, () => Sum(network), () => Sum(module));
            yield return new($"{name} step / TorchSharp's", seconds[0] / seconds[1], 0.8, false, $"{seconds[0] * 1e6:F0} / {seconds[1] * 1e6:F0} us");
            yield return new($"{name}, squared sample gradients: TorchSharp / Engram", each[1] / each[0], 3, true, $"{each[1] * 1e6:F0} / {each[0] * 1e6:F0} us per sample");

            void Step(Network contestant)
            {
                for (int i = 0; i < StepsPerBlock; i++)
                {
                    using var scope = NewDisposeScope();
                    contestant.Forward(inputs);
                    contestant.Backward(slope, gradient);
                }
            }

            void Sum(Network contestant)
            {
                using var scope = NewDisposeScope();
                using Measurement measurement = contestant.Measure();
                contestant.Forward(inputs);
                contestant.AccumulateSampleGradients(slope, SamplePower.Square, sum);
            }
        }
    }
}
