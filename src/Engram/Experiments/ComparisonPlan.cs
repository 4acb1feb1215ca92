using System.Text.Json.Nodes;
using Engram.Methods;

namespace Engram.Experiments;

/// <summary>One run of a comparison.</summary>
/// <param name="Label">What its method is called in tables: the id, with settings where one method is compared with itself, such as <c>ewc:lambda=10</c>.</param>
/// <param name="Config">Everything that decides its numbers.</param>
public sealed record Trial(string Label, RunConfig Config)
{
    /// <summary>Name of its folder within the comparison's folder.</summary>
    public string FolderName => $"{Label.Replace(':', '-')}-seed{Config.Machine.Seed}";
}

/// <summary>Which runs a comparison consists of: each method with each seed, everything else equal.</summary>
public sealed class ComparisonPlan
{
    private ComparisonPlan(IReadOnlyList<Trial> trials, JsonObject json) => (Trials, Json) = (trials, json);

    /// <summary>The runs, methods in the order given and seeds within them.</summary>
    public IReadOnlyList<Trial> Trials { get; }

    /// <summary>The plan as <c>comparison.json</c> keeps it.</summary>
    public JsonObject Json { get; }

    /// <summary>Labels in the order given.</summary>
    public IEnumerable<string> Labels => Trials.Select(trial => trial.Label).Distinct();

    /// <summary>Makes and checks every run's configuration before anything is loaded.</summary>
    /// <param name="catalogs">Where ids are looked up.</param>
    /// <param name="stream">Id of the stream; null takes it from the file.</param>
    /// <param name="methods">Ids, each with settings of its own if wanted: <c>ewc</c>, <c>ewc:lambda=10:gamma=0.9</c> or <c>ewc+si:ewc.lambda=10</c>.</param>
    /// <param name="seeds">How many seeds, counted up from the configuration's seed.</param>
    /// <param name="network">Id of the network; null takes it from the file, or what the stream suggests, or <c>mlp</c>.</param>
    /// <param name="file">A configuration to start from; null for none.</param>
    /// <param name="settings">Paths and values for all runs; <c>method.x</c> reaches every method that has the setting x, <c>ewc.x</c> one of them, alone or combined.</param>
    /// <exception cref="EngramException">Something is wrong; the message names all of it.</exception>
    public static ComparisonPlan Make(Catalogs catalogs, string? stream, IReadOnlyList<string> methods, int seeds, string? network, JsonObject? file, IReadOnlyList<(string Path, string Text)> settings)
    {
        if (methods.Count == 0) throw EngramException.Input("missing-methods", "No method is named; give some, such as --methods fine-tuning,ewc,joint ('engram methods' lists them).");
        if (methods.Distinct().Count() < methods.Count) throw EngramException.Input("repeated-method", $"A method is named twice in '{Quote.Of(string.Join(",", methods))}'; name each once, or give it different settings, such as ewc:lambda=10.");
        if (seeds < 1) throw EngramException.Input("invalid-setting", $"The number of seeds is {seeds} but must be >= 1; set --seeds.");

        List<string> problems = [];
        List<Trial> trials = [];
        string[] ids = [.. methods.Select(method => method.Split(':')[0])];
        foreach (string id in ids.Distinct()) Collect(problems, () => catalogs.Methods.Find(id));
        if (problems.Count == 0)
        {
            problems.AddRange(UnusedSettings(catalogs, ids, settings));
            foreach (var (method, id) in methods.Zip(ids))
                Collect(problems, () => trials.AddRange(TrialsOf(catalogs, stream, method, id, ids, seeds, network, file, settings)));
        }
        if (problems.Count > 0) throw EngramException.Input("invalid-setting", string.Join(" ", problems.Distinct()));
        return new(trials, new JsonObject
        {
            ["schema"] = RunConfig.Schema,
            ["engram"] = EngramVersion.Current,
            ["trials"] = new JsonArray([.. trials.Select(trial => (JsonNode)new JsonObject { ["label"] = trial.Label, ["folder"] = trial.FolderName, ["config"] = trial.Config.ToJson() })]),
        });
    }

