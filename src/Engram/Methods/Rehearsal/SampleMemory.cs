using System.Runtime.InteropServices;
using Engram.Networks;
using Engram.Streams;
using TorchSharp;
using static TorchSharp.torch;

namespace Engram.Methods.Rehearsal;

/// <summary>
/// Kept samples in one contiguous buffer of numbered slots: inputs, targets, tasks and, where a method wants them, further numbers such as
/// logits. Storing and reading a sample cost the same however many were seen. Which slot a sample goes to is a <see cref="MemoryPolicy"/>'s choice.
/// </summary>
/// <remarks>
/// Inputs are kept as the float32 numbers that the network sees, so that what is replayed is exact for any input; images cost four bytes
/// per pixel. The buffer lives in main memory and grows with the slots in use, never beyond the capacity.
/// </remarks>
/// <param name="inputShape">Shape of one input.</param>
/// <param name="capacity">Most slots; none takes memory before it is used.</param>
/// <param name="device">Where batches are wanted.</param>
/// <param name="columns">Further numbers kept with each sample.</param>
/// <param name="targetNumbers">Numbers of a target; 0 where it is the index of one output.</param>
public sealed class SampleMemory(IReadOnlyList<long> inputShape, int capacity, Device device, int columns = 0, int targetNumbers = 0) : IDisposable
{
    private readonly int inputLength = (int)inputShape.Aggregate(1L, (product, size) => product * size);
    private readonly BatchBuffer buffer = new(inputShape, device, targetNumbers);
    private int columns = columns;

    /// <summary>Further numbers kept with each sample.</summary>
    public int Columns => columns;
    private Tensor? inputs, targets, tasks, extras;
    private Tensor? readExtras;
    private int used;

    /// <summary>Most slots.</summary>
    public int Capacity => capacity;

    /// <summary>Shape of one input.</summary>
    public IReadOnlyList<long> InputShape => inputShape;

    /// <summary>Slots that were ever used: the first ones.</summary>
    public int Used => used;

    /// <summary>Their bytes.</summary>
    public long StoredBytes => used * BytesPerSample(inputShape, columns, targetNumbers);

    /// <summary>Bytes of one sample: float32 input, int64 target or float32 numbers of one, int32 task, float32 columns.</summary>
    public static long BytesPerSample(IReadOnlyList<long> inputShape, int columns = 0, int targetNumbers = 0) =>
        sizeof(float) * (inputShape.Aggregate(1L, (product, size) => product * size) + columns) + (targetNumbers == 0 ? sizeof(long) : sizeof(float) * targetNumbers) + sizeof(int);

    /// <summary>The class of each of the first samples of a batch, for a policy; 0 where targets are numbers.</summary>
    public static int[] GroupsOf(Batch batch, long rows)
    {
        int[] groups = new int[rows];
        if (batch.Targets.dtype != int64) return groups;
        using Tensor main = batch.Targets.cpu();
        ReadOnlySpan<long> targets = MemoryMarshal.Cast<byte, long>(main.bytes);
        for (int row = 0; row < groups.Length; row++) groups[row] = (int)targets[row];
        return groups;
    }

    /// <summary>Task of a kept sample.</summary>
    public int Task(int slot) => Tasks[slot];

    /// <summary>Keeps one sample of a batch.</summary>
    /// <param name="slot">0 to <see cref="Capacity"/> - 1; what was there is overwritten.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="row">Which sample of it.</param>
    /// <param name="numbers">[batch, columns], where the memory has columns.</param>
    public void Store(int slot, Batch batch, int row, Tensor? numbers = null)
    {
        Reserve(slot);
        CopyRow(batch.Inputs, row, Input(slot));
        if (targetNumbers > 0) CopyRow(batch.Targets, row, TargetNumbers(slot));
        else Targets[slot] = batch.Targets.device_type == DeviceType.CPU ? MemoryMarshal.Cast<byte, long>(batch.Targets.bytes)[row] : batch.Targets[row].item<long>();
        Tasks[slot] = batch.Tasks[batch.Tasks.Length == 1 ? 0 : row];
        if (columns > 0) CopyRow(numbers ?? throw new ArgumentNullException(nameof(numbers), $"The memory keeps {columns} numbers with each sample."), row, Extras(slot));
    }

    /// <summary>Keeps one sample of a set; its columns, if there are any, are left as they are.</summary>
    public void Store(int slot, Samples samples, int sample)
    {
        Reserve(slot);
        samples.Read(sample, Input(slot));
        if (targetNumbers > 0) samples.ReadTarget(sample, TargetNumbers(slot));
        else Targets[slot] = samples.Target(sample);
        Tasks[slot] = samples.Task(sample);
    }

