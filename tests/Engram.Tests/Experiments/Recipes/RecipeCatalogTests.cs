using Engram.Experiments;
using Engram.Experiments.Recipes;

namespace Engram.Tests.Experiments.Recipes;

public sealed class RecipeCatalogTests
{
    private static readonly Catalogs Catalogs = new(typeof(Engram.Pictures.ResNet18).Assembly);

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

    // A band that holds what doing nothing gives, too, is passed by a method that does nothing. Such a row needs a condition that compares the two, or says that it decides nothing.
    [Theory, MemberData(nameof(Ids))]
    public void No_band_is_passed_by_doing_nothing_without_a_word(string id)
    {
        Recipe recipe = RecipeCatalog.Find(id);
        IReadOnlyList<string> missing = ReproductionPlan.MissingMethods(recipe, Catalogs);
        ReproductionPlan plan = ReproductionPlan.Make(recipe, Catalogs, new(Seeds: 1, Rows: [.. recipe.Rows.Where(row => !missing.Contains(ReproductionPlan.MethodOf(recipe, row))).Select(row => row.Id)]));
        Dictionary<string, RunConfig> configs = plan.Trials.ToDictionary(trial => trial.Label, trial => trial.Config);
        HashSet<string>[] compared = [.. recipe.Gates.Select(gate => GateCondition.Parse(gate.Holds, [.. recipe.Rows.Select(row => row.Id)])).Where(TellsApart).Select(gate => gate.Names.Select(name => Runs(name.Split(':')[0])).ToHashSet())];
        List<string> blind = [];
        foreach (RecipeRow row in plan.Rows.Where(row => row.Decides && (row.Low() ?? row.High()) is not null && !IsNothing(row)))
            foreach (RecipeRow nothing in Baselines(row).Where(nothing => MayBeInside(row, nothing) && !compared.Any(runs => runs.Contains(Runs(row.Id)) && runs.Contains(Runs(nothing.Id)))))
                blind.Add($"{row.Id} (as {nothing.Id})");

        Assert.True(blind.Count == 0, $"{id}: {string.Join(", ", blind)}");

        string Runs(string row) => plan.Rows.FirstOrDefault(one => one.Id == row) is { } found ? plan.LabelOf(found) : row;

        // Whether it fails where all of its rows are the same, whatever they are.
        static bool TellsApart(GateCondition condition) => Enumerable.Range(0, 21).All(step => !condition.Evaluate(_ => step / 20.0).Holds);

        bool IsNothing(RecipeRow row) => Catalogs.Methods.Find(configs[plan.LabelOf(row)].Method.Id).Attribute.Bound == Engram.Methods.Bound.Lower;

        // The same metric of the same task learned with nothing, trained alike where there is such a row.
        RecipeRow[] Baselines(RecipeRow row)
        {
            RecipeRow[] same = [.. plan.Rows.Where(one => IsNothing(one) && one.Metric == row.Metric && Parts(one, "stream", "network") == Parts(row, "stream", "network"))];
            RecipeRow[] alike = [.. same.Where(one => Parts(one, "training") == Parts(row, "training"))];
            return alike.Length > 0 ? alike : same;
        }

        string Parts(RecipeRow row, params string[] names) => string.Join('|', names.Select(name => configs[plan.LabelOf(row)].ToJson()[name]!.ToJsonString()));

        // Where the paper has no number for it, its own band may keep it out.
        static bool MayBeInside(RecipeRow row, RecipeRow nothing) => nothing.Paper is { } paper
            ? !(paper < row.Low()) && !(paper > row.High())
            : !(nothing.High() < row.Low()) && !(nothing.Low() > row.High());
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
