using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Engram.Streams;

namespace Engram.Methods.Rehearsal;

/// <summary>How much a method may keep; the one budget of all methods that keep samples. One of the three is given. Zero keeps nothing.</summary>
public sealed record MemoryOptions : ISettingsRules
{
    private readonly int? samples, perClass, usualSamples = 1000, usualPerClass;

    /// <summary>1000 samples in all, unless something is given.</summary>
    public MemoryOptions() { }

    private MemoryOptions(int? usualSamples, int? usualPerClass) => (this.usualSamples, this.usualPerClass) = (usualSamples, usualPerClass);

    /// <summary>Samples kept in all; one of the other two takes its place.</summary>
    [Description("samples kept in all, unless bytes or perClass is given"), Range(0, int.MaxValue)]
    public int? Samples { get => samples ?? (IsGiven ? null : usualSamples); init => samples = value; }

    /// <summary>Bytes kept in all.</summary>
    [Description("bytes kept in all, in place of samples"), Range(0, long.MaxValue)]
    public long? Bytes { get; init; }

    /// <summary>Samples kept of every class of every task, so that the memory grows with the classes.</summary>
    [Description("samples kept of each class, in place of samples"), Range(0, int.MaxValue)]
    public int? PerClass { get => perClass ?? (IsGiven ? null : usualPerClass); init => perClass = value; }

    private bool IsGiven => samples is not null || perClass is not null || Bytes is not null;

    /// <summary>So many samples in all, unless something is given: a method's own default.</summary>
    public static MemoryOptions UsuallySamples(int count) => new(count, null);

    /// <summary>So many samples of each class, unless something is given: a method's own default.</summary>
    public static MemoryOptions UsuallyPerClass(int count) => new(null, count);

    /// <inheritdoc/>
    public IEnumerable<string> Problems(string path)
    {
        (string Name, object? Value)[] given = [.. new (string, object?)[] { ("samples", Samples), ("bytes", Bytes), ("perClass", PerClass) }.Where(one => one.Item2 is not null)];
        if (given.Length > 1)
            yield return $"{string.Join(" and ", given.Select(one => $"{path}.{one.Name} (now {one.Value})"))} are both set; give one and set the others to null.";
    }

    /// <summary>Most samples kept in all; the largest number where only each class has its limit.</summary>
    /// <param name="bytesPerSample">Bytes of one, as <see cref="SampleMemory.BytesPerSample"/> counts them.</param>
    public int Capacity(long bytesPerSample) => PerClass switch
    {
        0 => 0,
        not null => int.MaxValue,
        null => Samples ?? (int)Math.Min(int.MaxValue, Bytes!.Value / bytesPerSample),
    };

    /// <summary>What is wrong with the budget for a rule that has no room per class; nothing where it fits.</summary>
    /// <param name="rule">Which samples stay.</param>
    /// <param name="path">Where the record stands, such as <c>method.memory</c>.</param>
    public IEnumerable<string> ProblemsWith(MemoryRule rule, string path)
    {
        if (PerClass is not null && rule != MemoryRule.ClassBalanced)
            yield return $"{path}.perClass is {PerClass}, but only the rule class-balanced gives each class a room of its own; give {path}.samples in its place.";
    }

    /// <summary>The policy of a run; refuses a budget that is not zero and too small for every task or class to have a sample.</summary>
    /// <param name="rule">Which samples stay.</param>
    /// <param name="model">The run.</param>
    /// <param name="columns">Further numbers kept with each sample.</param>
    /// <exception cref="EngramException">The budget is too small; the message names it and the least one.</exception>
    public MemoryPolicy Policy(MemoryRule rule, Model model, int columns = 0)
    {
        long bytes = SampleMemory.BytesPerSample(model.Network.InputShape, columns, model.Answers.TargetNumbers);
        bool classesComeAgain = model.Scenario == Scenario.Class; // one class, whatever task it comes in
        if (rule == MemoryRule.Reservoir) Require(bytes, 1, "run");
        else if (rule == MemoryRule.ClassBalanced) Require(bytes, classesComeAgain ? model.OutputsSeen(model.Tasks.Count).Count : model.Tasks.Sum(task => task.Outputs.Count), "class");
        else Require(bytes, model.Tasks.Count, "task");
        return rule == MemoryRule.ClassBalanced && classesComeAgain ? new BalancedPolicy(Capacity(bytes), PerClass, byTask: false) : Policy(rule, Capacity(bytes), PerClass);
    }

    /// <summary>A policy by name.</summary>
    /// <param name="rule">Which samples stay.</param>
    /// <param name="capacity">Most samples kept in all.</param>
    /// <param name="quota">Most samples of one group (task or class); null shares the capacity among the groups seen so far.</param>
    public static MemoryPolicy Policy(MemoryRule rule, int capacity, int? quota = null) => rule switch
    {
        MemoryRule.Reservoir => new ReservoirPolicy(capacity),
        MemoryRule.Ring => new RingPolicy(capacity, quota),
        _ => new BalancedPolicy(capacity, quota, byClass: rule == MemoryRule.ClassBalanced),
    };

    /// <summary>Refuses a budget that is not zero and too small for every group to have a sample.</summary>
    /// <param name="bytesPerSample">Bytes of one sample.</param>
    /// <param name="groups">How many groups there will be.</param>
    /// <param name="word">What a group is, such as <c>class</c>.</param>
    /// <exception cref="EngramException">It is too small; the message names the value and the least one.</exception>
    public void Require(long bytesPerSample, int groups, string word)
    {
        int capacity = Capacity(bytesPerSample);
        if (Samples == 0 || Bytes == 0 || capacity >= groups || PerClass is not null) return;
        string setting = Samples is not null ? $"method.memory.samples is {Samples}" : $"method.memory.bytes is {Bytes} (room for {capacity} samples of {bytesPerSample} bytes)";
        long least = Samples is not null ? groups : groups * bytesPerSample;
        throw EngramException.Input("invalid-setting", $"{setting} but must be >= {least}, one sample for each {word}, or 0 to keep nothing; raise it.");
    }
}
