using Engram.Experiments;
using Engram.Experiments.Recipes;

namespace Engram.Tests.Experiments.Recipes;

public sealed class RecipeCatalogTests
{
    private static readonly Catalogs Catalogs = new();

    public static TheoryData<string> Ids => [.. RecipeCatalog.Ids];

    [Fact]
    public void Every_file_in_the_folder_is_a_recipe() =>
        Assert.Equal(Directory.GetFiles(Path.Combine(Repository.Root, "recipes"), "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal), RecipeCatalog.Ids);

    [Theory, MemberData(nameof(Ids))]
    public void Every_recipe_binds_for_the_methods_there_are(string id)
    {
        Recipe recipe = RecipeCatalog.Find(id);
        IReadOnlyList<string> missing = ReproductionPlan.MissingMethods(recipe, Catalogs);
        string[] possible = [.. recipe.Rows.Where(row => !missing.Contains(ReproductionPlan.MethodOf(recipe, row))).Select(row => row.Id)];

        Assert.NotEmpty(recipe.Duration);
        Assert.NotNull(recipe.Quick);
        Assert.NotEmpty(recipe.Quick.Duration);
        Assert.NotEmpty(recipe.Quick.Gates);
        foreach (bool quick in new[] { false, true })
        {
            ReproductionPlan plan = ReproductionPlan.Make(recipe, Catalogs, new(quick, Seeds: 1, Rows: possible));
            Assert.Equal(possible, plan.Rows.Select(row => row.Id));
            Assert.All(plan.Rows, row => Assert.Contains(plan.Trials, trial => trial.Label == plan.LabelOf(row)));
            if (missing.Count > 0) Assert.Contains(missing[0], Assert.Throws<EngramException>(() => ReproductionPlan.Make(recipe, Catalogs, new(Seeds: 1))).Message);
        }
        if (missing.Count > 0) TestContext.Current.SendDiagnosticMessage($"{id} waits for {string.Join(", ", missing)}");
    }

    [Theory]
    [InlineData("sequential", null)]
    [InlineData("word-gru", "word-gru")]
    public void A_run_of_babi_without_settings_is_that_of_its_recipe(string row, string? network)
    {
        ReproductionPlan plan = ReproductionPlan.Make(RecipeCatalog.Find("babi-sequential"), Catalogs, new(Seeds: 1, Rows: [row]));

        Assert.Equal(Assert.Single(plan.Trials).Config.ToJson().ToJsonString(), new RunConfigBuilder(Catalogs, "babi", network: network).Build().ToJson().ToJsonString());
    }

    [Fact]
    public void An_unknown_recipe_is_an_error_with_a_suggestion()
    {
        EngramException error = Assert.Throws<EngramException>(() => RecipeCatalog.Find("two-image-task"));

        Assert.Equal("unknown-recipe", error.Code);
        Assert.Contains("did you mean 'two-image-tasks'?", error.Message);
    }
}
