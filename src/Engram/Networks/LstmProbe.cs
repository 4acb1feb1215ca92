using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Networks;

/// <summary>libtorch's LSTM with and without gradients, against the equations as plain loops.</summary>
/// <param name="Batch">Sequences.</param>
/// <param name="Steps">Steps of a sequence.</param>
/// <param name="Features">Numbers per step.</param>
/// <param name="Units">Hidden units.</param>
internal sealed record LstmProbe(int Batch, int Steps, int Features, int Units)
{
    /// <summary>Sizes in which a fault was seen.</summary>
    public static IEnumerable<EngineProbe> All { get; } =
        [.. new LstmProbe[] { new(4, 5, 5, 16), new(9, 3, 5, 7) }.Select(one => new EngineProbe("LSTM", one.Error))];

    private double Error()
    {
        int gates = 4 * Units;
        float[] inputs = EngineProbe.Numbers(Batch * Steps * Features, 6), delta = EngineProbe.Numbers(Batch * Steps * Units, 7);
        // In the order of the layer's parameters: weights of inputs and of hidden units, biases of both.
        float[][] parameters = [.. new[] { gates * Features, gates * Units, gates, gates }.Select((count, i) => EngineProbe.Numbers(count, 8 + (uint)i))];
        double[] right = Run(inputs, parameters, null, 0);

        using var scope = NewDisposeScope();
        using var layer = nn.LSTM(Features, Units, batchFirst: true);
        Tensor[] weights = [.. layer.parameters()];
        using (no_grad())
            for (int i = 0; i < weights.Length; i++) weights[i].copy_(tensor(parameters[i]).view(weights[i].shape));
        Tensor sequences = tensor(inputs).view(Batch, Steps, Features);
        double withoutGradient;
        using (no_grad()) withoutGradient = EngineProbe.Difference(Numbers(layer.call(sequences).Item1), right);
        using var differentiable = enable_grad();
        Tensor outputs = layer.call(sequences).Item1;
        var gradients = autograd.grad([outputs], weights, [tensor(delta).view(outputs.shape)]);
        return Math.Max(Math.Max(withoutGradient, EngineProbe.Difference(Numbers(outputs), right)), SlopeError(inputs, parameters, delta, [.. gradients.Select(Numbers)]));
    }

    // A wrong gradient has another slope along a direction without a pattern; the right one is taken from the loops by central differences.
    private double SlopeError(float[] inputs, float[][] parameters, float[] delta, float[][] gradients)
    {
        const double Step = 1e-5;
        float[][] directions = [.. parameters.Select((one, i) => EngineProbe.Numbers(one.Length, 12 + (uint)i))];
        double[] ahead = Run(inputs, parameters, directions, Step), behind = Run(inputs, parameters, directions, -Step);
        double slope = 0, found = 0, size = 0;
        for (int i = 0; i < delta.Length; i++) slope += delta[i] * (ahead[i] - behind[i]) / (2 * Step);
        for (int i = 0; i < gradients.Length; i++)
            for (int k = 0; k < gradients[i].Length; k++)
            {
                found += (double)gradients[i][k] * directions[i][k];
                size += Math.Abs((double)gradients[i][k] * directions[i][k]);
            }
        return Math.Abs(found - slope) / size;
    }

    // Hidden values of all steps, [batch, steps, units], with the parameters moved along a direction. Order of gates: input, forget, cell, output.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double[] Run(float[] inputs, float[][] parameters, float[][]? directions, double distance)
    {
        double[] outputs = new double[Batch * Steps * Units], hidden = new double[Units], memory = new double[Units], sums = new double[4 * Units];
        for (int n = 0; n < Batch; n++)
        {
            Array.Clear(hidden);
            Array.Clear(memory);
            for (int t = 0; t < Steps; t++)
            {
                for (int gate = 0; gate < sums.Length; gate++)
                {
                    sums[gate] = At(2, gate) + At(3, gate);
                    for (int k = 0; k < Features; k++) sums[gate] += At(0, gate * Features + k) * inputs[(n * Steps + t) * Features + k];
                    for (int k = 0; k < Units; k++) sums[gate] += At(1, gate * Units + k) * hidden[k];
                }
                for (int unit = 0; unit < Units; unit++)
                {
                    memory[unit] = Sigmoid(sums[Units + unit]) * memory[unit] + Sigmoid(sums[unit]) * Math.Tanh(sums[2 * Units + unit]);
                    hidden[unit] = Sigmoid(sums[3 * Units + unit]) * Math.Tanh(memory[unit]);
                    outputs[(n * Steps + t) * Units + unit] = hidden[unit];
                }
            }
        }
        return outputs;

        double At(int piece, int index) => parameters[piece][index] + (directions is null ? 0 : distance * directions[piece][index]);
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static float[] Numbers(Tensor tensor) => tensor.detach().contiguous().data<float>().ToArray();
}
