using Engram.Methods;
using Engram.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Networks;

/// <summary>Made-up batches and the slow, certain ways to compute what networks compute fast.</summary>
internal static class Batches
{
    /// <summary>A step of training for those who look at its gradient only.</summary>
    public static TrainingStep StepOf(Tensor gradient) => new(new(gradient, gradient, [0]), gradient, gradient);

    public static Tensor Random(Seed seed, params long[] shape)
    {
        RandomSource random = seed.For("test");
        float[] numbers = new float[shape.Aggregate(1L, (product, size) => product * size)];
        for (int i = 0; i < numbers.Length; i++) numbers[i] = (float)random.NextGaussian();
        return tensor(numbers).reshape(shape);
    }

    public static Tensor Gradient(Network network, Tensor inputs, Tensor outputGradient)
    {
        Tensor gradient = full(network.Layout.Count, float.NaN);
        network.Forward(inputs);
        network.Backward(outputGradient, gradient);
        return gradient;
    }

    public static Tensor SampleGradients(Network network, Tensor inputs, Tensor outputGradient, SamplePower power)
    {
        Tensor sum = zeros(network.Layout.Count);
        using Measurement measurement = network.Measure();
        network.Forward(inputs);
        network.AccumulateSampleGradients(outputGradient, power, sum);
        return sum;
    }

    /// <summary>One sample at a time through Backward; outputGradient is [batch, outputs] or [terms, batch, outputs].</summary>
    public static Tensor SampleGradientsOneByOne(Network network, Tensor inputs, Tensor outputGradient, SamplePower power)
    {
        Tensor sum = zeros(network.Layout.Count), terms = outputGradient.dim() == 3 ? outputGradient : outputGradient.unsqueeze(0);
        for (long n = 0; n < inputs.size(0); n++)
        {
            for (long term = 0; term < terms.size(0); term++)
            {
                Tensor gradient = Gradient(network, inputs.narrow(0, n, 1).contiguous(), terms.select(0, term).narrow(0, n, 1).contiguous());
                sum.add_(power == SamplePower.Square ? gradient.square() : gradient.abs());
            }
        }
        return sum;
    }

    /// <summary>Asserts that the largest difference is at most the tolerance times the largest number expected.</summary>
    public static void AssertClose(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.shape, actual.shape);
        double scale = expected.abs().max().item<float>(), difference = (expected - actual).abs().max().item<float>();
        Assert.True(difference <= tolerance * scale, $"largest difference {difference:G3}, largest number {scale:G3}, tolerance {tolerance:G3}");
    }
}
