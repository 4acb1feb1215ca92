namespace Engram.Networks;

/// <summary>Enters a <see cref="NetworkDefinition"/> in the catalog.</summary>
/// <param name="id">The name in configurations and on the command line, such as <c>mlp</c>.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NetworkAttribute(string id) : Attribute
{
    /// <summary>The name in configurations and on the command line.</summary>
    public string Id { get; } = id;

    /// <summary>One line about it.</summary>
    public string Summary { get; init; } = "";

    /// <summary>Where it comes from, or empty.</summary>
    public string Paper { get; init; } = "";

    /// <summary>The group it is listed under.</summary>
    public string Family { get; init; } = "";
}
