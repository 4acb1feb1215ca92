using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Engram.OwnData;

/// <summary>How a record becomes a network's input. Immutable; made from the training records of what is learned first, and kept for as long as the model is.</summary>
public abstract class InputForm
{
    /// <summary>Shape of one input.</summary>
    public abstract IReadOnlyList<long> Shape { get; }

    /// <summary>Writes the input of one record. Thread-safe.</summary>
    /// <param name="records">Records of the kind that the form was made from, such as a table with the same columns.</param>
    /// <param name="record">0 to Count - 1.</param>
    /// <param name="input">As many numbers as the shape has; every one is written.</param>
    /// <exception cref="EngramException">The record cannot be read as such an input; the message says where it is and what to do.</exception>
    public abstract void Read(Records records, int record, Span<float> input);

    /// <summary>
    /// By what an input is known again (<see cref="Streams.Samples.ContentHash"/>): two records of one hash have the same input. Here that of
    /// the numbers; a form whose numbers follow from a record's content and its <see cref="Shape"/> alone gives the hash of these, which is cheaper.
    /// </summary>
    /// <param name="records">As in <see cref="Read"/>.</param>
    /// <param name="record">0 to Count - 1.</param>
    public virtual UInt128 ContentHash(Records records, int record)
    {
        float[] input = new float[Shape.Aggregate(1L, (product, size) => product * size)];
        Read(records, record, input);
        return Engram.ContentHash.Of(MemoryMarshal.AsBytes<float>(input));
    }

    /// <summary>What it needs to be made again, such as means and categories by column.</summary>
    public abstract JsonObject ToJson();
}
