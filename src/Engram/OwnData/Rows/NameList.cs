namespace Engram.OwnData.Rows;

/// <summary>Names in the order in which they were first seen.</summary>
internal sealed class NameList
{
    private readonly List<string> names = [];
    private readonly Dictionary<string, int> places = [];

    /// <summary>All of them.</summary>
    public IReadOnlyList<string> Names => names;

    /// <summary>The place of a name, which is a new one where it was not seen before.</summary>
    public int PlaceOf(ReadOnlySpan<char> name)
    {
        var known = places.GetAlternateLookup<ReadOnlySpan<char>>();
        if (known.TryGetValue(name, out int place)) return place;
        names.Add(name.ToString());
        return places[names[^1]] = names.Count - 1;
    }
}
