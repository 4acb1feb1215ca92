using Engram.Pretrained;
using Engram.Tests.Datasets;

namespace Engram.Tests.Pretrained;

public sealed class FeatureCacheTests : IDisposable
{
    private const int Head = 32, Row = 16 + 2 * 4 + 4;
    private readonly TemporaryFolder folder = new();
    private readonly Sums network = new();

    [Fact]
    public void Features_are_found_again_by_the_next_who_looks()
    {
        using (FeatureCache first = Open())
        {
            Add(first, 0, 5);
            AssertHas(first, 0, 5);
        }
        using FeatureCache second = Open();
        Add(second, 5, 3);

        AssertHas(second, 0, 8);
        Assert.False(second.TryGet(8, new float[2]));
        Assert.Null(second.Problem);
        Assert.Single(Segments());
    }

    [Fact]
    public void Another_network_has_features_of_its_own()
    {
        using (FeatureCache first = Open()) Add(first, 0, 5);

        using FeatureCache other = new(folder.Path, new Sums("sums:2"));

        Assert.False(other.TryGet(0, new float[2]));
    }

    [Fact]
    public void However_a_write_was_cut_off_what_is_whole_is_found_and_the_rest_is_written_again()
    {
        using (FeatureCache cache = Open()) Add(cache, 0, 3);
        string path = Segments().Single();
        byte[] whole = File.ReadAllBytes(path);
        Assert.Equal(Head + 3 * Row, whole.Length);

        for (int length = 0; length <= whole.Length; length++)
        {
            foreach (string segment in Segments()) File.Delete(segment);
            File.WriteAllBytes(path, whole[..length]);
            int left = length < Head ? 0 : (length - Head) / Row;
            using (FeatureCache cache = Open())
            {
                AssertHas(cache, 0, left);
                for (int key = left; key < 3; key++) Assert.False(cache.TryGet((UInt128)key, new float[2]));
                Add(cache, left, 4 - left);
            }
            using FeatureCache again = Open();
            AssertHas(again, 0, 4);
        }
    }

    [Fact]
    public void A_wrong_byte_anywhere_never_gives_wrong_features()
    {
        using (FeatureCache cache = Open()) Add(cache, 0, 3);
        string path = Segments().Single();
        byte[] whole = File.ReadAllBytes(path);

        for (int at = 0; at < whole.Length; at++)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 0x10;
            File.WriteAllBytes(path, damaged);
            using FeatureCache cache = Open();
            float[] features = new float[2];
            int found = 0;
            for (int key = 0; key < 3; key++)
                if (cache.TryGet((UInt128)key, features))
                {
                    found++;
                    Assert.Equal(FeaturesOf(key), features);
                }
            Assert.Equal(at < Head - 4 ? 0 : at < Head ? found : 2, found);
        }
    }

    [Fact]
    public void Several_who_add_at_once_do_not_meet_and_all_of_it_is_found_later()
    {
        FeatureCache[] caches = [.. Enumerable.Range(0, 4).Select(_ => Open())];
        Parallel.For(0, 40, block => Add(caches[block % 4], 10 * block, 10));
        foreach (FeatureCache cache in caches) cache.Dispose();

        using FeatureCache later = Open();

        AssertHas(later, 0, 400);
        Assert.Equal(4, Segments().Length);
    }

    [Fact]
    public void Over_the_bound_the_oldest_go()
    {
        const int Bound = 40 * Row;
        using (FeatureCache old = new(folder.Path, new Sums("sums:0"), Bound)) old.Add([1], FeaturesOf(1));
        for (int i = 0; i < 30; i++)
        {
            using FeatureCache cache = Open(Bound);
            Add(cache, 4 * i, 4);
            cache.Dispose();
            foreach (string segment in Segments()) File.SetLastWriteTimeUtc(segment, File.GetLastWriteTimeUtc(segment).AddSeconds(-1));
            Assert.InRange(Segments().Sum(path => new FileInfo(path).Length), 0, Bound);
        }
        using FeatureCache left = Open(Bound);

        AssertHas(left, 116, 4);
        Assert.False(left.TryGet(0, new float[2]));
        Assert.False(new FeatureCache(folder.Path, new Sums("sums:0"), Bound).TryGet(1, new float[2]));
    }

    [Fact]
    public void Where_nothing_can_be_written_it_is_said_and_the_work_goes_on()
    {
        string file = folder["file"];
        File.WriteAllText(file, "");
        using FeatureCache cache = new(Path.Combine(file, "within"), network);

        Add(cache, 0, 2);

        Assert.Contains("cannot be written", cache.Problem);
        Assert.False(cache.TryGet(0, new float[2]));
    }

    [Fact]
    public void A_file_that_went_away_while_it_was_read_takes_nothing_with_it()
    {
        using (FeatureCache first = Open()) Add(first, 0, 2);
        using FeatureCache cache = Open();
        foreach (string segment in Segments()) File.Delete(segment);

        Add(cache, 2, 2);

        AssertHas(cache, 2, 2);
    }

    public void Dispose()
    {
        network.Dispose();
        folder.Dispose();
    }

    private FeatureCache Open(long mostBytes = FeatureCache.DefaultBytes) => new(folder.Path, network, mostBytes);

    private string[] Segments() => Directory.GetFiles(folder.Path, "*.features", SearchOption.AllDirectories);

    private static void Add(FeatureCache cache, int from, int count) =>
        cache.Add([.. Enumerable.Range(from, count).Select(key => (UInt128)key)], [.. Enumerable.Range(from, count).SelectMany(FeaturesOf)]);

    private static void AssertHas(FeatureCache cache, int from, int count)
    {
        float[] features = new float[2];
        for (int key = from; key < from + count; key++)
        {
            Assert.True(cache.TryGet((UInt128)key, features));
            Assert.Equal(FeaturesOf(key), features);
        }
    }

    private static float[] FeaturesOf(int key) => [key + 0.25f, -key];
}
