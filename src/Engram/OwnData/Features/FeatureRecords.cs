using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Engram.Graphs;
using TorchSharp;

namespace Engram.OwnData.Features;

/// <summary>Records whose inputs are arrays of numbers in files: features, or pixels as bytes.</summary>
internal sealed class FeatureRecords : Records
{
    private readonly FeatureFile[] files;
    private readonly int[] firsts; // first record of each file
    private readonly int[] classOf;
    private readonly UInt128[] hashes;
    private readonly int[] taskOf;
    private readonly List<string> classes = [], tasks = [];
    private readonly Dictionary<string, int> places = [];

    /// <summary>Reads labels and content once, to know classes and hashes and that every number is one; takes care of the files.</summary>
    /// <exception cref="EngramException">The files do not fit one another, a label is none, or a number is not finite.</exception>
    public FeatureRecords(IReadOnlyList<FeatureFile> files, IProgress<ReadProgress>? progress, CancellationToken cancellation)
    {
        this.files = [.. files];
        foreach (FeatureFile file in files) RequireSame(files[0].Features, file.Features);
        firsts = new int[files.Count];
        long count = 0, bytes = files.Sum(file => file.Features.Bytes), done = 0;
        for (int i = 0; i < files.Count; i++)
        {
            firsts[i] = (int)count;
            count += files[i].Features.Count;
            if (count > Array.MaxLength) throw DataFile.Wrong($"'{files[i].Features.Path}' brings the records to {count}, and {Array.MaxLength} are possible; learn them in several steps.");
        }
        (classOf, hashes, taskOf) = (new int[count], new UInt128[count], new int[files.Count]);
        bool areLabelled = files.All(file => file.Labels is not null);
        if (!areLabelled) Array.Fill(classOf, -1);
        if (!areLabelled && files.FirstOrDefault(file => file.Labels is not null) is { } other) Remarks = [$"'{files.First(file => file.Labels is null).Features.Path}' has no labels, so those of '{other.Features.Path}' are not used."];
        for (int i = 0; i < files.Count; i++)
        {
            if (files[i].Item.Task.Length > 0 && !tasks.Contains(files[i].Item.Task)) tasks.Add(files[i].Item.Task);
            taskOf[i] = Math.Max(0, tasks.IndexOf(files[i].Item.Task));
            if (areLabelled && files[i].Labels is { } labels) ReadLabels(labels, classOf.AsSpan(firsts[i]));
            ReadContent(files[i].Features, hashes.AsSpan(firsts[i]), read => progress?.Report(new(done += read, bytes, "bytes")), cancellation);
        }
        foreach (FeatureFile file in files) file.Labels?.Dispose();
    }

    /// <summary>Shape of what is stored for one record.</summary>
    public IReadOnlyList<long> Shape => files[0].Features.ItemShape;

    /// <summary>Numbers of one record.</summary>
    public int Numbers => files[0].Features.Numbers;

    /// <summary>Whether they are bytes, as pixels are.</summary>
    public bool AreBytes => files[0].Features.Type == StoredType.Byte;

    /// <inheritdoc/>
    public override int Count => classOf.Length;

    /// <inheritdoc/>
    public override bool HasLabels => classes.Count > 0;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Remarks { get; } = [];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Classes => classes;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Tasks => tasks;

    /// <inheritdoc/>
    public override int ClassOf(int record) => classOf[record];

    /// <inheritdoc/>
    public override int TaskOf(int record) => taskOf[FileOf(record)];

    /// <inheritdoc/>
    public override RecordPart PartOf(int record) => files[FileOf(record)].Item.Part;

    /// <inheritdoc/>
    public override UInt128 ContentHash(int record) => hashes[record];

    /// <inheritdoc/>
    public override string Where(int record) => $"record {Number(record)} of '{files[FileOf(record)].Features.Path}'";

    /// <inheritdoc/>
    public override string Name(int record) => files.Length == 1 ? $"record {Number(record)}" : $"{Path.GetFileName(files[FileOf(record)].Features.Path)} record {Number(record)}";

    /// <summary>The numbers of a record as they are stored.</summary>
    public void Read(int record, Span<float> numbers)
    {
        int file = FileOf(record);
        files[file].Features.Read(record - firsts[file], numbers);
    }

    /// <inheritdoc/>
    public override InputForm Fit(IReadOnlyList<int> training) => FeatureForm.Fit(this, training);

