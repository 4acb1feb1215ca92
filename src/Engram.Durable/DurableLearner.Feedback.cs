namespace Engram.Durable;

// What it should have answered: kept until it is learned as a lesson like any other.
public sealed partial class DurableLearner
{
    /// <summary>Keeps right answers to earlier predictions. They are on disk when this returns; a lesson may be learned meanwhile.</summary>
    /// <param name="feedback">All of them are kept or none; a second answer to the same prediction replaces the first.</param>
    /// <exception cref="EngramException">Nothing was learned yet, nothing may be kept (<see cref="Keep.Nothing"/>), more than 20,000 would wait, an input is none of the learner's, or it cannot be written.</exception>
    public void KeepFeedback(IReadOnlyList<Feedback> feedback)
    {
        if (feedback.Count > 0) new FeedbackKeeping(file).Keep(feedback);
    }

    /// <summary>Right answers that are kept and not learned yet, in the order in which they came.</summary>
    public IReadOnlyList<Feedback> FeedbackKept() => new FeedbackKeeping(file).Kept();

    /// <summary>How many these are, without reading them.</summary>
    public int FeedbackCount() => new FeedbackKeeping(file).Count;

    /// <summary>Learns the right answers that are kept as a lesson. They are removed in the transaction that writes the lesson, whatever the gate says of it; those that come meanwhile stay.</summary>
    /// <param name="name">Name of the lesson; null for <c>feedback</c>, with a number where there is one of that name.</param>
    /// <param name="progress">Hears how far it has come; null for nobody.</param>
    /// <param name="cancellation">Stops it; the same call goes on where it stopped, unless other answers have come.</param>
    /// <exception cref="EngramException">None is kept, nothing may be kept, or somebody else writes; nothing has changed.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public Lesson LearnFeedback(string? name = null, IProgress<LearnStage>? progress = null, CancellationToken cancellation = default)
    {
        using IDisposable held = file.Store.HoldForWriting("learn feedback");
        var (records, remove) = new FeedbackKeeping(file).ToLearn();
        using (records) return LearnHeld(records, name, progress, null, cancellation, remove);
    }
}
