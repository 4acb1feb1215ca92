namespace Engram;

/// <summary>Settings of one entry of a catalog, for a record in which those of any entry may stand: <see cref="Settings"/> writes them with the id, and shows the id alone.</summary>
public interface IEntryOptions
{
    /// <summary>Id in the catalog.</summary>
    string Id { get; }
}
