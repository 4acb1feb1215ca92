using System.Text.Json.Nodes;
using Engram.OwnData;

namespace Engram.Tests.Streams;

/// <summary>Records whose only number is given, with everything else that a reader may know of them.</summary>
internal sealed class ListedRecords(params IReadOnlyList<ListedRecords.One> all) : Records
{
    private readonly List<string> classes = [.. all.Select(one => one.Class).Distinct()], tasks = [.. all.Select(one => one.Task).OfType<string>().Distinct()];

    public sealed record One(double Number, string Class, string? Task = null, RecordPart Part = RecordPart.Unsaid, string? Text = null, UInt128? Hash = null);

    public IReadOnlyList<long> Shape { get; init; } = [1];

    /// <summary>Whether inputs are the numbers less their mean, and not the numbers themselves.</summary>
    public bool Centres { get; init; }

    public IReadOnlyList<int> Fitted { get; private set; } = [];

    public override int Count => all.Count;

    public override IReadOnlyList<string> Classes => classes;

    public override IReadOnlyList<string> Tasks => tasks;

    public override IReadOnlyList<string> Remarks => ["a remark of the data"];

    public override int ClassOf(int record) => classes.IndexOf(all[record].Class);

    public override int TaskOf(int record) => all[record].Task is { } task ? tasks.IndexOf(task) : 0;

    public override RecordPart PartOf(int record) => all[record].Part;

    public override UInt128 ContentHash(int record) => all[record].Hash ?? HashOf(BitConverter.GetBytes(all[record].Number));

    public override string Where(int record) => $"record {record}";

    public override string? Text(int record) => all[record].Text;

    public override InputForm Fit(IReadOnlyList<int> training)
    {
        if (all[0].Text is not null) throw EngramException.Input("needs-features", "texts need features");
        Fitted = [.. training];
        return new Less([.. training], this);
    }

    public override IReadOnlyList<FieldDescription> Describe() => [];

    private sealed class Less(int[] training, ListedRecords records) : InputForm
    {
        private readonly double mean = records.Centres ? training.Average(record => records.Numbers(record)) : 0;

        public override IReadOnlyList<long> Shape => records.Shape;

        public override IReadOnlyList<string> Remarks => ["a remark of the form"];

        public override void Read(Records records, int record, Span<float> input) => input.Fill((float)(((ListedRecords)records).Numbers(record) - mean));

        public override JsonObject ToJson() => new() { ["mean"] = mean };
    }

    private double Numbers(int record) => all[record].Number;
}
