using System.Diagnostics;
using EngramSamples;

namespace Engram.Tests.SamplePrograms;

public sealed class LastingTests : IDisposable
{
    private const string Variable = "ENGRAM_TEST_LEARNER";
    private static readonly string[] Kinds = ["daisy", "rose", "tulip"];
    private readonly string folder = Directory.CreateTempSubdirectory("engram-samples-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Two classes in this process, then one of them again and a new one in another, then eight threads ask for all three.</summary>
    [Fact]
    public void What_two_programs_taught_a_third_one_knows()
    {
        string file = Path.Combine(folder, "flowers.learner");
        var (measurements, names) = Draw(1, "daisy", "rose");
        Lasting.Teach(file, "spring", measurements, names);

        InAnotherProcess(file);

        var (unseen, right) = Draw(3, Kinds);
        string[] answers = Lasting.Name(file, unseen);
        Assert.All(Kinds, kind => Assert.InRange(Enumerable.Range(0, right.Length).Where(i => right[i] == kind).Average(i => answers[i] == kind ? 1.0 : 0), 0.85, 1));
    }

    /// <summary>The second program of the test above; without a file from it, the first one's work is done here.</summary>
    [Fact]
    public void A_second_program_learns_a_class_that_is_new_beside_an_old_one()
    {
        string file = Environment.GetEnvironmentVariable(Variable) ?? Path.Combine(folder, "flowers.learner");
        var (first, kinds) = Draw(1, "daisy", "rose");
        if (!File.Exists(file)) Lasting.Teach(file, "spring", first, kinds);
        var (measurements, names) = Draw(2, "tulip", "daisy");

        Lasting.Teach(file, "summer", measurements, names);

        Assert.Equal(["tulip", "daisy"], Lasting.Name(file, [[0, 3, 0, 0], [3, 0, 0, 0]]));
    }

    private static void InAnotherProcess(string file)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!, ["-noColor", "-method", $"{typeof(LastingTests).FullName}.{nameof(A_second_program_learns_a_class_that_is_new_beside_an_old_one)}"]) { RedirectStandardOutput = true };
        start.Environment[Variable] = file;
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0 && output.Contains("Total: 1,", StringComparison.Ordinal), output);
    }

    // Four measurements, each kind of flower about a place of its own.
    private static (float[][] Measurements, string[] Names) Draw(ulong seed, params string[] kinds)
    {
        RandomSource random = new(seed);
        string[] names = [.. Enumerable.Range(0, 240).Select(i => kinds[i % kinds.Length])];
        return ([.. names.Select(name => (float[])[.. Enumerable.Range(0, 4).Select(place => (float)(random.NextGaussian() + Place(name, place)))])], names);
    }

    private static double Place(string name, int place) => name switch { "daisy" => place == 0 ? 3 : 0, "rose" => place == 2 ? 3 : 0, _ => place == 1 ? 3 : 0 };
}
