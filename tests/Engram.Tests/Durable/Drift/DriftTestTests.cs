using System.Text.Json;
using Engram.Durable.Drift;

namespace Engram.Tests.Durable.Drift;

public sealed class DriftTestTests
{
    private static readonly DriftOptions Fast = new() { Permutations = 100 };

    // 5 % of 1,000 draws are 50, and with a standard error of 6.9 more than 65 would come in one of 70 suites if all levels were used up. Columns of few values use up less.
    [Theory]
    [InlineData(40, 40)]
    [InlineData(25, 60)]
    [InlineData(110, 100)]
    public void False_alarms_of_all_three_tests_together_stay_below_one_in_twenty(int n, int m)
    {
        int alarms = Enumerable.Range(0, 1000).AsParallel().WithDegreeOfParallelism(2).Count(draw =>
        {
            RandomSource random = new Seed(1).For("alarms", draw, n);
            int strange = Enumerable.Range(0, m).Count(_ => random.NextDouble() < .01);
            return DriftTest.Compare(Mixed(n, random), Mixed(m, random), Fast, unknown: new(strange, m)).Drifted;
        });

        Assert.InRange(alarms, 5, 65);
    }

    [Fact]
    public void A_shift_of_half_a_deviation_in_one_of_fifty_columns_is_found_in_every_draw()
    {
        string[] names = [.. Enumerable.Range(0, 50).Select(column => $"c{column}")];
        for (int draw = 0; draw < 20; draw++)
        {
            RandomSource random = new Seed(1).For("shift", draw);
            float[][] reference = Normals(1000, 50, random), today = Normals(1000, 50, random);
            foreach (float[] row in today) row[17] += .5f;

            DriftReport report = DriftTest.Compare(reference, today, new() { Permutations = 50, Samples = 50 }, names);

            Assert.Equal(("c17", true), (report.Columns[0].Name, report.Columns[0].P < .02));
            Assert.StartsWith($"Column 'c17' moved up by 0.{(report.Columns[0].Shift > .495 ? "5" : "4")}", report.Findings[0]);
        }
    }

    [Fact]
    public void Findings_say_what_changed_and_how()
    {
        RandomSource random = new Seed(2).For("said");
        float[][] reference = Normals(400, 4, random), today = Normals(300, 4, random);
        foreach (float[] row in reference) row[3] = 7;
        foreach (float[] row in today) (row[0], row[1], row[3]) = (row[0] - 1, row[1] * 3, 7.5f);

        DriftReport report = DriftTest.Compare(reference, today, Fast, ["temp", "speed", "same", "fixed"]);

        Assert.Equal(4, report.Findings.Count);
        Assert.StartsWith("Column 'fixed' never differed in what was learned and does now (KS 1.00, p ", report.Findings[0]);
        Assert.Contains(report.Findings, said => said.StartsWith("Column 'temp' moved down by ", StringComparison.Ordinal));
        Assert.Contains(report.Findings, said => said.StartsWith("Column 'speed' spreads more, ", StringComparison.Ordinal));
        Assert.StartsWith("All columns together are distributed otherwise (MMD, p 0.0", report.Findings[3]);
        Assert.StartsWith("Check what measures 'fixed', 'temp', 'speed': a sensor", Assert.Single(report.Advice));
    }

    [Fact]
    public void Many_unknown_inputs_are_drift_by_themselves()
    {
        RandomSource random = new Seed(3).For("unknown");
        float[][] reference = Normals(100, 2, random), today = Normals(100, 2, random);

        DriftReport many = DriftTest.Compare(reference, today, Fast, unknown: new(8, 100)), few = DriftTest.Compare(reference, today, Fast, unknown: new(3, 100));

        Assert.Equal("8 of 100 inputs (8 %) are of none of the known classes, where 1 % are expected (p 8e-6).", Assert.Single(many.Findings));
        Assert.StartsWith("Look at some of these inputs: if what makes them is in order, label them and learn them as a lesson.", Assert.Single(many.Advice));
        Assert.Equal((false, .0794), (few.Drifted, Math.Round(few.UnknownP!.Value, 4)));
    }

    [Fact]
    public void With_few_samples_it_says_what_cannot_be_seen()
    {
        RandomSource random = new Seed(4).For("few");

        DriftReport few = DriftTest.Compare(Normals(500, 1, random), Normals(30, 1, random), Fast, ["temp"]), many = DriftTest.Compare(Normals(2000, 1, random), Normals(2000, 1, random), new() { Permutations = 50, Samples = 50 }, ["temp"]), one = DriftTest.Compare(Normals(5, 1, random), Normals(1, 1, random), Fast);

        Assert.StartsWith("Too few samples to tell: with 30 samples a shift of one column below 0.7 deviations", Assert.Single(few.Advice));
        Assert.StartsWith("Nothing to do: a shift of one column by 0.1", Assert.Single(many.Advice));
        Assert.Equal(("Too few samples to tell: with 1 sample no shift of one feature can be seen.", null), (Assert.Single(one.Advice), one.TogetherP));
    }

