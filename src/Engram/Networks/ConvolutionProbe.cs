using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Networks;

/// <summary>A two-dimensional convolution and its gradients with respect to image and kernel, against plain loops.</summary>
/// <param name="Batch">Images.</param>
/// <param name="Channels">Channels of an image.</param>
/// <param name="Side">Height and width of an image.</param>
/// <param name="Outputs">Channels of the result.</param>
/// <param name="Kernel">Height and width of the window.</param>
/// <param name="Stride">Step of the window.</param>
/// <param name="Padding">Border of zeros around an image.</param>
internal sealed record ConvolutionProbe(int Batch, int Channels, int Side, int Outputs, int Kernel, int Stride = 1, int Padding = 0)
{
    /// <summary>
    /// Shapes around those that were seen to fail (gradient of the image for 3 to 10 output channels from two samples on, and for 5x5
    /// windows from one), and those that <see cref="Cnn"/> uses.
    /// </summary>
    public static IEnumerable<EngineProbe> All { get; } = [.. new ConvolutionProbe[]
    {
        new(1, 2, 8, 8, 5), new(7, 2, 8, 3, 5), new(5, 1, 6, 4, 3), new(5, 4, 4, 8, 3), new(2, 1, 9, 16, 5, Stride: 2), new(2, 8, 3, 32, 3, Padding: 1),
    }.Select(one => new EngineProbe($"{one.Kernel}x{one.Kernel} convolution", one.Error))];

    private int Places => (Side + 2 * Padding - Kernel) / Stride + 1;

    private double Error()
    {
        float[] image = EngineProbe.Numbers(Batch * Channels * Side * Side, 3), kernel = EngineProbe.Numbers(Outputs * Channels * Kernel * Kernel, 4);
        float[] delta = EngineProbe.Numbers(Batch * Outputs * Places * Places, 5);
        var (result, imageGradient, kernelGradient) = ByLoops(image, kernel, delta);

        using var scope = NewDisposeScope();
        Tensor images = tensor(image).view(Batch, Channels, Side, Side), weights = tensor(kernel).view(Outputs, Channels, Kernel, Kernel);
        double withoutGradient = EngineProbe.Difference(Numbers(Convolve(images, weights)), result);
        using var differentiable = enable_grad();
        Tensor found = Convolve(images.requires_grad_(true), weights.requires_grad_(true));
        var gradients = autograd.grad([found], [images, weights], [tensor(delta).view(found.shape)]);
        return Math.Max(
            Math.Max(withoutGradient, EngineProbe.Difference(Numbers(found), result)),
            Math.Max(EngineProbe.Difference(Numbers(gradients[0]), imageGradient), EngineProbe.Difference(Numbers(gradients[1]), kernelGradient)));
    }

    private Tensor Convolve(Tensor images, Tensor weights) => nn.functional.conv2d(images, weights, null, [Stride, Stride], [Padding, Padding]);

    private static float[] Numbers(Tensor tensor) => tensor.detach().contiguous().data<float>().ToArray();

    // Compiled well at once: it runs once, but over a hundred thousand products.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private (double[] Result, double[] ImageGradient, double[] KernelGradient) ByLoops(float[] image, float[] kernel, float[] delta)
    {
        double[] result = new double[delta.Length], imageGradient = new double[image.Length], kernelGradient = new double[kernel.Length];
        for (int n = 0, place = 0; n < Batch; n++)
            for (int output = 0; output < Outputs; output++)
                for (int y = 0; y < Places; y++)
                    for (int x = 0; x < Places; x++, place++)
                        for (int channel = 0; channel < Channels; channel++)
                            for (int dy = 0; dy < Kernel; dy++)
                                for (int dx = 0; dx < Kernel; dx++)
                                {
                                    int row = y * Stride + dy - Padding, column = x * Stride + dx - Padding;
                                    if (row < 0 || row >= Side || column < 0 || column >= Side) continue;
                                    int pixel = ((n * Channels + channel) * Side + row) * Side + column, weight = ((output * Channels + channel) * Kernel + dy) * Kernel + dx;
                                    result[place] += (double)image[pixel] * kernel[weight];
                                    imageGradient[pixel] += (double)delta[place] * kernel[weight];
                                    kernelGradient[weight] += (double)delta[place] * image[pixel];
                                }
        return (result, imageGradient, kernelGradient);
    }
}
