using Engram.Datasets;
using Engram.Experiments;
using Engram.Experiments.Recipes;

namespace Engram.Bench;

/// <summary>
/// Ten short recipes twice, two trials at a time, with a collection forced every 10 ms: what the collector takes too early shows as an
/// exception or as other numbers. Needs the data sets.
/// </summary>
internal static class SteadinessBench
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private static readonly string[] Recipes =
    [
        "babi-single", "permuted-mnist-5", "two-image-tasks", "babi-joint", "babi-sequential", "gem-permutations", "gem-rotations", "permuted-mnist-der2020", "split-mnist-si2017", "split-mnist-mas2018",
    ];

    public static IEnumerable<Figure> Run()
    {
        Laboratory laboratory = new(DataFolders.FromEnvironment(null));
        ReproductionPlan[] plans = [.. Recipes.Select(id => ReproductionPlan.Make(RecipeCatalog.Find(id), laboratory.Catalogs, new() { Quick = true }))];
        foreach (ReproductionPlan plan in plans) laboratory.Prepare([.. plan.Trials.Select(trial => trial.Config)], 2);

        using CancellationTokenSource over = new();
        int collections = 0;
        Thread collector = new(() =>
        {
            for (; !over.IsCancellationRequested; Thread.Sleep(Pause), collections++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        try
        {
            foreach (ReproductionPlan plan in plans)
            {
                var (first, second) = (Outcomes(laboratory, plan), Outcomes(laboratory, plan));
                yield return new($"{plan.Recipe.Id}: trials that differ when repeated, or fail", first.Zip(second).Count(pair => pair.First != pair.Second || pair.First.Length == 0), 0, false,
                    $"{plan.Trials.Count} trials twice, {collections} collections so far");
            }
        }
        finally
        {
            over.Cancel();
            collector.Join();
        }
    }

    // Weights and matrix of each trial; nothing for one that failed.
    private static string[] Outcomes(Laboratory laboratory, ReproductionPlan plan)
    {
        TrialResults results = TrialResults.Study(laboratory, plan.Trials).Run(new TrialThreads(2));
        foreach (FailedTrial failed in results.Failed) Console.Error.WriteLine($"{plan.Recipe.Id}, {failed.Trial.FolderName}: {failed.Error}");
        ILookup<Trial, RunResult> finished = results.Finished.ToLookup(one => one.Trial, one => one.Result);
        return [.. plan.Trials.Select(trial => finished[trial].FirstOrDefault() is { } result ? $"{result.Weights} {string.Join(' ', result.Matrix.ToRows().SelectMany(row => row).Select(cell => cell.ToString("R")))}" : "")];
    }
}
