using Engram.Methods.Rehearsal;
using Engram.Streams;
using TorchSharp;

namespace Engram.Methods.Gradients;

/// <summary>
/// The samples that GEM and A-GEM look back at: filled while a task is learned, used once it is over. Every task or class has a fixed share
/// from the start, so that what is kept of old tasks never changes again.
/// </summary>
internal sealed class EpisodicMemory : IDisposable
{
    private readonly Model model;
    private readonly MemoryPolicy policy;
    private readonly SampleMemory samples;

    private EpisodicMemory(Model model, MemoryPolicy policy) =>
        (this.model, this.policy, samples) = (model, policy, new(model.Network.InputShape, policy.Capacity, model.Device, targetNumbers: model.Answers.TargetNumbers));

    /// <summary>Bytes of the samples.</summary>
    public long StoredBytes => samples.StoredBytes;

    /// <summary>How many there are.</summary>
    public long StoredSamples => samples.Used;

    /// <summary>Samples kept now.</summary>
    public int Count => policy.Count;

    /// <summary>Equal shares of a budget for the tasks of the stream, or for their classes where the budget says so many of each.</summary>
    /// <exception cref="EngramException">The budget is not zero and too small for one sample of each.</exception>
    public static EpisodicMemory ByTask(Model model, MemoryOptions options) => options.PerClass is null
        ? Create(model, options, model.Tasks.Count, "task", (capacity, share) => new RingPolicy(capacity, share))
        : ByClass(model, options, random: false);

    /// <summary>Equal shares of a budget for the classes of every task of the stream.</summary>
    /// <param name="model">Knows the stream.</param>
    /// <param name="options">The budget.</param>
    /// <param name="random">Keeps a random choice of each class, not its last samples.</param>
    /// <exception cref="EngramException">The budget is not zero and too small for one sample of each.</exception>
    public static EpisodicMemory ByClass(Model model, MemoryOptions options, bool random) =>
        Create(model, options, model.Tasks.Sum(task => task.Outputs.Count), "class of each task",
            (capacity, share) => random ? new BalancedPolicy(capacity, share) : new RingPolicy(capacity, share, byClass: true));

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

    /// <summary>Some different samples at random out of the first ones that were kept; valid until the next call.</summary>
    public Batch Draw(int count, int among)
    {
        int[] slots = new int[Math.Min(count, among)];
        policy.Draw(slots, model.Seed.For("reference", model.TasksSeen - 1, policy.Seen), among);
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

    private static EpisodicMemory Create(Model model, MemoryOptions options, int groups, string word, Func<int, int, MemoryPolicy> policy)
    {
        long bytes = SampleMemory.BytesPerSample(model.Network.InputShape, targetNumbers: model.Answers.TargetNumbers);
        options.Require(bytes, groups, word);
        int share = options.PerClass ?? options.Capacity(bytes) / groups;
        return new(model, policy(checked(share * groups), share));
    }
}
