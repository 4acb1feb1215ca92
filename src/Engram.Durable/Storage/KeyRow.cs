namespace Engram.Durable.Storage;

/// <summary>An access key. Of its secret only a digest is kept.</summary>
/// <param name="Id">Stands in the secret, too; never used twice.</param>
/// <param name="Name">No two keys that are not revoked have the same.</param>
/// <param name="Role">Such as <c>learn</c>.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Revoked">When it was revoked; null where it was not.</param>
/// <param name="Salt">16 random bytes.</param>
/// <param name="Digest">SHA-256 of the salt and the secret's bytes.</param>
public sealed record KeyRow(string Id, string Name, string Role, DateTimeOffset Created, DateTimeOffset? Revoked, byte[] Salt, byte[] Digest);