    /// <summary>Reads a plan back from <c>comparison.json</c>.</summary>
    /// <exception cref="EngramException">It is damaged or of another version.</exception>
    public static ComparisonPlan Read(Catalogs catalogs, JsonObject json)
    {
        if (json["schema"]?.ToJsonString() != RunConfig.Schema.ToString())
            throw EngramException.Input("other-version", $"The comparison has schema {Quote.Of(json["schema"]?.ToJsonString() ?? "none")}, but Engram {EngramVersion.Current} reads schema {RunConfig.Schema}; use the Engram that wrote it.");
        if (json["trials"] is not JsonArray trials || trials.Any(trial => trial is not JsonObject { } one || one["label"] is not JsonValue label || !label.TryGetValue<string>(out _) || one["config"] is not JsonObject))
            throw EngramException.Input("corrupt-file", "comparison.json has no list of trials with label and config; start the comparison anew.");
        if (trials.Select(trial => trial!["label"]!.ToString()).Zip(trials.Select(trial => trial!["config"]!["seed"]?.ToJsonString())).GroupBy(trial => trial).FirstOrDefault(group => group.Count() > 1) is { Key: var twice })
            throw EngramException.Input("corrupt-file", $"comparison.json has the trial '{twice.First}' with seed {twice.Second ?? "1"} twice; each has a folder of its own. Start the comparison anew.");
        return new([.. trials.Select(trial => new Trial(trial!["label"]!.GetValue<string>(), new RunConfigBuilder(catalogs, file: trial["config"]!.AsObject()).Build()))], json);
    }

    private static IEnumerable<Trial> TrialsOf(Catalogs catalogs, string? stream, string method, string id, string[] ids, int seeds, string? network, JsonObject? file, IReadOnlyList<(string Path, string Text)> settings)
    {
        SettingsShape options = catalogs.Methods.Find(id).Settings;
        RunConfig Configure(ulong? seed)
        {
            RunConfigBuilder builder = new(catalogs, stream, id, network, file);
            foreach (var (path, text) in settings)
            {
                if (!ids.Append("method").Any(some => IsOf(some, path))) builder.Set(path, text);
                else if (PathWithin(id, options, path) is { } own) builder.Set($"method.{own}", text);
            }
            foreach (string setting in method.Split(':').Skip(1))
            {
                string[] pair = setting.Split('=', 2);
                if (pair.Length != 2) throw EngramException.Input("invalid-setting", $"'{Quote.Of(setting)}' in '{Quote.Of(method)}' is not of the form name=value; write for example ewc:lambda=10.");
                builder.Set($"method.{pair[0]}", pair[1]);
            }
            if (seed is not null) builder.Set("seed", seed.Value.ToString());
            return builder.Build();
        }
        ulong first = Configure(null).Machine.Seed;
        for (int i = 0; i < seeds; i++) yield return new(method, Configure(first + (ulong)i));
    }

    // Whether a path names a method, or a part of a combination.
    private static bool IsOf(string id, string path) => MethodCatalog.PartsOf(id).Prepend(id).Any(name => path.StartsWith($"{name}.", StringComparison.Ordinal));

    // Where a path that names some method leads within one method's settings; null where it means others.
    private static string? PathWithin(string id, SettingsShape options, string path)
    {
        if (path.StartsWith("method.", StringComparison.Ordinal)) return options.Find(path["method.".Length..]) is null ? null : path["method.".Length..];
        if (path.StartsWith($"{id}.", StringComparison.Ordinal)) return path[(id.Length + 1)..];
        return IsOf(id, path) ? path : null;
    }

    private static IEnumerable<string> UnusedSettings(Catalogs catalogs, string[] ids, IReadOnlyList<(string Path, string Text)> settings)
    {
        foreach (var (path, _) in settings.Where(setting => setting.Path.StartsWith("method.", StringComparison.Ordinal)))
        {
            string name = path["method.".Length..];
            string[] known = [.. ids.SelectMany(id => catalogs.Methods.Find(id).Settings.Describe()).Select(setting => $"method.{setting.Name}").Distinct()];
            if (!known.Contains($"method.{name}")) yield return $"None of {string.Join(", ", ids)} has the setting '{Quote.Of(path)}'{NearestNames.Suggest(path, known)}";
        }
    }

    private static void Collect(List<string> problems, Action action)
    {
        try
        {
            action();
        }
        catch (EngramException problem) when (problem.Kind == ErrorKind.Input)
        {
            problems.Add(problem.Message);
        }
    }
}
