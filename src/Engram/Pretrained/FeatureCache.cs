using System.Text;
using Engram.Datasets;

namespace Engram.Pretrained;

/// <summary>
/// Features that were computed before, on disk under the user's cache folder: a folder for each network, and in it files to which features are
/// added (<see cref="FeatureSegment"/>). All files together have a bound, over which the oldest go. Nothing depends on it: what is damaged, gone
/// or cannot be written is computed again.
/// </summary>
/// <remarks>
/// Thread-safe. Any number of processes may use one folder at once: one of them adds to the last file, the others to files of their own, and each
/// sees what was there when it began.
/// </remarks>
public sealed class FeatureCache : IDisposable
{
    /// <summary>Most bytes of all files where nothing else is said: 2 GiB, about a million samples of resnet18.</summary>
    public const long DefaultBytes = 2L << 30;

    private const string Ending = ".features";
    private const int SegmentsAtBound = 4;
    private const long MostBytesOfSegment = 32 << 20;
    private readonly Lock gate = new();
    private readonly string root, folder;
    private readonly UInt128 network;
    private readonly int length;
    private readonly long mostBytes;
    private readonly List<FeatureSegment> segments = [];
    private readonly Dictionary<UInt128, (FeatureSegment Segment, int Row)> places = [];
    private FeatureSegment? last;
    private FileStream? held;

    /// <summary>Sees what is there of a network.</summary>
    /// <param name="root">Folder of all networks; made when there is something to keep.</param>
    /// <param name="extractor">The network.</param>
    /// <param name="mostBytes">Most bytes of all files.</param>
    public FeatureCache(string root, FeatureExtractor extractor, long mostBytes = DefaultBytes)
    {
        (this.root, this.mostBytes, length) = (root, mostBytes, extractor.Length);
        network = ContentHash.Of(Encoding.UTF8.GetBytes(extractor.Identity));
        folder = Path.Combine(root, $"{string.Concat(extractor.Identity.TakeWhile(char.IsAsciiLetterOrDigit))}-{network:x32}");
        foreach (string path in Segments(folder).OrderBy(file => file.LastWriteTimeUtc).Select(file => file.FullName))
        {
            if (FeatureSegment.Open(path, network, length) is not { } segment) continue;
            segments.Add(segment);
            for (int row = 0; row < segment.Rows; row++) places[segment.Key(row)] = (segment, row);
        }
    }

    /// <summary>The folder that the environment names in <c>ENGRAM_CACHE</c>, else the user's cache folder.</summary>
    public static string DefaultFolder =>
        Path.Combine(Environment.GetEnvironmentVariable("ENGRAM_CACHE") is { } chosen && !string.IsNullOrWhiteSpace(chosen) ? Path.GetFullPath(chosen) : DataFolders.UserCache(), "features");

    /// <summary>Why nothing is kept any more, as a sentence; null where all is well.</summary>
    public string? Problem { get; private set; }

    /// <summary>Finds the features of a sample.</summary>
    /// <param name="key">By what the network knows it again (<see cref="FeatureExtractor.KeyOf"/>).</param>
    /// <param name="features">As many as the network gives; written where they are found.</param>
    public bool TryGet(UInt128 key, Span<float> features)
    {
        (FeatureSegment Segment, int Row) place;
        lock (gate)
            if (!places.TryGetValue(key, out place)) return false;
        return place.Segment.TryRead(place.Row, key, features);
    }

    /// <summary>Keeps the features of some samples.</summary>
    /// <param name="keys">Their keys.</param>
    /// <param name="features">[keys, Length], row by row.</param>
    public void Add(ReadOnlySpan<UInt128> keys, ReadOnlySpan<float> features)
    {
        lock (gate)
        {
            if (Problem is not null) return;
            try
            {
                FeatureSegment segment = SegmentFor(keys.Length * FeatureSegment.RowBytesOf(length));
                int row = segment.Add(keys, features);
                foreach (UInt128 key in keys) places[key] = (segment, row++);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                Problem = $"Features are not kept, for '{folder}' cannot be written: {error.Message.TrimEnd('.')}. Free some space, or name another folder in ENGRAM_CACHE.";
            }
        }
    }

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        foreach (FeatureSegment segment in segments) segment.Dispose();
        held?.Dispose();
    }

    // The file to which so many bytes are added. What is over the bound, were it full, goes before.
    private FeatureSegment SegmentFor(int bytes)
    {
        long most = Math.Clamp(mostBytes / SegmentsAtBound, 1, MostBytesOfSegment);
        if (last is not null && last.Bytes + bytes <= most) return last;
        Directory.CreateDirectory(folder);
        FeatureSegment? next = null;
        if (held is not null || TryHold())
        {
            int number = Segments(folder).Select(file => int.TryParse(Path.GetFileNameWithoutExtension(file.Name), out int one) ? one : 0).Append(0).Max();
            if (last is null && number > 0) next = FeatureSegment.OpenOrCreate(PathOf($"{number:d8}"), network, length);
            if (next is null || next.Bytes + bytes > most)
            {
                next?.Dispose();
                next = FeatureSegment.OpenOrCreate(PathOf($"{number + 1:d8}"), network, length);
            }
        }
        else next = FeatureSegment.OpenOrCreate(PathOf($"{Guid.NewGuid():n}"), network, length);
        segments.Add(next ?? throw new IOException($"somebody else writes to '{folder}'"));
        Shrink(mostBytes - most + next.Bytes, next.Path);
        return last = next;
    }

    // Ends with the process, however that ends.
    private bool TryHold()
    {
        try
        {
            held = new(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void Shrink(long most, string kept)
    {
        FileInfo[] files = [.. Directory.EnumerateDirectories(root).SelectMany(Segments).OrderBy(file => file.LastWriteTimeUtc).ThenBy(file => file.Name, StringComparer.Ordinal)];
        long bytes = files.Sum(file => file.Length);
        foreach (FileInfo file in files.Where(file => file.FullName != kept).TakeWhile(_ => bytes > most))
        {
            bytes -= file.Length;
            file.Delete(); // who reads it holds it open and reads on
        }
    }

    private string PathOf(string name) => Path.Combine(folder, name + Ending);

    private static FileInfo[] Segments(string folder)
    {
        try
        {
            return Directory.Exists(folder) ? new DirectoryInfo(folder).GetFiles("*" + Ending) : [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
