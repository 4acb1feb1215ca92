using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Engram.Durable.Access;

/// <summary>The secret of a key, <c>engram_ID_LETTERS</c>: 32 random bytes as 43 letters (RFC 4648, base64url), with the key's id before them.</summary>
/// <remarks>
/// Kept is SHA-256 of a salt and the bytes. A hash that is slow on purpose protects passwords, which can be guessed; nobody guesses one of 2^256 secrets however fast the hash is,
/// and a fast one costs a server nothing at every request.
/// </remarks>
internal static class KeySecret
{
    /// <summary>Random bytes of a secret.</summary>
    public const int Length = 32;

    private const int SaltLength = 16;
    private const string Start = "engram_";

    /// <summary>As its holder shows it.</summary>
    public static string ToText(string id, ReadOnlySpan<byte> bytes) => $"{Start}{id}_{Base64Url.EncodeToString(bytes)}";

    /// <summary>Takes it apart; null where the text is none.</summary>
    public static (string Id, byte[] Bytes)? From(string text)
    {
        if (!text.StartsWith(Start, StringComparison.Ordinal) || text.IndexOf('_', Start.Length) is not (> 0 and var end)) return null;
        ReadOnlySpan<char> letters = text.AsSpan(end + 1);
        byte[] bytes = new byte[Length];
        // Two bits of the last letter stand for nothing; one secret has one text.
        return letters.Length == Base64Url.GetEncodedLength(Length) && Base64Url.DecodeFromChars(letters, bytes, out _, out int read) == OperationStatus.Done && read == Length && letters.SequenceEqual(Base64Url.EncodeToString(bytes))
            ? (text[Start.Length..end], bytes) : null;
    }

    /// <summary>A new salt.</summary>
    public static byte[] Salt() => RandomNumberGenerator.GetBytes(SaltLength);

    /// <summary>What is kept of a secret.</summary>
    public static byte[] Digest(byte[] salt, byte[] bytes) => SHA256.HashData([.. salt, .. bytes]);
}
