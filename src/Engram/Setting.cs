namespace Engram;

/// <summary>One setting as help and documentation show it.</summary>
/// <param name="Name">As in JSON; where records stand within records its whole path, such as <c>memory.samples</c>.</param>
/// <param name="Type">.NET type.</param>
/// <param name="Default">Default, taken from the record itself.</param>
/// <param name="Range">Allowed values in words; empty where all are.</param>
/// <param name="Description">One line.</param>
public sealed record Setting(string Name, Type Type, string Default, string Range, string Description);
