using System.Globalization;
using System.Reflection;
using System.Text;
using Engram.Durable;
using Engram.Tests.Datasets;

namespace Engram.Tests.Durable;

/// <summary>A folder with a learner and tables of blobs, a class each, month by month.</summary>
internal sealed class Months : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static Assembly[] Assemblies => [typeof(global::Engram.Tables.CsvReader).Assembly, typeof(global::Engram.Pictures.ResNet18).Assembly];

    public string Folder => folder.Path;

    public string Engram => folder["line.engram"];

    public void Dispose() => folder.Dispose();

    /// <summary>Settings of a small learner, also of a method whose own work would not be small.</summary>
    public static DurableOptions Small(string? method = null, params (string, string)[] settings) => new()
    {
        Method = method, Assemblies = Assemblies,
        Settings = method is null ? settings : [("network.hidden", "8"), ("training.epochs", "2"), ("training.batch", "16"), .. method == "ranpac" ? [("method.projections", "40")] : Array.Empty<(string, string)>(), .. settings],
    };

    public DurableLearner Open(DurableOptions? options = null) => DurableLearner.OpenOrCreate(Engram, options ?? new() { Assemblies = Assemblies });

    /// <summary>Writes a table of four numbers: class k of a..h lies around its own corner.</summary>
    public string Table(string name, int rows, string classes, int seed, double shift = 0, bool labels = true)
    {
        Random random = new(seed);
        string path = folder[$"{name}.csv"];
        using StreamWriter writer = new(path);
        writer.WriteLine("p,q,r,s" + (labels ? ",label" : ""));
        for (int row = 0; row < rows; row++)
        {
            char label = classes[row % classes.Length];
            int corner = label - 'a';
            double[] point = [.. Enumerable.Range(0, 4).Select(axis => (3.0 * ((corner + 1) >> axis & 1)) + shift + Gaussian(random))];
            writer.WriteLine(string.Join(',', point.Select(value => value.ToString("0.0000", CultureInfo.InvariantCulture))) + (labels ? $",{label}" : ""));
        }
        return path;
    }

    /// <summary>Writes images of 8 x 8 pixels, those of class k with a bright row k, and their labels beside them.</summary>
    public string Images(string name, int rows, string classes, int seed)
    {
        Random random = new(seed);
        byte[] pixels = new byte[rows * 64];
        random.NextBytes(pixels);
        for (int row = 0; row < rows; row++) pixels.AsSpan((row * 64) + ((classes[row % classes.Length] - 'a') * 8), 8).Fill(255);
        string path = folder[$"{name}.npy"];
        WriteNpy(path, "|u1", $"({rows}, 1, 8, 8)", pixels);
        WriteNpy(folder[$"{name}-labels.npy"], "<i8", $"({rows},)", [.. Enumerable.Range(0, rows).SelectMany(row => BitConverter.GetBytes((long)(classes[row % classes.Length] - 'a')))]);
        return path;
    }

    private static void WriteNpy(string path, string type, string shape, byte[] content)
    {
        byte[] header = Encoding.ASCII.GetBytes($"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}".PadRight(117) + "\n");
        File.WriteAllBytes(path, [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. header, .. content]);
    }

    private static double Gaussian(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
