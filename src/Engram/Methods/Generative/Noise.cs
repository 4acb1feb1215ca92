using Engram.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Generative;

/// <summary>Random numbers as tensors on a network's device.</summary>
internal static class Noise
{
    /// <summary>Standard normal numbers, [rows, columns].</summary>
    public static Tensor Gaussian(RandomSource random, long rows, long columns, Device device)
    {
        Tensor numbers = empty([rows, columns], dtype: float32);
        random.FillGaussian(FlatVector.Span(numbers));
        return device.type == DeviceType.CPU ? numbers : numbers.to(device);
    }

    /// <summary>Numbers uniform between 0 and 1, [rows, 1].</summary>
    public static Tensor Uniform(RandomSource random, long rows, Device device)
    {
        Tensor numbers = empty([rows, 1], dtype: float32);
        foreach (ref float number in FlatVector.Span(numbers)) number = (float)random.NextDouble();
        return device.type == DeviceType.CPU ? numbers : numbers.to(device);
    }
}
