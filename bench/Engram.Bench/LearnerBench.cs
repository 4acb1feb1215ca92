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

        foreach (Figure figure in Beside(tables)) yield return figure;

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

    // Another process learns for two minutes; this one asks a thousand times a second and is never kept waiting.
    private static IEnumerable<Figure> Beside(LearnerTables tables)
    {
        string file = tables["beside.engram"], first = tables.Write("first", 5_000, 64, 10, 21), second = tables.Write("second", 20_000, 64, 10, 22);
        Command(tables.Folder, "learn", file, first, "--quiet", "--set", "training.epochs=200");
        using DurableLearner learner = DurableLearner.Open(file, typeof(CsvReader).Assembly);
        float[] input = new float[64];
        List<double> waits = [];
        using Process writer = Process.Start(new ProcessStartInfo(StartBench.Command, ["learn", file, second, "--quiet"]) { WorkingDirectory = tables.Folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        long begun = Stopwatch.GetTimestamp();
        int swaps = 0;
        while (!writer.HasExited)
        {
            double due = waits.Count / 1000.0;
            while (Stopwatch.GetElapsedTime(begun).TotalSeconds < due) Thread.Sleep(0);
            long asked = Stopwatch.GetTimestamp();
            learner.Predict(input);
            waits.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            if (waits.Count % 500 == 0 && learner.Refresh()) swaps++;
        }
        double seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        if (learner.Refresh()) swaps++;
        waits.Sort();
        yield return new("answers per second while another process learns", waits.Count / seconds, 1000 * 0.99, true, $"{waits.Count:#,0} answers in {seconds:0} s, median {waits[waits.Count / 2]:0.00} ms, 99.9 % within {waits[(int)(waits.Count * .999)]:0.0} ms, longest {waits[^1]:0} ms; {swaps} promotion seen, exit code {writer.ExitCode}");
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
