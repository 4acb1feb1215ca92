namespace Engram.Durable.Storage;

/// <summary>Something that was done; never changed, never deleted.</summary>
/// <param name="Number">From 1, without a gap.</param>
/// <param name="When">When.</param>
/// <param name="Who">Name of the user.</param>
/// <param name="From">Name of the machine.</param>
/// <param name="What">Such as <c>learn</c>, <c>promote</c>, <c>rollback</c>, <c>forget</c>, <c>prune</c>.</param>
/// <param name="Detail">As JSON.</param>
public sealed record EventRow(int Number, DateTimeOffset When, string Who, string From, string What, string Detail);
