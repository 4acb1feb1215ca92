using System.Globalization;
using System.Text.Json.Nodes;
using Engram.Bench.Learners;
using Engram.Durable;
using Engram.Tables;

namespace Engram.Bench.Serving;

/// <summary>
/// Kills a server at random moments while it answers, learns, keeps right answers, promotes and goes back. What it acknowledged is there when it is started again: a lesson is learned once, a right
/// answer is kept or learned once, a promotion holds; and it answers what the file answers.
/// </summary>
/// <param name="program">The command <c>engram</c>.</param>
/// <param name="seed">Of what is asked, and of the moments.</param>
internal sealed class ServerKills(string program, int seed) : IDisposable
{
    private const int KillsOfALife = 12, Spread = 1200, Numbers = 4; // milliseconds
    private const string Name = "life";
    private readonly LearnerTables tables = new();
    private readonly Random random = new(seed);
    private readonly List<string> faults = [];
    private int given; // tables, reasons, labels: each has a number of its own

    // What this life's server acknowledged, and what it may have done without.
    private readonly Dictionary<string, string> lessons = []; // names of lessons by their ids
    private readonly HashSet<string> kept = [], keptOrLearned = []; // ids of right answers
    private readonly HashSet<string> reasons = [];
    private int rollbacks, unknownRollbacks, unknownFeedback;
    private bool isFeedbackLearned;

    /// <summary>Kills that met a server at work.</summary>
    public int Kills { get; private set; }

    /// <summary>Files that were lived with.</summary>
    public int Lives { get; private set; }

    /// <summary>What was acknowledged in all lives, in words.</summary>
    public string Acknowledged => $"{allLessons} lessons, {allFeedback} right answers, {allChanges} promotions and ways back";

    private int allLessons, allFeedback, allChanges;

    public void Dispose() => tables.Dispose();

    /// <summary>Lives until there were so many kills.</summary>
    /// <param name="kills">How many.</param>
    /// <param name="report">Told after each life; null for nobody.</param>
    /// <returns>What was wrong, a line each; none where all was well.</returns>
    public async Task<IReadOnlyList<string>> Run(int kills, Action? report = null)
    {
        while (Kills < kills && faults.Count == 0)
        {
            string file = Begin();
            for (int killed = 0; killed < KillsOfALife && Kills < kills && faults.Count == 0; killed++, Kills++) await LiveUntilKilled(file);
            await End(file);
            report?.Invoke();
        }
        return faults;
    }

    private string Begin()
    {
        string folder = Directory.CreateDirectory(tables[$"{++Lives}"]).FullName, file = Path.Combine(folder, $"{Name}.engram");
        lessons.Clear();
        kept.Clear();
        keptOrLearned.Clear();
        reasons.Clear();
        (rollbacks, unknownRollbacks, unknownFeedback, isFeedbackLearned) = (0, 0, 0, false);
        (string, string)[] settings = Lives % 2 == 0 ? [("network.hidden", "16"), ("training.epochs", "20")] : [];
        using DurableLearner learner = DurableLearner.OpenOrCreate(file, new() { Method = Lives % 2 == 0 ? "replay" : "slda", Assemblies = [typeof(CsvReader).Assembly], Settings = [("gate.minNew", "0"), .. settings] });
        learner.Learn(tables.Write("first", 200, Numbers, 2, Number()));
        return file;
    }

    private async Task LiveUntilKilled(string file)
    {
        using ServerProcess server = new(program, Path.GetDirectoryName(file)!, file);
        if (random.Next(2) == 0) await AllEnded(server);
        await Look(server, file);
        Task killed = Task.Delay(random.Next(Spread)).ContinueWith(_ => server.Kill(), TaskScheduler.Default);
        while (await Do(server))
        {
        }
        await killed;
        if (server.Said.Contains("fail:", StringComparison.Ordinal)) Fault($"the server logged an error: {Quote.Of(server.Said, 500)}");
    }

