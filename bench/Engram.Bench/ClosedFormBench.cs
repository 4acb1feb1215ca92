using Engram.Methods.ClosedForm;
using Engram.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Bench;

/// <summary>Statistics of 100,000 samples of 512 features and 100 classes, as they are added batch by batch, against the bare products of the same batches.</summary>
internal static class ClosedFormBench
{
    private const int Batch = 128, Length = 512, Classes = 100, Samples = 100_000, Batches = 80; // of the samples, Batches x Batch are one block

    public static IEnumerable<Figure> Run()
    {
        using var scope = NewDisposeScope();
        float[] numbers = new float[Batches * Batch * Length];
        new Seed(1).For("bench").FillGaussian(numbers);
        Tensor inputs = tensor(numbers, Batches * Batch, Length), wide = inputs.to(float64);
        Tensor labels = tensor([.. Enumerable.Range(0, Batches * Batch).Select(sample => (long)(sample * 7919 % Classes))]);
        using ClassStatistics statistics = new(Length, OuterProducts.Shared, CPU);
        Tensor product = zeros(Length, Length, dtype: float64), single = zeros(Length, Length);
        double[] seconds = Interleaved.Median(9, Batches * Batch,
            () => EachBatch(first => statistics.Add(inputs.narrow(0, first, Batch), labels.narrow(0, first, Batch))),
            () => EachBatch(first => Square(product, wide.narrow(0, first, Batch))),
            () => EachBatch(first => Square(single, inputs.narrow(0, first, Batch))));
        string All(int contestant) => $"{seconds[contestant] * Samples:F2} s for 100,000 x 512";
        yield return new("slda statistics / bare products x'x in double precision", seconds[0] / seconds[1], 2, false, $"{All(0)} / {All(1)}");
        yield return new("slda statistics / bare products x'x in single precision", seconds[0] / seconds[2], 2, false, $"{All(0)} / {All(2)}");
    }

    private static void EachBatch(Action<int> action)
    {
        for (int batch = 0; batch < Batches; batch++)
        {
            using var scope = NewDisposeScope();
            action(batch * Batch);
        }
    }

    private static void Square(Tensor product, Tensor samples) => product.addmm_(samples.t(), samples, 1, 1);
}
