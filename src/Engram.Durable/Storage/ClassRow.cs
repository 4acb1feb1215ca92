namespace Engram.Durable.Storage;

/// <summary>A class: its name for life.</summary>
/// <param name="Number">Its output, from 0, in order of first sight.</param>
/// <param name="Name">As the data say it.</param>
/// <param name="Lesson">Number of the lesson that first had it.</param>
public sealed record ClassRow(int Number, string Name, int Lesson);
