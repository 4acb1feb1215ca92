using Engram.Methods.Generative;
using Engram.Streams;
using Engram.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods.Generative;

public sealed class PixelRangeTests
{
    [Theory]
    [InlineData(0, 1, 0, 1)]
    [InlineData(0.2f, 0.7f, 0, 1)] // within the range of pixels: as it is
    [InlineData(-0.4f, 3.6f, -0.4f, 3.6f)]
    [InlineData(-0.5f, 0.5f, -0.5f, 0.5f)]
    [InlineData(0.2f, 1.5f, 0.2f, 1.5f)]
    [InlineData(2, 2, 2, 3)] // a range must not be empty
    [InlineData(-2, -2, -2, -1)]
    public void The_range_is_that_of_pixels_where_all_inputs_lie_in_it_and_their_own_elsewhere(float low, float high, float expectedLow, float expectedHigh) =>
        Assert.Equal(new PixelRange(expectedLow, expectedHigh), PixelRange.Of(new Given(low, high, low)));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 4)]
    [InlineData(-3, 1)]
    [InlineData(-1, 1)]
    public void Inputs_become_zero_to_one_and_come_back(float low, float high)
    {
        using DisposeScope scope = NewDisposeScope();
        PixelRange range = new(low, high);
        Tensor inputs = tensor(new[] { low, low + (high - low) / 4, high });

        Batches.AssertClose(tensor(new[] { 0, 0.25f, 1 }), range.ToUnit(inputs), 1e-6);
        Batches.AssertClose(inputs, range.FromUnit(range.ToUnit(inputs)), 1e-6);
    }

    [Fact]
    public void What_lies_beyond_the_range_by_rounding_is_cut()
    {
        using DisposeScope scope = NewDisposeScope();

        Assert.Equal([0f, 1f], new PixelRange(-1, 1).ToUnit(tensor(new[] { -1.00001f, 1.00001f })).data<float>().ToArray());
    }

    [Theory]
    [InlineData(-100.0005f, 100, true)] // a hundred-thousandth of the range, 0.002, is rounding
    [InlineData(-100, 100.0005f, true)]
    [InlineData(-100.01f, 100, false)]
    [InlineData(-100, 100.01f, false)]
    [InlineData(-50, 20, true)]
    public void A_task_may_not_go_beyond_the_range_on_either_side(float low, float high, bool fits)
    {
        Given samples = new(low, high);
        LearningTask task = new(1, "second", samples, null, samples, [0, 1]);
        PixelRange range = new(-100, 100);

        if (fits) range.Check(task);
        else Assert.Equal("range-mismatch", Assert.Throws<EngramException>(() => range.Check(task)).Code);
    }

    private sealed class Given(params float[] numbers) : Samples
    {
        public override int Count => numbers.Length;

        public override IReadOnlyList<long> InputShape => [1, 1, 1];

        public override IReadOnlyList<int> Lessons => [0];

        public override void Read(int sample, Span<float> input) => input[0] = numbers[sample];

        public override int Target(int sample) => 0;

        public override int Task(int sample) => 0;
    }
}
