namespace Engram.Training;

/// <summary>Names of classes and their outputs, in order of first sight.</summary>
internal sealed class ClassNames
{
    private readonly List<string> names = [];
    private readonly Dictionary<string, int> outputs = new(StringComparer.Ordinal);

    /// <summary>The names in the order of their outputs.</summary>
    public IReadOnlyList<string> Names => names;

    /// <summary>Adds names that are new.</summary>
    public void Add(IEnumerable<string> more)
    {
        foreach (string name in more)
            if (outputs.TryAdd(name, names.Count)) names.Add(name);
    }

    /// <summary>The output of a name; -1 where it is unknown.</summary>
    public int OutputOf(string name) => outputs.GetValueOrDefault(name, -1);

    /// <summary>The output of each label; a new one has the next free output.</summary>
    /// <exception cref="EngramException">A label is empty; nothing is added then.</exception>
    public int[] OutputsOf(string task, IReadOnlyList<string> labels)
    {
        for (int i = 0; i < labels.Count; i++)
            if (string.IsNullOrWhiteSpace(labels[i])) throw EngramException.Input("wrong-label", $"Sample {i} of task '{task}' has no label; give the name of its class or leave it out.");
        Add(labels);
        return [.. labels.Select(OutputOf)];
    }
}
