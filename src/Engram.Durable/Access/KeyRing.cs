using System.Security.Cryptography;

namespace Engram.Durable.Access;

/// <summary>The keys of a learner as they were at one moment, for whoever checks secrets often; asks no database. Immutable.</summary>
public sealed class KeyRing
{
    private static readonly byte[] NoSalt = KeySecret.Salt(), NoDigest = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);
    private readonly Dictionary<string, (AccessKey Key, byte[] Salt, byte[] Digest)> keys;

    internal KeyRing(IEnumerable<(AccessKey Key, byte[] Salt, byte[] Digest)> keys) => this.keys = keys.Where(one => one.Key.Revoked is null).ToDictionary(one => one.Key.Id, StringComparer.Ordinal);

    /// <summary>Whether there is no key that is not revoked.</summary>
    public bool IsEmpty => keys.Count == 0;

    /// <summary>The key of an id, where it is not revoked; for whoever has checked its secret before.</summary>
    /// <param name="id">Its id.</param>
    public AccessKey? Holds(string id) => keys.TryGetValue(id, out var one) ? one.Key : null;

    /// <summary>The key of a secret.</summary>
    /// <param name="secret">As its holder shows it.</param>
    /// <returns>Null where it is wrong, or the key is unknown or revoked; how long that takes says nothing of which.</returns>
    public AccessKey? Find(string secret)
    {
        if (KeySecret.From(secret) is not var (id, bytes)) return null;
        bool isThere = keys.TryGetValue(id, out var one);
        byte[] digest = KeySecret.Digest(isThere ? one.Salt : NoSalt, bytes);
        return CryptographicOperations.FixedTimeEquals(digest, isThere ? one.Digest : NoDigest) && isThere ? one.Key : null;
    }
}
