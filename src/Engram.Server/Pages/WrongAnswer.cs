namespace Engram.Server.Pages;

/// <summary>An answer that somebody said was wrong.</summary>
/// <param name="When">When that was said.</param>
/// <param name="Given">What was answered.</param>
/// <param name="Right">What is right.</param>
/// <param name="Version">By which version it was answered.</param>
internal sealed record WrongAnswer(DateTimeOffset When, string Given, string Right, int Version);
