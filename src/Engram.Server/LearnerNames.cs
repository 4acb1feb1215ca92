using System.Text.RegularExpressions;

namespace Engram.Server;

/// <summary>Names by which learners are asked for: part of an address, and of a file.</summary>
internal static partial class LearnerNames
{
    // Paths of the server's own.
    private static readonly HashSet<string> Taken = new(["v1", "login", "logout", "health", "metrics", "openapi", "reference"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Refuses a name that is no part of an address and a file.</summary>
    /// <exception cref="EngramException">It is not (<c>wrong-name</c>).</exception>
    public static string Checked(string name) => Taken.Contains(name) ? throw EngramException.Input("wrong-name", $"'{name}' cannot be a learner's name, for a page of the server has it; give another one.") : Form().IsMatch(name) ? name
        : throw EngramException.Input("wrong-name", $"'{Quote.Of(name)}' cannot be a learner's name: letters, digits, '.', '_' and '-' are allowed, 64 of them at most, with a letter or digit first.");

    /// <summary>Whether a name is one.</summary>
    public static bool Fits(string name) => Form().IsMatch(name) && !Taken.Contains(name);

    [GeneratedRegex(@"\A[\p{L}\p{Nd}][\p{L}\p{Nd}._-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
