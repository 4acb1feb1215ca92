using Engram.Methods.Rehearsal;
using Engram.Streams;
using TorchSharp;

namespace Engram.Methods.Gradients;

/// <summary>
/// The samples that GEM and A-GEM look back at: filled while a task is learned, used once it is over. The tasks or classes seen so far have equal
/// shares, which shrink as more come; or every task or class of a known stream has a fixed share from the start, as the papers have it, so that
/// what is kept of old tasks never changes again.
/// </summary>
internal sealed class EpisodicMemory : IDisposable
{
    private readonly Model model;
    private readonly MemoryPolicy policy;
    private readonly SampleMemory samples;
    private int[] old = [];
    private (int Tasks, long Freed) oldIs;

    private EpisodicMemory(Model model, MemoryPolicy policy) =>
        (this.model, this.policy, samples) = (model, policy, new(model.Network.InputShape, policy.Capacity, model.Device, targetNumbers: model.Answers.TargetNumbers));

    /// <summary>Bytes of the samples.</summary>
    public long StoredBytes => samples.StoredBytes;

    /// <summary>How many there are.</summary>
    public long StoredSamples => samples.Used;

    /// <summary>Samples kept now.</summary>
    public int Count => policy.Count;

    /// <summary>Equal shares of a budget for tasks, or for their classes where the budget says so many of each.</summary>
    /// <param name="model">Knows the tasks.</param>
    /// <param name="options">The budget.</param>
    /// <param name="isFixed">Whether it is divided among all tasks of the stream from the start, and not among those seen so far.</param>
    /// <exception cref="EngramException">The budget is not zero and too small for one sample of each, or fixed where nobody knows how many come.</exception>
    public static EpisodicMemory ByTask(Model model, MemoryOptions options, bool isFixed) => options.PerClass is null
        ? Create(model, options, isFixed, model.Tasks.Count, "task", (capacity, share) => new RingPolicy(capacity, share))
        : ByClass(model, options, isFixed, random: false);

    /// <summary>Equal shares of a budget for the classes of every task.</summary>
    /// <param name="model">Knows the tasks.</param>
    /// <param name="options">The budget.</param>
    /// <param name="isFixed">As for tasks.</param>
    /// <param name="random">Keeps a random choice of each class, not its last samples.</param>
    /// <exception cref="EngramException">As for tasks.</exception>
    public static EpisodicMemory ByClass(Model model, MemoryOptions options, bool isFixed, bool random) =>
        Create(model, options, isFixed, model.Tasks.Sum(task => task.Outputs.Count), "class of each task",
            (capacity, share) => random ? new BalancedPolicy(capacity, share) : new RingPolicy(capacity, share, byClass: true));

    /// <summary>Makes room for a task, so that what is kept of old ones does not change while it is learned.</summary>
    public void Expect(LearningTask task)
    {
        foreach (int output in task.Outputs) policy.Expect(task.Index, output);
    }

    /// <summary>Shows the memory those samples of a batch that belong to the task being learned.</summary>
    public void Add(Batch batch)
    {
        if (policy.Capacity == 0) return;
        using var scope = torch.NewDisposeScope();
        int current = model.TasksSeen - 1;
        RandomSource random = model.Seed.For("memory", current, policy.Seen);
        int[] groups = SampleMemory.GroupsOf(batch, batch.Count);
        for (int row = 0; row < groups.Length; row++)
        {
            if (batch.Tasks[batch.Tasks.Length == 1 ? 0 : row] != current) continue;
            int slot = policy.Place(current, groups[row], random);
            if (slot >= 0) samples.Store(slot, batch, row);
        }
    }

    /// <summary>Where the samples of a task are.</summary>
    public int[] SlotsOf(int task) => [.. policy.Slots.Where(slot => samples.Task(slot) == task)];

    /// <summary>Samples of the given slots; valid until the next call.</summary>
    public Batch Read(ReadOnlySpan<int> slots) => samples.Read(slots);

    /// <summary>Some different samples of old tasks at random; null where there are none. Valid until the next call.</summary>
    public Batch? DrawOld(int count)
    {
        if (oldIs != (model.TasksSeen, policy.Freed)) (old, oldIs) = ([.. policy.Slots.Where(slot => samples.Task(slot) < model.TasksSeen - 1)], (model.TasksSeen, policy.Freed));
        if (old.Length == 0) return null;
        int[] slots = new int[Math.Min(count, old.Length)];
        policy.Draw(slots, model.Seed.For("reference", model.TasksSeen - 1, policy.Seen), old);
        return samples.Read(slots);
    }

    /// <summary>Samples of the given slots as a set to learn from.</summary>
    public Samples AsSamples(IReadOnlyList<int> slots) => samples.Samples(slots);

    /// <summary>Declares the samples and who is where.</summary>
    public void Visit(StateBag state)
    {
        samples.Visit(state.Part("samples"), model);
        policy.Visit(state.Part("policy"), samples.Used);
    }

    /// <summary>Frees the samples.</summary>
    public void Dispose() => samples.Dispose();

    private static EpisodicMemory Create(Model model, MemoryOptions options, bool isFixed, int groups, string word, Func<int, int?, MemoryPolicy> policy)
    {
        if (options.PerClass is { } each) return new(model, policy(each == 0 ? 0 : int.MaxValue, each));
        long bytes = SampleMemory.BytesPerSample(model.Network.InputShape, targetNumbers: model.Answers.TargetNumbers);
        int capacity = options.Capacity(bytes);
        options.Require(bytes, groups, word);
        if (!isFixed || capacity == 0) return new(model, policy(capacity, null));
        if (!model.KnowsAllTasks) throw EngramException.Input("invalid-setting", "method.fixedShares is true, but nobody knows how many tasks will come; set it to false, which shares the memory among those seen so far.");
        return new(model, policy(capacity / groups * groups, capacity / groups));
    }
}
