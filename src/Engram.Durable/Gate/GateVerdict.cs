using System.Text.Json;
using System.Text.Json.Nodes;

namespace Engram.Durable.Gate;

/// <summary>What the gate says of a candidate, and why.</summary>
/// <param name="Outcome">Failed where any group has failed, else cannot tell where any group leaves a doubt.</param>
/// <param name="Promoted">Whether it becomes current.</param>
/// <param name="Sentence">What decided, for people.</param>
/// <param name="Options">What was asked.</param>
/// <param name="Groups">What it was judged by: lessons, classes, lessons since they were learned, the new lesson.</param>
public sealed record GateVerdict(GateOutcome Outcome, bool Promoted, string Sentence, GateOptions Options, IReadOnlyList<GateGroup> Groups)
{
    /// <summary>As it is stored.</summary>
    public JsonObject ToJson() => Settings.ToJson(this);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="EngramException">It is no verdict.</exception>
    public static GateVerdict FromJson(JsonObject json)
    {
        try
        {
            GateVerdict? verdict = json.Deserialize<GateVerdict>(Settings.Json);
            if (verdict is { Sentence: not null, Options: not null, Groups: not null } && verdict.Groups.All(group => group is { Name: not null })) return verdict;
        }
        catch (JsonException cause)
        {
            throw EngramException.Input("wrong-verdict", $"A verdict of the gate cannot be read: {Quote.Of(cause.Message)} The file was damaged or written by another version.", cause);
        }
        throw EngramException.Input("wrong-verdict", "A verdict of the gate lacks its sentence, its options or its groups. The file was damaged or written by another version.");
    }

    /// <inheritdoc/>
    public bool Equals(GateVerdict? other) => other is not null && (Outcome, Promoted, Sentence, Options) == (other.Outcome, other.Promoted, other.Sentence, other.Options) && Groups.SequenceEqual(other.Groups);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Outcome, Promoted, Sentence, Options, Groups.Count);
}
