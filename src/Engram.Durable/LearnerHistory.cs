using Engram.Durable.Gate;

namespace Engram.Durable;

/// <summary>Everything that became of a learner: lessons, versions, events.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="Bytes">Bytes that it takes.</param>
/// <param name="Method">Id of the method.</param>
/// <param name="Inputs">How records become inputs, in words.</param>
/// <param name="Choices">What was chosen at the first lesson, and why, a line each.</param>
/// <param name="Options">What may change.</param>
/// <param name="Current">Number of the version that answers.</param>
/// <param name="Classes">Names of the classes, with the lesson that first had each.</param>
/// <param name="Lessons">Lessons in the order of learning.</param>
/// <param name="Versions">Versions in the order in which they were made.</param>
/// <param name="Events">What was done, in order.</param>
/// <param name="Unfinished">Name of the lesson that was stopped; null where none was.</param>
public sealed record LearnerHistory(string Address, long Bytes, string Method, string Inputs, IReadOnlyList<string> Choices, LearnerOptions Options, int Current, IReadOnlyList<PastClass> Classes,
    IReadOnlyList<PastLesson> Lessons, IReadOnlyList<PastVersion> Versions, IReadOnlyList<PastEvent> Events, string? Unfinished);

/// <summary>A class.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Lesson">Number of the lesson that first had it.</param>
/// <param name="IsKnown">Whether the version that answers has learned it.</param>
public sealed record PastClass(string Name, int Lesson, bool IsKnown);

/// <summary>A lesson.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Name">Its name.</param>
/// <param name="Learned">When.</param>
/// <param name="Source">Where its data came from.</param>
/// <param name="Samples">How many it was learned from.</param>
/// <param name="Tested">How many were held out.</param>
/// <param name="Held">How many of these are kept.</param>
/// <param name="Kept">How many of those it was learned from are kept.</param>
/// <param name="Classes">Its classes with the samples learned and held out.</param>
/// <param name="Forgotten">When it was forgotten; null where it was not.</param>
public sealed record PastLesson(int Number, string Name, DateTimeOffset Learned, string Source, int Samples, int Tested, int Held, int Kept, IReadOnlyList<LessonClass> Classes, DateTimeOffset? Forgotten);

/// <summary>A class of a lesson.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Samples">Samples it was learned from.</param>
/// <param name="Held">Samples held out.</param>
public sealed record LessonClass(string Name, int Samples, int Held);

/// <summary>A version.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Parent">The version it came from; 0 for none.</param>
/// <param name="Lesson">Name of the lesson that made it; null where none did.</param>
/// <param name="Made">How it came to be where no lesson made it.</param>
/// <param name="Created">When.</param>
/// <param name="Promoted">When it first answered; null for a candidate that was refused.</param>
/// <param name="Removed">When its state was removed; null while it can be gone back to.</param>
/// <param name="Verdict">What the gate said.</param>
/// <param name="Row">Accuracy on the held-out samples of each lesson by its number, with how many there were.</param>
/// <param name="Seconds">Seconds that learning took.</param>
public sealed record PastVersion(int Number, int Parent, string? Lesson, string? Made, DateTimeOffset Created, DateTimeOffset? Promoted, DateTimeOffset? Removed, GateVerdict Verdict, IReadOnlyDictionary<int, LessonAccuracy> Row, double Seconds);

/// <summary>How a version answers a lesson's held-out samples.</summary>
/// <param name="Samples">How many there were.</param>
/// <param name="Right">How many it answered rightly.</param>
public readonly record struct LessonAccuracy(int Samples, int Right)
{
    /// <summary>Share, 0 to 1.</summary>
    public double Share => Samples == 0 ? 0 : Right / (double)Samples;
}

/// <summary>Something that was done.</summary>
/// <param name="When">When.</param>
/// <param name="Who">Name of the user.</param>
/// <param name="From">Name of the machine.</param>
/// <param name="What">Such as <c>learn</c>.</param>
/// <param name="Detail">As JSON.</param>
public sealed record PastEvent(DateTimeOffset When, string Who, string From, string What, string Detail);
