using System.CommandLine;
using System.Globalization;
using Engram.Cli.Runners;
using Engram.Experiments.Recipes;

namespace Engram.Cli.Commands;

/// <summary><c>engram reproduce RECIPE</c>: a published protocol, paper against ours; <c>engram reproduce --all</c>: all of them in one table.</summary>
internal static class ReproduceCommand
{
    public static Command Create()
    {
        Argument<string?> recipe = new("RECIPE") { Arity = ArgumentArity.ZeroOrOne, Description = "id of a recipe ('engram recipes' lists them), or a file ending in .json" };
        recipe.Offering(Completions.Recipes);
        Option<bool> all = new("--all") { Description = "all recipes in one table, the cheapest rows first, as many as there is time for; the same again goes on" };
        Option<double?> hours = new("--hours")
        {
            HelpName = "H",
            Description = $"with --all: how many hours this may take [default: {Hours(new TablePlan { Recipes = [] }.Hours)}]",
            CustomParser = argument =>
            {
                string text = argument.Tokens[^1].Value;
                if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value > 0 && value <= TablePlan.MostHours) return value;
                argument.AddError($"--hours is '{text}' but must be a number above 0 and at most {Hours(TablePlan.MostHours)}.");
                return null;
            },
        };
        Option<bool> quick = new("--quick") { Description = "the recipe's reduced profile, with conditions of its own in place of bands" };
        Option<int?> seeds = new("--seeds") { HelpName = "N", Description = "runs per row, with seeds counted up from 1 [default: the recipe's own]" };
        seeds.Validators.Add(result =>
        {
            if (!int.TryParse(result.Tokens[^1].Value, out int number) || number < 1) result.AddError($"--seeds is '{result.Tokens[^1].Value}' but must be a whole number >= 1.");
        });
        Option<string[]> rows = new("--rows")
        {
            HelpName = "ID,ID,..", Description = "only these rows; * stands for any part of a name",
            CustomParser = argument => [.. argument.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))],
        };
        Option<string?> output = new("--out") { HelpName = "DIR", Description = "folder for results; the same folder again goes on in it, also with more rows or seeds [default: runs/reproduce-RECIPE, or runs/reproduce-all; the same again goes on in it]" };
        CommandWithNotes command = new("reproduce", "run a published protocol and print paper against ours; exit code 1 when something is outside",
            (writer, _) => RunOptions.WriteExamples(writer, "engram reproduce two-image-tasks", "engram reproduce split-mnist-hsu2018 --quick", "engram reproduce split-mnist-hsu2018 --rows ewc-*,offline-* --seeds 10 --out hsu", "engram reproduce ./my-recipe.json", "engram reproduce --all --hours 8"))
        { recipe, all, hours, quick, seeds, rows, output, GlobalOptions.Data };
        RunnerOptions runner = new();
        runner.AddTo(command);
        command.SetAction(parse =>
        {
            string[]? chosen = parse.GetResult(rows) is null ? null : parse.GetValue(rows);
            string? one = parse.GetValue(recipe);
            RequireOneOrAll(one, parse.GetValue(all), parse.GetValue(hours), chosen);
            (Terminal Terminal, string? Data, RunnerChoice On) work = (new(parse.GetValue(GlobalOptions.Json)), parse.GetValue(GlobalOptions.Data), runner.Choice(parse));
            if (one is not null)
                return new ReproductionSession(work.Terminal, work.Data, work.On).Begin(RecipeCatalog.Find(one), new(parse.GetValue(quick), parse.GetValue(seeds), chosen), parse.GetValue(output));
            TablePlan plan = TablePlan.OfAll() with { Quick = parse.GetValue(quick), Seeds = parse.GetValue(seeds) };
            return new TableSession(work.Terminal, work.Data, work.On).Begin(plan with { Hours = parse.GetValue(hours) ?? plan.Hours }, parse.GetValue(output));
        });
        return command;
    }

    private static string Hours(double hours) => hours.ToString(CultureInfo.InvariantCulture);

    private static void RequireOneOrAll(string? recipe, bool all, double? hours, string[]? rows)
    {
        string? problem = recipe is null && !all ? "No recipe is named; give one, such as 'engram reproduce two-image-tasks' ('engram recipes' lists them), or --all for all of them."
            : recipe is not null && all ? $"'{recipe}' and --all are given, but only one of them can be; leave --all out, or the recipe."
            : all && rows is not null ? "--rows names rows of one recipe, so it does not go with --all; name the recipe, or leave --rows out."
            : hours is not null && !all ? "--hours is how long --all may take; leave it out, or give --all in place of the recipe."
            : null;
        if (problem is not null) throw EngramException.Input("wrong-usage", problem);
    }
}
