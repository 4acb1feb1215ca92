using Engram.Datasets;
using Engram.Experiments;
Laboratory lab = new(DataFolders.FromEnvironment(null));
RunConfigBuilder builder = lab.Configure(args[0], args[1]);
foreach (string set in args.Skip(2)) { string[] kv = set.Split('=', 2); builder.Set(kv[0], kv[1]); }
RunConfig config = builder.Build();
var folder = RunFolder.Create("/tmp/engram-run-" + Guid.NewGuid().ToString("N")[..8], config);
RunResult result = lab.Run(config, folder, p => Console.Error.Write($"\r{p.Phase} task {p.Task}/{p.TaskCount} epoch {p.Epoch}/{p.Epochs} {p.Fraction:P0} loss {p.Loss:F4}   "));
Console.Error.WriteLine();
foreach (var row in result.Matrix) Console.WriteLine(string.Join(" ", row.Select(a => $"{100 * a,6:F2}")));
Console.WriteLine($"{result.Seconds} ACC {result.Metrics["accuracy"]:P2} {result.Weights[..12]} {folder.Path}");
