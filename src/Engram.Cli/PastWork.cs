using System.Text.Json.Nodes;
using Engram.Experiments;

namespace Engram.Cli;

/// <summary>What an earlier command left in a folder.</summary>
/// <param name="Folder">Where.</param>
/// <param name="Kind">run, comparison, order, affinity, recipes or reproduction.</param>
/// <param name="When">When its plan or its results were last written, UTC.</param>
/// <param name="Stream">What was learned; of a reproduction, its recipe.</param>
/// <param name="Methods">By which methods.</param>
/// <param name="State">running, done, interrupted, failed (some trials) or damaged.</param>
/// <param name="Accuracy">At the end; of a comparison that of its best method, of orders that of the best; null where there is none.</param>
internal sealed record PastWork(string Folder, string Kind, DateTime When, string Stream, string[] Methods, string State, double? Accuracy)
{
    /// <summary>All in a folder, the newest first: what is in it, and what is in the folders directly below.</summary>
    public static IReadOnlyList<PastWork> In(string folder) =>
        [.. Directory.EnumerateDirectories(folder).Prepend(folder).Select(Read).OfType<PastWork>().OrderByDescending(work => work.When).ThenBy(work => work.Folder, StringComparer.Ordinal)];

    private static PastWork? Read(string folder)
    {
        if ((WorkFolder.KindOf(folder) ?? WorkFolder.NamedKindOf(folder)) is not { } kind) return null;
        string planPath = WorkFolder.PlanPath(folder, kind), resultsPath = Path.Combine(folder, "results.json");
        DateTime begun = File.GetLastWriteTimeUtc(planPath), ended = File.Exists(resultsPath) ? File.GetLastWriteTimeUtc(resultsPath) : DateTime.MinValue;
        PastWork work = new(folder, kind, begun > ended ? begun : ended, "", [], "damaged", null);
        try
        {
            JsonObject plan = JsonFile.Read(planPath);
            if (plan["schema"] is null) return null; // somebody else's config.json
            // Studies and reproductions may be begun again with more to do: their old results are those of the old plan.
            bool isDone = File.Exists(resultsPath) && (kind is "run" or "comparison" || ended >= begun);
            string state = FolderLock.HolderOf(folder) is not null ? "running" : isDone ? "done" : "interrupted";
            return Describe(work with { State = state }, plan, isDone ? JsonFile.Read(resultsPath) : []);
        }
        catch (Exception damaged) when (damaged is EngramException or InvalidOperationException or FormatException)
        {
            return work;
        }
    }

    private static PastWork Describe(PastWork work, JsonObject plan, JsonObject results)
    {
        JsonNode? asked = plan["plan"]?["config"];
        string state = work.State == "done" && results["failed"]?.AsArray().Count > 0 ? "failed" : work.State;
        return work.Kind switch
        {
            "run" => work with { Stream = Text(plan["stream"]?["id"]), Methods = [Text(plan["method"]?["id"])], Accuracy = (double?)results["metrics"]?["accuracy"] },
            "comparison" => work with
            {
                Stream = Text(Trials(plan).FirstOrDefault()?["config"]?["stream"]?["id"]), Methods = [.. Trials(plan).Select(trial => Text(trial?["label"])).Distinct()], State = state,
                Accuracy = results["summary"]?.AsArray().Max(method => (double?)method?["accuracy"]?["mean"]),
            },
            "study" => work with
            {
                Kind = Text(plan["kind"]), Stream = Text(asked?["stream"]?["id"]), Methods = Text(plan["kind"]) == OrderSession.Kind ? [Text(asked?["method"]?["id"])] : [],
                Accuracy = results["accuracy"] is JsonObject spread ? (double?)spread["best"] : null,
            },
            _ => work with { Stream = Text(plan["id"]), State = state },
        };
    }

    private static JsonArray Trials(JsonObject plan) => plan["trials"] as JsonArray ?? throw EngramException.Input("corrupt-file", "The plan has no trials.");

    private static string Text(JsonNode? node) => node?.GetValue<string>() ?? "";
}