    [Fact]
    public void A_column_that_is_stuck_is_called_that()
    {
        RandomSource random = new Seed(7).For("stuck");
        float[][] today = Normals(100, 2, random);
        foreach (float[] row in today) row[0] = 2;

        Assert.StartsWith("Column 'temp' has one value only, 2.0", DriftTest.Compare(Normals(100, 2, random), today, Fast, ["temp", "speed"]).Findings[0]);
    }

    [Fact]
    public void Many_columns_are_not_all_named()
    {
        RandomSource random = new Seed(8).For("many");
        float[][] today = [.. Normals(200, 20, random).Select(row => row.Select(number => number + 2).ToArray())];

        float[][] reference = Normals(200, 20, random);

        DriftReport named = DriftTest.Compare(reference, today, Fast, [.. Enumerable.Range(1, 20).Select(column => $"c{column}")]), features = DriftTest.Compare(reference, today, Fast);

        Assert.Equal(12, named.Findings.Count);
        Assert.StartsWith("Column 'c", named.Findings[0]);
        Assert.Equal("10 more columns changed.", named.Findings[10]);
        Assert.Equal(2, features.Findings.Count);
        Assert.StartsWith("20 of 20 features changed; that which changed most moved up by ", features.Findings[0]);
        Assert.StartsWith("Look at some of these inputs", Assert.Single(features.Advice));
    }

    // What the report calls visible is found about four times in five.
    [Fact]
    public void The_visible_shift_is_found_about_as_often_as_it_says()
    {
        int found = Enumerable.Range(0, 300).Count(draw =>
        {
            RandomSource random = new Seed(5).For("visible", draw);
            float[][] reference = Normals(200, 1, random), today = Normals(80, 1, random);
            double visible = DriftTest.Compare(reference, today, new() { Permutations = 50, Samples = 2 }).Visible!.Value;
            foreach (float[] row in today) row[0] += (float)visible;
            return DriftTest.Compare(reference, today, new() { Permutations = 50, Samples = 2 }).Columns[0].P < .02;
        });

        Assert.InRange(found, 215, 285);
    }

    [Fact]
    public void Columns_that_never_differ_and_samples_that_are_not_there_are_no_drift()
    {
        float[][] same = [.. Enumerable.Repeat(new[] { .1f, 3 }, 20)];

        DriftReport constant = DriftTest.Compare(same, same, Fast), nothingHeld = DriftTest.Compare([], same, Fast), nothingToday = DriftTest.Compare(same, [], Fast, unknown: new(0, 0));

        Assert.Equal((false, 1, null), (constant.Drifted, constant.TogetherP!.Value, constant.Columns[0].Shift));
        Assert.Equal("There are no held-out samples to compare with; learn a lesson of which some are kept.", Assert.Single(nothingHeld.Advice));
        Assert.Equal(("There is nothing to compare; name some inputs.", false), (Assert.Single(nothingToday.Advice), nothingToday.Drifted));
    }

    [Theory]
    [InlineData(float.NaN, "Input 2 has no number (NaN) at place 1 of 2")]
    [InlineData(float.NegativeInfinity, "Input 2 has infinity at place 1 of 2")]
    public void What_is_no_number_is_refused(float number, string says)
    {
        float[][] rows = [[1, 2], [3, 4]], wrong = [[1, 2], [number, 4]];

        Assert.StartsWith(says, Assert.Throws<EngramException>(() => DriftTest.Compare(rows, wrong, Fast)).Message);
        Assert.StartsWith("Held-out sample 2", Assert.Throws<EngramException>(() => DriftTest.Compare(wrong, rows, Fast)).Message);
        Assert.Contains("has 1 numbers, where 2 were expected", Assert.Throws<EngramException>(() => DriftTest.Compare(rows, [[1]], Fast)).Message);
        Assert.Throws<ArgumentException>(() => DriftTest.Compare(rows, rows, Fast, ["one"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => DriftTest.Compare(rows, rows, new() { Permutations = 1 }));
    }

    [Fact]
    public void A_report_is_the_same_at_any_time_and_can_be_written_as_json()
    {
        RandomSource random = new Seed(6).For("json");
        float[][] reference = Normals(300, 3, random), today = Normals(200, 3, random);

        string[] written = [.. Enumerable.Range(0, 2).Select(_ => Settings.ToJson(DriftTest.Compare(reference, today, new() { Permutations = 50, Samples = 100 }, unknown: new(2, 200))).ToJsonString())];

        Assert.Equal(written[0], written[1]);
        Assert.Equal(3, JsonSerializer.Deserialize<DriftReport>(written[0], Settings.Json)!.Columns.Count);
    }

    // One column of normal numbers, one of five values, one of two.
    private static float[][] Mixed(int count, RandomSource random) =>
        [.. Enumerable.Range(0, count).Select(_ => new[] { (float)random.NextGaussian(), random.NextInt(5), random.NextDouble() < .2 ? 1f : 0 })];

    private static float[][] Normals(int count, int length, RandomSource random) =>
        [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, length).Select(_ => (float)random.NextGaussian()).ToArray())];
}
