using System.Reflection;

namespace Engram;

/// <summary>Which Engram this is.</summary>
public static class EngramVersion
{
    /// <summary>Semantic version, such as <c>0.1.0</c>.</summary>
    public static string Current { get; } = typeof(EngramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