    /// <inheritdoc/>
    public override IReadOnlyList<FieldDescription> Describe() =>
        [new("features", "numbers", 0, $"{(Shape.Count == 0 ? "one number" : $"{string.Join(" x ", Shape)} numbers")} of the type {files[0].Features.Type} each{(AreBytes ? ", scaled from 0..255 to 0..1" : ", standardised")}")];

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (FeatureFile file in files) file.Dispose();
        base.Dispose(disposing);
    }

    private int Number(int record) => record - firsts[FileOf(record)] + 1;

    private int FileOf(int record)
    {
        int found = Array.BinarySearch(firsts, record);
        return found >= 0 ? found : ~found - 1;
    }

    private static void RequireSame(StoredArray first, StoredArray other)
    {
        if (!first.ItemShape.SequenceEqual(other.ItemShape))
            throw DataFile.Wrong($"'{other.Path}' holds records of shape [{string.Join(", ", other.ItemShape)}], but '{first.Path}' of [{string.Join(", ", first.ItemShape)}]; all files must agree.");
        if (first.Type == StoredType.Byte != (other.Type == StoredType.Byte))
            throw DataFile.Wrong($"'{other.Path}' holds numbers of the type {other.Type}, but '{first.Path}' of {first.Type}; bytes are scaled otherwise than other numbers, so save both alike.");
    }

    private void ReadLabels(StoredArray labels, Span<int> found)
    {
        byte[] block = new byte[labels.ItemsOfABlock * labels.Type.Size];
        for (int first = 0; first < labels.Count; first += labels.ItemsOfABlock)
        {
            int items = Math.Min(labels.ItemsOfABlock, labels.Count - first);
            labels.ReadBytes(first, block.AsSpan(0, items * labels.Type.Size));
            for (int i = 0; i < items; i++) found[first + i] = Place(labels, first + i, labels.Type.ToName(block.AsSpan(i * labels.Type.Size, labels.Type.Size)));
        }
    }

    private int Place(StoredArray labels, int record, string? name)
    {
        if (string.IsNullOrWhiteSpace(name))
            throw DataFile.Wrong($"Label {record + 1} of '{labels.Path}' is {(name is null ? "no whole number" : "empty")}; labels are whole numbers or names, one for each record.");
        if (places.TryGetValue(name, out int place)) return place;
        classes.Add(name);
        return places[name] = classes.Count - 1;
    }

    private static void ReadContent(StoredArray features, Span<UInt128> hashes, Action<int> hear, CancellationToken cancellation)
    {
        int numbers = features.Numbers;
        float[] block = new float[features.ItemsOfABlock * numbers];
        for (int first = 0; first < features.Count; first += features.ItemsOfABlock)
        {
            cancellation.ThrowIfCancellationRequested();
            int items = Math.Min(features.ItemsOfABlock, features.Count - first);
            Span<float> read = block.AsSpan(0, items * numbers);
            features.Read(first, read);
            for (int i = 0; i < read.Length; i++)
            {
                if (!float.IsFinite(read[i])) throw DataFile.Wrong($"Record {first + i / numbers + 1} of '{features.Path}' has {(float.IsNaN(read[i]) ? "no number (NaN)" : "infinity")} at place {i % numbers + 1} of {numbers}; replace it by a number, or leave the record out.");
                read[i] += 0f; // -0 becomes 0, for the two are equal
            }
            for (int i = 0; i < items; i++) hashes[first + i] = HashOf(MemoryMarshal.AsBytes(read.Slice(i * numbers, numbers)));
            hear(items * numbers * features.Type.Size);
        }
    }
}

/// <summary>
/// How stored numbers become inputs. Bytes are pixels: 0..255 becomes 0..1, and two dimensions get one channel before them. Other numbers are
/// standardised, each by its own mean and deviation; one that never differed is only centred.
/// </summary>
internal sealed class FeatureForm : InputForm
{
    private readonly float[] means, factors;
    private readonly double[] deviations;

    private FeatureForm(IReadOnlyList<long> shape, bool areBytes, IReadOnlyList<double> means, IReadOnlyList<double> deviations)
    {
        (StoredShape, AreBytes, this.deviations) = (shape, areBytes, [.. deviations]);
        this.means = [.. means.Select(mean => (float)mean)];
        factors = [.. deviations.Select(deviation => deviation > 0 ? (float)(1 / deviation) : 1)];
        Shape = shape.Count == 0 ? [1] : areBytes && shape.Count == 2 ? [1, .. shape] : shape;
    }

