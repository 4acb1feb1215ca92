using System.Text.Json.Serialization;

namespace Engram.Server.Lessons;

/// <summary>A lesson that a server took in: what it is, and how far it has come. Immutable; the next one takes its place.</summary>
/// <param name="Id">Its id, in the order of time.</param>
/// <param name="Learner">Name of the learner.</param>
/// <param name="Source">What is learned: the uploaded file's name, the path under the allowed folder, or <c>feedback</c>.</param>
/// <param name="Asked">When it was taken in.</param>
public sealed record LessonJob(string Id, string Learner, string Source, DateTimeOffset Asked)
{
    /// <summary>Source of a lesson of right answers.</summary>
    internal const string Feedback = "feedback";

    /// <summary>Name of the lesson; null takes that of the data.</summary>
    public string? Name { get; init; }

    /// <summary>What the user set for it: <c>label</c>, <c>task</c>, <c>method</c>, <c>network</c>, <c>features</c>, <c>keep</c>, or any setting by its path; null for nothing.</summary>
    public IReadOnlyDictionary<string, string>? Settings { get; init; }

    /// <summary>Whose key asked for it; null where there are no keys.</summary>
    public string? By { get; init; }

    /// <summary>Where it stands.</summary>
    public LessonState State { get; init; }

    /// <summary>What is being done, such as <c>reading</c>, <c>learning</c> or <c>scoring</c>; null where nothing is.</summary>
    public string? Stage { get; init; }

    /// <summary>Steps or samples of the stage that are done.</summary>
    public long Done { get; init; }

    /// <summary>Steps or samples of the stage.</summary>
    public long Total { get; init; }

    /// <summary>Mean loss of late; null where there is none.</summary>
    public double? Loss { get; init; }

    /// <summary>When it ended; null while it has not.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>The version that it made; null where none was made.</summary>
    public int? Version { get; init; }

    /// <summary>What the gate said; null before it did.</summary>
    public string? Verdict { get; init; }

    /// <summary>Whether these data had been learned before, so that nothing was done.</summary>
    public bool WasLearned { get; init; }

    /// <summary>Code of the error; null where there is none.</summary>
    public string? Error { get; init; }

    /// <summary>What went wrong, one line; null where nothing did.</summary>
    public string? Message { get; init; }

    /// <summary>Whether it has ended, in whatever way.</summary>
    [JsonIgnore]
    public bool IsOver => State > LessonState.Learning;

    // Where its data are, within the folder of the job; null for what is not uploaded.
    internal string? Upload { get; init; }

    // Whether it is what was told about earlier answers.
    internal bool IsFeedback { get; init; }

    // Where its data are on the server, in a folder that is learned from; null for others.
    internal string? Path { get; init; }
}
