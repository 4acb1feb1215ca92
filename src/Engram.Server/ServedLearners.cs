using System.Collections.Concurrent;
using System.Reflection;
using Engram.Durable;
using Engram.Server.Lessons;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Engram.Server;

/// <summary>The learners of a server by name, opened when they are first asked for.</summary>
public sealed class ServedLearners : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<ServedLearner>> open = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> addresses = new(StringComparer.Ordinal);
    private readonly ServerOptions options;
    private readonly LearningTurns turns = new();
    private readonly ILoggerFactory logs;
    private readonly Assembly[] assemblies;
    private readonly string? folder;
    private volatile bool isDisposed;

    /// <summary>Takes the learners in; none is opened yet.</summary>
    /// <param name="sources">Where they are.</param>
    /// <param name="options">What the server does with them.</param>
    /// <param name="logs">Hears what happens.</param>
    /// <exception cref="EngramException">A name is given twice, or cannot be one.</exception>
    public ServedLearners(IEnumerable<LearnerSource> sources, IOptions<ServerOptions> options, ILoggerFactory logs)
    {
        (this.options, this.logs) = (options.Value, logs);
        LearnerSource[] all = [.. sources];
        assemblies = [.. all.SelectMany(source => source.Assemblies).Distinct()];
        foreach (LearnerSource source in all)
        {
            if (source.IsFolder)
            {
                if (folder is not null) throw EngramException.Input("two-folders", $"'{folder}' and '{source.Address}' are both folders of learners, but a server has one; serve the other by a server of its own.");
                folder = source.Address;
            }
            else if (!addresses.TryAdd(LearnerNames.Checked(source.Name), source.Address))
                throw EngramException.Input("name-twice", $"'{addresses[source.Name]}' and '{source.Address}' are both called '{source.Name}'; give one another name.");
        }
    }

    /// <summary>Names of all learners that are there, in order.</summary>
    public IReadOnlyList<string> Names => [.. addresses.Keys.Concat(InFolder()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Whether a first lesson can begin another learner.</summary>
    internal bool HasFolder => folder is not null;

    /// <summary>A sentence without where things are on the server.</summary>
    internal string Redacted(string sentence) => Open.Aggregate(sentence, (text, learner) => learner.Redacted(text));

    /// <summary>Those that are open.</summary>
    internal IEnumerable<ServedLearner> Open => open.Values.Where(one => one.IsValueCreated).Select(one => one.Value);

    /// <summary>The learner of a name.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="create">Whether one that is not there may be begun, by its first lesson; in a folder.</param>
    /// <exception cref="EngramException">There is none (<c>unknown-learner</c>), or it cannot be opened.</exception>
    public ServedLearner Find(string name, bool create = false)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        if (open.TryGetValue(name, out Lazy<ServedLearner>? known) && known.IsValueCreated) return known.Value;
        string address = AddressOf(name, create) ?? throw EngramException.Input("unknown-learner", $"There is no learner '{Quote.Of(name)}' here; there {(Names.Count == 0 ? "is none" : $"are {string.Join(", ", Names.Take(20))}")}.");
        Lazy<ServedLearner> one = open.GetOrAdd(name, _ => new(() => new ServedLearner(name, address, assemblies, options, turns, logs)));
        try
        {
            return one.Value;
        }
        catch
        {
            open.TryRemove(new(name, one)); // so that it is tried again once it was mended
            throw;
        }
    }

    /// <summary>Whether a learner of a name could be begun, where none is there.</summary>
    internal bool MayBegin(string name) => folder is not null && LearnerNames.Fits(name) && !Names.Contains(name);

    /// <summary>Frees all.</summary>
    public void Dispose()
    {
        if (isDisposed) return;
        isDisposed = true;
        foreach (ServedLearner learner in Open) learner.Dispose();
        turns.Dispose();
    }

    private string? AddressOf(string name, bool create)
    {
        if (addresses.TryGetValue(name, out string? address)) return address;
        if (folder is null) return null;
        string file = Path.Combine(folder, LearnerNames.Checked(name) + LearnerSource.Ending);
        return create || File.Exists(file) ? file : null;
    }

    private IEnumerable<string> InFolder() => folder is null || !Directory.Exists(folder) ? []
        : Directory.EnumerateFiles(folder, "*" + LearnerSource.Ending).Select(file => Path.GetFileNameWithoutExtension(file)).Where(LearnerNames.Fits);
}
