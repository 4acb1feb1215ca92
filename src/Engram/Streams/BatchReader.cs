using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Engram.Products;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Streams;

/// <summary>Fills the same buffers with one batch after another, so that reading makes no garbage.</summary>
public sealed class BatchReader : IDisposable
{
    // Numbers of a batch below which a second thread costs more than it saves.
    private const int WorthSharing = 16_384;

    // Samples whose memory is asked for before their turn.
    private const int Ahead = 2;

    private readonly int inputLength;
    private readonly Device device;
    private readonly Tensor inputs;
    private readonly int capacity;
    private Tensor? targets; // made when the first samples tell what they are
    private readonly Dictionary<int, Buffers> bySize = [];
    private int[] tasks = [], chosen = [];

    /// <summary>Makes the buffers.</summary>
    /// <param name="inputShape">Shape of one input.</param>
    /// <param name="capacity">Most samples in a batch, 1 or more.</param>
    /// <param name="device">Where batches are wanted.</param>
    public BatchReader(IReadOnlyList<long> inputShape, int capacity, Device device)
    {
        (this.capacity, this.device) = (capacity, device);
        inputLength = (int)inputShape.Aggregate(1L, (product, size) => product * size);
        inputs = zeros([capacity, .. inputShape], dtype: float32).DetachFromDisposeScope();
    }

    /// <summary>Reads the samples of the given indices.</summary>
    /// <returns>A batch that shows this reader's buffers: valid until the next call.</returns>
    /// <exception cref="EngramException">An input is not finite; the message names sample and number.</exception>
    public Batch Read(Samples samples, ReadOnlySpan<int> indices)
    {
        targets ??= (samples.TargetNumbers == 0 ? zeros(capacity, dtype: int64) : zeros(capacity, samples.TargetNumbers, dtype: float32)).DetachFromDisposeScope();
        if (!bySize.TryGetValue(indices.Length, out Buffers? buffers)) bySize[indices.Length] = buffers = new(inputs, targets, indices.Length, device);
        if (tasks.Length != indices.Length) tasks = new int[indices.Length];
        if (samples.MayBeReadTogether && (long)indices.Length * inputLength >= WorthSharing) ReadTogether(samples, indices);
        else ReadInputs(samples, indices, 0);
        bool oneTask = !tasks.AsSpan().ContainsAnyExcept(tasks[0]);
        ReadTargets(samples, indices);
        buffers.CopyToDevice();
        return new(buffers.Inputs, buffers.Targets, oneTask ? [tasks[0]] : tasks);
    }

    // From the given row of the batch on.
    private void ReadInputs(Samples samples, ReadOnlySpan<int> indices, int first)
    {
        Span<float> input = MemoryMarshal.Cast<byte, float>(inputs.bytes);
        for (int i = 0; i < indices.Length; i++)
        {
            Span<float> own = input.Slice((first + i) * inputLength, inputLength);
            if (i + Ahead < indices.Length) samples.Expect(indices[i + Ahead]);
            samples.Read(indices[i], own);
            int task = tasks[first + i] = samples.Task(indices[i]);
            if (FiniteInput.FirstNot(own) is >= 0 and var place)
                throw EngramException.Input("not-finite", $"Sample {indices[i]} of task {task + 1} has {own[place]} as number {place} of its input, counted from 0; inputs must be finite. Mend the sample or leave it out.");
        }
    }

    private void ReadTogether(Samples samples, ReadOnlySpan<int> indices)
    {
        if (chosen.Length < indices.Length) chosen = new int[indices.Length];
        indices.CopyTo(chosen);
        Rows rows = new(this, samples, indices.Length);
        Crew.Run((indices.Length + Rows.Together - 1) / Rows.Together, rows);
        rows.Failure?.Throw();
    }

    private void ReadTargets(Samples samples, ReadOnlySpan<int> indices)
    {
        int numbers = samples.TargetNumbers;
        if (numbers == 0)
        {
            Span<long> target = MemoryMarshal.Cast<byte, long>(targets!.bytes);
            for (int i = 0; i < indices.Length; i++) target[i] = samples.Target(indices[i]);
            return;
        }
        Span<float> rows = MemoryMarshal.Cast<byte, float>(targets!.bytes);
        for (int i = 0; i < indices.Length; i++) samples.ReadTarget(indices[i], rows.Slice(i * numbers, numbers));
    }

    /// <summary>Frees the buffers.</summary>
    public void Dispose()
    {
        foreach (Buffers buffers in bySize.Values) buffers.Dispose();
        inputs.Dispose();
        targets?.Dispose();
    }

    // Some rows of a batch at a time; of several that cannot be read the first is told of.
    private sealed class Rows(BatchReader reader, Samples samples, int count) : ICrewWork
    {
        public const int Together = 16;

        private readonly Lock failing = new();
        private int failed = int.MaxValue;

        public ExceptionDispatchInfo? Failure { get; private set; }

        public void Do(int index)
        {
            try
            {
                int first = index * Together;
                reader.ReadInputs(samples, reader.chosen.AsSpan(first, Math.Min(Together, count - first)), first);
            }
            catch (Exception thrown)
            {
                lock (failing)
                    if (index < failed) (failed, Failure) = (index, ExceptionDispatchInfo.Capture(thrown));
            }
        }
    }

    // Views of the first rows and, away from the CPU, their copies on the device.
    private sealed class Buffers : IDisposable
    {
        private readonly Tensor inputRows, targetRows;

        public Buffers(Tensor inputs, Tensor targets, int count, Device device)
        {
            inputRows = inputs.narrow(0, 0, count).DetachFromDisposeScope();
            targetRows = targets.narrow(0, 0, count).DetachFromDisposeScope();
            bool onCpu = device.type == DeviceType.CPU;
            Inputs = onCpu ? inputRows : inputRows.to(device, copy: true).DetachFromDisposeScope();
            Targets = onCpu ? targetRows : targetRows.to(device, copy: true).DetachFromDisposeScope();
        }

        public Tensor Inputs { get; }

        public Tensor Targets { get; }

        public void CopyToDevice()
        {
            if (ReferenceEquals(Inputs, inputRows)) return;
            Inputs.copy_(inputRows);
            Targets.copy_(targetRows);
        }

        public void Dispose()
        {
            inputRows.Dispose();
            targetRows.Dispose();
            Inputs.Dispose();
            Targets.Dispose();
        }
    }
}
