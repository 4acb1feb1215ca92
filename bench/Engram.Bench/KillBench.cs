using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Engram.Experiments;
using Engram.Methods;

namespace Engram.Bench;

/// <summary>
/// Runs and studies that are stopped at every checkpoint, and others that are killed at random moments, and then go on: each must end with
/// what it ends with undisturbed, bit for bit. <c>kill</c> kills for 30 minutes, <c>kill 5</c> for five; <c>kill 5 1 ewc order</c> with the
/// seed 1 and some configurations.
/// </summary>
internal static class KillBench
{
    private const double UsualMinutes = 30;
    private const int Steps = 10;
    private const string RecipeFile = "small.json";

    private const string Recipe = """
        {
          "title": "small", "source": { "authors": "nobody", "year": 2020 }, "seeds": 2, "reference": "joint",
          "config": { "stream": { "id": "split-digits", "tasks": 2, "samples": 200, "testSamples": 60 }, "network": { "id": "mlp", "hidden": [9] }, "training": { "iterations": 10, "batch": 10, "checkpointEvery": 2 } },
          "rows": [{ "id": "none", "label": "None", "method": { "id": "fine-tuning" }, "band": [0, 1] }, { "id": "joint", "label": "Joint", "method": { "id": "joint" }, "band": [0, 1] }],
          "gates": [{ "says": "it runs", "holds": "none >= 0" }]
        }
        """;

    private static readonly string[] Small =
    [
        "--tasks", "2", "--set", "stream.samples=200", "--set", "stream.testSamples=60", "--set", "stream.validation=0.2", "--set", "training.batch=10", "--set", $"training.iterations={Steps}",
        "--set", "training.checkpointEvery=2", "--set", "training.logEvery=1", "--set", "training.evaluateEvery=3",
    ];

    // Settings with which a method that has them is small.
    private static readonly (string Name, string Value)[] SmallMethods = [("hidden", "8"), ("latent", "4"), ("code", "4"), ("samples", "40")];

