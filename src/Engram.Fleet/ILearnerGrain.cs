using Orleans.Concurrency;

namespace Engram.Fleet;

/// <summary>
/// A learner of the fleet; its key is the learner's name. It comes to be where it is first asked for, learns one lesson at a time, answers meanwhile, and keeps nothing but what its
/// tables in PostgreSQL keep. <see cref="FleetClient"/> asks it again where a process dies.
/// </summary>
[Alias("engram.learner")]
public interface ILearnerGrain : IGrainWithStringKey
{
    /// <summary>Answers inputs, all by one version.</summary>
    /// <param name="inputs">One at least, as the learner sees them.</param>
    /// <exception cref="EngramException">An input has another length or is not finite, or nothing was learned yet.</exception>
    [Alias("predict"), AlwaysInterleave, ResponseTimeout("00:00:03")]
    Task<FleetAnswer[]> Predict([Immutable] float[][] inputs);

    /// <summary>Learns a lesson of vectors as the learner sees them. What is answered here is in the database; the same lesson given again is not learned again, so who is answered too late asks again.</summary>
    /// <param name="lesson">Its name.</param>
    /// <param name="inputs">One at least.</param>
    /// <param name="labels">The class of each.</param>
    /// <exception cref="EngramException">An input or label is none, or another lesson has the name; nothing has changed.</exception>
    [Alias("learn"), ResponseTimeout("00:00:08")]
    Task<FleetLesson> Learn(string lesson, [Immutable] float[][] inputs, [Immutable] string[] labels);

    /// <summary>Makes a version current that the gate has refused.</summary>
    /// <param name="version">Its number.</param>
    /// <param name="reason">Why; kept in the events.</param>
    /// <returns>Number of the version that answers now.</returns>
    [Alias("promote")]
    Task<int> Promote(int version, string reason);

    /// <summary>Makes an older version current.</summary>
    /// <param name="version">Its number; null for the one that was current before.</param>
    /// <returns>Number of the version that answers now.</returns>
    [Alias("rollback")]
    Task<int> Rollback(int? version);

    /// <summary>What the learner is, in short.</summary>
    [Alias("summary"), AlwaysInterleave]
    Task<LearnerSummary> Summary();

    /// <summary>Where it is served: the address of a server of <c>engram serve --cluster</c>, or the silo where there is no server.</summary>
    /// <param name="begins">Whether a learner may be begun that is not there.</param>
    /// <exception cref="EngramException">It is not there, and not to be begun (<c>unknown-learner</c>).</exception>
    [Alias("where"), AlwaysInterleave, ResponseTimeout("00:00:03")]
    Task<string> Where(bool begins);
}