    /// <summary>Lets a policy choose among the first samples of a batch, and keeps what it chose.</summary>
    /// <param name="policy">Whose slots this memory holds.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="rows">How many of its samples are offered.</param>
    /// <param name="random">Decides where chance does.</param>
    /// <param name="numbers">[batch, columns], where the memory has columns.</param>
    public void Offer(MemoryPolicy policy, Batch batch, long rows, RandomSource random, Tensor? numbers = null)
    {
        int[] groups = GroupsOf(batch, rows);
        for (int row = 0; row < rows; row++)
        {
            int slot = policy.Place(batch.Tasks[batch.Tasks.Length == 1 ? 0 : row], groups[row], random);
            if (slot >= 0) Store(slot, batch, row, numbers);
        }
    }

    /// <summary>Lets a policy choose among all samples of a set, in random order, and keeps what it chose.</summary>
    public void Offer(MemoryPolicy policy, Samples samples, RandomSource random)
    {
        foreach (int sample in random.Permutation(samples.Count))
        {
            int slot = policy.Place(samples.Task(sample), samples.Target(sample), random);
            if (slot >= 0) Store(slot, samples, sample);
        }
    }

    /// <summary>Reads samples into this memory's own batch, valid until the next call.</summary>
    /// <param name="slots">Slots in use.</param>
    /// <param name="before">Samples to put before them, such as the batch of the current task; null for none.</param>
    public Batch Read(ReadOnlySpan<int> slots, Batch? before = null)
    {
        buffer.Begin(before, slots.Length);
        for (int i = 0; i < slots.Length; i++) 
        {
            buffer.SetInput(i, Input(slots[i]), Tasks[slots[i]]);
            if (targetNumbers > 0) buffer.SetTarget(i, TargetNumbers(slots[i]));
            else buffer.SetTarget(i, Targets[slots[i]]);
        }
        return buffer.Finish();
    }

    /// <summary>Reads the further numbers of samples, [slots, columns], valid until the next call.</summary>
    public Tensor ReadColumns(ReadOnlySpan<int> slots)
    {
        if (readExtras is null || readExtras.size(0) != slots.Length)
        {
            readExtras?.Dispose();
            readExtras = empty(slots.Length, columns, dtype: float32, device: CPU).DetachFromDisposeScope();
        }
        Span<float> rows = FlatVector.Span(readExtras);
        for (int i = 0; i < slots.Length; i++) Extras(slots[i]).CopyTo(rows[(i * columns)..]);
        return device.type == DeviceType.CPU ? readExtras : readExtras.to(device);
    }

    /// <summary>Keeps more further numbers with each sample, behind those that there are.</summary>
    /// <param name="wider">How many in all.</param>
    /// <param name="numbersOf">Gives the numbers of some inputs, [samples, wider], of which the last are taken.</param>
    public void AddColumns(int wider, Func<Tensor, Tensor> numbersOf)
    {
        const int chunk = 500;
        int before = columns;
        columns = wider;
        readExtras?.Dispose();
        readExtras = null;
        if (extras is null) return;
        using var scope = NewDisposeScope();
        Tensor old = extras;
        extras = zeros([old.size(0), wider], dtype: float32, device: CPU).DetachFromDisposeScope();
        extras.narrow(1, 0, before).copy_(old);
        foreach (int[] slots in Enumerable.Range(0, used).Chunk(chunk))
        {
            using var part = NewDisposeScope();
            extras.narrow(0, slots[0], slots.Length).narrow(1, before, wider - before).copy_(numbersOf(Read(slots).Inputs).narrow(1, before, wider - before));
        }
        old.Dispose();
    }

    /// <summary>Some of the kept samples as a set that a task can be learned from; it stands for no task's training time.</summary>
    /// <param name="slots">Slots in use; a slot may occur several times.</param>
    public Samples Samples(IReadOnlyList<int> slots) => new KeptSamples(this, slots);

