using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Engram.Durable.Storage;

namespace Engram.Tests.Durable.Storage;

/// <summary>One digest of all that can be read from a store: equal where everything is equal.</summary>
internal static class StoreDigest
{
    public static string Of(EngramStore store) => store.Read(Of);

    public static string Of(StoreReader reader)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, reader.Learner());
        Add(hash, reader.Classes());
        Add(hash, reader.NextClass());
        Add(hash, reader.Events());
        Add(hash, reader.Unfinished());
        Add(hash, reader.Keys());
        Add(hash, reader.Feedback());
        Add(hash, reader.Matrix());
        Add(hash, reader.HeldContents().Order().Select(content => content.ToString()));
        AddState(hash, reader.State(StateOwner.Unfinished, 0));
        foreach (LessonRow lesson in reader.Lessons())
        {
            Add(hash, lesson);
            AddState(hash, reader.State(StateOwner.Lesson, lesson.Number));
            foreach (HeldRow held in reader.Held(lesson.Number, test: true).Concat(reader.Held(lesson.Number, test: false))) Add(hash, (held, Convert.ToHexString(held.Input)));
        }
        foreach (VersionRow version in reader.Versions())
        {
            Add(hash, version);
            Add(hash, reader.Version(version.Number));
            Add(hash, reader.Matrix(version.Number));
            AddState(hash, reader.State(StateOwner.Version, version.Number));
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static void AddState(IncrementalHash hash, IReadOnlyDictionary<string, byte[]> state)
    {
        foreach ((string name, byte[] bytes) in state.OrderBy(pair => pair.Key, StringComparer.Ordinal)) Add(hash, name, bytes);
        Add(hash, state.Count);
    }

    private static void Add<T>(IncrementalHash hash, T value) => Add(hash, "", JsonSerializer.SerializeToUtf8Bytes(value, Options));

    private static void Add(IncrementalHash hash, string name, byte[] bytes)
    {
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, bytes.Length);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes(name));
        hash.AppendData(length);
        hash.AppendData(bytes);
    }

    private static readonly JsonSerializerOptions Options = new() { IncludeFields = true };
}
