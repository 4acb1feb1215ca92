using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Networks;

/// <summary>Draws the first numbers of a network from its own generator, in the order of the layout, whatever engine runs it.</summary>
internal static class InitialParameters
{
    /// <summary>Fills the flat vector from the seed's generator <c>init</c>. Weights and biases alternate in the layout.</summary>
    /// <param name="network">The network to fill.</param>
    /// <param name="initialization">The distribution.</param>
    /// <param name="zeroOutput">The output layer starts at zero, so that an untrained network gives every class the same probability.</param>
    /// <param name="seed">The run's seed.</param>
    public static void Draw(Network network, Initialization initialization, bool zeroOutput, Seed seed)
    {
        RandomSource random = seed.For("init");
        float[] numbers = new float[network.Layout.Count];
        IReadOnlyList<ParameterSlice> slices = network.Layout.Slices;
        OutputLayer? zero = zeroOutput ? network.Layout.Output : null;
        for (int i = 0; i < slices.Count; i++)
        {
            if (zero?.Holds(slices[i]) == true) continue;
            Span<float> slice = numbers.AsSpan((int)slices[i].Offset, (int)slices[i].Length);
            bool isBias = i % 2 == 1;
            if (initialization == Initialization.TruncatedNormal)
            {
                foreach (ref float number in slice) number = isBias ? 0.1f : (float)(0.1 * TruncatedGaussian(random));
                continue;
            }
            // A bias shares the range of the weight before it.
            double bound = Bound(initialization, slices[i - i % 2].Shape, isBias);
            if (bound == 0) continue;
            foreach (ref float number in slice) number = (float)random.NextDouble(-bound, bound);
        }
        using Tensor drawnNumbers = tensor(numbers);
        using (no_grad()) network.Parameters.copy_(drawnNumbers);
    }

    // Standard normal; numbers beyond two deviations are drawn anew.
    private static double TruncatedGaussian(RandomSource random)
    {
        double number;
        do number = random.NextGaussian();
        while (Math.Abs(number) > 2);
        return number;
    }

    private static double Bound(Initialization initialization, long[] weightShape, bool isBias)
    {
        // [outputs, inputs] or [output channels, input channels, height, width]: a unit sees all but the first.
        double receptive = weightShape.Skip(2).Aggregate(1.0, (product, size) => product * size);
        double inputs = weightShape[1] * receptive, outputs = weightShape[0] * receptive;
        return initialization switch
        {
            Initialization.Pytorch => 1 / Math.Sqrt(inputs),
            _ when isBias => 0,
            Initialization.HeUniform => Math.Sqrt(6 / inputs),
            Initialization.XavierUniform => Math.Sqrt(6 / (inputs + outputs)),
            _ => throw new ArgumentOutOfRangeException(nameof(initialization), initialization, "Unknown initialization."),
        };
    }
}
