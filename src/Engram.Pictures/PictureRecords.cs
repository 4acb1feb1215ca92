using System.Collections.Concurrent;
using Engram.OwnData;

namespace Engram.Pictures;

/// <summary>A user's pictures. Small ones are kept once they were decoded; others are decoded at each reading.</summary>
internal sealed class PictureRecords : Records
{
    private const int SmallestSide = 28, LargestSide = 224, LargestKept = 64;
    private const long MostBytesKept = 1L << 30;
    private readonly Picture[] pictures;
    private readonly int size;
    private readonly string[] classes, tasks;
    private readonly int[] classOf, taskOf;
    private readonly ConcurrentDictionary<(int Side, int Channels), byte[]?[]> kept = [];

    /// <summary>Pictures with their labels.</summary>
    /// <param name="pictures">One at least.</param>
    /// <param name="size">Pixels of a side to which they are brought; 0 chooses.</param>
    /// <param name="remarks">What was seen on opening them.</param>
    public PictureRecords(Picture[] pictures, int size, IReadOnlyList<string> remarks)
    {
        (this.pictures, this.size, Remarks) = (pictures, size, remarks);
        AreGrey = pictures.All(picture => picture.Header.IsGrey);
        HasLabels = pictures.All(picture => picture.File.Class is not null);
        (classes, classOf) = HasLabels ? Numbered(pictures.Select(picture => picture.File.Class ?? "")) : ([], [.. Enumerable.Repeat(-1, pictures.Length)]);
        (tasks, taskOf) = pictures.All(picture => picture.File.Task is null) ? ([], new int[pictures.Length]) : Numbered(pictures.Select(picture => picture.File.Task ?? ""));
    }

    public override int Count => pictures.Length;

    public override bool HasLabels { get; }

    public override IReadOnlyList<string> Classes => classes;

    public override IReadOnlyList<string> Tasks => tasks;

    public override IReadOnlyList<string> Remarks { get; }

    public override int ClassOf(int record) => classOf[record];

    public override int TaskOf(int record) => taskOf[record];

    public override RecordPart PartOf(int record) => pictures[record].File.Part;

    public override UInt128 ContentHash(int record) => pictures[record].Hash;

    public override string Where(int record) => pictures[record].File.Where;

    public override string Name(int record) => pictures[record].File.Name;

    // All have the size that fits the middle one of those learned first. Grey is a matter of how pictures are stored, so all of them are asked.
    public override InputForm Fit(IReadOnlyList<int> training)
    {
        int[] sides = [.. training.Select(record => pictures[record].Header.Side).Order()];
        return new PictureForm(size > 0 ? size : sides.Length == 0 ? LargestSide : Math.Clamp(sides[sides.Length / 2], SmallestSide, LargestSide), AreGrey ? 1 : 3);
    }

    public override IReadOnlyList<FieldDescription> Describe()
    {
        PictureHeader[] bySide = [.. pictures.Select(picture => picture.Header).OrderBy(header => header.Side).ThenBy(header => Math.Max(header.Width, header.Height))];
        int grey = pictures.Count(picture => picture.Header.IsGrey);
        return
        [
            new("size", "picture", 0, $"{Shown(bySide[0])} to {Shown(bySide[^1])}, middle {Shown(bySide[bySide.Length / 2])}"),
            new("colour", AreGrey ? "grey" : grey == 0 ? "colour" : "mixed", 0, AreGrey ? "all are stored as shades of grey: one channel" : $"{grey:N0} of {pictures.Length:N0} are stored as shades of grey: three channels"),
        ];

        static string Shown(PictureHeader header) => $"{header.Width} x {header.Height}";
    }

    /// <summary>The pixels of a picture at some size, [channels, side, side].</summary>
    public byte[] Pixels(int record, int side, int channels)
    {
        bool isKept = side <= LargestKept && (long)Count * channels * side * side <= MostBytesKept;
        if (!isKept) return pictures[record].Decode(side, channels);
        byte[]?[] known = kept.GetOrAdd((side, channels), _ => new byte[]?[Count]);
        return Volatile.Read(ref known[record]) ?? (known[record] = pictures[record].Decode(side, channels));
    }

    private bool AreGrey { get; }

    private static (string[] Names, int[] Places) Numbered(IEnumerable<string> names)
    {
        OrderedDictionary<string, int> places = new(StringComparer.Ordinal);
        int[] numbers = [.. names.Select(name => places.TryAdd(name, places.Count) ? places.Count - 1 : places[name])];
        return ([.. places.Keys], numbers);
    }
}
