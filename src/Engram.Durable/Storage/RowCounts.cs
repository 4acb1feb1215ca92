using System.Text.Json;

namespace Engram.Durable.Storage;

/// <summary>
/// How many rows there are of each kind, so that one that vanished is noticed: checksums cannot notice it. Kept in one row
/// as JSON, such as <c>{"classes":5,"held 1 test":40,"state version 3":2}</c>; what there is none of is left out.
/// </summary>
internal sealed class RowCounts
{
    private readonly SortedDictionary<string, int> counts;

    private RowCounts(SortedDictionary<string, int> counts) => this.counts = counts;

    /// <summary>Goes up with every change.</summary>
    public int Changes { get; private set; }

    /// <summary>Rows of a kind.</summary>
    public int this[string kind] => counts.GetValueOrDefault(kind);

    /// <summary>Kinds of which there are rows.</summary>
    public IEnumerable<string> Kinds => counts.Keys;

    /// <summary>Reads it; null is nothing.</summary>
    public static RowCounts From(string? json) => new(new((json is null ? null : JsonSerializer.Deserialize<Dictionary<string, int>>(json)) ?? [], StringComparer.Ordinal));

    public static string HeldKind(int lesson, bool test) => $"held {lesson} {(test ? "test" : "learned")}";

    public static string StateKind(string owner, int number) => $"state {owner} {number}";

    public static string MatrixKind(int version) => $"matrix {version}";

    /// <summary>Adds rows, or takes away where it is negative.</summary>
    public void Add(string kind, int rows)
    {
        if (rows == 0) return;
        Changes++;
        counts[kind] = this[kind] + rows;
        if (counts[kind] == 0) counts.Remove(kind);
    }

    /// <summary>Rows of all kinds that begin so.</summary>
    public int Total(string prefix) => counts.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal)).Sum(pair => pair.Value);

    /// <summary>As JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(counts);
}
