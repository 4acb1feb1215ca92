using System.Text.Json.Nodes;
using Engram.Experiments.Recipes;

namespace Engram.Tests.Experiments.Recipes;

public sealed class RecipeReaderTests
{
    private const string Good = """
        {
          "title": "A recipe", "source": { "authors": "Someone", "year": 2020, "arxiv": "2001.00001", "place": "table 1", "runs": 4 }, "seeds": 2, "reference": "joint",
          "config": { "stream": { "id": "permuted-digits", "tasks": 2 } },
          "rows": [
            { "id": "none", "label": "None", "method": { "id": "fine-tuning" }, "paper": 0.5, "deviation": 0.02, "within": 0.1 },
            { "id": "none-first", "label": "None: task 1", "of": "none", "metric": "R[T,1]", "band": [null, 0.4] },
            { "id": "joint", "label": "Joint", "method": { "id": "joint" }, "band": [0.9, 1] }
          ],
          "sweeps": [{ "id": "ewc", "label": "EWC", "method": { "id": "ewc", "samples": 100 }, "values": [0.00001, 1000000] }],
          "gates": [{ "says": "joint is better", "holds": "joint - none >= 0.2", "everySeed": true }],
          "quick": { "seeds": 1, "config": { "training": { "iterations": 5 } }, "rows": ["none*"], "gates": [{ "says": "it runs", "holds": "none >= 0" }] }
        }
        """;

    [Fact]
    public void A_recipe_is_read_with_its_bands_and_its_sweep_as_rows()
    {
        Recipe recipe = RecipeCatalog.Read("good", (JsonObject)JsonNode.Parse(Good)!);

        Assert.Equal(["none", "none-first", "joint", "ewc@0.00001", "ewc@1000000"], recipe.Rows.Select(row => row.Id));
        Assert.Equal((0.4, 0.6), (recipe.Rows[0].Low()!.Value, recipe.Rows[0].High()!.Value));
        Assert.Equal((null, 0.4), (recipe.Rows[1].Low(), recipe.Rows[1].High()));
        Assert.Equal("""{"id":"ewc","samples":100,"lambda":1000000}""", recipe.Rows[4].Method!.ToJsonString());
        Assert.Equal("Someone 2020, arXiv 2001.00001, table 1", $"{recipe.Source}");
        Assert.True(recipe.Gates[0].EverySeed);
        Assert.Equal(1, recipe.Quick!.Seeds);
    }

    [Fact]
    public void More_than_a_thousand_conditions_are_refused()
    {
        JsonObject json = (JsonObject)JsonNode.Parse(Good)!;
        json["gates"] = new JsonArray([.. Enumerable.Repeat(json["gates"]![0]!, 1001).Select(gate => gate.DeepClone())]);

        Assert.Contains("gates has 1001 entries but may have 1000", Assert.Throws<EngramException>(() => RecipeCatalog.Read("bad", json)).Message);
    }

    [Theory]
    [InlineData("\"title\"", "\"titel\"", "There is no setting 'titel'; did you mean 'title'?")]
    [InlineData("\"within\"", "\"witin\"", "There is no setting 'rows[1].witin'; did you mean 'within'?")]
    [InlineData("\"A recipe\"", "null", "title is null but must be text.")]
    [InlineData("\"Someone\"", "null", "source.authors is null but must be text.")]
    [InlineData("\"year\": 2020", "\"year\": 20", "source.year is 20 but must be a whole number >= 1900 and <= 2100.")]
    [InlineData("\"seeds\": 2", "\"seeds\": 0", "seeds is 0 but must be a whole number >= 1")]
    [InlineData("\"metric\": \"R[T,1]\"", "\"metric\": \"acuracy\"", "rows[2] ('none-first').metric is 'acuracy' but must be one of accuracy, kappa, forgetting")]
    [InlineData("\"of\": \"none\"", "\"of\": \"nine\"", "Row 'none-first' is of 'nine', which is no row with runs of its own; did you mean 'none'?")]
    [InlineData("\"of\": \"none\",", "", "rows[2] ('none-first') needs either method or of")]
    [InlineData("[0.9, 1]", "[1, 0.9]", "rows[3] ('joint').band is [1, 0.9] but must be a lower and a higher value")]
    [InlineData("[0.9, 1]", "[0.9]", "rows[3] ('joint').band is [0.9]")]
    [InlineData("\"paper\": 0.5, ", "", "rows[1] ('none').within is 0.1 but there is no published value")]
    [InlineData("\"id\": \"none-first\"", "\"id\": \"none\"", "There are 2 rows 'none'; ids must differ.")]
    [InlineData("\"id\": \"none-first\"", "\"id\": \"None\"", "'None' is no id for a row")]
    [InlineData("joint - none >= 0.2", "joint - nine >= 0.2", "gates[1].holds is 'joint - nine >= 0.2', which names the row 'nine'")]
    [InlineData("\"says\": \"it runs\", ", "", "quick.gates[1].says is missing")]
    [InlineData("[\"none*\"]", "[null]", "quick.rows holds null but must be a list of values")]
    [InlineData("[\"none*\"]", "[\"nein*\"]", "quick.rows names 'nein*', which is no row")]
    [InlineData("\"reference\": \"joint\"", "\"reference\": \"joined\"", "reference is 'joined', which is no row with runs of its own; did you mean 'joint'?")]
    [InlineData("\"seeds\": 2,", "\"seeds\": 2, \"fates\": [\"none\"],", "fates is none but must name two rows, or three")]
    [InlineData("\"seeds\": 2,", "\"seeds\": 2, \"fates\": [\"none\", \"joined\"],", "fates is none,joined but must name two rows, or three")]
    [InlineData("[0.00001, 1000000]", "[1, 1]", "sweeps[1] ('ewc').values is [1, 1] but must be two or more different numbers.")]
    [InlineData("\"config\": { \"stream\"", "\"config\": [], \"x\": { \"stream\"", "config is [] but must be an object.")]
    [InlineData("\"method\": { \"id\": \"joint\" }", "\"method\": { \"name\": \"joint\" }", "rows[3] ('joint').method.id is missing")]
    public void What_is_wrong_is_named(string part, string replacement, string message)
    {
        Assert.Contains(part, Good);
        JsonObject json = (JsonObject)JsonNode.Parse(Good.Replace(part, replacement))!;

        EngramException error = Assert.Throws<EngramException>(() => RecipeCatalog.Read("bad", json));

        Assert.Equal((ErrorKind.Input, "invalid-recipe"), (error.Kind, error.Code));
        Assert.Contains(message, error.Message);
    }
}
