using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Engram.OwnData;

namespace Engram.Durable;

/// <summary>Vectors as the learner sees them already, so that neither its form nor its frozen network reads them again: a lesson from a program, or right answers.</summary>
internal sealed class VectorRecords : Records
{
    private readonly float[][] inputs;
    private readonly string[] classes;
    private readonly int[] classOf;
    private readonly Func<int, string> where;

    /// <summary>Makes them.</summary>
    /// <param name="source">What they are called.</param>
    /// <param name="inputs">One at least, in the order in which they are learned.</param>
    /// <param name="labels">The class of each.</param>
    /// <param name="shape">Shape of an input.</param>
    /// <param name="where">What a vector is called in a message, by its place.</param>
    [SetsRequiredMembers]
    public VectorRecords(string source, IEnumerable<float[]> inputs, IReadOnlyList<string> labels, IReadOnlyList<long> shape, Func<int, string> where)
    {
        Source = source;
        this.inputs = [.. inputs];
        this.where = where;
        Dictionary<string, int> places = [];
        classOf = [.. labels.Select(label => places.TryGetValue(label, out int place) ? place : places[label] = places.Count)];
        classes = [.. places.OrderBy(one => one.Value).Select(one => one.Key)];
        Form = new Seen(shape);
    }

    /// <summary>Gives the inputs as they are.</summary>
    public InputForm Form { get; }

    /// <inheritdoc/>
    public override int Count => inputs.Length;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Classes => classes;

    /// <inheritdoc/>
    public override int ClassOf(int record) => classOf[record];

    /// <summary>The hash of the input as the learner sees it, since nobody has the record that it was made from.</summary>
    public override UInt128 ContentHash(int record) => HashOf(inputs[record]);

    /// <summary>The hash of an input.</summary>
    public static UInt128 HashOf(float[] input) => HashOf(MemoryMarshal.AsBytes<float>([.. input.Select(number => number + 0f)])); // -0 becomes 0, for the two are equal

    /// <inheritdoc/>
    public override string Where(int record) => where(record);

    /// <inheritdoc/>
    public override InputForm Fit(IReadOnlyList<int> training) => Form;

    /// <inheritdoc/>
    public override IReadOnlyList<FieldDescription> Describe() => [new("input", "numbers", 0, $"{inputs[0].Length} numbers each, as the learner sees them")];

    // Kept, it is the form of stored features that changes none of them.
    private sealed class Seen(IReadOnlyList<long> shape) : InputForm
    {
        public override IReadOnlyList<long> Shape => shape;

        public override void Read(Records records, int record, Span<float> input) => ((VectorRecords)records).inputs[record].CopyTo(input);

        public override JsonObject ToJson()
        {
            long numbers = shape.Aggregate(1L, (product, size) => product * size);
            return new() { ["kind"] = "features", ["shape"] = Each(shape), ["bytes"] = false, ["means"] = Each(Enumerable.Repeat(0.0, (int)numbers)), ["deviations"] = Each(Enumerable.Repeat(1.0, (int)numbers)) };
        }

        private static JsonArray Each<T>(IEnumerable<T> values) => new([.. values.Select(value => JsonValue.Create(value))]);
    }
}
