using System.Text.Json;
using Engram.Experiments;

namespace Engram.Durable.Storage;

/// <summary>Who writes, and what for.</summary>
/// <param name="Holder">The process, and since when.</param>
/// <param name="What">Such as <c>learn photos/2026-11</c>.</param>
/// <param name="Id">So that no two notes are alike.</param>
internal sealed record WriterNote(FolderHolder Holder, string What, Guid Id)
{
    /// <summary>Reads a note; null where it is none, or not whole yet.</summary>
    public static WriterNote? From(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<WriterNote>(json, Settings.Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>This process, from now on.</summary>
    public static WriterNote Mine(string what) => new(FolderHolder.Me(), what, Guid.NewGuid());

    /// <summary>As JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Settings.Json);

    /// <summary>The error for whoever comes second.</summary>
    /// <param name="address">What is being written.</param>
    /// <param name="other">Who writes, where that is known.</param>
    public static EngramException BeingWritten(string address, WriterNote? other) => EngramException.Input("being-written", other is null
        ? $"'{address}' is being written by another process. Wait for it or end it."
        : $"'{address}' is being written: {other.Holder} ({Quote.Of(other.What)}). Wait for it or end it.");
}