    /// <summary>Runs it; the exit code is 0 where nothing differed.</summary>
    public static int Run(string[] arguments)
    {
        TimeSpan limit = TimeSpan.FromMinutes(arguments.Length > 0 && double.TryParse(arguments[0], out double minutes) ? minutes : UsualMinutes);
        int seed = arguments.Length > 1 ? int.Parse(arguments[1]) : Environment.TickCount;
        Console.WriteLine($"seed {seed}");
        Random random = new(seed);
        string root = Directory.CreateTempSubdirectory("engram-kill-").FullName;
        bool IsWanted((string Name, string[] Command) one) => arguments.Length < 3 || arguments.AsSpan(2).Contains(one.Name);
        File.WriteAllText(Path.Combine(root, RecipeFile), Recipe);
        (string Name, string[] Command)[] runs = [.. Runs().Where(IsWanted)], cases = [.. runs, .. Studies().Where(IsWanted)];
        Dictionary<string, (string Result, double Seconds)> undisturbed = [];
        int stops = 0, kills = 0, ends = 0, wrong = 0;
        Stopwatch clock = Stopwatch.StartNew();
        foreach (var (name, command) in runs)
        {
            int stopped = Judge(name, StopAtEveryCheckpoint(name, command));
            stops += stopped;
            Console.WriteLine($"{name}: {stopped} stops, {clock.Elapsed.TotalSeconds:0} s so far");
        }
        Console.WriteLine($"{stops} stops over {runs.Length} runs in {clock.Elapsed.TotalSeconds:0} s");
        clock.Restart();
        for (int round = 0; clock.Elapsed < limit; round++)
        {
            var (name, command) = cases[round % cases.Length];
            string folder = $"{name}-{round}";
            int killed = 0;
            double reach = undisturbed.TryGetValue(name, out var known) ? known.Seconds : Straight(name, command).Seconds;
            while (killed < 3 && Kill(Begun(folder) ? ["resume", folder] : [.. command, "--out", folder], random.NextDouble() * reach)) killed++;
            kills += killed;
            var (code, error, _) = Finish(Begun(folder) ? ["resume", folder] : [.. command, "--out", folder]);
            string found = code == 0 ? Results(folder) : $"exit code {code}: {error}";
            ends++;
            Judge($"{folder} after {killed} kills", (found == undisturbed[name].Result ? null : found, 0));
            Directory.Delete(Path.Combine(root, folder), recursive: true);
        }
        Console.WriteLine($"{kills} kills over {ends} runs and studies of {cases.Length} configurations in {clock.Elapsed.TotalSeconds:0} s; {wrong} ended with other numbers");
        Directory.Delete(root, recursive: true);
        return wrong == 0 ? 0 : 1;

        int Judge(string what, (string? Wrong, int Count) outcome)
        {
            if (outcome.Wrong is null) return outcome.Count;
            wrong++;
            Console.WriteLine($"{what}: {Quote.Of(outcome.Wrong, 400)}");
            return outcome.Count;
        }

        bool Begun(string folder) => Directory.Exists(Path.Combine(root, folder)) && Directory.GetFiles(Path.Combine(root, folder), "*.json").Length > 0;

        (string Result, double Seconds) Straight(string name, string[] command)
        {
            var (code, error, seconds) = Finish([.. command, "--out", name]);
            if (code != 0) throw new InvalidOperationException($"engram {string.Join(' ', command)} ended with {code}: {error}");
            return undisturbed[name] = (Results(name), seconds);
        }

        (string? Wrong, int Stops) StopAtEveryCheckpoint(string name, string[] command)
        {
            string straight = Straight(name, command).Result, folder = $"{name}-stopped";
            Laboratory laboratory = new(new(Path.Combine(AppContext.BaseDirectory, "nowhere")));
            RunConfig config = RunFolder.Open(Path.Combine(root, name), laboratory.Catalogs).Config;
            int sessions = 0;
            for (bool isDone = false; !isDone; sessions++)
            {
                RunFolder place = RunFolder.OpenOrCreate(Path.Combine(root, folder), config);
                using CancellationTokenSource stop = new();
                int passed = 0;
                try
                {
                    laboratory.Run(config, place, now => { if (now.Phase == RunPhase.Training && ++passed == config.Training.CheckpointEvery) stop.Cancel(); }, stop.Token);
                    isDone = true;
                }
                catch (OperationCanceledException)
                {
                    // as wanted
                }
            }
            string found = Results(folder);
            return (found == straight ? null : found, sessions - 1);
        }

        (int Code, string Error, double Seconds) Finish(string[] command)
        {
            long start = Stopwatch.GetTimestamp();
            using Process process = Start(command);
            StringBuilder error = new();
            process.ErrorDataReceived += (_, line) => error.AppendLine(line.Data);
            process.BeginErrorReadLine();
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, error.ToString(), Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        // True when the process was killed, false when it had ended before.
        bool Kill(string[] command, double seconds)
        {
            using Process process = Start(command);
            process.OutputDataReceived += (_, _) => { };
            process.ErrorDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            bool ended = process.WaitForExit(TimeSpan.FromSeconds(seconds));
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            return !ended;
        }

        Process Start(string[] command) => Process.Start(new ProcessStartInfo(StartBench.Command, command) { WorkingDirectory = root, RedirectStandardOutput = true, RedirectStandardError = true })!;

        // All numbers of a folder but times.
        string Results(string folder)
        {
            StringBuilder all = new();
            string path = Path.Combine(root, folder);
            foreach (string file in Directory.GetFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
                if (Path.GetExtension(file) is ".csv") all.AppendLine($"{Path.GetRelativePath(path, file)} {File.ReadAllText(file)}");
                else if (Path.GetExtension(file) is ".json" && JsonNode.Parse(File.ReadAllText(file)) is { } json) all.AppendLine($"{Path.GetRelativePath(path, file)} {WithoutTimes(json).ToJsonString()}");
            return all.ToString();
        }
    }

    private static IEnumerable<(string Name, string[] Command)> Runs()
    {
        Catalogs catalogs = new();
        string[] Of(string stream, string method, params string[] more) => ["run", stream, "--method", method, .. Small, .. more];
        foreach (CatalogEntry<MethodAttribute> entry in catalogs.Methods.Entries)
        {
            string[] settings = [.. SmallMethods.Where(one => entry.Settings.Find(one.Name) is not null).SelectMany(one => (string[])["--set", $"method.{one.Name}={one.Value}"])];
            yield return (entry.Attribute.Id, Of("split-digits", entry.Attribute.Id, ["--set", $"stream.scenario={entry.Attribute.Scenarios[0].ToString().ToLowerInvariant()}", "--set", "network.hidden=9", .. settings]));
        }
        yield return ("ewc+si", Of("split-digits", "ewc+si", "--set", "network.hidden=9"));
        yield return ("gem+grow", Of("split-digits", "gem+grow", "--set", "network.hidden=9", "--set", "method.grow.window=2", "--set", "method.grow.patience=2", "--set", "method.grow.threshold=1"));
        yield return ("cnn", Of("split-digits", "online-ewc", "--network", "cnn", "--set", "network.channels=4,4"));
        yield return ("lstm", Of("split-digits", "mas", "--network", "lstm", "--set", "network.units=8"));
        yield return ("adam", Of("permuted-digits", "si", "--set", "network.hidden=9", "--set", "training.optimizer=adam", "--set", "training.resetOptimizer=true"));
        yield return ("momentum", Of("permuted-digits", "replay", "--set", "network.hidden=9", "--set", "training.optimizer.momentum=0.9", "--set", "method.keepAtEveryStep=true", "--set", "training.optimizer=sgd"));
        yield return ("adagrad", Of("rotated-digits", "derpp", "--set", "network.hidden=9", "--set", "training.optimizer=adagrad"));
    }

    private static IEnumerable<(string Name, string[] Command)> Studies()
    {
        string[] study = ["--set", "network.hidden=9,8", "--seeds", "2"];
        yield return ("compare", ["compare", "split-digits", "--methods", "fine-tuning,ewc,joint", .. Small, .. study]);
        yield return ("order", ["order", "split-digits", .. Small, .. study]);
        yield return ("affinity", ["affinity", "digit-kinds-digits", .. Small, .. study]);
        yield return ("reproduce", ["reproduce", RecipeFile]);
    }

    // What is left is what must be the same.
    private static JsonNode WithoutTimes(JsonNode node)
    {
        if (node is JsonObject members)
        {
            foreach (string name in members.Select(member => member.Key).ToArray())
                if (name is "command" or "engine" || name.Contains("seconds", StringComparison.OrdinalIgnoreCase)) members.Remove(name); // the command names the folder, the engine what the process computed before
                else if (members[name] is { } inner) WithoutTimes(inner);
        }
        else if (node is JsonArray list)
            foreach (JsonNode? item in list)
                if (item is not null) WithoutTimes(item);
        return node;
    }
}
