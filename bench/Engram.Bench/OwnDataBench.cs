using System.Diagnostics;
using System.Globalization;
using Engram.OwnData;
using Engram.Tables;
using nietras.SeparatedValues;

namespace Engram.Bench;

/// <summary>A large table of numbers: read, typed and standardised, against what its parser alone needs and against the room that its numbers take.</summary>
internal static class OwnDataBench
{
    private const int Rows = 1_000_000, Columns = 50, Rounds = 3;

    public static IEnumerable<Figure> Run()
    {
        string path = Path.Combine(Path.GetTempPath(), $"engram-bench-{Environment.ProcessId}.csv");
        try
        {
            Write(path);
            long before = Settled();
            double peak = 0;
            using (Timer _ = new(_ => peak = Math.Max(peak, Resident() - before), null, 0, 10)) Learn(path);
            double table = (double)Rows * Columns * sizeof(float);
            yield return new("memory of a table / its numbers in 32 bits", peak / table, 1.3, false, $"{peak / 1e6:0} MB at most of {table / 1e6:0} MB, {Rows:#,0} rows of {Columns} numbers, {new FileInfo(path).Length / 1e6:0} MB of text");
            double[] seconds = Interleaved.Median(Rounds, 1, () => Parse(path), () => Learn(path), () => Hash(path));
            yield return new("time to read and standardise a table / to parse it", seconds[1] / seconds[0], 3, false, $"{seconds[1]:0.00} s against {seconds[0]:0.00} s of Sep alone, one thread");
            yield return new("the same with every row's content hash", seconds[2] / seconds[0], null, false, $"{seconds[2]:0.00} s");
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Write(string path)
    {
        RandomSource random = new Seed(1).For("table");
        using StreamWriter writer = new(path, append: false, System.Text.Encoding.UTF8, 1 << 20);
        for (int column = 0; column < Columns; column++) writer.Write($"x{column},");
        writer.Write("label\n");
        Span<char> number = stackalloc char[32];
        for (int row = 0; row < Rows; row++)
        {
            for (int column = 0; column < Columns; column++)
            {
                ((random.NextDouble() - 0.5) * 200).TryFormat(number, out int length, "0.####", CultureInfo.InvariantCulture);
                writer.Write(number[..length]);
                writer.Write(',');
            }
            writer.Write(row % 10);
            writer.Write('\n');
        }
    }

    // What the parser alone needs: every value as a number.
    private static void Parse(string path)
    {
        using SepReader reader = Sep.New(',').Reader().FromFile(path);
        double sum = 0;
        foreach (SepReader.Row row in reader)
            for (int column = 0; column <= Columns; column++) sum += row[column].Parse<float>();
        if (sum == 0) throw new InvalidOperationException("The table is empty.");
    }

    private static void Learn(string path)
    {
        using Records records = new CsvReader().Open(path, new());
        InputForm form = records.Fit([.. Enumerable.Range(0, records.Count)]);
        float[] input = new float[form.Shape[0]];
        for (int record = 0; record < records.Count; record++) form.Read(records, record, input);
    }

    private static void Hash(string path)
    {
        using Records records = new CsvReader().Open(path, new());
        UInt128 all = 0;
        for (int record = 0; record < records.Count; record++) all ^= records.ContentHash(record);
        if (all == 0) throw new InvalidOperationException("No row differs.");
    }

    private static long Settled()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Resident();
    }

    private static long Resident()
    {
        using Process own = Process.GetCurrentProcess();
        return own.WorkingSet64;
    }
}
