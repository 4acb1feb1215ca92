using System.Text.Json.Nodes;
using Engram.Durable;

namespace Engram.Reports.Learner;

/// <summary>What happened at a moment of a learner's life.</summary>
internal enum MomentKind
{
    /// <summary>A lesson was learned, and its version answered from then on.</summary>
    Learned,

    /// <summary>A lesson was learned, and the gate refused its version.</summary>
    Refused,

    /// <summary>An older version answered again.</summary>
    Returned,

    /// <summary>A version was let through by hand.</summary>
    ByHand,

    /// <summary>Something was forgotten.</summary>
    Forgot,
}

/// <summary>A moment at which a version was made or began to answer.</summary>
/// <param name="When">When.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Version">The version that was made or answered from then on.</param>
/// <param name="Forgotten">What was forgotten, such as <c>lesson 'november'</c>; null where nothing was.</param>
internal sealed record VersionMoment(DateTimeOffset When, MomentKind Kind, PastVersion Version, string? Forgotten = null)
{
    /// <summary>Share of all held-out samples that the version answered rightly; null where none are kept.</summary>
    public double? Accuracy { get; } = LearnerWords.Overall(Version);

    /// <summary>Whether the version answered from then on.</summary>
    public bool Answers => Kind != MomentKind.Refused;

    /// <summary>All moments in their order.</summary>
    public static IReadOnlyList<VersionMoment> Of(LearnerHistory history)
    {
        Dictionary<int, PastVersion> versions = history.Versions.ToDictionary(version => version.Number);
        IEnumerable<VersionMoment> lessons = history.Versions.Where(version => version.Lesson is not null)
            .Select(version => new VersionMoment(version.Created, version.Promoted == version.Created ? MomentKind.Learned : MomentKind.Refused, version));
        IEnumerable<VersionMoment> others = history.Events.Select(one => Of(one, versions)).OfType<VersionMoment>();
        return [.. lessons.Concat(others).OrderBy(moment => moment.When)];
    }

    /// <summary>The moment since which the current version answers; null where none does.</summary>
    public static VersionMoment? Current(IReadOnlyList<VersionMoment> moments, int current) => moments.LastOrDefault(moment => moment.Answers && moment.Version.Number == current);

    private static VersionMoment? Of(PastEvent one, Dictionary<int, PastVersion> versions)
    {
        JsonObject detail = LearnerWords.Detail(one);
        return KindOf(one.What) is { } kind && LearnerWords.Number(detail, "version") is { } number && versions.GetValueOrDefault(number) is { } version
            ? new(one.When, kind, version, kind == MomentKind.Forgot ? LearnerWords.Text(detail, "what") : null) : null;
    }

    private static MomentKind? KindOf(string what) => what switch
    {
        "rollback" => MomentKind.Returned,
        "promote" => MomentKind.ByHand,
        "forget" => MomentKind.Forgot,
        _ => null,
    };
}
