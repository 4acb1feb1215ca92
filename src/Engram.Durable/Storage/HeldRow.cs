namespace Engram.Durable.Storage;

/// <summary>A sample that is kept.</summary>
/// <param name="Lesson">Number of its lesson.</param>
/// <param name="IsTest">Whether it is held out; otherwise it was learned from.</param>
/// <param name="Number">Its place among the lesson's samples of that kind, from 0; samples that are given up leave gaps.</param>
/// <param name="Class">Number of its class.</param>
/// <param name="Content">Hash of its record's content.</param>
/// <param name="Input">Its numbers, as <c>SampleBytes</c> writes them.</param>
public sealed record HeldRow(int Lesson, bool IsTest, int Number, int Class, UInt128 Content, byte[] Input);
