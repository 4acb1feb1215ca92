using System.Text.Json.Nodes;

namespace Engram.Durable;

/// <summary>What a user says about a learner that may be there already: some of it is for life, some may change.</summary>
internal static class LearnerSettings
{
    private static readonly SettingsShape Changeable = SettingsShape.Of(typeof(LearnerOptions));

    /// <summary>Whether a setting may change while a learner lives.</summary>
    public static bool MayChange(string path) => Changeable.Find(path) is not null;

    /// <summary>What holds from now on.</summary>
    /// <param name="settled">What held so far; null for a new learner.</param>
    /// <param name="options">What the user says.</param>
    /// <exception cref="EngramException">A setting cannot be, or is for life and another one.</exception>
    public static LearnerOptions Of(Settled? settled, DurableOptions options)
    {
        if (settled is not null) RequireSame(settled, options);
        JsonObject json = Settings.ToJson(settled?.Options ?? new LearnerOptions());
        foreach (var (path, text) in options.Settings)
            if (Changeable.Find(path) is { } setting) Settings.Assign(json, path, Settings.Parse(setting.Type, text));
        List<string> problems = [];
        LearnerOptions own = (LearnerOptions)Changeable.Bind(json, "", problems);
        if (problems.Count > 0) throw EngramException.Input("invalid-setting", string.Join(' ', problems));
        return options.Keep is { } keep ? own with { Keep = keep } : own;
    }

    private static IEnumerable<string> Paths(JsonObject json, string prefix) =>
        json.SelectMany(one => one.Value is JsonObject inner ? Paths(inner, $"{prefix}{one.Key}.").Prepend(prefix + one.Key) : [prefix + one.Key]);

    private static void RequireSame(Settled settled, DurableOptions options)
    {
        List<string> problems = [];
        Compare("method", options.Method, settled.Config["method"]?["id"]?.ToString());
        Compare("network", options.Network, settled.Config["network"]?["id"]?.ToString());
        string saved = JsonNode.Parse(settled.Row.Inputs)?["features"]?.ToString() ?? "none";
        if (options.Features is { } features && features != saved && Path.GetFullPath(features) != saved) problems.Add($"features is {saved}, not {Quote.Of(features)}");
        if (options.Records is { } records && records != settled.Records && !Settings.ToJson(records).ToJsonString().Equals(Settings.ToJson(settled.Records).ToJsonString(), StringComparison.Ordinal)) problems.Add("columns were named otherwise");
        foreach (var (path, text) in options.Settings.Where(one => !MayChange(one.Path)).GroupBy(one => one.Path).Select(same => same.Last()))
        {
            if (!Known(settled).Contains(path)) throw EngramException.Input("invalid-setting", $"There is no setting '{Quote.Of(path)}'{NearestNames.Suggest(path, Known(settled))}");
            JsonNode? at = path.Contains('.') ? settled.Config : settled.Config["machine"];
            foreach (string part in path.Split('.')) at = (at as JsonObject)?[part];
            string now = at is JsonArray list ? string.Join(',', list.Select(one => one?.ToString())) : (at as JsonObject)?["id"]?.ToString() ?? at?.ToString() ?? "not set";
            if (now != text) problems.Add($"{Quote.Of(path)} is {Quote.Of(now)}, not {Quote.Of(text)}");
        }
        if (problems.Count > 0)
            throw EngramException.Input("for-life", $"The learner was made with other settings, which are for life: {string.Join("; ", problems)}. Leave them out, or make a new learner in another file. What may change: {string.Join(", ", Changeable.Describe().Select(one => one.Name))}.");

        static HashSet<string> Known(Settled settled) => [.. Changeable.Describe().Select(one => one.Name), .. Paths(settled.Config, ""), .. Paths((JsonObject)settled.Config["machine"]!, "")];

        void Compare(string name, string? said, string? was)
        {
            if (said is not null && said != was) problems.Add($"{name} is {was}, not {Quote.Of(said)}");
        }
    }
}
