using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Engram.OwnData.Features;

/// <summary>An array of items of one shape in a file, which stays on disk and is read item by item; in memory where the file was packed. Thread-safe.</summary>
internal sealed class StoredArray : IDisposable
{
    /// <summary>Most numbers of an item.</summary>
    public const int MostNumbers = 1 << 26;

    private const int MostDimensions = 16, Block = 1 << 20;

    private readonly byte[]? memory;
    private readonly SafeFileHandle? file;
    private readonly long start;
    private readonly long itemBytes;

    private StoredArray(string path, StoredType type, IReadOnlyList<long> shape, long start, byte[]? memory)
    {
        (Path, Type, this.start, this.memory) = (path, type, start, memory);
        (Count, ItemShape) = ((int)shape[0], [.. shape.Skip(1)]);
        Numbers = (int)ItemShape.Aggregate(1L, (product, size) => product * size);
        itemBytes = (long)Numbers * type.Size;
        if (memory is null) file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.RandomAccess);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>How numbers lie in it.</summary>
    public StoredType Type { get; }

    /// <summary>How many items there are.</summary>
    public int Count { get; }

    /// <summary>Shape of an item; empty for single numbers.</summary>
    public IReadOnlyList<long> ItemShape { get; }

    /// <summary>Numbers of an item.</summary>
    public int Numbers { get; }

    /// <summary>Bytes of all items.</summary>
    public long Bytes => Count * itemBytes;

    /// <summary>How many items are read together: about a megabyte, one at least.</summary>
    public int ItemsOfABlock => (int)Math.Clamp(Block / itemBytes, 1, Count);

    /// <summary>An array that stays on disk.</summary>
    /// <param name="path">The file.</param>
    /// <param name="type">How numbers lie in it.</param>
    /// <param name="shape">Items first.</param>
    /// <param name="start">First byte.</param>
    /// <param name="length">How many bytes there are for it.</param>
    /// <exception cref="EngramException">The shape is not possible or does not fill these bytes.</exception>
    public static StoredArray OnDisk(string path, StoredType type, IReadOnlyList<long> shape, long start, long length)
    {
        Check(path, type, shape, length);
        return DataFile.Read(path, () => new StoredArray(path, type, shape, start, null));
    }

    /// <summary>An array in memory; <see cref="Check"/> comes before.</summary>
    public static StoredArray InMemory(string path, StoredType type, IReadOnlyList<long> shape, byte[] bytes) => new(path, type, shape, 0, bytes);

    /// <summary>Checks a shape before anything is made for it.</summary>
    /// <param name="path">Named in errors.</param>
    /// <param name="type">How numbers lie in it.</param>
    /// <param name="shape">Items first.</param>
    /// <param name="length">How many bytes there are for it; null where that is not known.</param>
    /// <exception cref="EngramException">The shape is not possible or does not fill these bytes.</exception>
    public static void Check(string path, StoredType type, IReadOnlyList<long> shape, long? length)
    {
        string shown = $"[{string.Join(", ", shape.Take(MostDimensions))}]";
        if (shape.Count is 0 or > MostDimensions || shape.Any(size => size < 0))
            throw DataFile.Wrong($"'{path}' holds an array of shape {shown} of {shape.Count} dimensions; the first one must count the records, and there may be {MostDimensions} at most.");
        if (shape.Any(size => size == 0)) throw DataFile.Wrong($"'{path}' holds an array of shape {shown}, which has no numbers; save at least one record.");
        double numbers = shape.Skip(1).Aggregate(1.0, (product, size) => product * size), bytes = numbers * shape[0] * type.Size;
        if (length is { } there && bytes != there) throw DataFile.Wrong($"'{path}' is damaged: its array of shape {shown} and type {type} needs {bytes:0} bytes, and there are {there}; save or copy it again.");
        if (shape[0] > int.MaxValue) throw DataFile.Wrong($"'{path}' holds {shape[0]} records, and {int.MaxValue} are possible; split it into several files.");
        if (numbers > MostNumbers) throw DataFile.Wrong($"'{path}' holds records of {numbers:0} numbers, and {MostNumbers} are possible; the first dimension must count the records.");
    }

    /// <summary>Reads some items.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="numbers">A whole number of items; every one is written.</param>
    public void Read(int first, Span<float> numbers)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(numbers.Length * Type.Size);
        Span<byte> stored = bytes.AsSpan(0, numbers.Length * Type.Size);
        ReadBytes(first, stored);
        Type.ToNumbers(stored, numbers);
        ArrayPool<byte>.Shared.Return(bytes);
    }

    /// <summary>Reads some items as they are stored.</summary>
    public void ReadBytes(int first, Span<byte> bytes)
    {
        long offset = first * itemBytes;
        if (memory is not null) memory.AsSpan((int)offset, bytes.Length).CopyTo(bytes);
        else
            for (int filled = 0, read; filled < bytes.Length; filled += read)
            {
                read = ReadDisk(bytes[filled..], start + offset + filled);
                if (read == 0) throw EngramException.Failure("data-changed", $"'{Path}' ends at byte {start + offset + filled} and was longer when it was opened; leave it alone while it is learned, and begin again.");
            }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => file?.Dispose();

    private int ReadDisk(Span<byte> bytes, long at)
    {
        try
        {
            return RandomAccess.Read(file!, bytes, at);
        }
        catch (IOException cause)
        {
            throw EngramException.Failure("cannot-read", $"'{Path}' cannot be read any more: {cause.Message.TrimEnd('.')}. Check the disk and begin again.", cause);
        }
    }
}
