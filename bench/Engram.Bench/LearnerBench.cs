using System.Diagnostics;
using Engram.Bench.Learners;
using Engram.Durable;
using Engram.Tables;

namespace Engram.Bench;

/// <summary>A learner that lasts: its first lesson as a whole process, answers in process, opening it after a hundred versions.</summary>
internal static class LearnerBench
{
    private const int Rounds = 3;

    public static IEnumerable<Figure> Run()
    {
        using LearnerTables tables = new();
        string rows = tables.Write("rows", 10_000, 50, 10, 1);
        double first = Interleaved.Median(Rounds, 1, () =>
        {
            File.Delete(tables["whole.engram"]);
            Command(tables.Folder, "learn", "whole.engram", rows, "--quiet");
        })[0];
        yield return new("first lesson of 10,000 rows x 50, whole process, s", first, 10, false, "replay on mlp, ten passes, with reading, scoring and writing");

        string features = tables.Write("features", 4_000, 512, 20, 2);
        using DurableLearner learner = DurableLearner.OpenOrCreate(tables["features.engram"], new() { Method = "slda", Assemblies = [typeof(CsvReader).Assembly], Settings = [("gate.minNew", "0")] });
        learner.Learn(features);
        float[] input = new float[512];
        new Seed(3).For("input").FillGaussian(input);
        foreach (Figure figure in Answers(learner, input)) yield return figure;

        string small = tables["many.engram"];
        using (DurableLearner many = DurableLearner.OpenOrCreate(small, new() { Method = "slda", Assemblies = [typeof(CsvReader).Assembly], Settings = [("gate.minNew", "0")] }))
            for (int version = 0; version < 100; version++) many.Learn(tables.Write("one", 200, 64, 5, (ulong)version + 10), $"lesson {version}");
        string one = tables.Write("question", 1, 64, 1, 5);
        yield return new("open a file with 100 versions and answer, in process, s", Interleaved.Median(Rounds, 1, () => Ask(small, input[..64]))[0], 0.5, false, $"slda on 64 numbers, {new FileInfo(small).Length / 1e6:0.0} MB");
        yield return new("the same as a whole process, s", Interleaved.Median(Rounds, 1, () => Command(tables.Folder, "predict", small, one, "--quiet"))[0], null, false, "engram predict");
    }

    private static IEnumerable<Figure> Answers(DurableLearner learner, float[] input)
    {
        double single = Interleaved.Median(5, 2000, () =>
        {
            for (int i = 0; i < 2000; i++) learner.Predict(input);
        })[0];
        yield return new("one answer, 512 features, slda, warm, us", single * 1e6, 50, false, "with distance, in process");
        double one = Rate(learner, input, 1), cores = Rate(learner, input, Environment.ProcessorCount), eight = Rate(learner, input, 8);
        yield return new("answers per second of eight threads / of one per core", eight / cores, 1, true, $"{one:#,0} of one thread, {cores:#,0} of {Environment.ProcessorCount}, {eight:#,0} of 8");
    }

    private static double Rate(DurableLearner learner, float[] input, int threads)
    {
        const int PerThread = 5000;
        double[] rates = new double[3];
        for (int round = 0; round < rates.Length; round++)
        {
            long begun = Stopwatch.GetTimestamp();
            Thread[] askers = [.. Enumerable.Range(0, threads).Select(_ => new Thread(() =>
            {
                for (int i = 0; i < PerThread; i++) learner.Predict(input);
            }))];
            foreach (Thread asker in askers) asker.Start();
            foreach (Thread asker in askers) asker.Join();
            rates[round] = threads * PerThread / Stopwatch.GetElapsedTime(begun).TotalSeconds;
        }
        return rates.Order().ElementAt(1);
    }

    private static void Ask(string path, float[] input)
    {
        using DurableLearner learner = DurableLearner.Open(path, typeof(CsvReader).Assembly);
        learner.Predict(input);
    }

    private static void Command(string folder, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(StartBench.Command, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException(process.StandardError.ReadToEnd());
    }
}
