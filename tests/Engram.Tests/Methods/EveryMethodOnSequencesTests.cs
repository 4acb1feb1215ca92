using Engram.Experiments;
using Engram.Methods;
using Engram.Networks;
using Engram.Tests.Datasets;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Tests.Methods;

/// <summary>What every method of the catalog must do with a recurrent network on streams that are no images.</summary>
[Collection(nameof(Alone))]
public sealed class EveryMethodOnSequencesTests
{
    public EveryMethodOnSequencesTests() => NativeEngine.PrepareThread(1);

    public static TheoryData<string> Ids => EveryMethodTests.Ids;

    [Theory]
    [MemberData(nameof(Ids))]
    public void It_runs_and_resumes_with_the_same_bits_or_says_what_it_needs(string id)
    {
        foreach (var (stream, network) in new[] { ("copy", "lstm"), ("associative-recall", "gru") })
        {
            RunConfig config = Config(id, stream, network);
            RunResult straight;
            try
            {
                straight = Toy.Run(config);
            }
            catch (EngramException refused)
            {
                Assert.Equal(ErrorKind.Input, refused.Kind);
                Assert.Contains(refused.Code, new[] { "not-images", "network-mismatch" });
                Assert.Contains(refused.Code == "not-images" ? $"{id} draws images" : $"{id} connects dense layers and convolutions", refused.Message);
                continue;
            }
            using TemporaryFolder temporary = new();
            RunFolder folder = RunFolder.Create(temporary["run"], config);
            int passed = 0;

            Assert.Throws<PowerCut>(() => Toy.Run(config, folder, _ => { if (++passed == 9) throw new PowerCut(); }));

            Toy.AssertSame(straight, Toy.Run(config, folder));
            Assert.Equal(network, straight.Network);
        }
    }

    [Theory]
    [InlineData("ewc")]
    [InlineData("mas")]
    [InlineData("gem")]
    [InlineData("replay")]
    public void No_tensor_is_left_after_a_run(string id)
    {
        Toy.Run(Config(id, "copy", "lstm"));
        long before = Count();

        Toy.Run(Config(id, "copy", "lstm"));

        Assert.Equal(before, Count());
    }

    [Fact]
    public void A_small_recurrent_network_learns_to_copy()
    {
        RunConfig config = Toy.Laboratory.Configure("copy").Set("stream.tasks", "2").Set("stream.samples", "500").Set("stream.testSamples", "200").Set("stream.alphabet", "4").Set("stream.lengths", "1,2")
            .Set("network.units", "24").Set("training.batch", "32").Set("training.learningRate", "0.01").Set("training.epochs", "12").Build();

        RunResult result = Toy.Run(config);

        Assert.Equal(1, result.Matrix[1, 1]);
        Assert.True(result.Matrix[2, 2] >= 0.95, $"two symbols: {result.Matrix[2, 2]}");
    }

    private static RunConfig Config(string id, string stream, string network)
    {
        string scenario = EveryMethodTests.Entries.Single(entry => entry.Attribute.Id == id).Attribute.Scenarios[0].ToString().ToLowerInvariant();
        return Toy.Configure(stream, id, network).Set("stream.scenario", scenario).Set("stream.tasks", "2").Set("stream.samples", "60").Set("stream.testSamples", "20")
            .Set("stream.alphabet", "4").Set("network.units", "6").Set("training.batch", "10").Set("training.iterations", "5").Set("training.logEvery", "1").Set("training.checkpointEvery", "2").Build();
    }

    private static long Count()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }

    private sealed class PowerCut : Exception;
}
