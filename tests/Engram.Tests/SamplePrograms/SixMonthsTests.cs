using System.Globalization;
using System.Text.RegularExpressions;
using EngramSamples;
using Engram.Tests.Datasets;

namespace Engram.Tests.SamplePrograms;

public sealed partial class SixMonthsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>The story in <c>docs/learner.md</c> is what this program prints, but for figures, which depend on the processor in their last digit.</summary>
    [Fact]
    public void The_story_in_the_docs_is_what_the_sample_prints()
    {
        string[] docs = File.ReadAllText(Path.Combine(Repository.Root, "docs", "learner.md")).Split("```");
        string code = File.ReadAllText(Path.Combine(Repository.Root, "samples", "SixMonths.cs"));
        Write("january", 1, 0, "ok", "worn");
        Write("february", 2, 0.2, "ok", "worn", "leak");
        Write("march", 3, 0.4, "ok", "worn", "leak");
        Write("april", 4, 0.6, ["ok", "worn", "leak"], swap: true);
        Write("april-mended", 4, 0.6, "ok", "worn", "leak");
        Write("may", 5, 0.8, "ok", "worn", "leak", "stuck");
        Write("june", 6, 9, "ok", "worn", "leak", "stuck");
        using StringWriter said = new();

        SixMonths.Tell(folder.Path, said);

        string story = docs.Single(part => part.StartsWith("text\njanuary:", StringComparison.Ordinal))["text\n".Length..];
        TestContext.Current.TestOutputHelper?.WriteLine(said.ToString());
        Assert.Equal(Figures().Replace(story.Trim(), "#"), Figures().Replace(said.ToString().ReplaceLineEndings("\n").Trim(), "#"));
        foreach (string shown in docs.Where(part => part.StartsWith("csharp\n", StringComparison.Ordinal)).SelectMany(part => part.Split('\n').Skip(1)).Select(line => line.Trim()).Where(line => line.Length > 0))
            Assert.Contains(shown, code);
    }

    private void Write(string month, int seed, double warmer, params string[] states) => Write(month, seed, warmer, states, swap: false);

    private void Write(string month, int seed, double warmer, string[] states, bool swap)
    {
        RandomSource random = new Seed((ulong)seed).For("pumps");
        using StreamWriter writer = new(folder[$"{month}.csv"]);
        writer.WriteLine("temperature,pressure,vibration,label");
        for (int row = 0; row < 900; row++)
        {
            string state = states[row % states.Length];
            double temperature = 60 + warmer + (4 * random.NextGaussian()) + (state == "worn" ? 14 : 0), pressure = 5 + (0.4 * random.NextGaussian()) - (state == "leak" ? 1.8 : 0), vibration = 1 + (0.2 * random.NextGaussian()) + (state == "stuck" ? 1.5 : 0);
            string label = !swap ? state : state == "ok" ? "leak" : state == "leak" ? "ok" : state;
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{temperature:0.00},{pressure:0.000},{vibration:0.000},{label}"));
        }
    }

    [GeneratedRegex(@"\d+(\.\d+)?(e-\d+)?")]
    private static partial Regex Figures();
}
