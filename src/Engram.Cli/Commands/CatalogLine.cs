namespace Engram.Cli.Commands;

/// <summary>One entry of a catalog as lists show it.</summary>
/// <param name="Id">What is typed.</param>
/// <param name="Entry">Family, summary, paper.</param>
/// <param name="Type">The class behind it; its name in words is the entry's name where the entry has none.</param>
/// <param name="Settings">Its settings.</param>
/// <param name="Facts">What only this kind of entry has, such as a method's scenarios.</param>
internal sealed record CatalogLine(string Id, CatalogEntryAttribute Entry, Type Type, SettingsShape Settings, params (string Name, string Text)[] Facts)
{
    /// <summary>The entry's own name, or that of its class in words: <c>ElasticWeightConsolidation</c> as <c>Elastic weight consolidation</c>.</summary>
    public string Name => Entry.Name.Length > 0 ? Entry.Name : Type.Name[0] + string.Concat(Type.Name.Skip(1).Select(letter => char.IsUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : $"{letter}"));
}
