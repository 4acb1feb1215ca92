using System.Text.Json.Nodes;
using Engram.OwnData;
using Engram.OwnData.Rows;
using static Engram.Tests.OwnData.DataFiles;

namespace Engram.Tests.OwnData;

public sealed class JsonLinesTests : IDisposable
{
    private readonly DataFiles files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public void Numbers_names_and_missing_values_become_places_of_an_input()
    {
        files.Write("a.jsonl", """
            {"label": "x", "size": 1, "colour": "red", "always": 3}
            {"label": "y", "size": 3, "colour": "blue", "always": 3}

            {"always": 3, "size": null, "colour": "red", "label": "x"}
            {"label": 7, "colour": "blue", "always": 3}
            """);

        Records records = files.Open("a.jsonl");
        InputForm form = records.Fit([0, 1, 2, 3]);

        Assert.Equal("x y x 7", ClassesOf(records));
        Assert.Equal([[-1, 0, 1, 0, 0], [1, 0, 0, 1, 0], [0, 1, 1, 0, 0], [0, 1, 0, 1, 0]], Inputs(records, form));
        Assert.Equal(["The column 'always' is left out: it is the same in all training records."], form.Remarks);
        Assert.EndsWith("line 5 of '" + files["a.jsonl"] + "'", records.Where(3));
    }

    [Fact]
    public void A_key_that_appears_after_the_first_thousand_lines_is_a_column_all_the_same()
    {
        files.Write("a.jsonl", string.Join('\n', Enumerable.Range(0, 1500).Select(i => $$"""{"label": {{i % 2}}, "a": {{i}}{{(i == 1200 ? ", \"late\": \"x\"" : "")}}}""")));

        Records records = files.Open("a.jsonl");

        Assert.Equal(1499, records.Describe().Single(field => field.Name == "late").Missing);
    }

    [Fact]
    public void Texts_are_records_of_their_own()
    {
        files.Write("mails.jsonl", """
            {"text": "Hello,\n you", "label": "ham", "id": 1}
            {"text": "Buy ü", "label": "spam", "id": 2}
            {"text": "Hello,\n you", "label": "spam", "id": 3}
            """);

        Records records = files.Open("mails.jsonl");

        Assert.Equal(["Hello,\n you", "Buy ü", "Hello,\n you"], Enumerable.Range(0, 3).Select(records.Text));
        Assert.Equal((records.ContentHash(0), false), (records.ContentHash(2), records.ContentHash(0) == records.ContentHash(1)));
        Assert.Contains("name one with --features", Assert.Throws<EngramException>(() => records.Fit([0])).Message);
        Assert.Equal(("text", 0), (records.Describe()[0].Kind, records.Describe()[0].Missing));
    }

    [Fact]
    public void Another_text_column_can_be_named()
    {
        files.Write("mails.jsonl", """{"subject": "a", "text": "b", "label": "ham"}""");

        Assert.Equal("a", files.Open("mails.jsonl", new() { Text = "subject" }).Text(0));
        Assert.Null(files.Open("mails.jsonl", new() { Ignore = ["text"] }).Text(0));
    }

    [Fact]
    public void A_form_comes_back_from_its_json()
    {
        files.Write("a.jsonl", string.Join('\n', Enumerable.Range(0, 20).Select(i => $$"""{"label": {{i % 2}}, "a": {{i}}, "b": "{{"xyz"[i % 3]}}", "when": "2026-0{{1 + i % 3}}-01", "c": {{(i % 4 == 0 ? "null" : $"{i * i}")}}}""")));
        Records records = files.Open("a.jsonl");
        InputForm form = records.Fit([.. Enumerable.Range(0, 10)]);

        InputForm again = TableForm.FromJson((JsonObject)JsonNode.Parse(form.ToJson().ToJsonString())!);

        Assert.Equal(Inputs(records, form), Inputs(records, again));
        Assert.Equal([1L + 4 + 1 + 2], again.Shape);
    }
}
