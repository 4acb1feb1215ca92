using Engram.Datasets;
using Engram.Experiments;
using Engram.Reports;

namespace EngramSamples;

/// <summary>Learns three tasks one after another and writes the page that shows what was kept.</summary>
public static class QuickStart
{
    /// <summary>Runs it; returns the mean accuracy.</summary>
    public static double Run(string folder, string? dataDirectory = null)
    {
        Laboratory laboratory = new(DataFolders.FromEnvironment(dataDirectory));
        RunConfig config = laboratory.Configure("permuted-digits", "ewc")
            .Set("stream.tasks", "3")
            .Set("stream.samples", "5000")
            .Build();
        RunResult result = laboratory.Run(config, RunFolder.Create(folder, config));
        RunReport.Write(result, folder);
        Console.WriteLine($"still known: {result.Metrics["accuracy"]:P1}, forgotten: {result.Metrics["forgetting"]:P1}");
        return result.Metrics["accuracy"]!.Value;
    }
}
