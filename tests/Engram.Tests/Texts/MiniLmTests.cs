using Engram.Streams;
using Engram.Tests.Pictures;
using Engram.Texts;

namespace Engram.Tests.Texts;

public sealed class MiniLmTests
{
    private static readonly string[] Texts =
    [
        "A man is eating food.", "A man eats something.", "The stock market fell sharply on Monday.", "", "A man is eating food.", string.Join(' ', Enumerable.Repeat("word", 400)),
    ];

    [Fact]
    public void Texts_that_mean_the_same_are_near_whatever_stands_beside_them()
    {
        using MiniLm network = new();
        TextSamples samples = new(Texts);

        float[] features = OnnxFeaturesTests.FeaturesOf(network, samples), last = OnnxFeaturesTests.FeaturesOf(network, new TextSamples(Texts[4..]));
        float[] Of(int text) => features[(384 * text)..(384 * (text + 1))];
        double Cosine(int one, int other) => Of(one).Zip(Of(other), (a, b) => (double)a * b).Sum();

        Assert.All(Enumerable.Range(0, Texts.Length), text => Assert.Equal(1, Cosine(text, text), 1e-5));
        Assert.InRange(Cosine(0, 1), 0.7, 0.999);
        Assert.InRange(Cosine(0, 2), -0.2, 0.2);
        Assert.Equal(Of(0), Of(4));
        Assert.Equal(last, features[(4 * 384)..]);
        Assert.Equal(network.KeyOf(samples, 0), network.KeyOf(samples, 4));
        Assert.NotEqual(network.KeyOf(samples, 0), network.KeyOf(samples, 1));
        Assert.StartsWith("minilm:", network.Identity);
        Assert.Null(network.Problem(samples));
        Assert.Contains("minilm reads texts", network.Problem(new ArraySamples([[1, 2]], [0])));
    }

    private sealed class TextSamples(string[] texts) : Samples
    {
        public override int Count => texts.Length;

        public override IReadOnlyList<long> InputShape { get; } = [1];

        public override IReadOnlyList<int> Lessons { get; } = [0];

        public override string Text(int sample) => texts[sample];

        public override void Read(int sample, Span<float> input) => input[0] = texts[sample].Length;

        public override int Target(int sample) => 0;

        public override int Task(int sample) => 0;
    }
}
