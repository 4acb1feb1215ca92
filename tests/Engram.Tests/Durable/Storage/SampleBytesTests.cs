using Engram.Durable.Storage;

namespace Engram.Tests.Durable.Storage;

public sealed class SampleBytesTests
{
    [Fact]
    public void Numbers_come_back_bit_for_bit()
    {
        float[][] samples = [[], [0], [float.NaN, float.NegativeInfinity, -0f, float.Epsilon, float.MaxValue, 1 / 3f], new float[3 * 32 * 32], [.. Random(1000)]];

        foreach (float[] numbers in samples) Assert.Equal(numbers.Select(BitConverter.SingleToInt32Bits), SampleBytes.ToNumbers(SampleBytes.From(numbers)).Select(BitConverter.SingleToInt32Bits));
    }

    [Fact]
    public void They_are_deflated_only_where_that_saves_a_fifth()
    {
        float[] random = [.. Random(1000)], half = [.. Random(500), .. new float[500]];

        Assert.Equal((1, 5 + 4000), (SampleBytes.From(random)[0], SampleBytes.From(random).Length));
        Assert.Equal(2, SampleBytes.From(half)[0]);
        Assert.InRange(SampleBytes.From(half).Length, 2000, 2600);
    }

    [Fact]
    public void The_form_is_what_is_written_down()
    {
        Assert.Equal([1, 2, 0, 0, 0, 0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc1], SampleBytes.From([1f, -10f]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("01020000")]
    [InlineData("0102000000")]
    [InlineData("01020000000000803F000020")]
    [InlineData("01020000000000803F000020C100")]
    [InlineData("03010000000000803F")]
    [InlineData("00010000000000803F")]
    [InlineData("01FFFFFFFF")]
    [InlineData("02FFFFFF7F00")]
    [InlineData("0201000000FFFF")]
    public void Damaged_bytes_are_refused(string hexadecimal) =>
        Assert.Equal("damaged-engram", Assert.Throws<EngramException>(() => SampleBytes.ToNumbers(Convert.FromHexString(hexadecimal))).Code);

    [Fact]
    public void More_or_less_than_was_deflated_is_refused()
    {
        byte[] bytes = SampleBytes.From(new float[1000]);

        foreach (int count in (int[])[999, 1001, 0, int.MaxValue])
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(1), count);
            Assert.Equal("damaged-engram", Assert.Throws<EngramException>(() => SampleBytes.ToNumbers(bytes)).Code);
        }
        Assert.Throws<EngramException>(() => SampleBytes.ToNumbers(SampleBytes.From(new float[1000]).AsSpan(0, 8)));
    }

    private static IEnumerable<float> Random(int count)
    {
        Random random = new(7);
        return Enumerable.Range(0, count).Select(_ => random.NextSingle()).ToArray();
    }
}
