using System.Reflection;
using Engram.Durable;

namespace Engram.Server;

/// <summary>Where one learner is, or a folder of them.</summary>
/// <param name="Name">Name of the one learner; empty for a folder.</param>
/// <param name="Address">A file such as <c>line3.engram</c>, which is made by its first lesson where it is not there; <c>postgres://user:password@host/database/name</c>; or a folder, each of whose files is a learner of the file's name.</param>
/// <param name="Assemblies">With readers, frozen networks, methods and networks of one's own, such as that of <c>Engram.Pictures</c>.</param>
public sealed record LearnerSource(string Name, string Address, params IReadOnlyList<Assembly> Assemblies)
{
    /// <summary>How a learner's file ends.</summary>
    internal const string Ending = ".engram";

    /// <summary>Whether it is a folder.</summary>
    internal bool IsFolder => Name.Length == 0 && !IsDatabase;

    /// <summary>Whether it is a database, whose learners are served where a fleet puts them.</summary>
    internal bool IsDatabase { get; init; }

    /// <summary>What a learner is made with that is not there; null leaves that to its first lesson.</summary>
    internal DurableOptions? Begin { get; init; }

    /// <summary>A source as people type it.</summary>
    /// <param name="address">File, folder or address.</param>
    /// <param name="assemblies">As for the record.</param>
    /// <exception cref="EngramException">It is neither a folder nor a learner's address.</exception>
    public static LearnerSource Of(string address, params IReadOnlyList<Assembly> assemblies)
    {
        if (Directory.Exists(address)) return new("", Path.GetFullPath(address), assemblies);
        if (address.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) || address.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase))
        {
            string name = Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) ? Uri.UnescapeDataString(uri.AbsolutePath.TrimEnd('/').Split('/')[^1]) : "";
            return new(LearnerNames.Checked(name), address, assemblies);
        }
        string path = Path.GetFullPath(address);
        if (!path.EndsWith(Ending, StringComparison.OrdinalIgnoreCase) && !File.Exists(path))
            throw EngramException.Input("no-such-learner", $"'{Quote.Of(address)}' is neither a folder that is there nor a file that ends in {Ending}; name one of them, or postgres://user:password@host/database/name.");
        if (!Directory.Exists(Path.GetDirectoryName(path))) throw EngramException.Input("no-such-folder", $"The folder of '{Quote.Of(address)}' is not there; make it first.");
        return new(LearnerNames.Checked(Path.GetFileNameWithoutExtension(path)), path, assemblies);
    }
}
