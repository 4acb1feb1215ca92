using System.Globalization;

namespace Engram.Bench.Learners;

/// <summary>Tables of blobs for benches of the learner that lasts, in a folder that goes with it.</summary>
internal sealed class LearnerTables : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("engram-bench-").FullName;

    public string Folder => folder;

    public string this[string name] => Path.Combine(folder, name);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Writes rows of numbers around a centre for each class.</summary>
    /// <param name="name">Of the file, without its ending.</param>
    /// <param name="rows">How many.</param>
    /// <param name="columns">Numbers of a row.</param>
    /// <param name="classes">How many classes, from the first on.</param>
    /// <param name="seed">Of the rows; the centres are always the same.</param>
    /// <param name="first">The first class.</param>
    public string Write(string name, int rows, int columns, int classes, ulong seed, int first = 0)
    {
        string path = this[$"{name}.csv"];
        RandomSource random = new Seed(seed).For("rows");
        float[][] centres = [.. Enumerable.Range(first, classes).Select(one => Gaussians(new Seed(7).For("centre", one), columns, 1.5f))];
        using StreamWriter writer = new(path);
        writer.WriteLine(string.Join(',', Enumerable.Range(0, columns).Select(column => $"v{column}")) + ",label");
        for (int row = 0; row < rows; row++)
        {
            float[] noise = Gaussians(random, columns, 1);
            int one = row % classes;
            writer.WriteLine(string.Join(',', noise.Select((value, column) => (value + centres[one][column]).ToString("0.####", CultureInfo.InvariantCulture))) + $",c{first + one}");
        }
        return path;
    }

    private static float[] Gaussians(RandomSource random, int count, float scale)
    {
        float[] numbers = new float[count];
        random.FillGaussian(numbers);
        for (int i = 0; i < count; i++) numbers[i] *= scale;
        return numbers;
    }
}
