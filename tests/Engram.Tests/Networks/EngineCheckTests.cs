using Engram.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Networks;

public class EngineCheckTests
{
    public EngineCheckTests() => NativeEngine.RequireModules();

    private static readonly EngineProbe[] All = [.. ConvolutionProbe.All, .. LstmProbe.All, .. ProductProbe.All];

    public static TheoryData<string> Probes => [.. All.Select(probe => probe.Name).Distinct()];

    [Theory, MemberData(nameof(Probes))]
    public void Engine_agrees_with_plain_loops_once_what_is_wrong_is_switched_off(string name)
    {
        Assert.All(All.Where(probe => probe.Name == name), probe => Assert.InRange(probe.Error(), 0, 1e-5));
    }

    [Fact]
    public void Nothing_is_switched_off_where_all_is_right()
    {
        Assert.Null(EngineCheck.Cure([new("convolution", () => 1e-6)], null, () => throw new InvalidOperationException("switched off")));
    }

    [Theory]
    [InlineData(0.25)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_fault_that_ends_with_oneDnn_switches_it_off_and_is_told(double fault)
    {
        bool isOn = true;
        EngineProbe[] probes = [new("3x3 convolution", () => isOn ? fault : 1e-7), new("3x3 convolution", () => isOn ? fault : 1e-7), new("LSTM", () => 1e-7)];

        string? remark = EngineCheck.Cure(probes, null, () => !(isOn = false));

        Assert.False(isOn);
        Assert.StartsWith("oneDNN is switched off: on this processor it calculates wrong numbers (3x3 convolution).", remark, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fault_that_stays_is_refused()
    {
        var error = Assert.Throws<EngramException>(() => EngineCheck.Cure([new("LSTM", () => 0.2)], null, () => true));

        Assert.Equal(("engine-wrong", ErrorKind.Failure), (error.Code, error.Kind));
        Assert.Contains("(LSTM), with oneDNN and without", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fault_is_refused_where_oneDnn_cannot_be_switched_off()
    {
        Assert.Contains("cannot be switched off", Assert.Throws<EngramException>(() => EngineCheck.Cure([new("LSTM", () => 0.2)], null, () => false)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_can_be_switched_off_where_it_is_right()
    {
        bool isOn = true;

        string? remark = EngineCheck.Cure([new("LSTM", () => isOn ? double.NaN : 1e-7)], "off", () => !(isOn = false));

        Assert.False(isOn);
        Assert.Equal("oneDNN is switched off, as ENGRAM_ONEDNN asks.", remark);
        Assert.Equal("out-of-range", Assert.Throws<EngramException>(() => EngineCheck.Cure([], "on", () => true)).Code);
        Assert.Equal("out-of-range", Assert.Throws<EngramException>(() => EngineCheck.Cure([], "off", () => false)).Code);
    }

    [Fact]
    public void A_wrong_product_is_refused()
    {
        Assert.Equal("engine-wrong", Assert.Throws<EngramException>(() => EngineCheck.RequireProducts([new("matrix product", () => 0.01)])).Code);
        EngineCheck.RequireProducts(ProductProbe.All);
    }

    [Fact]
    public void Difference_is_the_largest_as_a_share_of_the_largest_right_number()
    {
        Assert.Equal(0.125, EngineProbe.Difference([1f, -3.5f, 0.25f], [1, -4, 0]), 12);
        Assert.Equal(double.NaN, EngineProbe.Difference([float.NaN, 1f], [1, 1]));
        Assert.Equal(double.NaN, EngineProbe.Difference([1f, float.NegativeInfinity], [1, 1]));
    }

    [Fact]
    public void A_fault_of_the_size_that_was_seen_is_no_rounding()
    {
        Assert.True(new EngineProbe("convolution", () => 9e-5).Passes());
        Assert.False(new EngineProbe("convolution", () => 2e-4).Passes());
        Assert.False(new EngineProbe("convolution", () => double.NaN).Passes());
    }

    [Fact]
    public void Description_names_the_engine_and_what_of_it_is_off()
    {
        Assert.Equal($"libtorch {__version__}{(NativeEngine.Remark is null ? "" : ", oneDNN off")}", NativeEngine.Description);
    }
}
