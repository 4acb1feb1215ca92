using System.Text;
using Engram.OwnData.Rows;

namespace Engram.OwnData;

/// <summary>Texts that are files.</summary>
internal sealed class TextFileRecords : Records
{
    private readonly IReadOnlyList<ClassFile> files;
    private readonly IReadOnlyList<string> fileNames;
    private readonly TextStore texts;
    private readonly NameList classes = new(), tasks = new();
    private readonly (int Class, int Task)[] places;

    /// <summary>Takes the texts.</summary>
    /// <param name="files">Where they come from.</param>
    /// <param name="fileNames">What they are called in output.</param>
    /// <param name="texts">As many.</param>
    /// <param name="remarks">What to know of them.</param>
    public TextFileRecords(IReadOnlyList<ClassFile> files, IReadOnlyList<string> fileNames, TextStore texts, IReadOnlyList<string> remarks)
    {
        (this.files, this.fileNames, this.texts, Remarks) = (files, fileNames, texts, remarks);
        places = [.. files.Select(file => (file.Class is null ? -1 : classes.PlaceOf(file.Class), file.Task is null ? 0 : tasks.PlaceOf(file.Task)))];
    }

    /// <inheritdoc/>
    public override int Count => files.Count;

    /// <inheritdoc/>
    public override bool HasLabels => classes.Names.Count > 0;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Classes => classes.Names;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Tasks => tasks.Names;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Remarks { get; }

    /// <inheritdoc/>
    public override int ClassOf(int record) => places[record].Class;

    /// <inheritdoc/>
    public override int TaskOf(int record) => places[record].Task;

    /// <inheritdoc/>
    public override RecordPart PartOf(int record) => files[record].Part;

    /// <inheritdoc/>
    public override UInt128 ContentHash(int record) => HashOf(texts[record]);

    /// <inheritdoc/>
    public override string Where(int record) => $"'{files[record].Path}'";

    /// <inheritdoc/>
    public override string Name(int record) => fileNames[record];

    /// <inheritdoc/>
    public override string? Text(int record) => Encoding.UTF8.GetString(texts[record]);

    /// <inheritdoc/>
    /// <exception cref="EngramException">Always: a text is no array of numbers.</exception>
    public override InputForm Fit(IReadOnlyList<int> training) => throw TextRecords.NeedFeatures(Source);

    /// <inheritdoc/>
    public override IReadOnlyList<FieldDescription> Describe() => [TextRecords.Describe("text", texts)];
}
