using System.Text.Json.Nodes;
using Engram.OwnData;
using Engram.Pictures;
using Engram.Tables;
using Engram.Tests.Pictures;
using static Engram.Tests.OwnData.DataFiles;

namespace Engram.Tests.OwnData;

/// <summary>Forms of inputs that come back from their JSON, as the file of a learner keeps it.</summary>
public sealed class InputFormTests : IDisposable
{
    private const string Learned = "label,a,b,when,c\nx,1.1,p,2026-01-01,1\ny,3.7,q,2026-02-01,\nx,0.3,p,2026-03-05,4\ny,2.9,r,2026-01-01,9\nx,1.1,p,2026-01-01,2\ny,3.7,q,2026-02-01,7\n";

    private static readonly RecordCatalog Catalog = new(typeof(CsvReader).Assembly, typeof(PictureReader).Assembly);

    private readonly DataFiles files = new();

    public void Dispose() => files.Dispose();

    [Theory]
    [InlineData("other.csv", "c,when,b,a,label\n5,2026-01-02,q,0.1,x\n")]
    [InlineData("unseen.csv", "label,a,b,when,c\nx,0.1,never,2026-01-02,5\n")]
    [InlineData("missing.csv", "label,a,b,when,c\nx,,,,\ny,1,p,2026-01-02,3\n")]
    [InlineData("more.tsv", "label\ta\tb\twhen\tc\tnew\nx\t0.1\tp\t2026-01-02\t5\t7\n")]
    [InlineData("lines.jsonl", """{"label": "x", "a": 0.1, "b": "q", "when": "2026-01-02", "c": null}""")]
    public void A_form_of_tables_that_came_back_reads_other_records_with_the_same_bits(string name, string text)
    {
        InputForm form = LearnedForm(), again = Again(form);

        Records records = files.Open(files.Write(name, text));

        Assert.Equal(Bits(records, form), Bits(records, again));
        Assert.Equal(form.Shape, again.Shape);
        Assert.Equal([.. form.Remarks, .. form.RemarksOn(records)], again.Remarks.Concat(again.RemarksOn(records)));
        Assert.Equal(form.ToJson().ToJsonString(), again.ToJson().ToJsonString());
        Assert.Equal(form.ContentHash(records, 0), again.ContentHash(records, 0));
    }

    [Theory]
    [InlineData("label,a,B,when,c\nx,0.1,p,2026-01-02,5\n", "lacks 'b', which")]
    [InlineData("label,a,b,when,c\nx,high,p,2026-01-02,5\n", "holds names such as 'high'")]
    public void Both_refuse_what_does_not_fit_in_the_same_words(string text, string says)
    {
        InputForm form = LearnedForm(), again = Again(form);
        Records records = files.Open(files.Write("wrong.csv", text));

        string[] said = [.. new[] { form, again }.Select(one => Assert.Throws<EngramException>(() => Inputs(records, one)).Message)];

        Assert.Contains(says, said[0]);
        Assert.Equal(said[0], said[1]);
    }

    [Fact]
    public void A_form_of_features_that_came_back_reads_other_records_with_the_same_bits()
    {
        Features("a", 1.1f, 2, 3.7f, 2, 7.3f, 2);
        Features("b", 0.1f, 9, 1e-8f, -5);
        InputForm form = files.Open("a.npy").Fit([0, 1]), again = Again(form);

        Assert.Equal(Bits(files.Open("b.npy"), form), Bits(files.Open("b.npy"), again));
    }

