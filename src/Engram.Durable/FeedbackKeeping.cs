using Engram.Durable.Storage;

namespace Engram.Durable;

/// <summary>Keeps right answers until they are learned. Each change is one transaction, which needs no hold: a lesson may be learned meanwhile.</summary>
/// <param name="file">The learner.</param>
internal sealed class FeedbackKeeping(LearnerFile file)
{
    /// <summary>How many may wait. They are read as a whole to be learned, so that memory is for so many inputs.</summary>
    public const int Most = 20_000;

    private const int MostLetters = 200;

    /// <summary>How many wait to be learned.</summary>
    public int Count => file.Store.Read(reader => reader.FeedbackCount());

    /// <summary>Keeps some; a second answer to a prediction replaces the first.</summary>
    /// <exception cref="EngramException">Nothing was learned yet, nothing may be kept, too many would wait, or one of them cannot be kept; then none is.</exception>
    public void Keep(IReadOnlyList<Feedback> feedback) => file.Store.Write(writer =>
    {
        IReadOnlyList<long> shape = ShapeOf(writer);
        foreach (Feedback one in feedback)
        {
            RefuseWrong(one, shape);
            writer.Put(new FeedbackRow(one.Prediction, one.Label, one.Given, one.Version, one.When, SampleBytes.From(one.Input)));
        }
        if (writer.FeedbackCount() is > Most and var waiting)
            throw EngramException.Input("too-much-feedback", $"'{file.Store.Address}' would keep {waiting:#,0} right answers, and at most {Most:#,0} may wait to be learned. Nothing was kept; let it learn those that wait, as a lesson.");
    });

    /// <summary>What is kept and not learned yet, in the order in which it came.</summary>
    public IReadOnlyList<Feedback> Kept() => [.. InOrder(file.Store.Read(reader => reader.Feedback())).Select(Feedback)];

    /// <summary>What is there to learn.</summary>
    /// <returns>It as records, and what removes the same from the store; an answer that was replaced meanwhile stays.</returns>
    /// <exception cref="EngramException">There is nothing, or nothing may be kept.</exception>
    public (VectorRecords Records, Action<StoreWriter> Remove) ToLearn() => file.Store.Read<(VectorRecords, Action<StoreWriter>)>(reader =>
    {
        IReadOnlyList<long> shape = ShapeOf(reader);
        FeedbackRow[] rows = [.. InOrder(reader.Feedback())];
        if (rows.Length == 0) throw EngramException.Input("no-feedback", $"'{file.Store.Address}' keeps no right answer that it has not learned yet; give it some, or teach it from data with engram learn.");
        Feedback[] kept = [.. rows.Select(Feedback)];
        return (new("feedback", kept.Select(one => one.Input), [.. kept.Select(one => one.Label)], shape, place => $"the right answer to prediction '{Quote.Of(kept[place].Prediction)}'"), writer =>
        {
            foreach (FeedbackRow row in rows) writer.Remove(row);
        });
    });

    /// <summary>Removes those that say a class, or all.</summary>
    /// <returns>How many.</returns>
    public static int Remove(StoreWriter writer, string? label = null) => writer.Feedback().Count(row => (label is null || row.Label == label) && writer.Remove(row));

    private static IEnumerable<FeedbackRow> InOrder(IReadOnlyList<FeedbackRow> rows) => rows.OrderBy(row => row.Received).ThenBy(row => row.Prediction, StringComparer.Ordinal);

    private static Feedback Feedback(FeedbackRow row) => new(row.Prediction, row.Label, SampleBytes.ToNumbers(row.Input), row.Given, row.Version, row.Received);

    private IReadOnlyList<long> ShapeOf(StoreReader reader)
    {
        Settled settled = file.Settle(reader) ?? throw EngramException.Input("nothing-learned", $"'{file.Store.Address}' has learned nothing yet, so it has answered nothing; let it learn a lesson first: engram learn {file.Store.Address} DATA.");
        return settled.Options.Keep != Durable.Keep.Nothing ? file.Inputs(settled).Shape
            : throw EngramException.Input("keeps-nothing", $"'{file.Store.Address}' keeps nothing of its data (keep=nothing), so no right answer can wait in it to be learned; learn the next lesson with --keep tests or --keep features, or teach it from data alone.");
    }

    private static void RefuseWrong(Feedback one, IReadOnlyList<long> shape)
    {
        long numbers = shape.Aggregate(1L, (product, size) => product * size);
        string? wrong = string.IsNullOrWhiteSpace(one.Prediction) || one.Prediction.Length > MostLetters ? $"the id of its prediction has {one.Prediction.Length} letters, and 1 to {MostLetters} were expected; give the id that came with the answer"
            : string.IsNullOrWhiteSpace(one.Label) ? "it has no label; give the right answer"
            : one.Input.Length != numbers ? $"its input has {one.Input.Length} numbers, but the learner sees {numbers}; give what was asked, as the learner sees it"
            : Array.FindIndex(one.Input, number => !float.IsFinite(number)) is >= 0 and var place ? $"number {place + 1} of its input is {one.Input[place]}, which is not finite; give what was asked"
            : null;
        if (wrong is not null) throw EngramException.Input("wrong-feedback", $"The right answer to prediction '{Quote.Of(one.Prediction, 40)}' cannot be kept: {wrong}. Nothing was kept.");
    }
}
