using Engram.OwnData;
using Engram.Pretrained;
using Engram.Streams;
using Engram.Tests.Datasets;

namespace Engram.Tests.Pretrained;

public sealed class FeatureStreamTests : IDisposable
{
    private static readonly float[][] Rows = [[1, 2, 3], [4, 5, 6], [1, 2, 3], [7, 8, 9], [0, 0, 1]];
    private readonly TemporaryFolder folder = new();
    private readonly Sums network = new();

    [Fact]
    public void Features_take_the_place_of_inputs_and_all_else_stays()
    {
        TaskStream stream = Stream();

        TaskStream features = FeatureStream.Of(stream, network, null, null, cancellation: TestContext.Current.CancellationToken);

        Assert.Equal([2L], features.InputShape);
        Assert.Equal((stream.Id, stream.Scenario, stream.OutputCount), (features.Id, features.Scenario, features.OutputCount));
        foreach (var (before, after) in stream.Tasks.Zip(features.Tasks))
        {
            Assert.Equal((before.Name, before.Index, before.Outputs), (after.Name, after.Index, after.Outputs));
            Assert.Equal(before.Validation is null, after.Validation is null);
            foreach (var (samples, extracted) in new[] { (before.Train, after.Train), (before.Test, after.Test) })
                for (int sample = 0; sample < samples.Count; sample++)
                {
                    float[] input = new float[3], read = new float[2];
                    samples.Read(sample, input);
                    extracted.Read(sample, read);
                    Assert.Equal(Sums.Of(input), read);
                    Assert.Equal((samples.Target(sample), samples.Task(sample)), (extracted.Target(sample), extracted.Task(sample)));
                }
        }
    }

    [Fact]
    public void Each_distinct_sample_is_computed_once_and_never_again_with_a_cache()
    {
        List<long> heard = [];
        Heard progress = new(report =>
        {
            heard.Add(report.Done);
            Assert.Equal(4, report.Total);
        });
        TaskStream first, second;
        using (FeatureCache cache = new(folder.Path, network)) first = FeatureStream.Of(Stream(), network, cache, progress, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(4, network.Computed.Count);
        Assert.Equal([0, 1, 2, 3, 4], heard.Distinct());
        heard.Clear();

        using (FeatureCache cache = new(folder.Path, network)) second = FeatureStream.Of(Stream(), network, cache, progress, cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(4, network.Computed.Count);
        Assert.Equal([4], heard);
        float[] one = new float[2], other = new float[2];
        first.Tasks[1].Test.Read(0, one);
        second.Tasks[1].Test.Read(0, other);
        Assert.Equal(one, other);
    }

    [Fact]
    public void Stopped_work_keeps_what_is_done()
    {
        float[][] many = [.. Enumerable.Range(0, 1000).Select(i => new float[] { i })];
        ArraySamples samples = new(many, new int[1000]);
        TaskStream stream = new("own", Scenario.Task, [new(0, "all", samples, null, samples, [0])]);
        using CancellationTokenSource stop = new();
        Heard progress = new(report =>
        {
            if (report.Done > 600) stop.Cancel();
        });
        using (FeatureCache cache = new(folder.Path, network)) Assert.ThrowsAny<OperationCanceledException>(() => FeatureStream.Of(stream, network, cache, progress, cancellation: stop.Token));
        network.Computed.Clear();

        using (FeatureCache cache = new(folder.Path, network)) FeatureStream.Of(stream, network, cache, null, cancellation: TestContext.Current.CancellationToken);

        Assert.InRange(network.Computed.Count, 1, 744);
        Assert.Equal(network.Computed.Count, network.Computed.Distinct().Count());
    }

    [Fact]
    public void Samples_that_do_not_fit_are_refused_in_words()
    {
        ArraySamples samples = new([[1, 2, 3, 4]], [0], 0, [2, 2]);
        TaskStream stream = new("own", Scenario.Task, [new(0, "all", samples, null, samples, [0])]);

        Assert.Equal("Sums are of rows.", Assert.Throws<EngramException>(() => FeatureStream.Of(stream, network, null, null, cancellation: TestContext.Current.CancellationToken)).Message);
    }

    [Fact]
    public void An_error_within_comes_out_as_it_is() =>
        Assert.Equal("no", Assert.Throws<EngramException>(() => FeatureStream.Of(Stream(), new Failing(), null, null, cancellation: TestContext.Current.CancellationToken)).Code);

    [Fact]
    public void Content_is_known_again_by_its_numbers()
    {
        ArraySamples samples = new(Rows, new int[Rows.Length]);
        UnionSamples union = new([samples, new ArraySamples([[4, 5, 6]], [3], 1)]);

        Assert.Equal(samples.ContentHash(0), samples.ContentHash(2));
        Assert.NotEqual(samples.ContentHash(0), samples.ContentHash(1));
        Assert.Equal(samples.ContentHash(1), union.ContentHash(5));
        Assert.Null(union.Text(0));
    }

    public void Dispose()
    {
        network.Dispose();
        folder.Dispose();
    }

    // Rows 0 and 2 are the same, and row 1 is in both tasks: four are distinct.
    private static TaskStream Stream() => new("own", Scenario.Class,
    [
        new(0, "first", new ArraySamples([Rows[0], Rows[1]], [0, 1]), new ArraySamples([Rows[1]], [1]), new ArraySamples([Rows[2]], [0]), [0, 1]),
        new(1, "second", new ArraySamples([Rows[3], Rows[1]], [2, 3], 1), null, new ArraySamples([Rows[4]], [3], 1), [2, 3]),
    ]);

    private sealed class Failing : FeatureExtractor
    {
        public override string Identity => "failing";

        public override int Length => 1;

        public override string? Problem(Samples samples) => null;

        public override void Compute(Samples samples, IReadOnlyList<int> chosen, Memory<float> features, IProgress<int>? progress = null, CancellationToken cancellation = default) =>
            OnAllCores(chosen.Count, _ => throw EngramException.Input("no", "No."), progress, cancellation);
    }

    private sealed class Heard(Action<ReadProgress> hear) : IProgress<ReadProgress>
    {
        public void Report(ReadProgress value) => hear(value);
    }
}
