using System.Collections.Concurrent;
using System.Reflection;
using Engram.Durable;
using Engram.Durable.Access;
using Engram.Durable.Storage;
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
    private readonly ILoggerFactory logs;
    private readonly Assembly[] assemblies;
    private readonly string? folder;
    private readonly LearnerSource? database;
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
        Turns = new(this.options.LessonsAtOnce);
        foreach (LearnerSource source in all)
        {
            if (source.IsDatabase) (database, Database) = (source, new(source.Address));
            else if (source.IsFolder)
            {
                if (folder is not null) throw EngramException.Input("two-folders", $"'{folder}' and '{source.Address}' are both folders of learners, but a server has one; serve the other by a server of its own.");
                folder = source.Address;
            }
            else if (!addresses.TryAdd(LearnerNames.Checked(source.Name), source.Address))
                throw EngramException.Input("name-twice", $"'{addresses[source.Name]}' and '{source.Address}' are both called '{source.Name}'; give one another name.");
        }
    }

    /// <summary>Names of all learners that are there, in order; without those of a fleet, which may be very many.</summary>
    public IReadOnlyList<string> Names => [.. addresses.Keys.Concat(InFolder()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Whether a first lesson can begin another learner.</summary>
    internal bool HasFolder => folder is not null;

    /// <summary>The learners of a fleet; null where there is none.</summary>
    internal PostgresLearners? Database { get; }

    /// <summary>Whose turn it is to learn.</summary>
    internal LearningTurns Turns { get; }

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
        if (database is not null && !addresses.ContainsKey(name)) throw EngramException.Failure("elsewhere", $"'{Quote.Of(name)}' is not served by this server at the moment; ask again a little later.");
        string address = AddressOf(name, create) ?? throw EngramException.Input("unknown-learner", $"There is no learner '{Quote.Of(name)}' here; there {(Names.Count == 0 ? "is none" : $"are {string.Join(", ", Names.Take(20))}")}.");
        return Opened(name, address, isOfFleet: false, null);
    }

    /// <summary>Serves a learner of the fleet here from now on.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="EngramException">It cannot be opened.</exception>
    internal ServedLearner Take(string name)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        return Opened(name, PostgresLearners.AddressOf(database!.Address, LearnerNames.Checked(name)), isOfFleet: true, database.Begin);
    }

    /// <summary>Serves a learner of the fleet here no longer; what it learns is stopped, and gone on with by whoever takes it next.</summary>
    internal void Release(string name)
    {
        if (open.TryRemove(name, out Lazy<ServedLearner>? one) && one.IsValueCreated) one.Value.Dispose();
    }

    /// <summary>The learners that a secret is a key of.</summary>
    internal IEnumerable<(string Learner, AccessKey Key)> Of(string secret)
    {
        foreach (string name in Names)
            if (Find(name).Keys.Find(secret) is { } key) yield return (name, key);
        if (Database is null || KeySecret.From(secret) is not var (id, _)) yield break;
        foreach (ListedLearner one in Database.OfKey(id))
        {
            using DurableLearner? elsewhere = Serves(one.Name) ? null : DurableLearner.Open(PostgresLearners.AddressOf(database!.Address, one.Name), assemblies);
            if ((elsewhere?.Keyring() ?? Find(one.Name).Keys).Find(secret) is { } key) yield return (one.Name, key);
        }
    }

    /// <summary>Whether a learner is open here.</summary>
    internal bool Serves(string name) => open.TryGetValue(name, out Lazy<ServedLearner>? one) && one.IsValueCreated;

    /// <summary>Whether a name is that of a learner of the fleet, or could be.</summary>
    internal bool IsOfFleet(string name) => database is not null && !addresses.ContainsKey(name) && LearnerNames.Fits(name);

    /// <summary>Whether a learner of a name could be begun, where none is there.</summary>
    internal bool MayBegin(string name) => folder is not null && LearnerNames.Fits(name) && !Names.Contains(name);

    private ServedLearner Opened(string name, string address, bool isOfFleet, DurableOptions? begin)
    {
        Lazy<ServedLearner> one = open.GetOrAdd(name, _ => new(() => new ServedLearner(name, address, isOfFleet, begin, assemblies, options, Turns, logs)));
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

    /// <summary>Frees all.</summary>
    public void Dispose()
    {
        if (isDisposed) return;
        isDisposed = true;
        foreach (ServedLearner learner in Open) learner.Dispose();
        Turns.Dispose();
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
