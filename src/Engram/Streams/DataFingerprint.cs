using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Engram.Streams;

/// <summary>
/// By what a run knows its data again: a hash of how many samples there are, of all their targets, and of some inputs. Data that were
/// exchanged, reordered, cut or scaled have another one; a change in one input alone may not show.
/// </summary>
internal static class DataFingerprint
{
    private const int MostInputs = 64, Digits = 16;

    /// <summary>Fingerprint of a task's data for training and for tests: 16 hexadecimal digits.</summary>
    public static string Of(LearningTask task)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Samples samples in new[] { task.Train, task.Test }) Append(hash, samples);
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..Digits];
    }

    private static void Append(IncrementalHash hash, Samples samples)
    {
        byte[] targets = new byte[sizeof(int) * (samples.Count + 1)];
        BinaryPrimitives.WriteInt32LittleEndian(targets, samples.Count);
        for (int i = 0; i < samples.Count; i++) BinaryPrimitives.WriteInt32LittleEndian(targets.AsSpan(sizeof(int) * (i + 1)), samples.Target(i));
        hash.AppendData(targets);
        float[] numbers = new float[samples.TargetNumbers];
        for (int i = 0; numbers.Length > 0 && i < samples.Count; i++)
        {
            samples.ReadTarget(i, numbers);
            hash.AppendData(MemoryMarshal.AsBytes<float>(numbers));
        }
        float[] input = new float[samples.InputShape.Aggregate(1L, (product, size) => product * size)];
        int inputs = Math.Min(samples.Count, MostInputs);
        for (int i = 0; i < inputs; i++)
        {
            samples.Read((int)((long)i * samples.Count / inputs), input);
            hash.AppendData(MemoryMarshal.AsBytes<float>(input));
        }
    }
}
