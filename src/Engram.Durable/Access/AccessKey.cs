namespace Engram.Durable.Access;

/// <summary>An access key of a learner, without its secret.</summary>
/// <param name="Id">Stands in the secret, too; never used twice.</param>
/// <param name="Name">As people call it; no two keys that are not revoked have the same.</param>
/// <param name="Role">What it lets its holder do.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Revoked">When it was revoked; null where it was not.</param>
public sealed record AccessKey(string Id, string Name, AccessRole Role, DateTimeOffset Created, DateTimeOffset? Revoked);
