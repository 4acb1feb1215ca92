using System.Xml.Linq;

namespace Engram.Tests;

/// <summary>A project that becomes a package, found by its own word for it, so that a new one is tested without being listed.</summary>
internal sealed record PackableProject(string Name, string PackageId, bool IsTool, string Description)
{
    /// <summary>All of them, in the order of their names.</summary>
    public static IReadOnlyList<PackableProject> All { get; } =
    [
        .. Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => (Name: Path.GetFileNameWithoutExtension(path), Project: XDocument.Load(path)))
            .Where(file => Is(file.Project, "IsPackable"))
            .Select(file => new PackableProject(file.Name, Property(file.Project, "PackageId") ?? file.Name, Is(file.Project, "PackAsTool"), Property(file.Project, "Description") ?? "")),
    ];

    private static bool Is(XDocument project, string property) => string.Equals(Property(project, property), "true", StringComparison.OrdinalIgnoreCase);

    private static string? Property(XDocument project, string name) => project.Descendants(name).LastOrDefault()?.Value;
}
