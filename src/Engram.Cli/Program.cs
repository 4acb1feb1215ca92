using Engram.Datasets;
using Engram.Experiments;
Laboratory lab = new(DataFolders.FromEnvironment(null));
var sets = args.Skip(3).Select(a => a.Split('=', 2)).Select(kv => (kv[0], kv[1])).ToList();
var plan = ComparisonPlan.Make(lab.Catalogs, args[0], args[1].Split(','), int.Parse(args[2]), null, null, sets);
var r = new Trials(lab, 2).Run(plan.Trials, null, null, (t, x) => Console.WriteLine($"{t.Label} seed {x.Seed}: ACC {100 * x.Metrics["accuracy"]:F2} F {100 * x.Metrics["forgetting"]:F2} LA {100 * x.Metrics["learningAccuracy"]:F2} final {string.Join(" ", x.Matrix[^1].Select(a => $"{100 * a:F1}"))} first {string.Join(" ", x.Matrix[1].Select(a => $"{100 * a:F1}"))} {x.Seconds.Total:F0}s"));
foreach (var f in r.Failed) Console.WriteLine(f.Trial.Label + " " + f.Error.Message);
foreach (var g in r.Finished.GroupBy(t => t.Trial.Label)) { var a = g.Select(t => 100 * t.Result.Metrics["accuracy"]!.Value).ToArray(); double m = a.Average(), sd = a.Length > 1 ? Math.Sqrt(a.Sum(v => (v - m) * (v - m)) / (a.Length - 1)) : 0; Console.WriteLine($"== {args[0]} {string.Join(" ", args.Skip(3))} {g.Key}: {m:F2} +- {sd / Math.Sqrt(a.Length):F2} (sd {sd:F2}) mean final {string.Join(" ", Enumerable.Range(0, g.First().Result.Tasks.Length).Select(j => $"{g.Average(t => 100 * t.Result.Matrix[^1][j]):F2}"))} after1 {string.Join(" ", Enumerable.Range(0, g.First().Result.Tasks.Length).Select(j => $"{g.Average(t => 100 * t.Result.Matrix[1][j]):F2}"))}"); }