    [Fact]
    public void A_form_of_pixels_that_came_back_scales_them()
    {
        files.Write("x.idx", Idx(8, [2, 2, 2], [0, 51, 102, 255, 1, 2, 3, 4]));
        files.Write("x-labels.idx", Idx(8, [2], [0, 1]));
        InputForm form = files.Open("x.idx").Fit([0]), again = Again(form);

        Assert.Equal(Bits(files.Open("x.idx"), form), Bits(files.Open("x.idx"), again));
        Assert.Equal([1L, 2, 2], again.Shape);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_form_of_pictures_that_came_back_reads_pictures_of_any_size_and_colour_with_the_same_bits(bool isGrey)
    {
        if (isGrey) Drawn.Write(files.Path, "learned/cat/x.png", Drawn.Grey(40, 40, 51));
        else Drawn.Write(files.Path, "learned/cat/x.png", Drawn.Of(40, 30, (column, row) => new((byte)column, (byte)row, 7)));
        Drawn.Write(files.Path, "new/small.png", Drawn.Grey(9, 20, 51));
        Drawn.Write(files.Path, "new/large.png", Drawn.Of(300, 200, (column, row) => new((byte)column, (byte)row, 7)));
        using Records learned = OpenAny("learned"), other = OpenAny("new");
        InputForm form = learned.Fit([0]), again = Again(form);

        Assert.Equal(isGrey ? 1 : 3, again.Shape[0]);
        Assert.Equal(Bits(other, form), Bits(other, again));
        Assert.Equal(form.ContentHash(other, 1), again.ContentHash(other, 1));
        Assert.Equal(form.Remarks, again.Remarks);
    }

    [Fact]
    public void Records_of_another_kind_are_refused()
    {
        Records table = files.Open(files.Write("a.csv", Learned));
        Features("b", 1, 2);

        Assert.Contains("holds no pictures", Assert.Throws<EngramException>(() => new PictureForm(28, 1).Read(table, 0, new float[28 * 28])).Message);
        Assert.Contains("holds no features", Assert.Throws<EngramException>(() => files.Open("b.npy").Fit([0]).Read(table, 0, new float[1])).Message);
        Assert.Contains("holds no table", Assert.Throws<EngramException>(() => LearnedForm().Read(files.Open("b.npy"), 0, new float[10])).Message);
    }

    [Theory]
    [InlineData("{}", "has no text under 'kind'")]
    [InlineData("""{"kind": 3}""", "has no text under 'kind'")]
    [InlineData("""{"kind": "text"}""", "is of the kind 'text', and table, features, pictures are known")]
    [InlineData("""{"kind": "table", "kind": "table"}""", "has a name twice")]
    [InlineData("""{"kind": "pictures", "side": 5000, "channels": 1}""", "has 5000 under 'side', where 1 to 4096 was expected")]
    [InlineData("""{"kind": "pictures", "side": 28, "channels": 2}""", "has 2 channels")]
    [InlineData("""{"kind": "table", "source": "a", "columns": [], "leftOut": []}""", "has no column")]
    [InlineData("""{"kind": "features", "shape": [2], "bytes": false, "means": [1], "deviations": [1]}""", "has 1 means and 1 deviations for 2 numbers")]
    [InlineData("""{"kind": "features", "shape": [1], "bytes": false, "means": [1], "deviations": [-1]}""", "has -1 under 'deviations', where a number of at least 0 was expected")]
    public void What_is_no_form_is_refused(string json, string says)
    {
        EngramException refused = Assert.Throws<EngramException>(() => Catalog.FormOf((JsonObject)JsonNode.Parse(json)!));

        Assert.Equal((ErrorKind.Input, "damaged-form"), (refused.Kind, refused.Code));
        Assert.Contains(says, refused.Message);
    }

    // Whatever is damaged, the form is refused, or reads finite numbers, or refuses the records.
    [Fact]
    public void No_damage_to_any_member_is_a_crash()
    {
        Features("f", 1.5f, 2, 3, 4);
        Drawn.Write(files.Path, "p/cat/x.png", Drawn.Grey(40, 40, 51));
        using Records pictures = OpenAny("p");
        int refused = 0, read = 0;
        foreach (Records records in (Records[])[files.Open(files.Write("t.csv", Learned)), files.Open("f.npy"), pictures])
        {
            JsonObject whole = records.Fit([.. Enumerable.Range(0, records.Count)]).ToJson();
            foreach (string damaged in Damage(whole.ToJsonString()))
                try
                {
                    Assert.All(Inputs(records, Catalog.FormOf((JsonObject)JsonNode.Parse(damaged)!)), input => Assert.All(input, number => Assert.True(float.IsFinite(number))));
                    read++;
                }
                catch (EngramException)
                {
                    refused++;
                }
        }

        Assert.True(refused > 300 && read > 20, $"{refused} refused, {read} read");
    }

    private static IEnumerable<string> Damage(string whole)
    {
        foreach (string path in Paths(JsonNode.Parse(whole)!, ""))
        {
            foreach (string? other in new[] { null, "null", "\"x\"", "\"\"", "-1", "0", "1", "2.5", "1e300", "1e999", "true", "false", "[]", "{}", "[null]", "[1]", "[{}]" })
            {
                JsonNode changed = JsonNode.Parse(whole)!;
                string[] parts = path.Split('/');
                JsonNode above = parts[..^1].Aggregate(changed, (node, part) => node is JsonArray list ? list[int.Parse(part)]! : node[part]!);
                if (above is JsonArray inList && other is null) inList.RemoveAt(int.Parse(parts[^1]));
                else if (above is JsonArray list) list[int.Parse(parts[^1])] = JsonNode.Parse(other!);
                else if (other is null) above.AsObject().Remove(parts[^1]);
                else above[parts[^1]] = JsonNode.Parse(other);
                yield return changed.ToJsonString();
            }
        }
    }

    private static IEnumerable<string> Paths(JsonNode node, string prefix)
    {
        IEnumerable<(string Name, JsonNode? Node)> children = node switch
        {
            JsonObject json => json.Select(member => (Name: member.Key, Node: member.Value)),
            JsonArray list => list.Select((item, at) => (Name: $"{at}", Node: item)),
            _ => Array.Empty<(string, JsonNode?)>(),
        };
        foreach (var (name, child) in children)
        {
            yield return prefix + name;
            if (child is not null)
                foreach (string inner in Paths(child, $"{prefix}{name}/")) yield return inner;
        }
    }

    private Records OpenAny(string folder) => Catalog.Open(files[folder], new() { Unlabelled = true });

    private InputForm LearnedForm() => files.Open(files.Write("learned.csv", Learned)).Fit([0, 1, 2, 3, 4, 5]);

    private void Features(string name, params float[] numbers)
    {
        files.Write($"{name}.npy", Npy("'<f4'", $"({numbers.Length / 2}, 2)", numbers));
        files.Write($"{name}-labels.npy", Npy("'<i4'", $"({numbers.Length / 2},)", new int[numbers.Length / 2]));
    }

    private static InputForm Again(InputForm form) => Catalog.FormOf((JsonObject)JsonNode.Parse(form.ToJson().ToJsonString())!);

    private static int[][] Bits(Records records, InputForm form) => [.. Inputs(records, form).Select(input => input.Select(BitConverter.SingleToInt32Bits).ToArray())];
}
