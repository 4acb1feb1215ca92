using Engram.Durable.Gate;

namespace Engram.Durable;

/// <summary>What became of a lesson.</summary>
/// <param name="Number">From 1, in the order of learning.</param>
/// <param name="Name">Its name.</param>
/// <param name="Version">The version that it made.</param>
/// <param name="Promoted">Whether that version answers now.</param>
/// <param name="Verdict">What the gate said.</param>
/// <param name="Samples">Samples it was learned from.</param>
/// <param name="Tested">Samples held out.</param>
/// <param name="Before">Share of its held-out samples that the learner answered rightly before; null with the first lesson, or where none were held out.</param>
/// <param name="NewClasses">Classes that nobody knew of before.</param>
/// <param name="Remarks">What a reader should know, a line each.</param>
/// <param name="Seconds">Seconds that learning took, without reading and features.</param>
/// <param name="WasLearned">Whether these data had been learned before, and nothing was done now.</param>
public sealed record Lesson(int Number, string Name, int Version, bool Promoted, GateVerdict Verdict, int Samples, int Tested, double? Before, IReadOnlyList<string> NewClasses, IReadOnlyList<string> Remarks, double Seconds, bool WasLearned);
