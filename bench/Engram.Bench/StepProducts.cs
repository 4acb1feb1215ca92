using System.Runtime.InteropServices;
using Engram.Products;

namespace Engram.Bench;

/// <summary>
/// The matrix products of one training step of dense layers and nothing else: for each layer the forward product and the weights' gradient, and for
/// all but the first the gradient below. Engram's lie unit by unit, as in its perceptron; another library's sample by sample, as such code is written.
/// </summary>
internal sealed unsafe class StepProducts : IDisposable
{
    private readonly int[] widths;
    private readonly int batch;
    private readonly float*[] weights, gradients, values, deltas;

    public StepProducts(int[] widths, int batch)
    {
        (this.widths, this.batch) = (widths, batch);
        int layers = widths.Length - 1;
        weights = new float*[layers];
        gradients = new float*[layers];
        (values, deltas) = (new float*[layers + 1], new float*[layers + 1]);
        Random random = new(1);
        for (int l = 0; l < layers; l++)
        {
            weights[l] = Numbers(widths[l] * widths[l + 1], random);
            gradients[l] = Numbers(widths[l] * widths[l + 1], random);
        }
        for (int l = 0; l <= layers; l++)
        {
            values[l] = Numbers(batch * widths[l], random);
            deltas[l] = Numbers(batch * widths[l], random);
        }
    }

    /// <summary>Floating-point operations of one step.</summary>
    public double Operations => Enumerable.Range(0, widths.Length - 1).Sum(l => 2.0 * batch * widths[l] * widths[l + 1] * (l == 0 ? 2 : 3));

    /// <summary>One step by Engram's product.</summary>
    public void RunOwn()
    {
        for (int l = 0; l < widths.Length - 1; l++) Blas.Gemm(false, l == 0, widths[l + 1], batch, widths[l], 1, weights[l], widths[l], values[l], l == 0 ? widths[0] : batch, 0, values[l + 1], batch);
        for (int l = widths.Length - 2; l >= 0; l--)
        {
            Blas.Gemm(false, l > 0, widths[l + 1], widths[l], batch, 1, deltas[l + 1], batch, values[l], l == 0 ? widths[0] : batch, 0, gradients[l], widths[l]);
            if (l > 0) Blas.Gemm(true, false, widths[l], batch, widths[l + 1], 1, weights[l], widths[l], deltas[l + 1], batch, 0, deltas[l], batch);
        }
    }

    /// <summary>One step by another library's product.</summary>
    public void Run(OtherBlas blas)
    {
        for (int l = 0; l < widths.Length - 1; l++) blas.Gemm(false, true, batch, widths[l + 1], widths[l], values[l], widths[l], weights[l], widths[l], values[l + 1], widths[l + 1]);
        for (int l = widths.Length - 2; l >= 0; l--)
        {
            blas.Gemm(true, false, widths[l + 1], widths[l], batch, deltas[l + 1], widths[l + 1], values[l], widths[l], gradients[l], widths[l]);
            if (l > 0) blas.Gemm(false, false, batch, widths[l], widths[l + 1], deltas[l + 1], widths[l + 1], weights[l], widths[l], deltas[l], widths[l]);
        }
    }

    /// <summary>The forward products alone, by another library.</summary>
    public void Forward(OtherBlas blas)
    {
        for (int l = 0; l < widths.Length - 1; l++) blas.Gemm(false, true, batch, widths[l + 1], widths[l], values[l], widths[l], weights[l], widths[l], values[l + 1], widths[l + 1]);
    }

    /// <summary>
    /// The products of importances by another library: forward, the gradients below for each of so many output gradients, and for each layer one
    /// product of powers.
    /// </summary>
    public void Importance(OtherBlas blas, int terms)
    {
        Forward(blas);
        for (int term = 0; term < terms; term++)
            for (int l = widths.Length - 2; l > 0; l--) blas.Gemm(false, false, batch, widths[l], widths[l + 1], deltas[l + 1], widths[l + 1], weights[l], widths[l], deltas[l], widths[l]);
        for (int l = 0; l < widths.Length - 1; l++) blas.Gemm(true, false, widths[l + 1], widths[l], batch, deltas[l + 1], widths[l + 1], values[l], widths[l], gradients[l], widths[l]);
    }

    public void Dispose()
    {
        foreach (float*[] group in new[] { weights, gradients, values, deltas })
            foreach (float* numbers in group) NativeMemory.AlignedFree(numbers);
    }

    private static float* Numbers(int count, Random random)
    {
        float* numbers = (float*)NativeMemory.AlignedAlloc((nuint)count * sizeof(float), 64);
        for (int i = 0; i < count; i++) numbers[i] = (random.NextSingle() - 0.5f) / 10;
        return numbers;
    }
}
