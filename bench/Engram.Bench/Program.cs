using System.Text.Json;
using Engram.Bench;
using Engram.Bench.Fleets;
using Engram.Networks;
using Spectre.Console;

// Usage: dotnet run -c Release --project bench/Engram.Bench [names]; without names, everything that measures. serve takes a number besides: requests of its long run.
// fuzz, kill and kills look for faults instead: they take their own arguments and as long as they are told to. gate counts errors of judgement, lessons
// learns two hundred lessons into one file, whole takes a whole process apart, fleet runs three processes over the PostgreSQL that ENGRAM_POSTGRES names (fleet kills 30 500: a part, its seconds
// and learners).
if (args is ["fuzz", .. var forFuzz]) return FuzzBench.Run(forFuzz);
if (args is ["kill", .. var forKill]) return KillBench.Run(forKill);
if (args is ["gate"]) return GateBench.Run();
if (args is ["kills", .. var forKills]) return LearnerKillBench.Run(forKills);
if (args is ["lessons", .. var forLessons]) return LessonsBench.Run(forLessons.Length > 0 ? forLessons[0] : AppContext.BaseDirectory);
if (args is ["fleet", .. var forFleet]) return await FleetBench.Run(forFleet);
if (args is [DictionaryServer.Word, var database]) return await DictionaryServer.Run(database);
if (args is ["whole", .. var forWhole]) return WholeRun.Run(forWhole.Length > 0 ? forWhole[0] : AppContext.BaseDirectory);
if (args is ["whole-once"]) return WholeRun.RunOnce();
if (args is ["check", var what]) return StartBench.PrintCheck(what);
if (args is [ServeLoad.Word, var order]) return ServeLoad.Run(order);
long requests = args.Select(word => long.TryParse(word, out long given) ? given : 0).FirstOrDefault(given => given > 0, ServeBench.Usual);
if (args.Contains("serve")) args = [.. args.Where(word => !long.TryParse(word, out _))];
Dictionary<string, Func<IEnumerable<Figure>>> benches = new()
{
    ["limits"] = LimitsBench.Run, ["gradients"] = GradientBench.Run, ["rehearsal"] = RehearsalBench.Run, ["generative"] = GenerativeBench.Run, ["recurrent"] = RecurrentBench.Run, ["columns"] = ColumnBench.Run,
    ["fisher"] = FisherBench.Run, ["sensitivity"] = SensitivityBench.Run, ["memory"] = MemoryBench.Run, ["closed-form"] = ClosedFormBench.Run, ["start"] = StartBench.Run, ["steadiness"] = SteadinessBench.Run,
    ["learner"] = LearnerBench.Run, ["own-data"] = OwnDataBench.Run, ["features"] = FeatureBench.Run, ["serve"] = () => ServeBench.Run(requests),
};
if (args.FirstOrDefault(word => !benches.ContainsKey(word)) is { } unknown)
{
    Console.Error.WriteLine($"There is no bench '{unknown}'; choose from {string.Join(", ", benches.Keys)}.");
    return 2;
}
NativeEngine.PrepareThread(1);
Table table = new Table().AddColumns("figure", "measured", "target", "from").Border(TableBorder.Simple);
List<Figure> figures = [];
foreach (var (name, bench) in benches)
{
    if (args.Length > 0 && !args.Contains(name)) continue;
    foreach (Figure figure in bench())
    {
        Console.Error.WriteLine($"{figure.Name}: {figure.Value:0.##} ({figure.Detail})"); // so that a run that is stopped has told what it found
        figures.Add(figure);
    }
}
foreach (Figure figure in figures)
    table.AddRow(figure.Name, $"{figure.Value:0.##}", figure.Target is { } target ? $"{(figure.AtLeast ? ">=" : "<=")} {target:0.##} {(figure.Met ? "met" : "MISSED")}" : "", figure.Detail);
AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 120);
AnsiConsole.Write(table);
string path = Path.Combine(AppContext.BaseDirectory, "bench.json");
File.WriteAllText(path, JsonSerializer.Serialize(figures, new JsonSerializerOptions { WriteIndented = true }));
Console.WriteLine($"written to {path}");
return 0;
