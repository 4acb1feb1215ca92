using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Engram.Graphs;

namespace Engram.OwnData;

/// <summary>
/// A user's own labelled data as a reader found them: pictures, rows, texts or features, each with a class and, where the data say so, a task
/// and a part. What is on disk or compact in memory stays so; a record becomes numbers when an <see cref="InputForm"/> reads it.
/// </summary>
/// <remarks>Thread-safe for reading: trials side by side share one set.</remarks>
public abstract class Records : IDisposable
{
    /// <summary>What the user named, such as <c>photos/</c> or <c>sensors.csv</c>.</summary>
    public required string Source { get; init; }

    /// <summary>How many records there are, one at least.</summary>
    public abstract int Count { get; }

    /// <summary>Whether every record has a class; otherwise none has, which <see cref="RecordOptions.Unlabelled"/> allows.</summary>
    public virtual bool HasLabels => true;

    /// <summary>Class names in the order in which they were first seen; labels are names, so <c>07</c> is not <c>7</c>. Empty without labels.</summary>
    public abstract IReadOnlyList<string> Classes { get; }

    /// <summary>Place of a record's class among <see cref="Classes"/>; -1 without labels.</summary>
    public abstract int ClassOf(int record);

    /// <summary>Task names in the order in which they were first seen; empty where the data name none.</summary>
    public virtual IReadOnlyList<string> Tasks => [];

    /// <summary>Place of a record's task among <see cref="Tasks"/>; 0 where the data name none.</summary>
    public virtual int TaskOf(int record) => 0;

    /// <summary>Whether a record is for training or testing, where the data say it.</summary>
    public virtual RecordPart PartOf(int record) => RecordPart.Unsaid;

    /// <summary>The first 16 bytes of the SHA-256 of a record's content without its label, task and part: the same record has the same hash in any file, on any day.</summary>
    public abstract UInt128 ContentHash(int record);

    /// <summary>Where a record comes from, for messages, such as <c>line 17 of 'sensors.csv'</c>.</summary>
    public abstract string Where(int record);

    /// <summary>What a record is called in a line of output: the file of a picture or text, the line of a table.</summary>
    public virtual string Name(int record) => Where(record);

    /// <summary>The text of a record; null where it is none.</summary>
    public virtual string? Text(int record) => null;

    /// <summary>What a reader of the data should know, a line each: columns left out, values that were missing, pictures skipped.</summary>
    public virtual IReadOnlyList<string> Remarks => [];

    /// <summary>How records become inputs, with what it takes of numbers (means, deviations, categories) from some of them and from no others.</summary>
    /// <param name="training">The training records of what is learned first.</param>
    public abstract InputForm Fit(IReadOnlyList<int> training);

    /// <summary>What <c>engram data describe</c> prints besides counts of classes, tasks and parts: a line per column, or the size of pictures.</summary>
    public abstract IReadOnlyList<FieldDescription> Describe();

    /// <summary>Frees what the records hold.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the records hold.</summary>
    protected virtual void Dispose(bool disposing) { }

    /// <summary>The hash of content (<see cref="ContentHash(int)"/>).</summary>
    public static UInt128 HashOf(ReadOnlySpan<byte> content) => Engram.ContentHash.Of(content);
}

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

    /// <summary>What a reader should know of it, a line each: columns without a difference that are left out.</summary>
    public virtual IReadOnlyList<string> Remarks => [];

    /// <summary>What a reader should know of other records seen through it, a line each: missing values that become the mean, categories never seen.</summary>
    /// <param name="records">Records of the kind that the form was made from.</param>
    public virtual IReadOnlyList<string> RemarksOn(Records records) => [];

    /// <summary>
    /// By what an input is known again (<c>Samples.ContentHash</c>): two records of one hash have the same input. Here that of
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

    /// <summary>Declares what a record consists of as inputs of a graph, and writes down as operations how it becomes a network's input.</summary>
    /// <param name="graph">Gets inputs and operations.</param>
    /// <returns>[n, shape...], of 32 bits.</returns>
    /// <exception cref="EngramException">The form cannot be written so.</exception>
    public virtual GraphValue Describe(Graph graph) =>
        throw EngramException.Input("no-graph", $"A {GetType().Name} does not write itself as operations of a graph; write the learner without a form, and make its inputs yourself.");

    /// <summary>What it needs to be made again, such as means and categories by column, with its <c>kind</c>; <see cref="RecordCatalog.FormOf"/> reads it.</summary>
    public abstract JsonObject ToJson();
}

/// <summary>What a record is for.</summary>
public enum RecordPart
{
    /// <summary>The data do not say: a share is held out by content.</summary>
    Unsaid,

    /// <summary>To learn from.</summary>
    Train,

    /// <summary>To watch training by.</summary>
    Validation,

    /// <summary>To fill the accuracy matrix, and nothing else.</summary>
    Test,
}

/// <summary>One column of a table, or one property of other data.</summary>
/// <param name="Name">Such as the column's name.</param>
/// <param name="Kind">Such as <c>number</c>, <c>category (12)</c>, <c>text</c>, <c>label</c>, <c>task</c>, <c>left out</c>.</param>
/// <param name="Missing">Records without a value.</param>
/// <param name="Detail">Range and mean, the first few categories, or why it is left out.</param>
public sealed record FieldDescription(string Name, string Kind, int Missing, string Detail);