    /// <summary>Shape of a record in its file.</summary>
    public IReadOnlyList<long> StoredShape { get; }

    /// <summary>Whether it was made from bytes.</summary>
    public bool AreBytes { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<long> Shape { get; }

    /// <summary>The form of some records.</summary>
    public static FeatureForm Fit(FeatureRecords records, IReadOnlyList<int> training)
    {
        if (records.AreBytes) return new(records.Shape, true, [], []);
        Moments[] moments = new Moments[records.Numbers];
        float[] numbers = new float[records.Numbers];
        foreach (int record in training)
        {
            records.Read(record, numbers);
            for (int i = 0; i < numbers.Length; i++) moments[i].Add(numbers[i]);
        }
        return new(records.Shape, false, [.. moments.Select(one => (double)(float)one.Mean)], [.. moments.Select(one => one.Deviation)]);
    }

    /// <summary>The form that <see cref="ToJson"/> described.</summary>
    /// <exception cref="EngramException">It is damaged.</exception>
    public static FeatureForm FromJson(JsonObject json)
    {
        FormJson form = new(json);
        long[] shape = form.Sizes("shape");
        double numbers = shape.Aggregate(1.0, (product, size) => product * size);
        if (shape.Any(size => size < 1) || numbers > StoredArray.MostNumbers) throw FormJson.Damaged($"has the shape [{string.Join(", ", shape.Take(8))}], which no record has");
        bool areBytes = form.Flag("bytes");
        double[] means = form.Numbers("means"), deviations = form.Numbers("deviations", least: 0);
        if (means.Any(mean => Math.Abs(mean) > float.MaxValue)) throw FormJson.Damaged("has a mean that no 32 bits hold");
        if (means.Length != (areBytes ? 0 : numbers) || means.Length != deviations.Length) throw FormJson.Damaged($"has {means.Length} means and {deviations.Length} deviations for {numbers} numbers{(areBytes ? " that are bytes" : "")}");
        return new(shape, areBytes, means, deviations);
    }

    /// <inheritdoc/>
    public override void Read(Records records, int record, Span<float> input)
    {
        if (records is not FeatureRecords stored) throw DataFile.Wrong($"'{records.Source}' holds no features, and features of shape [{string.Join(", ", StoredShape)}] were learned; give data of that kind.");
        if (stored.AreBytes != AreBytes || !stored.Shape.SequenceEqual(StoredShape))
            throw DataFile.Wrong($"'{records.Source}' holds records of shape [{string.Join(", ", stored.Shape)}]{(stored.AreBytes ? " in bytes" : "")}, and [{string.Join(", ", StoredShape)}]{(AreBytes ? " in bytes" : "")} was learned; give data of that kind.");
        stored.Read(record, input);
        if (AreBytes)
            for (int i = 0; i < input.Length; i++) input[i] /= 255;
        else
            for (int i = 0; i < input.Length; i++) input[i] = (input[i] - means[i]) * factors[i];
    }

    /// <inheritdoc/>
    public override GraphValue Describe(Graph graph)
    {
        if (AreBytes) return graph.Apply("Div", [graph.Cast(graph.Input("input", GraphType.Byte, Shape, "Pixels as bytes, 0 to 255."), GraphType.Single), graph.Number(255)]);
        GraphValue stored = graph.Input("input", GraphType.Single, Shape, "The numbers as they are stored, not standardised.");
        using torch.Tensor middle = torch.tensor(means, [1, .. Shape]), scale = torch.tensor(factors, [1, .. Shape]);
        return graph.Apply("Mul", [graph.Apply("Sub", [stored, graph.Constant(middle)]), graph.Constant(scale)]);
    }

    /// <inheritdoc/>
    public override JsonObject ToJson() => new()
    {
        ["kind"] = "features", ["shape"] = new JsonArray([.. StoredShape.Select(size => (JsonNode)size)]), ["bytes"] = AreBytes,
        ["means"] = new JsonArray([.. means.Select(mean => (JsonNode)(double)mean)]), ["deviations"] = new JsonArray([.. deviations.Select(deviation => (JsonNode)deviation)]),
    };
}
