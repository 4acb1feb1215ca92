using System.Runtime.InteropServices;
using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Rehearsal;

/// <summary>A batch put together from the current one and rows from elsewhere, in the same memory at every step.</summary>
/// <param name="inputShape">Shape of one input.</param>
/// <param name="device">Where the batch is wanted.</param>
/// <param name="targetNumbers">Numbers of a target; 0 where it is the index of one output.</param>
public sealed class BatchBuffer(IReadOnlyList<long> inputShape, Device device, int targetNumbers = 0) : IDisposable
{
    private const int MostSizes = 8;

    private readonly int inputLength = (int)inputShape.Aggregate(1L, (product, size) => product * size);
    private readonly Dictionary<(long Head, int Tail), Parts> parts = [];
    private Parts? current;

    /// <summary>Starts a batch.</summary>
    /// <param name="before">Its first rows; null for none.</param>
    /// <param name="rows">How many rows follow, set by <see cref="SetInput"/> and <see cref="SetTarget(int, long)"/>.</param>
    public void Begin(Batch? before, int rows)
    {
        long head = before?.Count ?? 0;
        if (!parts.TryGetValue((head, rows), out current))
        {
            if (parts.Count == MostSizes) Dispose(); // a memory that fills up passes through many sizes and comes back to none
            parts[(head, rows)] = current = new(head, rows, inputShape, device, targetNumbers);
        }
        if (before is null) return;
        current.HeadInputs!.copy_(before.Inputs);
        current.HeadTargets!.copy_(before.Targets);
        for (int i = 0; i < head; i++) current.Tasks[i] = before.Tasks[before.Tasks.Length == 1 ? 0 : i];
    }

    /// <summary>Fills the input of one of the rows that follow.</summary>
    public void SetInput(int row, ReadOnlySpan<float> input, int task)
    {
        Parts batch = current!;
        input.CopyTo(FlatVector.Span(batch.TailInputs).Slice(row * inputLength, inputLength));
        batch.Tasks[batch.Head + row] = task;
    }

    /// <summary>Fills its target, where that is an output.</summary>
    public void SetTarget(int row, long target) => MemoryMarshal.Cast<byte, long>(current!.TailTargets.bytes)[row] = target;

    /// <summary>Fills its target, where that is some numbers.</summary>
    public void SetTarget(int row, ReadOnlySpan<float> target) => target.CopyTo(FlatVector.Span(current!.TailTargets).Slice(row * targetNumbers, targetNumbers));

    /// <summary>The batch, valid until the next one begins.</summary>
    public Batch Finish()
    {
        Parts batch = current!;
        batch.CopyToDevice();
        return new(batch.Inputs, batch.Targets, Array.TrueForAll(batch.Tasks, task => task == batch.Tasks[0]) ? [batch.Tasks[0]] : batch.Tasks);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        foreach (Parts batch in parts.Values) batch.Dispose();
        parts.Clear();
        current = null;
    }

    // The whole batch, views of its two parts and, away from the CPU, main memory for the rows that are set one by one.
    private sealed class Parts : IDisposable
    {
        private readonly Tensor[] owned;
        private readonly Tensor? tailInputs, tailTargets;

        public Parts(long head, int tail, IReadOnlyList<long> inputShape, Device device, int targetNumbers)
        {
            using var scope = NewDisposeScope();
            Head = head;
            Tasks = new int[head + tail];
            Inputs = empty([head + tail, .. inputShape], dtype: float32, device: device);
            Targets = NewTargets(head + tail, device);
            if (head > 0) (HeadInputs, HeadTargets) = (Inputs.narrow(0, 0, head), Targets.narrow(0, 0, head));
            (TailInputs, TailTargets) = (Inputs.narrow(0, head, tail), Targets.narrow(0, head, tail));
            if (device.type != DeviceType.CPU)
            {
                (tailInputs, tailTargets) = (TailInputs, TailTargets);
                (TailInputs, TailTargets) = (empty([tail, .. inputShape], dtype: float32, device: CPU), NewTargets(tail, CPU));
            }
            owned = [.. new[] { Inputs, Targets, HeadInputs, HeadTargets, TailInputs, TailTargets, tailInputs, tailTargets }.OfType<Tensor>()];
            foreach (Tensor tensor in owned) tensor.DetachFromDisposeScope();

            Tensor NewTargets(long rows, Device where) => targetNumbers == 0 ? empty(rows, dtype: int64, device: where) : empty(rows, targetNumbers, dtype: float32, device: where);
        }

        public long Head { get; }

        public int[] Tasks { get; }

        public Tensor Inputs { get; }

        public Tensor Targets { get; }

        public Tensor? HeadInputs { get; }

        public Tensor? HeadTargets { get; }

        public Tensor TailInputs { get; }

        public Tensor TailTargets { get; }

        public void CopyToDevice()
        {
            tailInputs?.copy_(TailInputs);
            tailTargets?.copy_(TailTargets);
        }

        public void Dispose()
        {
            foreach (Tensor tensor in owned) tensor.Dispose();
        }
    }
}
