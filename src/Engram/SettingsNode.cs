using System.Text.Json.Nodes;

namespace Engram;

/// <summary>What stands under a name in the tree of settings.</summary>
/// <param name="name">As in JSON.</param>
internal abstract class SettingsNode(string name)
{
    /// <summary>As in JSON.</summary>
    public string Name { get; } = name;

    /// <summary>The settings below, or the one that it is.</summary>
    /// <param name="parent">What the node above it holds: the defaults.</param>
    /// <param name="path">Where the node stands.</param>
    public abstract IEnumerable<Setting> Describe(object parent, string path);

    /// <summary>Writes a value into what the node above it holds, or says what is wrong with it.</summary>
    public abstract void Fill(object parent, JsonNode? value, string path, ICollection<string> problems);

    /// <summary>What is said of a value of another kind than expected.</summary>
    protected static string Unfit(string path, JsonNode? value, string expected)
    {
        string shown;
        try
        {
            shown = Quote.Of(value?.ToJsonString() ?? "null");
        }
        catch (InvalidOperationException)
        {
            shown = "text with half a character in it";
        }
        return $"{path} is {shown} but must be {expected}.";
    }
}