    /// <summary>Declares what is kept.</summary>
    /// <param name="state">Collects or restores.</param>
    /// <param name="model">Knows the classes and tasks there are.</param>
    public void Visit(StateBag state, Model model)
    {
        state.Value("used", ref used, most: capacity);
        state.Tensor("inputs", ref inputs, [StateBag.Any, .. inputShape]);
        long rows = inputs?.size(0) ?? 0;
        if (targetNumbers > 0) state.Tensor("targets", ref targets, [rows, targetNumbers]);
        else state.Tensor("targets", ref targets, [rows], int64, most: model.OutputCount - 1);
        state.Tensor("tasks", ref tasks, [rows], int32, most: model.Tasks.Count - 1);
        state.Tensor("columns", ref extras, [rows, columns]);
        state.Require(used <= rows && rows <= capacity, "used", $"no more than the {rows} samples that are there");
        state.Require(new[] { targets, tasks, columns > 0 ? extras : targets }.All(tensor => tensor is not null == inputs is not null), "targets", "all of a sample's parts");
        if (state.IsRestoring && device.type != DeviceType.CPU) (inputs, targets, tasks, extras) = (ToMain(inputs), ToMain(targets), ToMain(tasks), ToMain(extras));
    }

    /// <summary>Frees everything.</summary>
    public void Dispose()
    {
        buffer.Dispose();
        readExtras?.Dispose();
        foreach (Tensor? tensor in new[] { inputs, targets, tasks, extras }) tensor?.Dispose();
        (readExtras, inputs, targets, tasks, extras, used) = (null, null, null, null, null, 0);
    }

    private int NumbersOfTarget => targetNumbers;

    private Span<float> TargetNumbers(int slot) => FlatVector.Span(targets!).Slice(slot * targetNumbers, targetNumbers);

    private Span<long> Targets => MemoryMarshal.Cast<byte, long>(targets!.bytes);

    private Span<int> Tasks => MemoryMarshal.Cast<byte, int>(tasks!.bytes);

    private unsafe Span<float> Input(int slot) => new(FlatVector.Pointer(inputs!) + (nint)slot * inputLength, inputLength);

    private Span<float> Extras(int slot) => FlatVector.Span(extras!).Slice(slot * columns, columns);

    // Doubling makes the cost of growth, too, independent of how many samples there are.
    private void Reserve(int slot)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(slot);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(slot, capacity);
        long rows = inputs?.size(0) ?? 0;
        if (slot < rows)
        {
            used = Math.Max(used, slot + 1);
            return;
        }
        int most = int.MaxValue / (sizeof(float) * inputLength); // a span ends at 2 GiB
        if (slot >= most) throw EngramException.Input("invalid-setting", $"method.memory allows more samples than the 2 GiB of one memory hold, {most} of {BytesPerSample(inputShape, columns, targetNumbers)} bytes; set method.memory.samples to {most} or less.");
        rows = Math.Min(Math.Min(capacity, most), Math.Max(2 * rows, Math.Max(slot + 1L, 64)));
        inputs = Grown(inputs, float32, [rows, .. inputShape]);
        targets = targetNumbers > 0 ? Grown(targets, float32, [rows, targetNumbers]) : Grown(targets, int64, [rows]);
        tasks = Grown(tasks, int32, [rows]);
        if (columns > 0) extras = Grown(extras, float32, [rows, columns]);
        used = slot + 1;
    }

    private static Tensor Grown(Tensor? old, ScalarType type, long[] shape)
    {
        using var scope = NewDisposeScope();
        Tensor grown = zeros(shape, dtype: type, device: CPU);
        if (old is not null) grown.narrow(0, 0, old.size(0)).copy_(old);
        old?.Dispose();
        return grown.DetachFromDisposeScope();
    }

    private static Tensor? ToMain(Tensor? tensor)
    {
        Tensor? main = tensor?.cpu().DetachFromDisposeScope();
        tensor?.Dispose();
        return main;
    }

    private static void CopyRow(Tensor rows, int row, Span<float> into)
    {
        if (FlatVector.IsDirect(rows)) FlatVector.Span(rows).Slice(row * into.Length, into.Length).CopyTo(into);
        else
        {
            using var scope = NewDisposeScope();
            FlatVector.Span(rows[row].cpu().to(float32).contiguous()).CopyTo(into);
        }
    }

    private sealed class KeptSamples(SampleMemory memory, IReadOnlyList<int> slots) : Samples
    {
        public override int Count => slots.Count;

        public override IReadOnlyList<long> InputShape => memory.InputShape;

        public override IReadOnlyList<int> Lessons => [];

        public override void Read(int sample, Span<float> input) => memory.Input(slots[sample]).CopyTo(input);

        public override int TargetNumbers => memory.NumbersOfTarget;

        public override int Target(int sample) => memory.NumbersOfTarget > 0 ? 0 : (int)memory.Targets[slots[sample]];

        public override void ReadTarget(int sample, Span<float> numbers) => memory.TargetNumbers(slots[sample]).CopyTo(numbers);

        public override int Task(int sample) => memory.Tasks[slots[sample]];
    }
}
