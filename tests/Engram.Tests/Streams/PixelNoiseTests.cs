using Engram.Streams;

namespace Engram.Tests.Streams;

public sealed class PixelNoiseTests
{
    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.8413447460685429, 1)]
    [InlineData(0.9986501019683699, 3)]
    [InlineData(0.01, -2.3263478740408408)]
    [InlineData(1e-6, -4.753424308822899)]
    public void Quantiles_are_those_of_the_normal_distribution(double probability, double quantile) => Assert.Equal(quantile, PixelNoise.InverseNormal(probability), 1e-8);

    [Fact]
    public void Numbers_are_normally_distributed()
    {
        float[] numbers = new float[400_000];
        PixelNoise noise = new(new(9), 2);
        for (int image = 0; image < 100; image++) noise.AddTo(image, numbers.AsSpan(image * 4000, 4000), 0.5f);

        double mean = numbers.Average(x => (double)x), variance = numbers.Average(x => (x - mean) * (x - mean)), fourth = numbers.Average(x => Math.Pow(x - mean, 4)) / (variance * variance);

        Assert.InRange(mean, -0.005, 0.005); // standard error 0.0016
        Assert.InRange(variance, 0.99, 1.01);
        Assert.InRange(fourth, 2.95, 3.05);
        Assert.InRange(numbers.Count(x => x > 1.959964) / 400_000.0, 0.0243, 0.0257);
    }

    [Fact]
    public void Neighbouring_pixels_and_images_do_not_follow_one_another()
    {
        float[] first = new float[40_000], second = new float[40_000];
        PixelNoise noise = new(new(9), 1);
        noise.AddTo(0, first, 1);
        noise.AddTo(1, second, 1);

        Assert.InRange(first.Zip(second, (a, b) => (double)a * b).Average(), -0.02, 0.02);
        Assert.InRange(first.Zip(first.Skip(1), (a, b) => (double)a * b).Average(), -0.02, 0.02);
    }

    [Fact]
    public void Noise_is_added_to_what_is_there()
    {
        float[] alone = new float[5], onTop = [1, 1, 1, 1, 1];
        PixelNoise noise = new(new(9), 1);
        noise.AddTo(3, alone, 1);
        noise.AddTo(3, onTop, 1);

        Assert.All(alone.Zip(onTop), pair => Assert.Equal(pair.First + 1, pair.Second, 1e-6));
    }
}