    // Does one thing; false where the server is gone.
    private async Task<bool> Do(ServerProcess server)
    {
        switch (random.Next(12))
        {
            case < 4:
                return Expected(await server.Post($"/v1/{Name}/predict", new JsonObject { ["inputs"] = new JsonArray(Input(), Input()) }), 200, "predict");
            case < 7:
                return await Tell(server);
            case < 9:
                return await Teach(server);
            case 9:
                return kept.Count == 0 || await LearnFeedback(server, $"told-{Number()}");
            case 10:
                string reason = $"reason-{Number()}.";
                var (status, body) = await server.Post($"/v1/{Name}/promote", new JsonObject { ["version"] = 1 + random.Next(1 + lessons.Count), ["reason"] = reason });
                if (status == 200) Acknowledge(() => reasons.Add(reason));
                return Expected((status, body), status is 400 or 404 or 409 ? status : 200, "promote"); // there may be none of that number, or a lesson is being learned
            default:
                (status, body) = await server.Post($"/v1/{Name}/rollback", new JsonObject());
                if (status == 200) Acknowledge(() => rollbacks++);
                if (status == 0) unknownRollbacks++;
                return Expected((status, body), status == 409 ? 409 : 200, "rollback");
        }
    }

    private void Acknowledge(Action what)
    {
        what();
        allChanges++;
    }

    private async Task<bool> Tell(ServerProcess server)
    {
        var (status, body) = await server.Post($"/v1/{Name}/predict", new JsonObject { ["inputs"] = new JsonArray(Input()) });
        if (!Expected((status, body), 200, "predict")) return false;
        string id = (string)body!["answers"]![0]!["id"]!;
        (status, body) = await server.Post($"/v1/{Name}/feedback", new JsonObject { ["answers"] = new JsonArray(new JsonObject { ["id"] = id, ["label"] = $"c{random.Next(2)}" }) });
        if (status == 200) _ = (isFeedbackLearned ? keptOrLearned : kept).Add(id);
        if (status == 200) allFeedback++;
        if (status == 0) unknownFeedback++;
        return Expected((status, body), 200, "feedback");
    }

    private async Task<bool> Teach(ServerProcess server)
    {
        string name = $"lesson-{Number()}";
        var (status, body) = await server.Send(HttpMethod.Post, $"/v1/{Name}/lessons?file={name}.csv", new ByteArrayContent(await File.ReadAllBytesAsync(tables.Write(name, 60, Numbers, 2, (ulong)given))));
        if (status == 202) Took(body, name);
        return Expected((status, body), 202, "lesson");
    }

    private async Task<bool> LearnFeedback(ServerProcess server, string name)
    {
        // From now on a right answer may be kept, or learned already.
        isFeedbackLearned = true;
        keptOrLearned.UnionWith(kept);
        kept.Clear();
        var (status, body) = await server.Post($"/v1/{Name}/lessons", new JsonObject { ["feedback"] = true, ["name"] = name });
        if (status == 202) Took(body, name);
        return Expected((status, body), 202, "lesson of right answers");
    }

    private void Took(JsonNode? job, string name)
    {
        lessons.Add((string)job!["id"]!, name);
        allLessons++;
    }

    // What was acknowledged must be there, whatever is still to be learned.
    private async Task Look(ServerProcess server, string file)
    {
        foreach (var (id, name) in lessons)
            if (await server.Get($"/v1/{Name}/jobs/{id}") is var (status, job) && (status != 200 || (string)job!["state"]! is "failed" or "cancelled")) Fault($"lesson '{name}' was taken in, and is {status} {job}");
        using DurableLearner learner = DurableLearner.Open(file, typeof(CsvReader).Assembly);
        foreach (string problem in learner.Problems()) Fault(problem);
        HashSet<string> there = [.. learner.FeedbackKept().Select(one => one.Prediction)];
        foreach (string id in kept.Except(there)) Fault($"the right answer '{id}' was acknowledged, and is lost");
        LearnerHistory history = learner.History();
        string[] promoted = [.. history.Events.Where(one => one.What == "promote").Select(one => one.Detail)];
        foreach (string reason in reasons)
            if (promoted.Count(detail => detail.Contains(reason, StringComparison.Ordinal)) is not 1 and var times) Fault($"the promotion '{reason}' was acknowledged, and is there {times} times");
        int back = history.Events.Count(one => one.What == "rollback");
        if (back < rollbacks || back > rollbacks + unknownRollbacks) Fault($"{rollbacks} ways back were acknowledged and {unknownRollbacks} are unknown, and {back} are there");
    }

