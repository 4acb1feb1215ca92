using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Engram.OwnData;

namespace Engram.Durable;

/// <summary>Right answers as records: their inputs are as the learner sees them already, so neither its form nor its frozen network reads them again.</summary>
internal sealed class FeedbackRecords : Records
{
    private readonly Feedback[] feedback;
    private readonly string[] classes;
    private readonly int[] classOf;

    /// <summary>Makes them.</summary>
    /// <param name="feedback">One at least, in the order in which they are learned.</param>
    /// <param name="shape">Shape of an input.</param>
    [SetsRequiredMembers]
    public FeedbackRecords(IReadOnlyList<Feedback> feedback, IReadOnlyList<long> shape)
    {
        Source = "feedback";
        this.feedback = [.. feedback];
        classes = [.. feedback.Select(one => one.Label).Distinct()];
        classOf = [.. feedback.Select(one => Array.IndexOf(classes, one.Label))];
        Form = new Seen(shape);
    }

    /// <summary>Gives the inputs as they are.</summary>
    public InputForm Form { get; }

    /// <inheritdoc/>
    public override int Count => feedback.Length;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Classes => classes;

    /// <inheritdoc/>
    public override int ClassOf(int record) => classOf[record];

    /// <summary>The hash of the input as the learner sees it, since nobody has the record that it was made from.</summary>
    public override UInt128 ContentHash(int record) => HashOf(feedback[record].Input);

    /// <summary>The hash of an input.</summary>
    public static UInt128 HashOf(float[] input) => HashOf(MemoryMarshal.AsBytes<float>([.. input.Select(number => number + 0f)])); // -0 becomes 0, for the two are equal

    /// <inheritdoc/>
    public override string Where(int record) => $"the right answer to prediction '{Quote.Of(feedback[record].Prediction)}'";

    /// <inheritdoc/>
    public override InputForm Fit(IReadOnlyList<int> training) => Form;

    /// <inheritdoc/>
    public override IReadOnlyList<FieldDescription> Describe() => [new("input", "numbers", 0, $"{feedback[0].Input.Length} numbers each, as the learner sees them")];

    private sealed class Seen(IReadOnlyList<long> shape) : InputForm
    {
        public override IReadOnlyList<long> Shape => shape;

        public override void Read(Records records, int record, Span<float> input) => ((FeedbackRecords)records).feedback[record].Input.CopyTo(input);

        public override JsonObject ToJson() => new() { ["kind"] = "seen", ["shape"] = new JsonArray([.. shape.Select(size => (JsonNode)size)]) };
    }
}
