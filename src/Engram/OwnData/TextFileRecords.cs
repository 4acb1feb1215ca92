using System.Text;
using Engram.OwnData.Rows;

namespace Engram.OwnData;

/// <summary>Texts that are files.</summary>
/// <param name="files">Where they come from.</param>
/// <param name="texts">As many.</param>
/// <param name="remarks">What to know of them.</param>
internal sealed class TextFileRecords(IReadOnlyList<ClassFile> files, TextStore texts, IReadOnlyList<string> remarks) : Records
{
    private readonly Names classes = new(files.Select(file => file.Class)), tasks = new(files.Select(file => file.Task).OfType<string>());

    /// <inheritdoc/>
    public override int Count => files.Count;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Classes => classes.All;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Tasks => tasks.All;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Remarks => remarks;

    /// <inheritdoc/>
    public override int ClassOf(int record) => classes.PlaceOf(files[record].Class);

    /// <inheritdoc/>
    public override int TaskOf(int record) => files[record].Task is { } task ? tasks.PlaceOf(task) : 0;

    /// <inheritdoc/>
    public override RecordPart PartOf(int record) => files[record].Part;

    /// <inheritdoc/>
    public override UInt128 ContentHash(int record) => HashOf(texts[record]);

    /// <inheritdoc/>
    public override string Where(int record) => $"'{files[record].Path}'";

    /// <inheritdoc/>
    public override string? Text(int record) => Encoding.UTF8.GetString(texts[record]);

    /// <inheritdoc/>
    /// <exception cref="EngramException">Always: a text is no array of numbers.</exception>
    public override InputForm Fit(IReadOnlyList<int> training) => throw TextRecords.NeedFeatures(Source);

    /// <inheritdoc/>
    public override IReadOnlyList<FieldDescription> Describe() => [TextRecords.Describe("text", texts)];

    // By first sight.
    private sealed class Names
    {
        private readonly Dictionary<string, int> places = [];

        public Names(IEnumerable<string> names)
        {
            foreach (string name in names) places.TryAdd(name, places.Count);
            All = [.. places.Keys];
        }

        public IReadOnlyList<string> All { get; }

        public int PlaceOf(string name) => places[name];
    }
}