    private async Task End(string file)
    {
        using ServerProcess server = new(program, Path.GetDirectoryName(file)!, file);
        await AllEnded(server);
        if (kept.Count > 0) await LearnFeedback(server, $"told-{Number()}");
        await AllEnded(server);
        await Look(server, file);
        using DurableLearner learner = DurableLearner.Open(file, typeof(CsvReader).Assembly);
        LearnerHistory history = learner.History();
        ILookup<string, PastLesson> learned = history.Lessons.ToLookup(lesson => lesson.Name);
        foreach (string name in lessons.Values)
            if (learned[name].Count() != 1) Fault($"lesson '{name}' was taken in, and was learned {learned[name].Count()} times");
        foreach (IGrouping<string, PastLesson> twice in learned.Where(lesson => lesson.Count() > 1)) Fault($"lesson '{twice.Key}' was learned {twice.Count()} times");
        int all = history.Lessons.Where(lesson => lesson.Name.StartsWith("told-", StringComparison.Ordinal)).Sum(lesson => lesson.Samples + lesson.Tested) + learner.FeedbackKept().Count;
        if (all < keptOrLearned.Count || all > keptOrLearned.Count + unknownFeedback) Fault($"{keptOrLearned.Count} right answers were acknowledged and {unknownFeedback} are unknown, and {all} are kept or learned");
        await LookAtAnswers(server, learner);
    }

    private async Task LookAtAnswers(ServerProcess server, DurableLearner learner)
    {
        float[][] inputs = [.. Enumerable.Range(0, 20).Select(row => Enumerable.Range(0, Numbers).Select(column => (float)Math.Sin(row + (3 * column))).ToArray())];
        var (status, body) = await server.Post($"/v1/{Name}/predict", new JsonObject { ["inputs"] = new JsonArray([.. inputs.Select(input => new JsonArray([.. input.Select(number => (JsonNode)number)]))]) });
        string served = status != 200 ? $"{status} {body}" : string.Join(' ', body!["answers"]!.AsArray().Select(one => InWords((int)body["version"]!, (string)one!["label"]!, (float)one["probability"]!)));
        string own = string.Join(' ', learner.Predict(inputs).Select(one => InWords(one.Version, one.Label, one.Probability)));
        if (served != own) Fault($"the server answers {Quote.Of(served, 200)}, and the file {Quote.Of(own, 200)}");
    }

    private static string InWords(int version, string label, float probability) => string.Create(CultureInfo.InvariantCulture, $"{version}:{label}:{probability:R}");

    private async Task AllEnded(ServerProcess server)
    {
        for (long end = Environment.TickCount64 + 120_000; Environment.TickCount64 < end; await Task.Delay(20))
        {
            var (_, jobs) = await server.Get($"/v1/{Name}/lessons");
            if (jobs?.AsArray().All(job => job!["ended"] is not null) != true) continue;
            isFeedbackLearned = false; // what is told from now on is kept until somebody asks for the next lesson
            return;
        }
        Fault("lessons that were taken in have not ended within two minutes");
    }

    private bool Expected((int Status, JsonNode? Body) answer, int status, string what)
    {
        if (answer.Status == 0) return false;
        if (answer.Status != status) Fault($"{what} was answered {answer.Status} {Quote.Of(answer.Body?.ToJsonString(), 300)}");
        return true;
    }

    private JsonArray Input() => [.. Enumerable.Range(0, Numbers).Select(_ => (JsonNode)(float)(random.NextDouble() * 6))];

    private ulong Number() => (ulong)++given;

    private void Fault(string what) => faults.Add($"life {Lives}, after {Kills} kills: {what}");
}
