using System.Text.Json.Serialization;

namespace Engram.Server.Lessons;

/// <summary>Where a lesson that a server took in stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LessonState>))]
public enum LessonState
{
    /// <summary>Others come first, or another process writes.</summary>
    [JsonStringEnumMemberName("waiting")]
    Waiting,

    /// <summary>It is being learned.</summary>
    [JsonStringEnumMemberName("learning")]
    Learning,

    /// <summary>It was learned, and its version answers.</summary>
    [JsonStringEnumMemberName("promoted")]
    Promoted,

    /// <summary>It was learned, and the gate refused its version.</summary>
    [JsonStringEnumMemberName("refused")]
    Refused,

    /// <summary>It could not be learned; nothing has changed.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>Somebody cancelled it; nothing has changed.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,
}
