namespace Engram.Methods;

/// <summary>Something that a method shows to people after a task.</summary>
/// <param name="Name">What it is, in lower-case words, such as <c>generated images</c>.</param>
public abstract record Exhibit(string Name);
