using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Engram;

/// <summary>By what content is known again, in any file and on any day.</summary>
public static class ContentHash
{
    /// <summary>The first 16 bytes of the SHA-256, the first byte the highest.</summary>
    public static UInt128 Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
